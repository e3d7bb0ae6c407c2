#!lua flags=allow-oom
--[[
Removes the oldest entries, as far as they are too many or too old. What a group has not read yet or has not acknowledged stays,
unless it may be cut, and with it all that is younger. Removes whole nodes of the stream while there are any, so that it is cheap:
a length is kept to about one node.

KEYS  1 stream  stream of the events
ARGV  1 length  whole number, 0 or more; the entries to keep, 0 for any number
      2 age     milliseconds, 0 or more; how old an entry may get, 0 for any age
      3 cut     1 when what groups have not read or not acknowledged may be removed, else 0
      4 most    whole number, a thousand or more; of entries to remove in one step, of which there are three at most
REPLY {entries removed, entry ID from which on a group needs all or nil, that group or nil}
COST  O(removed + groups); EXISTS, XINFO GROUPS, XPENDING per group that has some, XLEN, TIME, XTRIM
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders} ARGV 1000 86400000 0 10000
]]
local length, age, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
if redis.call('EXISTS', KEYS[1]) == 0 then
    return {0, false, false}
end

-- numbers of up to 20 digits, which a double does not hold
local function digits_less(a, b)
    if #a ~= #b then
        return #a < #b
    end
    return a < b
end

local function less(a, b)
    local a_ms, a_seq = string.match(a, '^(%d+)-(%d+)$')
    local b_ms, b_seq = string.match(b, '^(%d+)-(%d+)$')
    if a_ms == b_ms then
        return digits_less(a_seq, b_seq)
    end
    return digits_less(a_ms, b_ms)
end

local function after(id)
    local ms, seq = string.match(id, '^(%d+)-(%d+)$')
    if #seq > 15 then
        return id -- one more than needed stays
    end
    return ms .. '-' .. string.format('%.0f', tonumber(seq) + 1)
end

local needed, by = false, false
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = {}
    for i = 1, #flat, 2 do
        group[flat[i]] = flat[i + 1]
    end
    local from = after(group['last-delivered-id'])
    if group['pending'] > 0 then
        local oldest = redis.call('XPENDING', KEYS[1], group['name'])[2]
        if less(oldest, from) then
            from = oldest
        end
    end
    if not needed or less(from, needed) then
        needed, by = from, group['name']
    end
end

local bound = ARGV[3] == '0' and needed or '18446744073709551615-18446744073709551615'
local removed = 0
local excess = length > 0 and redis.call('XLEN', KEYS[1]) - length or 0
if excess > 0 then
    removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', bound, 'LIMIT', math.min(excess, most))
end
if age > 0 then
    local time = redis.call('TIME')
    local oldest = string.format('%.0f-0', math.max(0, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - age))
    if less(bound, oldest) then
        oldest = bound
    end
    for _ = 1, 2 do
        local nodes = redis.call('XTRIM', KEYS[1], 'MINID', '~', oldest, 'LIMIT', most)
        removed = removed + nodes
        if nodes == 0 then -- what is left is within the first node
            removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', '=', oldest)
            break
        end
    end
end
return {removed, needed, by}
