#!lua
--[[
Takes free units out of this cell for another one. They are under way, and named in a record, until they have arrived there. Is sent
once per id: it must not run twice.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, o:<id>: cell quantity product}
      2 due       sorted set of o:<id>, by the microsecond of the server at which they should have arrived
      3 journal   stream {event, id, basket}
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 id        bytes, not empty; of this withdrawal and of no other
      3 cell      whole number, 0 to 1023; where they go
      4 most      whole number, 1 to 9007199254740991; that are taken
      5 product   bytes, not empty
      6 patience  milliseconds, 1 to 315360000000; after that, others see to their arrival
      7 entries   whole number, 0 or more; how many the journal keeps
REPLY how many were taken, 0 when none is free
COST  O(1); TIME, HMGET, XADD, ZADD, HSET
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due stock:cell:{shop#0}:journal ARGV 2 w1 1 5 shoes 2000 1000
]]
local cells, member, product = ARGV[1], 'o:' .. ARGV[2], 'p:' .. ARGV[5]
local most, patience, entries = tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])
if not string.find(ARGV[4], '^[1-9]%d*$') or most > 9007199254740991 then
    return redis.error_reply('BADQUANTITY it is not a whole number from 1 to 2^53 - 1')
elseif not (patience and patience >= 1 and patience <= 315360000000 and entries and entries >= 0) then
    return redis.error_reply('BADARGUMENT the patience or the length of the journal is out of its range')
end
local found = redis.call('HMGET', KEYS[1], 'cells', product)
if found[1] and found[1] ~= cells then
    return redis.error_reply('BADCELLS the inventory has ' .. found[1] .. ' cells, and this program says ' .. cells .. '; it keeps its number')
end
local free, held, sold, out, come, away = string.match(found[2] or '0 0 0 0 0 0', '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
local taken = math.min(most, tonumber(free))
if taken == 0 then
    return 0
end

-- a key of another type is met before anything has changed
local time = redis.call('TIME')
local quantity = string.format('%.0f', taken)
local entry = entries > 0 and redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'event', 'out', 'id', ARGV[2],
    'basket', quantity .. 'x' .. #ARGV[5] .. ':' .. ARGV[5])
local arrival = tonumber(time[1]) * 1000000 + tonumber(time[2]) + patience * 1000
local dated = redis.pcall('ZADD', KEYS[2], string.format('%.0f', arrival), member)
if type(dated) == 'table' then
    if entry then
        redis.call('XDEL', KEYS[3], entry)
    end
    return dated
end
redis.call('HSET', KEYS[1], member, ARGV[3] .. ' ' .. quantity .. ' ' .. ARGV[5], product,
    string.format('%.0f %s %s %.0f %s %.0f', tonumber(free) - taken, held, sold, tonumber(out) + taken, come, tonumber(away) + taken))
return taken
