#!lua flags=allow-oom
--[[
Writes one value anew under the limits that hold now, if they make it compact. Time to live, times of fields, and
idle time or frequency stay. Nobody can write in between. It runs also where maxmemory is reached: it frees memory.

KEYS  1 key       of any type
ARGV  1 hash      most fields of a hash, 0: leave hashes alone
      2 field     longest field or value
      3 integers  most members of a set of integers, 0: leave those alone
      4 set       most members of another set, 0: leave those alone
      5 member    longest member of a set
      6 zset      most members of a sorted set, 0: leave those alone
      7 scored    longest member of a sorted set
      8 list      fewest bytes of a list, 0: leave lists alone
      9 bytes     most bytes of a value
REPLY 0 left alone, -1 larger than ARGV 9, -2 looked into and left alone, else how many bytes were written anew
COST  O(size of the value); TYPE, OBJECT, MEMORY USAGE, DUMP, PEXPIRETIME, RESTORE
NEEDS Redis 7.0
]]
local key = KEYS[1]
local hash, field, integers, set, member = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local zset, scored, list, bytes = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

-- No value that fits takes more, whatever room its tables and texts have left.
local function most(entries, length, texts)
    return entries == 0 and 0 or 4096 + entries * (texts * (2 * length + 32) + 200)
end

local function longest(texts)
    local most = 0
    for _, text in ipairs(texts) do
        if #text > most then
            most = #text
        end
    end
    return most
end

local function whole(texts)
    for _, text in ipairs(texts) do
        if #text > 19 or not string.match(text, '^-?[1-9]%d*$') and text ~= '0' then
            return false
        end
    end
    return true
end

local function fits(kind)
    if kind == 'hash' then
        return redis.call('HLEN', key) <= hash and longest(redis.call('HGETALL', key)) <= field
    end
    if kind == 'set' then
        local size = redis.call('SCARD', key)
        if size > math.max(integers, set) then
            return false
        end
        local members = redis.call('SMEMBERS', key)
        return size <= integers and whole(members) or size <= set and longest(members) <= member
    end
    if kind == 'zset' then
        return redis.call('ZCARD', key) <= zset and longest(redis.call('ZRANGE', key, 0, -1)) <= scored
    end
    return kind == 'list' and list > 0 and redis.call('MEMORY', 'USAGE', key) >= list
end

local kind = redis.call('TYPE', key).ok
if kind == 'none' then
    return 0
end
local encoding = redis.call('OBJECT', 'ENCODING', key)
if encoding ~= 'hashtable' and encoding ~= 'skiplist' and encoding ~= 'quicklist' then
    return 0
end
-- Before anything reads the value.
local idle = redis.pcall('OBJECT', 'IDLETIME', key)
local frequency = type(idle) == 'number' or redis.pcall('OBJECT', 'FREQ', key) -- under an LFU policy
-- A guess from a few elements first: looking at all of a giant would take long.
local usage = redis.call('MEMORY', 'USAGE', key)
if usage <= bytes then
    usage = redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0)
end
if usage > bytes then
    return -1
end
local room = {
    hash = most(hash, field, 2),
    set = most(math.max(integers, set), math.max(20, member), 1),
    zset = most(zset, scored, 1),
    list = list > 0 and bytes or 0,
}
-- Looking into a value counts as an access to it, so giants are told by their size.
if usage > (room[kind] or 0) then
    return 0
end
if not fits(kind) then
    return kind == 'list' and 0 or -2
end
local expires = math.max(0, redis.call('PEXPIRETIME', key))
local value = redis.call('DUMP', key)
if type(idle) == 'number' then
    redis.call('RESTORE', key, expires, value, 'REPLACE', 'ABSTTL', 'IDLETIME', idle)
elseif type(frequency) == 'number' then
    redis.call('RESTORE', key, expires, value, 'REPLACE', 'ABSTTL', 'FREQ', frequency)
else
    redis.call('RESTORE', key, expires, value, 'REPLACE', 'ABSTTL')
end
return #value
