#!lua
--[[
Decides over several limits at once: all of them grant and are spent, or none is. Keeps each limit exactly as the script
of its own does, and adds what those leave out: a block after a refusal, counting of refusals, calls sent twice.

KEYS  1.. one per limit: as fixed-window.lua, sliding-log.lua, sliding-counter.lua, token-bucket.lua keep it
      then, when ARGV[2] is not 0, the block: string, server time it ends
      then, when ARGV[4] is not 0, the call: string, the reply to it
ARGV  1 wanted    permits, 1 or more, of each limit
      2 block     microseconds everything is refused after a refusal; 0 for none
      3 count     1 when refused permits are spent too, as far as there are any; 0 when not
      4 remember  microseconds in which the same call gets the same reply and spends nothing; 0 for none
      5.. four per limit: fixed, log, counter or bucket; permits; window in microseconds; capacity
REPLY {1 granted or 0 refused, remaining, microseconds to wait, microseconds until full again, server time,
      which limit decided: the one with least left, or with the longest wait; 0 when blocked}
COST  the sum of the limits; TIME once; GET and SET for the block and the call
NEEDS Redis 7.0
TRY   EVAL KEYS rl:{1001} rl:{1001}:day ARGV 1 0 0 0 counter 100 60000000 100 fixed 1000 86400000000 1000
]]
local wanted, block, counting, remember = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
local limits = (#ARGV - 4) / 4
local block_key = KEYS[limits + 1]
local call_key = KEYS[limits + (block > 0 and 2 or 1)]
local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]

local function put(key, life, format, ...)
    redis.call('SET', key, string.format(format, ...), 'PX', math.ceil(life / 1000) + 1)
end

local function numbers(key)
    local found = {}
    for number in string.gmatch(redis.call('GET', key) or '', '%d+') do
        found[#found + 1] = tonumber(number)
    end
    return found
end

-- Each kind answers with functions over its state: wait() for `wanted` permits, left(), reset(), spend(), keep().
local kinds = {}

function kinds.fixed(key, permits, window)
    local state = numbers(key)
    local used, opened, known = state[1] or 0, state[2] or clock, state[3] or window
    if opened > clock + window then
        opened, known = clock, 0
    elseif clock >= opened + window then
        used, opened = 0, clock
    end
    local limit = {}
    function limit.reset() return opened + window - clock end
    function limit.wait() return used + wanted <= permits and 0 or limit.reset() end
    function limit.left() return permits - used end
    function limit.keep() put(key, limit.reset(), '%d %d %d', used, opened, window) end
    function limit.spend()
        used = math.min(used + wanted, math.max(used, permits))
        limit.keep()
    end
    limit.stale = known ~= window
    return limit
end

function kinds.counter(key, permits, window)
    local state = numbers(key)
    local count, before, opened = state[1] or 0, state[2] or 0, state[3] or clock
    local known = state[4] or window
    if opened > clock + window then
        opened, known = clock, 0
    elseif clock >= opened + 2 * window then
        count, before, opened = 0, 0, clock
    elseif clock >= opened + window then
        count, before, opened = 0, count, opened + window
    end
    local passed = math.max(0, clock - opened)
    local function room() return permits * window - count * window - before * (window - passed) end
    local limit = {}
    function limit.reset() return opened + (count > 0 and 2 or 1) * window - clock end
    function limit.wait()
        if wanted * window <= room() then
            return 0
        elseif count + wanted <= permits then
            return math.max(1, opened + window - math.floor((permits - count - wanted) * window / before) - clock)
        end
        return math.max(1, opened + 2 * window - math.floor((permits - wanted) * window / count) - clock)
    end
    function limit.left() return math.floor(room() / window) end
    function limit.keep() put(key, opened + 2 * window - clock, '%d %d %d %d', count, before, opened, window) end
    function limit.spend()
        count = math.min(count + wanted, math.max(count, permits))
        limit.keep()
    end
    limit.stale = known ~= window
    return limit
end

function kinds.bucket(key, permits, window, capacity)
    local state = numbers(key)
    local debt, at, known = state[1] or 0, state[2] or clock, state[3] or window
    if known ~= window then
        debt = math.ceil(debt / known * window)
    end
    if clock > at then
        debt = math.max(0, debt - (clock - at) * permits)
        at = clock
    elseif at > clock + debt / permits then
        at, known = clock, 0
    end
    local late = at - clock
    local limit = {}
    function limit.reset() return math.ceil(debt / permits) + late end
    function limit.wait()
        local excess = debt + (wanted - capacity) * window
        return excess <= 0 and 0 or math.ceil(excess / permits) + late
    end
    function limit.left() return math.floor(capacity - debt / window) end
    function limit.keep() put(key, limit.reset(), '%d %d %d', debt, at, window) end
    function limit.spend()
        debt = math.min(debt + wanted * window, math.max(debt, capacity * window))
        limit.keep()
    end
    limit.at = at
    limit.stale = known ~= window
    return limit
end

function kinds.log(key, permits, window)
    local now, last = clock, clock
    local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
    if newest[1] then
        last = tonumber(newest[1])
        now = math.max(clock, tonumber(newest[2]))
        if now > clock + window then
            now = clock
            for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
                redis.call('ZADD', key, now, member)
            end
        end
        redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
    end
    local used = redis.call('ZCARD', key)
    local function time_of(rank) return tonumber(redis.call('ZRANGE', key, rank, rank, 'WITHSCORES')[2]) end
    local limit = {}
    function limit.reset() return used == 0 and 0 or time_of(-1) + window - clock end
    function limit.wait()
        local leaver = used + wanted - permits - 1
        return leaver < 0 and 0 or time_of(leaver) + window - clock
    end
    function limit.left() return permits - used end
    function limit.keep() redis.call('PEXPIRE', key, math.ceil(limit.reset() / 1000) + 1) end
    function limit.spend()
        for first = 1, wanted, 1000 do
            local members = {}
            for offset = first, math.min(first + 999, wanted) do
                members[#members + 1] = now
                members[#members + 1] = string.format('%016d', last + offset)
            end
            redis.call('ZADD', key, unpack(members))
        end
        used = used + wanted
        if used > permits then -- refusals that count: only the newest can still matter
            redis.call('ZREMRANGEBYRANK', key, 0, used - permits - 1)
            used = permits
        end
        limit.keep()
    end
    limit.at = now
    limit.stale = used > 0
    return limit
end

if remember > 0 then
    local reply = numbers(call_key)
    if reply[1] then -- the same call again: what it was told then, with the time that passed taken off
        reply[3] = math.max(0, reply[3] - (clock - reply[5]))
        reply[4] = math.max(0, reply[4] - (clock - reply[5]))
        return reply
    end
end

local function slowest(limits)
    local longest, which = 0, 1
    for i, limit in ipairs(limits) do
        local wait = limit.wait()
        if wait > longest then
            longest, which = wait, i
        end
    end
    return longest, which
end

local function scarcest(limits)
    local which = 1
    for i, limit in ipairs(limits) do
        if limit.left() < limits[which].left() then
            which = i
        end
    end
    return which
end

local blocked = block > 0 and (numbers(block_key)[1] or 0) - clock or 0
local all = {}
for i = 1, limits do
    local kind, permits, window, capacity = unpack(ARGV, 4 * i + 1, 4 * i + 4)
    if wanted > tonumber(capacity) then
        return redis.error_reply('ERR more permits wanted than there ever are')
    end
    all[i] = kinds[kind](KEYS[i], tonumber(permits), tonumber(window), tonumber(capacity))
end

local wait, decider = slowest(all)
local granted = blocked <= 0 and wait == 0
for _, limit in ipairs(all) do
    if granted or (counting and blocked <= 0) then
        limit.spend()
    elseif limit.stale then
        limit.keep()
    end
end
local reply
if blocked > 0 then
    reply = {0, 0, math.max(blocked, wait), math.max(blocked, wait), clock, 0}
elseif granted then
    decider = scarcest(all)
    reply = {1, all[decider].left(), 0, all[decider].reset(), all[decider].at or clock, decider}
else
    wait, decider = slowest(all)
    if block > 0 then
        put(block_key, block, '%d', clock + block)
    end
    reply = {0, math.max(0, all[decider].left()), math.max(wait, block), all[decider].reset(), clock, decider}
end
if remember > 0 then
    put(call_key, remember, '%d %d %d %d %d %d', unpack(reply))
end
return reply
