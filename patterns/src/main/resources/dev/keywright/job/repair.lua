#!lua
--[[
Looks at some jobs, and puts those that are in none of the sets back into one, as when somebody has deleted a key; or looks at some of
those that stand behind, and brings forward those whom nobody will.

KEYS  1 jobs    hash, see enqueue.lua and move.lua
      2 ready   sorted set
      3 later   sorted set
      4 behind  sorted set
      5 locks   hash
      6 active  sorted set
      7 done    sorted set
      8 dead    sorted set
ARGV  1 what    jobs or behind
      2 cursor  0 at first
      3 count   how many are looked at, about
REPLY {cursor, 0 when all were looked at; how many were moved}
COST  O(count * log(all)); TIME, HSCAN, ZSCAN, ZSCORE, HEXISTS, HGET, HSET, HSETNX, ZADD, ZREM, ZRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs job:{a}:ready job:{a}:later job:{a}:behind job:{a}:locks job:{a}:active job:{a}:done job:{a}:dead ARGV jobs 0 100
]]
local jobs, ready, later, behind, locks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local active, done, dead = KEYS[6], KEYS[7], KEYS[8]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local moved = 0

local function parse(header)
    local attempts, at, most, lead, flags, tail = string.match(header, '^%d+;(%d+);(%d+);(%d+);(%-?%d+);(%l+);(.*)$')
    if not attempts then
        return nil
    end
    local part, from = {}, 1
    for flag in string.gmatch(flags, '%l') do
        local _, stop, length = string.find(tail, '^(%d+):', from)
        if not stop then
            return nil
        end
        from = stop + 1 + length
        part[flag] = string.sub(tail, stop + 1, from - 1)
    end
    return {attempts = tonumber(attempts), at = at, most = tonumber(most), lead = lead, part = part}
end

local function lives(id)
    return id and redis.call('HEXISTS', jobs, 'j' .. id) == 1
end

local function member(kind, key, job, id)
    return kind .. #key .. ':' .. key .. ':' .. string.format('%016.0f', tonumber(job.at)) .. ':' .. id
end

local function place(id, job)
    local key = job.part.k
    local holder = key and redis.call('HGET', locks, 'k' .. key)
    if holder and holder ~= id and lives(holder) then
        redis.call('ZADD', behind, 0, member('k', key, job, id))
        return
    end
    if key then
        redis.call('HSET', locks, 'k' .. key, id)
    end
    redis.call('ZADD', ready, string.format('%.0f', job.at - job.lead), id)
end

-- an attempt has been made, or nothing is before it
local function hold(id, job)
    if job.part.k then
        redis.call('HSETNX', locks, 'k' .. job.part.k, id)
    end
    if job.part.u then
        redis.call('HSETNX', locks, 'u' .. job.part.u, id)
    end
end

local function where(id, job)
    for _, set in ipairs({ready, active, later, done, dead}) do
        if redis.call('ZSCORE', set, id) then
            return set
        end
    end
    local part = job and job.part or {}
    return part.k and redis.call('ZSCORE', behind, member('k', part.k, job, id))
        or part.w and redis.call('ZSCORE', behind, member('b', part.w, job, id))
end

local function look(id, header)
    local job = parse(header)
    local set = where(id, job)
    if set then
        if job and (set == ready or set == active or set == later and job.attempts > 0) then
            hold(id, job)
        end
        return
    end
    moved = moved + 1
    if redis.call('HEXISTS', jobs, 'p' .. id) == 0 then
        redis.call('ZADD', done, now, id)
    elseif not job or job.attempts >= job.most then
        redis.call('ZADD', dead, now, id)
    elseif job.part.w and redis.call('HEXISTS', locks, 'b' .. job.part.w) == 1 then
        redis.call('ZADD', behind, 0, member('b', job.part.w, job, id))
    else
        place(id, job)
    end
end

local function bring_forward(prefix)
    local first = redis.call('ZRANGE', behind, '[' .. prefix .. ':', '(' .. prefix .. ';', 'BYLEX', 'LIMIT', 0, 1)[1]
    if not first then
        return
    end
    local id = string.sub(first, #prefix + 19)
    local job = parse(redis.call('HGET', jobs, 'j' .. id) or '')
    redis.call('ZREM', behind, first)
    if job then
        place(id, job)
        moved = moved + 1
    end
end

local found
if ARGV[1] == 'jobs' then
    found = redis.call('HSCAN', jobs, ARGV[2], 'MATCH', 'j*', 'COUNT', ARGV[3])
    for i = 1, #found[2], 2 do
        look(string.sub(found[2][i], 2), found[2][i + 1])
    end
else
    found = redis.call('ZSCAN', behind, ARGV[2], 'COUNT', ARGV[3])
    for i = 1, #found[2], 2 do
        local kind, length = string.match(found[2][i], '^(%l)(%d+):')
        local key = string.sub(found[2][i], #length + 3, #length + 2 + length)
        if kind == 'k' and not lives(redis.call('HGET', locks, 'k' .. key))
            or kind == 'b' and redis.call('HEXISTS', locks, 'b' .. key) == 0 then
            bring_forward(kind .. length .. ':' .. key)
        end
    end
end
return {found[1], moved}
