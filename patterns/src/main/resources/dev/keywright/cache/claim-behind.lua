#!lua
--[[
As claim.lua, for a cache that writes behind: a change that has not reached the database counts before anything that could be
loaded from there. While there is one, the key is never loaded anew, however old or worthless its entry is. Safe to send twice.

KEYS  1 entry     string, laid out as class Entry says
      2 changes   hash, see change.lua
      3 dead      hash, see bury.lua
ARGV  1 token     8 bytes that name the lease if it is granted
      2 lease     milliseconds
      3 waited    token of the lease that was waited for until now, empty when none was
      4 renew     a value with no longer to live, in milliseconds, may be loaded anew; -1 when every value is good
      5 worthless start of an entry that counts as none, as Entry.startOf gives it; empty when every value counts
      6 text      of the key
      7 absent    the entry that says that there is no value
REPLY as claim.lua; {'W', 1} also when the change that waits is worthless to whoever asks
COST  O(1), and the size of the value where it is answered; HGET, GETRANGE, PTTL, GET, SET, SETRANGE
NEEDS Redis 7.0
TRY   EVAL KEYS {p1}1001 {p1}changes {p1}dead ARGV aaaaaaaa 10000 bbbbbbbb -1 none 1001 N0s00
]]
local change = redis.call('HGET', KEYS[2], ARGV[6])
local refused = not change and redis.call('HGET', KEYS[3], ARGV[6])
if refused then
    change = string.sub(refused, 5 + struct.unpack('>I4', refused))
end
if change and #change == 17 then
    return {'V', ARGV[7], 1}
elseif change then
    local entry = redis.call('GETRANGE', KEYS[1], 0, 63)
    local sort = string.sub(entry, 1, 1)
    if sort ~= 'V' and sort ~= 'N' then
        entry = string.sub(change, 18, 81)
        sort = string.sub(entry, 1, 1)
        redis.call('SET', KEYS[1], string.sub(change, 18), 'PX', (struct.unpack('>I8', change, 9)))
    end
    local from = sort == 'V' and string.byte(entry, 2) % 2 == 1 and 22 or 6
    if sort .. string.sub(entry, 3, 5) .. string.sub(entry, from) == ARGV[5] then
        return {'W', 1} -- what the database has is older: it may be loaded, but not stored over this
    end
    return {'V', redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
end

-- from here on as claim.lua
local token, lease, waited = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local renew, worthless = tonumber(ARGV[4]), ARGV[5]
local head = redis.call('GETRANGE', KEYS[1], 0, 255)
local kind, flags, holder = string.sub(head, 1, 1), string.byte(head, 2) or 0, string.sub(head, 6, 13)
local renewable = kind == 'V' and flags % 2 == 1

local function has(flag)
    return math.floor(flags / flag) % 2 == 1
end

local function held(left)
    if not has(4) then
        redis.call('SETRANGE', KEYS[1], 1, string.char(flags + 4))
    end
    return {'H', holder, math.max(left, 1)}
end

if kind == 'V' or kind == 'N' then
    local start = kind .. string.sub(head, 3, 5) .. string.sub(head, renewable and 22 or 6, 64)
    if start ~= worthless then
        local left = redis.call('PTTL', KEYS[1])
        if not renewable or left < 0 or left > renew then
            return {'V', redis.call('GET', KEYS[1]), left}
        end
        local ends = struct.unpack('>I8', head, 14)
        if holder == token then
            return {'L'}
        elseif holder ~= string.rep('\0', 8) and left > ends then
            return has(8) and {'F', string.char(0)} or held(left - ends)
        end
        flags = flags - (has(4) and 4 or 0) - (has(8) and 8 or 0)
        redis.call('SETRANGE', KEYS[1], 1, string.char(flags))
        redis.call('SETRANGE', KEYS[1], 5, token .. struct.pack('>I8', math.max(left - lease, 0)))
        return {'L'}
    end
end

local outcome = '' -- of the load before: token, flags, reason
if kind == 'F' then
    outcome = holder .. string.sub(head, 2, 2) .. string.sub(head, 14)
elseif kind == 'L' then
    outcome = string.sub(head, 14)
end
if waited ~= '' and string.sub(outcome, 1, 8) == waited then
    return {'F', string.sub(outcome, 9)}
elseif kind == 'W' then
    return {'W', redis.call('PTTL', KEYS[1])}
elseif kind == 'L' and holder ~= token then
    return held(redis.call('PTTL', KEYS[1]))
elseif kind ~= 'L' then
    redis.call('SET', KEYS[1], 'L\0\0\0\0' .. token .. outcome, 'PX', lease)
end
return {'L'}
