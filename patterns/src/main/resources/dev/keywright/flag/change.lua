#!lua flags=allow-oom
--[[
Stores or removes a flag if it has the version that is expected, and writes the change down. A call that is sent twice finds its own work.
A server whose memory is full still does it: that is when something has to be turned off.

KEYS  1 flags     hash; id of a flag -> version, call and definition, and '' -> the last version that was given
      2 log       stream of changes
ARGV  1 id        text, 1 or more letters; the flag
      2 expected  whole number, 0 or more; the version it was read with, 0 when it is not stored
      3 call      text without spaces; of this change and of no other
      4 after     text; the definition, empty to remove the flag
      5 by        text; who changes it
      6 why       text
      7 kept      whole number, 1 or more; about how many changes are kept
      8 most      whole number, 1 or more; how many flags there may be
REPLY {1, the new version}; {0, version call definition as stored, empty when there is none} when it has another version
COST  O(1); HGET, HLEN, XADD, HINCRBY, HSET or HDEL
NEEDS Redis 7.0
TRY   EVAL KEYS flag:{a} flag:log:{a} ARGV checkout 0 c1 percent=1000 ann because 10000 10000
]]
local id, after = ARGV[1], ARGV[4]
local stored = redis.call('HGET', KEYS[1], id)
local version, call, before = string.match(stored or '0 - ', '^(%d+) (%S+) (.*)$')
if not version then
    return redis.error_reply('UNREADABLE flag: its definition does not begin with a version. Remove that field of the hash')
elseif call == ARGV[3] then
    return {1, tonumber(version)}
elseif version ~= ARGV[2] then
    return {0, stored or ''}
elseif not stored and redis.call('HLEN', KEYS[1]) > tonumber(ARGV[8]) then
    return redis.error_reply('TOOMANY flags: there are ' .. ARGV[8] .. '. Remove those that are not asked for any more')
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[7], '*',
    'subject', 'flag ' .. id, 'by', ARGV[5], 'why', ARGV[6], 'before', before, 'after', after) -- first, as it may find another type
local given = redis.call('HINCRBY', KEYS[1], '', 1)
if after == '' then
    redis.call('HDEL', KEYS[1], id)
else
    redis.call('HSET', KEYS[1], id, string.format('%.0f', given) .. ' ' .. ARGV[3] .. ' ' .. after)
end
return {1, given}
