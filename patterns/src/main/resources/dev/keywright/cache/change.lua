#!lua
--[[
Stores an entry, or removes it, and keeps the change for the database, in one step. A change that waits already is replaced, so
the newest wins; it keeps its place, and one that was put off after a failure comes back to the front. Versions of a partition
only grow.

KEYS  1 entry     string, laid out as class Entry says
      2 changes   hash: text -> version (8 bytes), ms to live (8), attempts (1), entry; no entry when the key was removed
      3 due       sorted set: text by the time in ms from which the change may be written
      4 since     sorted set: text by the time in us of the first change that is not yet written; of the newest once one was written
      5 version   string: the last version given
      6 dead      hash of changes that the database refuses, see bury.lua
ARGV  1 text      of the key
      2 fresh     the new entry, empty to remove it
      3 ttl       milliseconds
      4 delay     milliseconds for which more changes of the key are gathered
      5 bound     changes that may wait in this partition
      6 absent    1 to store only if there is no value, else 0
      7 worthless start of an entry that counts as none, as Entry.startOf gives it; empty when every value counts
REPLY number of changes that wait now; with absent 1 stored, 0 there is a value; error BACKLOG, and nothing done, when too many wait
COST  O(log(changes)) and the size of the value; TIME, SET or UNLINK, HSET, HLEN, HEXISTS, HGET, ZADD, GET, GETRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}1001 {p1}changes {p1}due {p1}since {p1}version {p1}dead ARGV 1001 V0s00ann 60000 100 1000 0 none
]]
local text, fresh, delay = ARGV[1], ARGV[2], tonumber(ARGV[4])
if ARGV[6] == '1' then
    local head = redis.call('GETRANGE', KEYS[1], 0, 63)
    local kind, flags = string.sub(head, 1, 1), string.byte(head, 2) or 0
    local start = kind .. string.sub(head, 3, 5) .. string.sub(head, flags % 2 == 1 and 22 or 6)
    if kind == 'V' and start ~= ARGV[7] then
        return 0
    elseif kind ~= 'V' then
        local change = redis.call('HGET', KEYS[2], text)
        local refused = not change and redis.call('HGET', KEYS[6], text)
        if change and #change > 17 or refused and #refused > 21 + struct.unpack('>I4', refused) then
            return 0
        end
    end
end

local depth = redis.call('HLEN', KEYS[2])
if depth >= tonumber(ARGV[5]) and redis.call('HEXISTS', KEYS[2], text) == 0 then
    return redis.error_reply('BACKLOG ' .. depth .. ' changes wait for the database')
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local version = math.max((tonumber(redis.call('GET', KEYS[5])) or 0) + 1, now)
redis.call('SET', KEYS[5], string.format('%.0f', version), 'PX', 604800000)
if fresh == '' then
    redis.call('UNLINK', KEYS[1])
else
    redis.call('SET', KEYS[1], fresh, 'PX', ARGV[3])
end
local added = redis.call('HSET', KEYS[2], text, struct.pack('>I8I8B', version, tonumber(ARGV[3]), 0) .. fresh)
redis.call('ZADD', KEYS[3], 'LT', math.floor(now / 1000) + delay, text)
redis.call('ZADD', KEYS[4], 'NX', now, text)
return ARGV[6] == '1' and 1 or depth + added
