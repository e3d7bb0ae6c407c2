#!lua
--[[
Adds to or takes from one line of a shopping cart, within bounds, and starts the cart's life anew.

KEYS  1 cart     hash: article to quantity
ARGV  1 article  its id, 1 to 128 bytes
      2 change   whole units to add, negative to take away, not 0
      3 most     most units of one article, 1 or more
      4 lines    most different articles in one cart, 1 or more
      5 ttl      milliseconds the cart lives from now, 1 or more
REPLY {1, quantity now} changed (0: the line is gone), {0, quantity} refused because a bound would be passed
COST  O(1); HGET, HLEN, HSET, HDEL, PEXPIRE
NEEDS Redis 7.0
]]
local article, change, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lines, ttl = tonumber(ARGV[4]), tonumber(ARGV[5])
if not article or article == '' or #article > 128 then
  return redis.error_reply('ERR article must have 1 to 128 bytes')
end
if not change or change == 0 or change ~= math.floor(change) or math.abs(change) > 1000000 then
  return redis.error_reply('ERR change must be a whole number, not 0')
end
if not most or most < 1 or most ~= math.floor(most) or not lines or lines < 1 or lines ~= math.floor(lines) then
  return redis.error_reply('ERR most and lines must be whole numbers, 1 or more')
end
if not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl) then
  return redis.error_reply('ERR ttl must be a whole number of milliseconds, from 1 to ten years')
end
local had = tonumber(redis.call('HGET', KEYS[1], article) or '0')
local now = math.max(had + change, 0)
if change > 0 and now > most then
  return {0, had}
end
if had == 0 and now > 0 and redis.call('HLEN', KEYS[1]) >= lines then
  return {0, 0}
end
if now > 0 then
  redis.call('HSET', KEYS[1], article, string.format('%.0f', now))
elseif had > 0 then
  redis.call('HDEL', KEYS[1], article)
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
return {1, now}
