#!lua
--[[
Adds jobs, each once per id. What is due later waits in a set of its own; whose key is taken stands behind; what ends a batch stands
behind its jobs. Without jobs it admits those that stand in the inbox; what is none is dead, so that it can be looked at.

KEYS  1 jobs      hash {j<id>: run;attempts;at;most;lead;flags;parts, p<id>: payload, ...}
      2 ready     sorted set of ids by the microsecond they came, less the lead of their priority
      3 later     sorted set of ids by the millisecond they are due
      4 behind    sorted set of <kind><length of key>:<key>:<at>:<id>, all of score 0
      5 locks     hash {k<key>, u<unique key>: id; b<batch>: jobs that have not ended, f<batch>: those that failed;
                     a<batch>: the highest number of its jobs that was added; t<schedule>: millisecond of its last tick}
      6 meta      hash {last, idle, enqueued, died}
      7 inbox     list of jobs, and of empty texts that only wake somebody
      8 arrived   list, what was moved out of the inbox by who was woken
      9 dead      sorted set of ids by the millisecond at which they died
ARGV  1 most      jobs that may wait in all; 0 for any number
      2.. jobs    four each: id; due as d and milliseconds from now, a and milliseconds since 1970, b and the number of jobs of the
                  batch, or t and tick;last tick;schedule; header without run, attempts and at; payload
REPLY of each job + when it was added, = when its id is there already or its batch has seen it, ! and an id when that job has its
      unique key; {full} when more would wait than may. Without jobs, how many were admitted
COST  O(jobs * log(all)); TIME, HMGET, HMGET, HSET, ZADD, HSET for all together; with a limit ZCARD of three sets; LLEN, RPUSH when workers
      are idle; HGET, HEXISTS, HSET, ZADD for each that is later, has a key or a unique text, or is of a batch; LPOP, HINCRBY, ZADD for the inbox
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs job:{a}:ready job:{a}:later job:{a}:behind job:{a}:locks job:{a}:meta job:{a}:inbox job:{a}:arrived job:{a}:dead ARGV 0 1 d0 3;0;n;4:mail hello
]]
local jobs, ready, later, behind, locks, meta, inbox, arrived = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local dead = KEYS[9]
local most = tonumber(ARGV[1])
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local known = redis.call('HMGET', meta, 'last', 'idle', 'enqueued')
local at = math.max(micros, tonumber(known[1] or 0) + 1)
local added, wakes = 0, false
local there = {} -- ids that were asked about: whether there is such a job, also one that is written at the end
local fields, scores = {}, {} -- written at the end, all together

local function is_there(id)
    if there[id] == nil then
        there[id] = redis.call('HEXISTS', jobs, 'j' .. id) == 1
    end
    return there[id]
end

-- asks about all of them at once
local function look(list, from)
    local asked = {}
    for i = from, #list, 4 do
        asked[#asked + 1] = 'j' .. list[i]
    end
    for i, header in ipairs(redis.call('HMGET', jobs, unpack(asked))) do
        there[list[from + 4 * (i - 1)]] = header ~= false
    end
end

-- nothing when the text is cut off, or goes on behind them
local function parts(flags, tail)
    local found, from = {}, 1
    for flag in string.gmatch(flags, '%l') do
        local _, stop, length = string.find(tail, '^(%d+):', from)
        if not stop or stop + length > #tail then
            return nil
        end
        from = stop + 1 + length
        found[flag] = string.sub(tail, stop + 1, from - 1)
    end
    return from == #tail + 1 and found or nil
end

local function stand_behind(kind, key, id)
    redis.call('ZADD', behind, 0, kind .. #key .. ':' .. key .. ':' .. string.format('%016.0f', at) .. ':' .. id)
end

local function make_ready(id, lead)
    scores[#scores + 1] = at - lead
    scores[#scores + 1] = id
    wakes = true
end

local function write(id, header, payload)
    fields[#fields + 1] = 'j' .. id
    fields[#fields + 1] = string.format('0;0;%.0f;', at) .. header
    fields[#fields + 1] = 'p' .. id
    fields[#fields + 1] = payload
    there[id] = true
    at = at + 1
    added = added + 1
end

local function place(id, due, lead, part)
    local kind, number = string.sub(due, 1, 1), tonumber(string.sub(due, 2))
    if kind == 'b' then
        redis.call('HSET', locks, 'b' .. part.w, number)
        stand_behind('b', part.w, id)
        return
    end
    local when = kind == 'd' and now + number or number
    if when > now then
        redis.call('ZADD', later, when, id)
        wakes = wakes or when < now + 1000
        return
    end
    if part.k then
        local holder = redis.call('HGET', locks, 'k' .. part.k)
        if holder and is_there(holder) then
            stand_behind('k', part.k, id)
            return
        end
        redis.call('HSET', locks, 'k' .. part.k, id)
    end
    make_ready(id, lead)
end

-- whether it is the first for this tick of a schedule
local function is_next_tick(due)
    local tick, last, schedule = string.match(due, '^t(%d+);(%d+);(.*)$')
    if redis.call('HGET', locks, 't' .. schedule) ~= last then
        return false
    end
    redis.call('HSET', locks, 't' .. schedule, tick)
    return true
end

-- whether a job of a batch comes again, perhaps after it was done and forgotten
local function is_seen(batch, id)
    if redis.call('HEXISTS', locks, 'b' .. batch) == 0 then
        return true
    end
    local number = tonumber(string.sub(id, #batch + 2))
    if not number then
        return false
    end
    if number <= tonumber(redis.call('HGET', locks, 'a' .. batch) or 0) then
        return true
    end
    redis.call('HSET', locks, 'a' .. batch, number)
    return false
end

local function add(id, due, header, payload)
    if string.sub(due, 1, 1) == 't' then
        if not is_next_tick(due) then
            return '='
        end
        due = 'd0'
    end
    if there[id] then
        return '='
    end
    local plain = due == 'd0' and string.match(header, '^%d+;(%-?%d+);n;')
    if plain then -- by far the most
        make_ready(id, plain)
        write(id, header, payload)
        return '+'
    end
    local lead, flags, tail = string.match(header, '^%d+;(%-?%d+);(%l+);(.*)$')
    local part = parts(flags, tail)
    if part.b and is_seen(part.b, id) then
        return '='
    end
    if part.u then
        local holder = redis.call('HGET', locks, 'u' .. part.u)
        if holder and is_there(holder) then
            return '!' .. holder
        end
        redis.call('HSET', locks, 'u' .. part.u, id)
    end
    place(id, due, lead, part)
    write(id, header, payload)
    return '+'
end

local function add_all(list, from)
    local answers = {}
    look(list, from)
    for i = from, #list, 4 do
        answers[#answers + 1] = add(list[i], list[i + 1], list[i + 2], list[i + 3])
    end
    return answers
end

-- for those that are not there already
local function has_room()
    local free = most - redis.call('ZCARD', ready) - redis.call('ZCARD', later) - redis.call('ZCARD', behind)
    if free >= (#ARGV - 1) / 4 then
        return true
    end
    local new = 0
    for i = 2, #ARGV, 4 do
        new = new + (is_there(ARGV[i]) and 0 or 1)
    end
    return new == 0 or free >= new
end

local reply
if #ARGV == 1 then -- functions are made only where they are needed: that costs time in each run
    local function is_sound(id, due, header)
        local flags, tail = string.match(header, '^%d+;%-?%d+;(n[kubws]*);(.*)$')
        local part = flags and parts(flags, tail)
        return id ~= '' and part and (string.match(due, '^[da]%d+$') or part.w and string.match(due, '^b%d+$'))
    end

    local function split(item)
        local from, job = 1, {}
        while from <= #item and #job < 4 do
            local _, stop, length = string.find(item, '^(%d+):', from)
            if not stop or stop + length > #item then
                return {}
            end
            from = stop + 1 + length
            job[#job + 1] = string.sub(item, stop + 1, from - 1)
        end
        return job
    end

    local function set_aside(item)
        local id = string.format('unreadable@%.0f', at)
        local cause = 'The inbox held what is no job.'
        redis.call('HSET', jobs, 'j' .. id, string.format('0;0;%.0f;1;0;n;10:unreadable', at), 'p' .. id, item,
            'h' .. id, string.format('%d;0;%d:', now, #cause) .. cause)
        redis.call('ZADD', dead, now, id)
        redis.call('HINCRBY', meta, 'died', 1)
        at = at + 1
        added = added + 1
    end

    local function admit()
        local list = {}
        for _, key in ipairs({arrived, inbox}) do
            for _, item in ipairs(redis.call('LPOP', key, 100) or {}) do
                local job = split(item)
                if #job == 4 and is_sound(job[1], job[2], job[3]) then
                    for _, part in ipairs(job) do
                        list[#list + 1] = part
                    end
                elseif item ~= '' then
                    set_aside(item)
                end
            end
        end
        return list[1] and #add_all(list, 1) or 0
    end

    reply = admit()
else
    if most > 0 and not has_room() then
        return {'full'}
    end
    reply = add_all(ARGV, 2)
end
if #scores > 0 then
    redis.call('ZADD', ready, unpack(scores))
end
if #fields > 0 then
    redis.call('HSET', jobs, unpack(fields))
end
if added > 0 then
    redis.call('HSET', meta, 'last', string.format('%.0f', at), 'enqueued', string.format('%.0f', (known[3] or 0) + added))
end
if wakes and tonumber(known[2] or 0) > now and redis.call('LLEN', inbox) == 0 then
    redis.call('RPUSH', inbox, '')
end
return reply
