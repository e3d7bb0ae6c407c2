#!lua flags=no-writes
--[[
Tells what is known of jobs: those named, or some of one set.

KEYS  1 jobs     see move.lua
      2 ready    sorted set
      3 later    sorted set
      4 active   sorted set
      5 done     sorted set
      6 dead     sorted set
ARGV  1 set      2 to 6 for the set of that key, or 0 for the ids named
      2 from     how many of the set are passed over, beginning with the lowest score
      3 most     how many of it are told, 100 or less
      4.. ids    of jobs
REPLY of each job that is there id, state (ready, later, active, done, dead or behind), millisecond of the state or nothing, header,
      payload, history, result, progress; the missing as nil
COST  O(log(all) + jobs); ZRANGE, HMGET, ZSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs job:{a}:ready job:{a}:later job:{a}:active job:{a}:done job:{a}:dead ARGV 0 0 100 1
]]
local set, from, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local names = {[2] = 'ready', [3] = 'later', [4] = 'active', [5] = 'done', [6] = 'dead'}
local ids = {}
if set > 0 then
    ids = redis.call('ZRANGE', KEYS[set], from, from + most - 1)
else
    for i = 4, #ARGV do
        ids[#ids + 1] = ARGV[i]
    end
end
local reply = {}
for _, id in ipairs(ids) do
    local found = redis.call('HMGET', KEYS[1], 'j' .. id, 'p' .. id, 'h' .. id, 'r' .. id, 'g' .. id)
    if found[1] then
        local state, score = 'behind', false
        for at = 2, 6 do
            score = redis.call('ZSCORE', KEYS[at], id)
            if score then
                state = names[at]
                break
            end
        end
        for _, part in ipairs({id, state, state ~= 'ready' and score or ''}) do
            reply[#reply + 1] = part
        end
        for i = 1, 5 do
            reply[#reply + 1] = found[i]
        end
    end
end
return reply
