#!lua flags=allow-oom
--[[
Moves entries away from a consumer: each goes when the consumer still has it, else nothing happens to it.

KEYS  1 queue      list of entries
      2 taken      list of those the consumer has
      3 dead       list of those that are given up, newest first
      4 later      sorted set of entries by the millisecond they are due
ARGV  1 where      away, front, later or dead
      2 delay      milliseconds, for later
      3 most       how many dead entries are kept
      4 keep       milliseconds they are kept after the last of them
      5.. entry    two each: bytes of what the consumer has; bytes of what takes its place
REPLY for each entry 1, or 0 when the consumer had it no more
COST  O(entries * taken); TIME; per entry LREM and one of LPUSH, RPUSH, ZADD; LTRIM, PEXPIRE, LLEN
NEEDS Redis 7.0
TRY   EVAL KEYS queue:{a} queue:{a}:taken:me queue:{a}:dead queue:{a}:later ARGV away 0 1000 86400000 1;id;sx -
]]
local queue, taken, dead, later = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local where, delay = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function place(entry)
    if where == 'front' then
        redis.call('LPUSH', queue, entry)
    elseif where == 'dead' then
        redis.call('LPUSH', dead, entry)
        redis.call('LTRIM', dead, 0, ARGV[3] - 1)
        redis.call('PEXPIRE', dead, ARGV[4])
    elseif where == 'later' and delay > 0 then
        redis.call('ZADD', later, now + delay, entry)
        if delay < 2000 and redis.call('LLEN', queue) == 0 then
            redis.call('RPUSH', queue, '') -- so that who waits learns of it
        end
    elseif where == 'later' then
        redis.call('RPUSH', queue, entry)
    end
end

local moved = {}
for i = 5, #ARGV, 2 do
    local had = redis.call('LREM', taken, where == 'front' and -1 or 1, ARGV[i])
    moved[#moved + 1] = had
    if had == 1 then
        place(ARGV[i + 1])
    end
end
return moved
