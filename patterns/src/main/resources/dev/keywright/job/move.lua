#!lua flags=allow-oom
--[[
One step of a worker: tells what became of its jobs, brings back jobs of workers that are lost, brings forward what is due, and takes
the next jobs. The answer to a call is kept for one lease, so that the call can be repeated. An id is in one of the sets ready, active,
later, done, dead and behind, and only here and in enqueue.lua does it change sets.

KEYS  1 jobs      see enqueue.lua; also h<id>: what failed, newest first; r<id>: result; g<id>: progress; c<id>: 1 when it is to be cancelled
      2 ready     sorted set, see enqueue.lua
      3 later     sorted set
      4 behind    sorted set
      5 locks     hash
      6 meta      hash {last, idle, paused, rate, kept, enqueued, taken, done, failed, died, lost, late, cancelled}
      7 inbox     list
      8 arrived   list
      9 active    sorted set of ids by the millisecond at which the lease is over
     10 done      sorted set of ids by the millisecond at which they were
     11 dead      sorted set of ids by the millisecond at which they died
     12 told      string: id of the last call of whoever asks, and its answer
ARGV  1 call      id; when it ends in - and a number, calls of a lower number than the last are void
      2 wanted    jobs to take, 50 or less
      3 lease     milliseconds
      4 wait      milliseconds, twice as long as who gets less than wanted waits for the inbox
      5 width     jobs that may be active at a time; 0 for any number
      6 interval  microseconds between two takes; 0 for no limit
      7 burst     how many may be taken at once after a rest
      8 done      how many of the done are kept
      9 done age  milliseconds for which they are
     10 dead      how many of the dead are kept
     11 dead age  milliseconds for which they are
     12 spare     milliseconds for which those that are done are remembered however many they are, 100,000 more at most, as somebody
                  may ask for them again
     13.. reports 50 or less, five each: verb, id, run, milliseconds, text; done: result; retry: delay, cause; dead: cause; back: delay, cause or
                  nothing; drop; and of no run: cancel, redrive
REPLY {ms until something is due or -1, 1 when the inbox has jobs, {1 done, 0 not (any more) so, 2 wished, of each report},
      {id, header, payload of each job}, 1 when the queue is paused}
COST  O((reports + wanted + 50) * log(all)); GET, TIME, HMGET, ZCARD, SET; ZMSCORE, HMGET, ZREM, HDEL, ZADD when jobs are done, and HSET of a
      result each; ZPOPMIN, HMGET, HSET, ZADD, HSET when some are taken; every 20 ms, or when fewer are ready than wanted, ZRANGE, LINDEX,
      ZCARD and for 50 each what brings them back or forward: HGET, HSET, HEXISTS, HINCRBY, ZADD, ZREM; ZREMRANGEBYRANK, HDEL of 100;
      LPOP, LLEN, RPUSH
NEEDS Redis 7.0
TRY   EVAL KEYS job:{a}:jobs job:{a}:ready job:{a}:later job:{a}:behind job:{a}:locks job:{a}:meta job:{a}:inbox job:{a}:arrived job:{a}:active job:{a}:done job:{a}:dead job:{a}:told:w ARGV w1 1 30000 1000 0 0 1 1000 3600000 1000 3600000 2000
]]
local jobs, ready, later, behind, locks, meta, inbox, arrived = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local active, done, dead, told = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local call, wanted, lease, wait = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local width, interval, burst = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local MOST = 50
local MOST_TRIMMED = 100
local MOST_SPARED = 100000
local REST = 20 -- milliseconds after which a busy queue is looked after again; one with nothing ready always is

local memo = redis.call('GET', told)
if memo and string.sub(memo, 1, #call + 1) == call .. ';' then
    local before, taken = cmsgpack.unpack(string.sub(memo, #call + 2)), {}
    for i = 1, #before[2], 2 do
        local id = before[2][i]
        local pair = redis.call('HMGET', jobs, 'j' .. id, 'p' .. id)
        if pair[1] and string.match(pair[1], '^%d+') == before[2][i + 1] then
            taken[#taken + 1] = id
            taken[#taken + 1] = pair[1]
            taken[#taken + 1] = pair[2]
        end
    end
    return {0, 0, before[1], taken, 0}
end
local number = tonumber(string.match(call, '%-(%d+)$'))
local last = memo and tonumber(string.match(memo, '^[%w_-]+%-(%d+);'))
if number and last and number < last then
    return {0, 0, {}, {}, 0} -- whoever sent it has its answer long since
end

local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local known = redis.call('HMGET', meta, 'paused', 'idle', 'rate', 'kept', 'done', 'taken')
local counts, books = {}, {}
local KINDS = {'j', 'p', 'h', 'r', 'g', 'c'} -- of fields of a job

local function count(what, number)
    counts[what] = (counts[what] or 0) + (number or 1)
end

-- in meta, all at the end
local function set(field, number)
    books[#books + 1] = field
    books[#books + 1] = string.format('%.0f', number)
end

local function parse(header)
    local run, attempts, at, most, lead, flags, tail =
        string.match(header, '^(%d+);(%d+);(%d+);(%d+);(%-?%d+);(%l+);(.*)$')
    if not run then
        run, attempts = string.match(header, '^(%d+);(%d+);')
        return {run = run or '0', attempts = tonumber(attempts or 0), at = '0', most = 1, lead = '0', flags = 'n', tail = '10:unreadable'}
    end
    return {run = run, attempts = tonumber(attempts), at = at, most = tonumber(most), lead = lead, flags = flags, tail = tail}
end

local function write(id, job)
    redis.call('HSET', jobs, 'j' .. id, string.format('%s;%d;%s;%d;%s;%s;', job.run, job.attempts, job.at, job.most, job.lead, job.flags) .. job.tail)
end

local function parts(job)
    local found, from = {}, 1
    if job.flags == 'n' then
        return found
    end
    for flag in string.gmatch(job.flags, '%l') do
        local _, stop, length = string.find(job.tail, '^(%d+):', from)
        if not stop then
            break
        end
        from = stop + 1 + length
        found[flag] = string.sub(job.tail, stop + 1, from - 1)
    end
    return found
end

local function purge(id)
    redis.call('HDEL', jobs, 'j' .. id, 'p' .. id, 'h' .. id, 'r' .. id, 'g' .. id, 'c' .. id)
end

local function member(kind, key, at, id)
    return kind .. #key .. ':' .. key .. ':' .. string.format('%016.0f', tonumber(at)) .. ':' .. id
end

local function place(id, job, score)
    local key = parts(job).k
    if key then
        local holder = redis.call('HGET', locks, 'k' .. key)
        if holder and holder ~= id and redis.call('HEXISTS', jobs, 'j' .. holder) == 1 then
            redis.call('ZADD', behind, 0, member('k', key, job.at, id))
            return
        end
        redis.call('HSET', locks, 'k' .. key, id)
    end
    redis.call('ZADD', ready, string.format('%.0f', score - job.lead), id)
end

local function next_behind(kind, key)
    local prefix = kind .. #key .. ':' .. key
    for _ = 1, MOST do
        local first = redis.call('ZRANGE', behind, '[' .. prefix .. ':', '(' .. prefix .. ';', 'BYLEX', 'LIMIT', 0, 1)[1]
        if not first then
            return
        end
        redis.call('ZREM', behind, first)
        local id = string.sub(first, #prefix + 19)
        local header = redis.call('HGET', jobs, 'j' .. id)
        if header then
            return id, parse(header)
        end
    end
end

local function note(id, attempts, cause)
    local before = redis.call('HGET', jobs, 'h' .. id) or ''
    redis.call('HSET', jobs, 'h' .. id, string.sub(string.format('%d;%d;%d:', now, attempts, #cause) .. cause .. before, 1, 16384))
end

-- whether there may be more to forget
local function trim(set, most, age, spare)
    local over = redis.call('ZCARD', set) - most

    local function may_go(score, number)
        return (number <= over or score < now - age) and (score + spare < now or over - number >= MOST_SPARED)
    end

    local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
    if not first[1] or not may_go(tonumber(first[2]), 1) then
        return false
    end
    local old, fields, last = redis.call('ZRANGE', set, 0, MOST_TRIMMED - 1, 'WITHSCORES'), {}, 0
    for i = 1, #old, 2 do
        if not may_go(tonumber(old[i + 1]), last + 1) then
            break
        end
        last = last + 1
        for _, kind in ipairs(KINDS) do
            fields[#fields + 1] = kind .. old[i]
        end
    end
    redis.call('HDEL', jobs, unpack(fields))
    redis.call('ZREMRANGEBYRANK', set, 0, last - 1)
    return last == MOST_TRIMMED
end

local bury

-- what stood behind the job comes forward
local function release(id, part, failed)
    if part.k and redis.call('HGET', locks, 'k' .. part.k) == id then
        local heir, job = next_behind('k', part.k)
        if heir then
            redis.call('HSET', locks, 'k' .. part.k, heir)
            redis.call('ZADD', ready, string.format('%.0f', micros - job.lead), heir)
        else
            redis.call('HDEL', locks, 'k' .. part.k)
        end
    end
    if part.u and redis.call('HGET', locks, 'u' .. part.u) == id then
        redis.call('HDEL', locks, 'u' .. part.u)
    end
    if part.b and redis.call('HEXISTS', locks, 'b' .. part.b) == 1 then
        local failures = failed and redis.call('HINCRBY', locks, 'f' .. part.b, 1)
        if redis.call('HINCRBY', locks, 'b' .. part.b, -1) <= 0 then
            failures = failures or redis.call('HGET', locks, 'f' .. part.b)
            redis.call('HDEL', locks, 'b' .. part.b, 'f' .. part.b, 'a' .. part.b)
            local heir, job = next_behind('b', part.b)
            if heir and failures and string.find(job.flags, 's', 1, true) then
                bury(heir, job, 'A job before it in the chain failed.')
            elseif heir then
                place(heir, job, micros)
            end
        end
    end
end

function bury(id, job, cause)
    local part = parts(job)
    note(id, job.attempts, cause)
    job.flags = string.gsub(job.flags, 'b', 'x') -- it has ended for its batch
    write(id, job)
    redis.call('HDEL', jobs, 'c' .. id)
    redis.call('ZREM', active, id)
    redis.call('ZADD', dead, now, id)
    count('died')
    release(id, part, true)
end

local function drop(id, job)
    redis.call('ZREM', active, id)
    purge(id)
    count('cancelled')
    release(id, parts(job), true)
end

local function put_back(id, job, delay, score)
    redis.call('ZREM', active, id)
    if delay > 0 then
        redis.call('ZADD', later, now + delay, id)
    else
        place(id, job, score)
    end
end

-- ends an attempt that did not succeed
local function again(id, job, delay, cause)
    if redis.call('HEXISTS', jobs, 'c' .. id) == 1 then
        drop(id, job)
    elseif job.attempts >= job.most then
        bury(id, job, cause)
    else
        note(id, job.attempts, cause)
        put_back(id, job, delay, micros) -- behind others: perhaps it kills its workers
    end
end

local finished, finished_fields, finished_scores = {}, {}, {}

-- its other fields are forgotten with it
local function finish(id, header, result)
    count('done')
    finished[#finished + 1] = id
    finished_fields[#finished_fields + 1] = 'p' .. id
    finished_scores[#finished_scores + 1] = now
    finished_scores[#finished_scores + 1] = id
    if result ~= '' and tonumber(ARGV[8]) > 0 then
        redis.call('HSET', jobs, 'r' .. id, result)
    end
    if not string.find(header, '^%d+;%d+;%d+;%d+;%-?%d+;n;') then
        release(id, parts(parse(header)), false)
    end
end

-- all of them at once
local function file()
    if #finished > 0 then
        redis.call('ZREM', active, unpack(finished))
        redis.call('HDEL', jobs, unpack(finished_fields))
        redis.call('ZADD', done, unpack(finished_scores))
    end
end

local function give_back(id, job, delay, cause)
    if redis.call('HEXISTS', jobs, 'c' .. id) == 1 then
        drop(id, job)
        return
    end
    if cause ~= '' then
        note(id, job.attempts, cause)
    end
    job.attempts = math.max(job.attempts - 1, 0)
    write(id, job)
    put_back(id, job, delay, job.at) -- at its old place
end

local function cancel(id)
    local header = redis.call('HGET', jobs, 'j' .. id)
    if not header then
        return 0
    elseif redis.call('ZSCORE', active, id) then
        redis.call('HSET', jobs, 'c' .. id, 1)
        return 2
    elseif redis.call('ZSCORE', done, id) or redis.call('ZSCORE', dead, id) then
        return 0
    end
    local job = parse(header)
    local part = parts(job)
    redis.call('ZREM', ready, id)
    redis.call('ZREM', later, id)
    if part.k then
        redis.call('ZREM', behind, member('k', part.k, job.at, id))
    end
    if part.w then
        redis.call('ZREM', behind, member('b', part.w, job.at, id))
    end
    drop(id, job)
    return 1
end

local function redrive(id)
    local header = redis.call('ZSCORE', dead, id) and redis.call('HGET', jobs, 'j' .. id)
    if not header then
        return 0
    end
    local job = parse(header)
    if job.tail == '10:unreadable' then
        return 0
    end
    local unique = parts(job).u
    if unique then
        local holder = redis.call('HGET', locks, 'u' .. unique)
        if holder and holder ~= id and redis.call('HEXISTS', jobs, 'j' .. holder) == 1 then
            return 0
        end
        redis.call('HSET', locks, 'u' .. unique, id)
    end
    redis.call('ZREM', dead, id)
    job.attempts = 0
    write(id, job)
    place(id, job, micros)
    return 1
end

local function report(verb, id, run, delay, text, header)
    if verb == 'cancel' then
        return cancel(id)
    elseif verb == 'redrive' then
        return redrive(id)
    end
    if not header or (string.match(header, '^(%d+);') or '0') ~= run then
        count('late')
        return 0
    end
    if verb == 'done' then
        finish(id, header, text)
        return 1
    end
    local job = parse(header)
    if verb == 'back' then
        give_back(id, job, delay, text)
    elseif verb == 'drop' then
        drop(id, job)
    else
        count('failed')
        if verb == 'dead' then
            bury(id, job, text)
        else
            again(id, job, delay, text)
        end
    end
    return 1
end

local function recover()
    local orphans = redis.call('ZRANGE', active, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, MOST)
    for _, id in ipairs(orphans) do
        local header = redis.call('HGET', jobs, 'j' .. id)
        if header then
            count('lost')
            again(id, parse(header), 0, 'Its worker was lost: the lease was over.')
        else
            redis.call('ZREM', active, id)
        end
    end
    return #orphans == MOST
end

local function promote()
    local first = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
    if not first[2] or tonumber(first[2]) > now then
        return first[2] and first[2] - now or -1
    end
    local due = redis.call('ZRANGE', later, '-inf', now, 'BYSCORE', 'LIMIT', 0, MOST, 'WITHSCORES')
    local ids, fields = {}, {}
    for i = 1, #due, 2 do
        ids[#ids + 1] = due[i]
        fields[#fields + 1] = 'j' .. due[i]
    end
    redis.call('ZREM', later, unpack(ids))
    for i, header in ipairs(redis.call('HMGET', jobs, unpack(fields))) do
        if header then
            place(ids[i], parse(header), due[2 * i] * 1000)
        end
    end
    first = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
    return first[2] and math.max(first[2] - now, 0) or -1
end

local function has_jobs(list)
    local first = redis.call('LINDEX', list, 0)
    for _ = 1, MOST do
        if first ~= '' then
            break
        end
        redis.call('LPOP', list)
        first = redis.call('LINDEX', list, 0)
    end
    return first
end

local due, is_sent, is_kept = -1, false, false

local function keep()
    local is_more = recover()
    due = promote()
    is_sent = has_jobs(arrived)
    is_sent = has_jobs(inbox) or is_sent
    is_more = trim(done, tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[12])) or is_more
    is_more = trim(dead, tonumber(ARGV[10]), tonumber(ARGV[11]), 0) or is_more
    set('kept', (is_more or due == 0) and 0 or now)
    is_kept = true
end

-- since when permits have come together; after the clock went back, as after a rest
local function resting()
    local from = tonumber(known[3] or 0)
    return math.max(from <= micros and from or 0, micros - burst * interval)
end

-- how many may be taken, and the milliseconds until another one may
local function allowance()
    local may = wanted
    if known[1] then
        return 0, -1
    end
    if width > 0 then
        may = math.min(may, width - redis.call('ZCARD', active))
    end
    if interval > 0 and may > 0 then
        local from = resting()
        local permits = math.floor((micros - from) / interval)
        if permits < may then
            return permits, math.ceil((from + (permits + 1) * interval - micros) / 1000)
        end
    end
    return math.max(may, 0), -1
end

local function take(most, taken, notes)
    local popped, fields = redis.call('ZPOPMIN', ready, most), {}
    for i = 1, #popped, 2 do
        fields[i] = 'j' .. popped[i]
        fields[i + 1] = 'p' .. popped[i]
    end
    local found, headers, leases = redis.call('HMGET', jobs, unpack(fields)), {}, {}
    local this, till = string.format('%.0f', micros), string.format('%.0f', now + lease)
    for i = 1, #popped, 2 do
        local run, attempts, rest = string.match(found[i] or '', '^(%d+);(%d+)(;.*)$')
        if run then
            -- also where writes were lost no two takes have the same
            run = tonumber(run) < micros and this or string.format('%.0f', run + 1)
            local header = run .. ';' .. attempts + 1 .. rest
            local last, count = #headers, #taken
            notes[last + 1] = popped[i]
            notes[last + 2] = run
            taken[count + 1] = popped[i]
            taken[count + 2] = header
            taken[count + 3] = found[i + 1] or ''
            headers[last + 1] = fields[i]
            headers[last + 2] = header
            leases[last + 1] = till
            leases[last + 2] = popped[i]
        end
    end
    if #headers > 0 then
        redis.call('HSET', jobs, unpack(headers))
        redis.call('ZADD', active, unpack(leases))
    end
end

local statuses, told_ids, told_fields = {}, {}, {}
for i = 13, #ARGV, 5 do
    told_ids[#told_ids + 1] = ARGV[i + 1]
    told_fields[#told_fields + 1] = 'j' .. ARGV[i + 1]
end
if #told_ids > 0 then
    local leases = redis.call('ZMSCORE', active, unpack(told_ids))
    local headers = redis.call('HMGET', jobs, unpack(told_fields))
    for i = 1, #told_ids do
        local at = 8 + 5 * i
        statuses[i] =
            report(ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3]), ARGV[at + 4], leases[i] and headers[i])
    end
    file()
end
local waiting = redis.call('ZCARD', ready)
local kept = tonumber(known[4] or 0)
if waiting < wanted or wanted == 0 or now - kept >= REST or kept > now then
    keep()
    waiting = redis.call('ZCARD', ready)
end
local may, permit = allowance()
local taken, notes = {}, {}
if may > 0 and waiting > 0 then
    take(may, taken, notes)
    if interval > 0 and #taken > 0 then
        set('rate', resting() + #taken / 3 * interval)
    end
end
local idle = tonumber(known[2] or 0)
if #taken < 3 * wanted and idle < now + wait / 2 then
    set('idle', now + wait)
end
if counts.done then
    set('done', (known[5] or 0) + counts.done)
end
if #taken > 0 then
    set('taken', (known[6] or 0) + #taken / 3)
end
if #books > 0 then
    redis.call('HSET', meta, unpack(books))
end
counts.done = nil
for what, number in pairs(counts) do
    redis.call('HINCRBY', meta, what, number)
end
local is_limited = known[1] or permit >= 0 or width > 0 and redis.call('ZCARD', active) >= width
if idle > now and not is_limited and waiting > #taken / 3 and redis.call('LLEN', inbox) == 0 then
    redis.call('RPUSH', inbox, '') -- whoever waits helps
end
if wanted > 0 or #statuses > 0 then
    redis.call('SET', told, call .. ';' .. cmsgpack.pack({statuses, notes}), 'PX', lease)
end
if permit >= 0 and (due < 0 or permit < due) then
    due = permit
end
return {due, is_sent and 1 or 0, statuses, taken, known[1] and 1 or 0}
