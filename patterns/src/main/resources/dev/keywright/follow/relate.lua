#!lua
--[[
Writes the side of the one who follows, which is the truth, and in the same step a mark that the other side is to be told. Gives a
ticket to tell it with. Safe to send twice.

KEYS  1 following sorted set of those whom the user follows, by version: the microsecond of the server when that began
      2 marks     sorted set of relations whose other side is to be told, by version
ARGV  1 what      one of follow, unfollow, renew, raise; renew gives a ticket, with a mark where there is none; raise lifts the version
      2 other     bytes, not empty; who is followed
      3 relation  bytes, not empty; both ids in one
      4 most      whole number, 1 to 1000000; how many a user may follow
      5 version   whole number, 0 to 9007199254740991; of the mark that raise is about, else 0
      6 known     whole number, 0 to 9007199254740991; what raise has to exceed, else 0
REPLY {1 changed or 0, version as text, 1 follows or 0, time of the server as text}; version 0: the other side is not to be told
COST  O(log n); TIME, ZSCORE, ZSCORE, ZCARD, ZADD, ZADD
NEEDS Redis 7.0
TRY   EVAL KEYS follow:people:{7}:following:ann follow:people:{7}:marks ARGV follow bob 3:annbob 10000 0 0
]]
local what, other, relation = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local since = tonumber(redis.call('ZSCORE', KEYS[1], other) or nil)
local mark = tonumber(redis.call('ZSCORE', KEYS[2], relation) or nil)

local function written(number)
    return string.format('%.0f', number)
end

local function ticket(changed, version)
    return {changed, written(version), since and 1 or 0, written(now)}
end

local function change(version)
    redis.call('ZADD', KEYS[2], written(version), relation)
    if since then
        since = version
        redis.call('ZADD', KEYS[1], written(version), other)
    end
end

if what == 'renew' then
    if not mark then
        mark = since or now
        redis.call('ZADD', KEYS[2], written(mark), relation)
    end
    return ticket(0, mark)
elseif what == 'raise' then
    if mark and mark == tonumber(ARGV[5]) then
        mark = math.max(mark, tonumber(ARGV[6])) + 1
        change(mark)
    end
    return ticket(0, mark or 0)
elseif (what == 'follow') == (since ~= nil) then
    return ticket(0, mark or 0)
end

local version = math.max(now, (since or 0) + 1, (mark or 0) + 1)
if what == 'follow' then
    if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
        return redis.error_reply('TOOMANY the user follows ' .. ARGV[4] .. ' others already, which is the most. Let them unfollow some, or raise the bound')
    end
    since = version
    change(version)
else
    since = nil
    change(version)
    redis.call('ZREM', KEYS[1], other)
end
return ticket(1, version)
