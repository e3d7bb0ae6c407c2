#!lua
--[[
Extends or removes a key on one node, only while it still holds the id of this owner.

KEYS  1 lock     string, the owner
ARGV  1 action   extend or release
      2 owner    the random id given when the lock was taken
      3 lease    extend: milliseconds, 1 or more
REPLY 1 done, 0 the key is gone or another's
COST  O(1); GET, PEXPIRE, UNLINK
NEEDS Redis 7.0
]]
local action, owner, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not owner or owner == '' then
  return redis.error_reply('ERR give the id of the owner')
end
if action ~= 'extend' and action ~= 'release' then
  return redis.error_reply('ERR action must be extend or release')
end
if action == 'extend' and (not lease or lease < 1 or lease > 315360000000 or lease ~= math.floor(lease)) then
  return redis.error_reply('ERR lease must be a whole number of milliseconds, from 1 to ten years')
end
if redis.call('GET', KEYS[1]) ~= owner then
  return 0
end
if action == 'extend' then
  return redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lease))
end
return redis.call('UNLINK', KEYS[1])
