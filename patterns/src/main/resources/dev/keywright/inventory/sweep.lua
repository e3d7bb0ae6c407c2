#!lua flags=allow-oom
--[[
Gives back the units of holds that are over, by the server's clock, each once, or notes as missed what is not there; forgets ids whose time is over; names the units
that are under way to another cell and did not arrive in time, and arrivals that may be forgotten once their departure is. Also says
how the products stand afterwards.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, r:<id>: state until basket, a:<id>, i:<id>, o:<id>}
      2 due       sorted set of r:<id> and the like, by the microsecond of the server at which it ends
      3 journal   stream {event, id, basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 most      whole number, 1 or more; of what is due
      3 retention milliseconds, 1 to 315360000000; how long an id is remembered
      4 patience  milliseconds, 1 to 315360000000; when those under way and those that came are named again
      5 entries   whole number, 0 or more; how many the journal keeps
      6.. product bytes; whose counts are wanted
REPLY {holds given back, 1 when more is due else 0, {id, cell, quantity, product, ...} under way, {id, ...} that came,
      free held sold out in away or nil of each product in turn}
COST  O(due + products); TIME, ZRANGE, HMGET; per hold HGET, HMGET, XADD, ZADD, HSET; HDEL, ZREM
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due stock:cell:{shop#0}:journal ARGV 1 100 86400000 2000 1000 shoes
]]
local cells, most, retention, patience, entries = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function is_time(milliseconds)
    return milliseconds and milliseconds >= 1 and milliseconds <= 315360000000
end
if not (most and most >= 1 and is_time(retention) and is_time(patience) and entries and entries >= 0) then
    return redis.error_reply('BADARGUMENT a number is missing or out of its range')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local before = redis.call('HGET', KEYS[1], 'cells')
if before and before ~= cells then
    return redis.error_reply('BADCELLS the inventory has ' .. before .. ' cells, and this program says ' .. cells .. '; it keeps its number')
end

local function later(milliseconds)
    return string.format('%.0f', now + milliseconds * 1000)
end

local function note(event, member, basket)
    if entries > 0 and basket ~= '' then
        redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], '*', 'event', event, 'id', string.sub(member, 3), 'basket', basket)
    end
end

-- a product of which less is held than the reservation says stays as it is; something else has written here
local function give_back(member, basket)
    local asked, quantities, parts, at = {}, {}, {}, 1
    while at <= #basket do
        local start, stop, quantity, length = string.find(basket, '^(%d+)x(%d+):', at)
        at = stop + tonumber(length) + 1
        asked[#asked + 1] = 'p:' .. string.sub(basket, stop + 1, at - 1)
        quantities[#quantities + 1] = tonumber(quantity)
        parts[#parts + 1] = string.sub(basket, start, at - 1)
    end
    local found, writes, given, missed = redis.call('HMGET', KEYS[1], unpack(asked)), {}, {}, {}
    for i, quantity in ipairs(quantities) do
        local free, held, rest = string.match(found[i] or '0 0 0 0 0 0', '^(%d+) (%d+) (%d+ %d+ %d+ %d+)$')
        if held and tonumber(held) >= quantity then
            writes[#writes + 1] = asked[i]
            writes[#writes + 1] = string.format('%.0f %.0f %s', tonumber(free) + quantity, tonumber(held) - quantity, rest)
            given[#given + 1] = parts[i]
        else
            missed[#missed + 1] = parts[i]
        end
    end
    note('expire', member, table.concat(given))
    note('missed', member, table.concat(missed))
    redis.call('ZADD', KEYS[2], later(retention), member)
    redis.call('HSET', KEYS[1], member, 'expired ' .. later(retention) .. ' ' .. basket, unpack(writes))
end

local due = redis.call('ZRANGE', KEYS[2], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, most)
local given, under_way, came = 0, {}, {}
for _, member in ipairs(due) do
    local record = redis.call('HGET', KEYS[1], member)
    local kind = string.sub(member, 1, 2)
    local state, _, basket = string.match(record or '', '^(%a+) (%d+) (.*)$')
    if kind == 'r:' and state == 'held' then
        give_back(member, basket)
        given = given + 1
    elseif kind == 'o:' and record then
        local cell, quantity, product = string.match(record, '^(%d+) (%d+) (.*)$')
        redis.call('ZADD', KEYS[2], later(patience), member)
        for _, part in ipairs({string.sub(member, 3), cell, quantity, product}) do
            under_way[#under_way + 1] = part
        end
    elseif kind == 'i:' and record then
        redis.call('ZADD', KEYS[2], later(patience), member)
        came[#came + 1] = string.sub(member, 3)
    else
        redis.call('HDEL', KEYS[1], member)
        redis.call('ZREM', KEYS[2], member)
    end
end

local reply = {given, #due == most and 1 or 0, under_way, came}
if #ARGV > 5 then
    local asked = {}
    for i = 6, #ARGV do
        asked[i - 5] = 'p:' .. ARGV[i]
    end
    for i, counts in ipairs(redis.call('HMGET', KEYS[1], unpack(asked))) do
        reply[4 + i] = counts
    end
end
return reply
