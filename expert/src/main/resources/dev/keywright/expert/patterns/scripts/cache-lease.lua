#!lua
--[[
Lets one caller load or refresh a cache entry while the others wait or use what is there, and refuses a load that was invalidated meanwhile.

KEYS  1 entry    string, the cached value
      2 lease    string, the caller that is loading now
ARGV  1 action   get, put or drop
      2 caller   a random id of this load (drop: anything)
      3 millis   get: how long the load may take; put: how long the value lives (drop: not read)
      4 value    put: the bytes to cache; get: milliseconds before expiry from which a refresh is due, 0 or absent for none
REPLY get:  {1, value} a hit; {4, value} a hit to serve, and the refresh in the background is yours;
            {2, 0} nothing there and the load is yours; {3, milliseconds} another caller loads, wait no longer than this
      put:  {1, 0} stored and lease ended; {0, 0} the lease was lost or the entry invalidated: nothing stored
      drop: {1, 0} entry and lease are gone, so a load that has begun cannot store
COST  O(1); GET, SET, PTTL, UNLINK
NEEDS Redis 7.0
]]
local action, caller, millis, value = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if action == 'drop' then
  redis.call('UNLINK', KEYS[1], KEYS[2])
  return {1, 0}
end
if action ~= 'get' and action ~= 'put' then
  return redis.error_reply('ERR action must be get, put or drop')
end
if not caller or caller == '' then
  return redis.error_reply('ERR give the id of the caller')
end
if not millis or millis < 1 or millis > 315360000000 or millis ~= math.floor(millis) then
  return redis.error_reply('ERR give a whole number of milliseconds, from 1 to ten years')
end
local px = string.format('%.0f', millis)
if action == 'put' then
  if not value then
    return redis.error_reply('ERR give the value')
  end
  if redis.call('GET', KEYS[2]) ~= caller then
    return {0, 0}
  end
  redis.call('SET', KEYS[1], value, 'PX', px)
  redis.call('UNLINK', KEYS[2])
  return {1, 0}
end
local early = tonumber(value or '0')
if not early or early < 0 then
  return redis.error_reply('ERR give the early time as milliseconds, 0 or more')
end
local found = redis.call('GET', KEYS[1])
if found then
  -- Without a TTL (PTTL is -1) an entry never falls due: it was not written by this script.
  local left = early > 0 and redis.call('PTTL', KEYS[1]) or -1
  if left >= 0 and left <= early and redis.call('SET', KEYS[2], caller, 'NX', 'PX', px) then
    return {4, found}
  end
  return {1, found}
end
if redis.call('SET', KEYS[2], caller, 'NX', 'PX', px) or redis.call('GET', KEYS[2]) == caller then
  return {2, 0}
end
return {3, math.max(redis.call('PTTL', KEYS[2]), 1)}
