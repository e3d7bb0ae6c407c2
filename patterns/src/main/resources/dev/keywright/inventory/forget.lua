#!lua flags=allow-oom
--[[
Forgets a withdrawal whose units have arrived. Safe to send twice.

KEYS  1 units     hash {cells, p:<product>: free held sold out in away, o:<id>: cell quantity product}
      2 due       sorted set of o:<id>, by the microsecond of the server at which they should have arrived
ARGV  1 cells     whole number, 1 to 1024; of the inventory
      2 id        bytes, not empty; of the withdrawal
REPLY 1; 0 when it is forgotten already
COST  O(1); HMGET, HGET, ZREM, HDEL, HSET
NEEDS Redis 7.0
TRY   EVAL KEYS stock:cell:{shop#0}:units stock:cell:{shop#0}:due ARGV 2 w1
]]
local member = 'o:' .. ARGV[2]
local found = redis.call('HMGET', KEYS[1], 'cells', member)
if found[1] and found[1] ~= ARGV[1] then
    return redis.error_reply('BADCELLS the inventory has ' .. found[1] .. ' cells, and this program says ' .. ARGV[1] .. '; it keeps its number')
elseif not found[2] then
    return 0
end
local quantity, name = string.match(found[2], '^%d+ (%d+) (.*)$')
local product = 'p:' .. name
local counts, away = string.match(redis.call('HGET', KEYS[1], product) or '', '^(%d+ %d+ %d+ %d+ %d+) (%d+)$')
redis.call('ZREM', KEYS[2], member)
redis.call('HDEL', KEYS[1], member)
if counts then
    redis.call('HSET', KEYS[1], product, string.format('%s %.0f', counts, math.max(0, tonumber(away) - tonumber(quantity))))
end
return 1
