#!lua
--[[
Changes an entry if it still is what the caller saw. The mark of a load (its first byte is 'p') counts as no entry, and as itself.

KEYS  1 entry     string
ARGV  1 seen      1 when there was a value, 0 when there was none
      2 expected  that value; empty when there was none
      3 wish      1 to store, 0 to remove
      4 value     what to store; empty to remove
      5 ttl       milliseconds; -1 for no end, -2 to leave it as it is
REPLY 1 when changed, 0 when somebody else was faster
COST  O(1); GET, SET or UNLINK
NEEDS Redis 7.0
]]
local entry = KEYS[1]
local seen, expected, wish, value, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local current = redis.call('GET', entry)
if seen == '1' then
  if current ~= expected then
    return 0
  end
elseif current and string.sub(current, 1, 1) ~= 'p' then
  return 0
end
if wish == '0' then
  redis.call('UNLINK', entry)
elseif ttl == '-1' then
  redis.call('SET', entry, value)
elseif ttl == '-2' then
  redis.call('SET', entry, value, 'KEEPTTL')
else
  redis.call('SET', entry, value, 'PX', ttl)
end
return 1
