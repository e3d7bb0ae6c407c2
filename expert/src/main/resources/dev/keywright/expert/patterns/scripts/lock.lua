#!lua
--[[
Takes, extends and gives back a lock that belongs to one owner until its lease ends.

KEYS  1 lock     string, the owner
      2 fence    string, the last fencing token given out; kept for twenty leases
ARGV  1 action   acquire, extend or release
      2 owner    a random id of this hold
      3 lease    acquire and extend: milliseconds, 1 or more
REPLY acquire: {1, fencing token} taken, {0, milliseconds until the lease ends} held by another
      extend:  {1, milliseconds} extended, {0, 0} lost: stop the work
      release: {1, 0} given back, {0, 0} lost before: the lock of another owner stays
COST  O(1); GET, SET, PTTL, TIME, EXISTS, PEXPIRE, UNLINK
NEEDS Redis 7.0
]]
local action, owner, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not owner or owner == '' then
  return redis.error_reply('ERR give the id of the owner')
end
if action ~= 'release' and (not lease or lease < 1 or lease > 315360000000 or lease ~= math.floor(lease)) then
  return redis.error_reply('ERR lease must be a whole number of milliseconds, from 1 to ten years')
end
local holder = redis.call('GET', KEYS[1])
if action == 'acquire' then
  if holder == owner then
    -- The same hold asks again because its answer was lost: the lease starts anew, the token stays.
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lease))
    local token = redis.call('GET', KEYS[2])
    if token then
      return {1, tonumber(token)}
    end
  elseif holder then
    return {0, math.max(redis.call('PTTL', KEYS[1]), 1)}
  end
  -- Tokens rise even when the counter was lost: never below the server's clock in microseconds.
  local now = redis.call('TIME')
  local token = math.max(now[1] * 1000000 + now[2], tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
  redis.call('SET', KEYS[2], string.format('%.0f', token), 'PX', string.format('%.0f', lease * 20))
  redis.call('SET', KEYS[1], owner, 'PX', string.format('%.0f', lease))
  return {1, token}
elseif action == 'extend' then
  if holder ~= owner then
    return {0, 0}
  end
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lease))
  if redis.call('EXISTS', KEYS[2]) == 1 then
    redis.call('PEXPIRE', KEYS[2], string.format('%.0f', lease * 20))
  end
  return {1, lease}
elseif action == 'release' then
  if holder ~= owner then
    return {0, 0}
  end
  redis.call('UNLINK', KEYS[1])
  return {1, 0}
end
return redis.error_reply('ERR action must be acquire, extend or release')
