#!lua flags=allow-oom
--[[
Forgets changes that are written, unless they were replaced by newer ones meanwhile, and what the database refused of these keys
before; what it refused later stays. Safe to send twice.

KEYS  1 changes   hash, see change.lua
      2 due       sorted set
      3 since     sorted set
      4 dead      hash, see bury.lua
ARGV  1.. two per change: text; its version, 8 bytes; 1,000 changes at most
REPLY number of changes forgotten
COST  O(changes written x log(changes)) and the size of what they hold; HMGET, HDEL, ZREM, EXISTS; ZADD, HGET
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}changes {p1}due {p1}since {p1}dead ARGV 1001 aaaaaaaa
]]
local texts, versions = {}, {}
for i = 1, #ARGV, 2 do
    texts[#texts + 1], versions[#versions + 1] = ARGV[i], ARGV[i + 1]
end
local changes = redis.call('HMGET', KEYS[1], unpack(texts))
local forgotten = {}
for i, text in ipairs(texts) do
    local change = changes[i]
    if change and string.sub(change, 1, 8) == versions[i] then
        forgotten[#forgotten + 1] = text
    elseif change then -- the one that came meanwhile waits since it came
        redis.call('ZADD', KEYS[3], 'XX', struct.unpack('>I8', change), text)
    end
end
if #forgotten > 0 then
    redis.call('HDEL', KEYS[1], unpack(forgotten))
    redis.call('ZREM', KEYS[2], unpack(forgotten))
    redis.call('ZREM', KEYS[3], unpack(forgotten))
end
if redis.call('EXISTS', KEYS[4]) == 1 then
    for i, text in ipairs(texts) do
        local refused = redis.call('HGET', KEYS[4], text)
        if refused then
            local version = struct.unpack('>I8', refused, 5 + struct.unpack('>I4', refused))
            if version <= struct.unpack('>I8', versions[i]) then
                redis.call('HDEL', KEYS[4], text)
            end
        end
    end
end
return #forgotten
