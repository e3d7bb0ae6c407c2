#!lua flags=no-writes
--[[
Says of each group how far it is. The server does not always know how many entries a group has not read, and after entries were
trimmed that it had not read Redis 7.0 counts those too; then they are counted here, as far as a limit.

KEYS  1 stream  stream of the events
ARGV  1 most    whole number, 1 or more; of entries to count
      2 group   bytes; which one, or empty for all
REPLY {entries in the stream, milliseconds of the server, {{group, consumers, pending, last entry ID it got, lag or -1 when it is more
      than the most, entry ID of its oldest pending or nil}, ...}}
COST  O(groups + most); EXISTS, TIME, XINFO STREAM, XINFO GROUPS; XPENDING, XRANGE per group
NEEDS Redis 7.0
GIVEN XGROUP CREATE stream:{orders} billing 0 MKSTREAM
TRY   EVAL KEYS stream:{orders} ARGV 1000 billing
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then
    return {0, now, {}}
end

local function fields(flat)
    local named = {}
    for i = 1, #flat, 2 do
        named[flat[i]] = flat[i + 1]
    end
    return named
end

local function is_less(a, b)
    if #a ~= #b then
        return #a < #b
    end
    return a < b
end

local function is_before(a, b)
    local a_ms, a_seq = string.match(a, '^(%d+)-(%d+)$')
    local b_ms, b_seq = string.match(b, '^(%d+)-(%d+)$')
    if a_ms == b_ms then
        return is_less(a_seq, b_seq)
    end
    return is_less(a_ms, b_ms)
end

local stream = fields(redis.call('XINFO', 'STREAM', KEYS[1]))

local function lag(group)
    local last = group['last-delivered-id']
    if stream['length'] == 0 or not is_before(last, stream['last-generated-id']) then
        return 0
    end
    if is_before(last, stream['first-entry'][1]) then
        return stream['length']
    end
    if group['lag'] then
        return group['lag']
    end
    local most = tonumber(ARGV[1])
    local unread = #redis.call('XRANGE', KEYS[1], '(' .. last, '+', 'COUNT', most + 1)
    return unread > most and -1 or unread
end

local groups = {}
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = fields(flat)
    if ARGV[2] == '' or ARGV[2] == group['name'] then
        local oldest = group['pending'] > 0 and redis.call('XPENDING', KEYS[1], group['name'])[2]
        groups[#groups + 1] = {group['name'], group['consumers'], group['pending'], group['last-delivered-id'], lag(group), oldest or false}
    end
end
return {stream['length'], now, groups}
