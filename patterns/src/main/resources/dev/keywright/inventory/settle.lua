#!lua flags=allow-oom
--[[
Confirms or cancels what is held under an id. Safe to send twice. Cancelling an id that nobody knows makes sure that it never begins.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, r:<id>: state until basket}
      2 due       sorted set of r:<id>, by the microsecond of the server at which it ends
      3 journal   stream {event, id, basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 id        bytes, not empty
      3 goal      one of confirm, cancel
      4 late      one of refuse, again; a hold that is over is confirmed again if its units are free
      5 retention milliseconds, 1 to 315360000000; how long the id is remembered
      6 entries   whole number, 0 or more; how many the journal keeps
REPLY {'confirmed' or 'cancelled' or 'expired', basket} what is true now; {'unknown'};
      {'short', 1 when a hold is due else 0, basket, free units of each product in turn}
COST  O(products); TIME, HMGET twice, XADD, ZADD, HSET; ZRANGE when short
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due stock:cell:{shop#0}:journal ARGV 1 order-7 cancel refuse 86400000 1000
]]
local cells, member, goal, late = ARGV[1], 'r:' .. ARGV[2], ARGV[3], ARGV[4]
local retention, entries = tonumber(ARGV[5]), tonumber(ARGV[6])
if not (retention and retention >= 1 and retention <= 315360000000 and entries and entries >= 0) or goal ~= 'confirm' and goal ~= 'cancel' then
    return redis.error_reply('BADARGUMENT the goal, the retention or the length of the journal is not known')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local known = redis.call('HMGET', KEYS[1], 'cells', member)
if known[1] and known[1] ~= cells then
    return redis.error_reply('BADCELLS the inventory has ' .. known[1] .. ' cells, and this program says ' .. cells .. '; it keeps its number')
elseif not known[2] and goal == 'confirm' then
    return {'unknown'}
end

local state, ends, basket = string.match(known[2] or 'new 0 ', '^(%a+) (%d+) (.*)$')
local event, from, to
if state == 'held' and goal == 'cancel' or state == 'new' then
    event, state, from, to = 'cancel', 'cancelled', 2, 1
elseif state == 'held' and (tonumber(ends) > now or late == 'again') then
    event, state, from, to = 'confirm', 'confirmed', 2, 3
elseif state == 'held' then
    event, state, from, to = 'expire', 'expired', 2, 1
elseif state == 'expired' and goal == 'confirm' and late == 'again' then
    event, state, from, to = 'late', 'confirmed', 1, 3
else
    return {state, basket}
end

local asked, quantities, at = {}, {}, 1
while at <= #basket do
    local _, stop, quantity, length = string.find(basket, '^(%d+)x(%d+):', at)
    at = stop + tonumber(length) + 1
    asked[#asked + 1] = 'p:' .. string.sub(basket, stop + 1, at - 1)
    quantities[#quantities + 1] = tonumber(quantity)
end
local found = #asked > 0 and redis.call('HMGET', KEYS[1], unpack(asked))
local free, writes, short = {}, {}, false
for i, quantity in ipairs(quantities) do
    local f, h, s, rest = string.match(found[i] or '0 0 0 0 0 0', '^(%d+) (%d+) (%d+) (%d+ %d+ %d+)$')
    local counts = {tonumber(f), tonumber(h), tonumber(s)}
    free[i] = counts[1]
    short = short or counts[from] < quantity
    counts[from] = counts[from] - quantity
    counts[to] = counts[to] + quantity
    writes[2 * i - 1] = asked[i]
    writes[2 * i] = string.format('%.0f %.0f %.0f %s', counts[1], counts[2], counts[3], rest)
end
if short and event == 'late' then
    local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    return {'short', first[2] and tonumber(first[2]) <= now and 1 or 0, basket, unpack(free)}
elseif short then
    return redis.error_reply('BADSTOCK less is held than the reservations say; something else has written here')
end

-- a key of another type is met before anything has changed
local remembered = string.format('%.0f', now + retention * 1000)
local entry = entries > 0 and redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*', 'event', event, 'id', ARGV[2], 'basket', basket)
local dated = redis.pcall('ZADD', KEYS[2], remembered, member)
if type(dated) == 'table' then
    if entry then
        redis.call('XDEL', KEYS[3], entry)
    end
    return dated
end
redis.call('HSET', KEYS[1], member, state .. ' ' .. remembered .. ' ' .. basket, 'cells', cells, unpack(writes))
return {state, basket}
