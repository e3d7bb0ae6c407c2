#!lua
--[[
Devices of users come, stay or leave, many in one call. Who is over by the server's clock goes offline first, 25 at most. The event of a
transition is written by the call that makes it. Safe to send twice.

KEYS  1 online    sorted set {user: ms of the server until which the user is online}
      2 devices   hash {user: for each device "until owner length:device"}
      3 seen      sorted set {user: ms of the server when the user went offline}
      4 events    stream {e: j joined, l left, x expired; u: user; at: ms}
ARGV  1 kind      j come (a device of another owner is taken over), r stay, b come back (it is not taken over), l leave
      2 ttl       ms, 1000 to 86400000; so long a device stays without a word
      3 retention ms, 60000 to 315360000000; how long last seen is kept
      4 entries   whole number, 1 to 10000000; about how many the events are
      5 most      whole number, 1 to 100; devices of one user
      6 user      bytes, not empty; then owner and device, and so on for each device, 100 at most, none to sweep only
      7 owner     letters and digits
      8 device    bytes, not empty
      9.. more
REPLY {users that came, users that left, users that expired, and for each device that was not done: its number from 1, why: 1 it is
      not there, 2 it has another owner, 3 the user has too many}
COST  O(M log N) for M devices and at most 25 users that are over; TIME, HMGET, ZRANGE, XLEN, HSET, ZADD, PEXPIRE; HDEL, ZREM, XADD for transitions
NEEDS Redis 7.0
TRY   EVAL KEYS presence:{room} presence:{room}:devices presence:{room}:seen presence:{room}:events ARGV j 30000 2592000000 100000 100 anna x1 phone
]]
local kind, ttl, retention = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local entries, most = tonumber(ARGV[4]), tonumber(ARGV[5])
local count = (#ARGV - 5) / 3
if not (ttl and ttl >= 1000 and ttl <= 86400000 and retention and retention >= 60000 and retention <= 315360000000
    and entries and entries >= 1 and most and most >= 1 and most <= 100)
    or kind ~= 'j' and kind ~= 'r' and kind ~= 'b' and kind ~= 'l' or count ~= math.floor(count) or count > 100 then
    return redis.error_reply('BADARGUMENT the kind, a time, a limit or the number of arguments is out of its range')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function whole(number)
    return string.format('%.0f', number)
end

-- all keys are read first, so that a key of another type is met before anything has changed
local old = redis.call('ZRANGE', KEYS[3], '-inf', '(' .. whole(now - retention), 'BYSCORE', 'LIMIT', 0, 25)
redis.call('XLEN', KEYS[4])
local over = redis.call('ZRANGE', KEYS[1], '-inf', whole(now), 'BYSCORE', 'LIMIT', 0, 25, 'WITHSCORES')
local held, ends, users = {}, {}, {}
for i = 6, #ARGV, 3 do
    users[#users + 1] = ARGV[i]
end
if #users > 0 then
    local found = redis.call('HMGET', KEYS[2], unpack(users))
    for i, user in ipairs(users) do
        held[user] = found[i]
    end
else
    redis.call('HLEN', KEYS[2])
end

local joined, left, expired = 0, 0, 0
local function tell(event, user, at)
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[4], '*', 'e', event, 'u', user, 'at', whole(at))
end
if #old > 0 then
    redis.call('ZREM', KEYS[3], unpack(old))
end
if #over > 0 then
    local gone, seen = {}, {}
    for i = 1, #over, 2 do
        local user, at = over[i], tonumber(over[i + 1])
        tell('x', user, at)
        gone[#gone + 1] = user
        seen[#seen + 1] = whole(at)
        seen[#seen + 1] = user
        held[user] = false
        expired = expired + 1
    end
    redis.call('ZADD', KEYS[3], unpack(seen))
    redis.call('ZREM', KEYS[1], unpack(gone))
    redis.call('HDEL', KEYS[2], unpack(gone))
end

local function read(value)
    local live, all, latest, at = {}, 0, 0, 1
    while value and at <= #value do
        local from, to, till, owner, length = string.find(value, '^(%d+) (%w+) (%d+):', at)
        if not from then
            break
        end
        till, length = tonumber(till), tonumber(length)
        if till > now then
            live[#live + 1] = {till, owner, string.sub(value, to + 1, to + length)}
        end
        latest, all, at = math.max(latest, till), all + 1, to + length + 1
    end
    return live, latest
end

local reply, till, changed = {0, 0, 0}, whole(now + ttl), {}
local function refuse(number, why)
    reply[#reply + 1] = number
    reply[#reply + 1] = why
end
for i = 1, count do
    local user, owner, device = ARGV[3 + i * 3], ARGV[4 + i * 3], ARGV[5 + i * 3]
    local value, own = held[user], owner .. ' ' .. #device .. ':' .. device
    local length = #till
    if kind ~= 'l' and value and #value == #own + length + 1 and string.sub(value, length + 2) == own
        and tonumber(string.sub(value, 1, length)) > now then
        held[user], ends[user], changed[user] = till .. ' ' .. own, now + ttl, true
    else
        local live, latest = read(value)
        local mine
        for at, each in ipairs(live) do
            if each[3] == device then
                mine = at
            end
        end
        local write = false
        if kind == 'j' or kind == 'b' then
            if kind == 'b' and mine and live[mine][2] ~= owner then
                refuse(i, 2)
            elseif not mine and #live >= most then
                refuse(i, 3)
            else
                if #live == 0 then
                    if value then -- over, and not swept yet
                        tell('x', user, latest)
                        expired = expired + 1
                    end
                    tell('j', user, now)
                    joined = joined + 1
                end
                live[mine or #live + 1] = {now + ttl, owner, device}
                write = true
            end
        elseif not mine then
            refuse(i, 1)
        elseif live[mine][2] ~= owner then
            refuse(i, 2)
        else
            write = true
            if kind == 'r' then
                live[mine][1] = now + ttl
            else
                table.remove(live, mine)
            end
        end
        if write then
            local parts, last = {}, 0
            for _, each in ipairs(live) do
                parts[#parts + 1] = whole(each[1]) .. ' ' .. each[2] .. ' ' .. #each[3] .. ':' .. each[3]
                last = math.max(last, each[1])
            end
            if #live == 0 then
                tell('l', user, now)
                left = left + 1
                redis.call('ZADD', KEYS[3], whole(now), user)
            end
            held[user], ends[user], changed[user] = #live > 0 and table.concat(parts), last, true
        end
    end
end

local stay, dates, gone = {}, {}, {}
for _, user in ipairs(users) do
    if changed[user] then
        changed[user] = nil
        if held[user] then
            stay[#stay + 1] = user
            stay[#stay + 1] = held[user]
            dates[#dates + 1] = whole(ends[user])
            dates[#dates + 1] = user
        else
            gone[#gone + 1] = user
        end
    end
end
if #stay > 0 then
    redis.call('HSET', KEYS[2], unpack(stay))
    redis.call('ZADD', KEYS[1], unpack(dates))
end
if #gone > 0 then
    redis.call('HDEL', KEYS[2], unpack(gone))
    redis.call('ZREM', KEYS[1], unpack(gone))
end
if #stay + #gone + #over > 0 then
    local keep = whole(ttl + retention)
    redis.call('PEXPIRE', KEYS[1], keep)
    redis.call('PEXPIRE', KEYS[2], keep)
    redis.call('PEXPIRE', KEYS[3], keep)
    redis.call('PEXPIRE', KEYS[4], keep)
end
reply[1], reply[2], reply[3] = joined, left, expired
return reply
