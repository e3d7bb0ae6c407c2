#!lua flags=allow-oom
--[[
Forgets changes that are written, unless they were replaced by newer ones meanwhile, and what the database refused of these keys
before; what it refused later stays. Safe to send twice.

KEYS  1 changes   hash, see change.lua
      2 due       sorted set
      3 since     sorted set
      4 dead      hash, see bury.lua
ARGV  1.. two per change: text; its version, 8 bytes
REPLY number of changes forgotten
COST  O(changes written x log(changes)) and the size of what they hold; HGET, HDEL, ZREM, ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}due {p1}since {p1}dead ARGV 1001 aaaaaaaa
]]
local forgotten = 0
for i = 1, #ARGV, 2 do
    local text, change = ARGV[i], redis.call('HGET', KEYS[1], ARGV[i])
    if change and string.sub(change, 1, 8) == ARGV[i + 1] then
        redis.call('HDEL', KEYS[1], text)
        redis.call('ZREM', KEYS[2], text)
        redis.call('ZREM', KEYS[3], text)
        forgotten = forgotten + 1
    elseif change then -- the one that came meanwhile waits since it came
        redis.call('ZADD', KEYS[3], 'XX', struct.unpack('>I8', change), text)
    end
    local refused = redis.call('HGET', KEYS[4], text)
    if refused then
        local version = struct.unpack('>I8', refused, 5 + struct.unpack('>I4', refused))
        if version <= struct.unpack('>I8', ARGV[i + 1]) then
            redis.call('HDEL', KEYS[4], text)
        end
    end
end
return forgotten
