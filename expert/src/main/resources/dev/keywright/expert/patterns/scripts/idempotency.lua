#!lua
--[[
Ends an attempt that was begun with SET NX: keeps its result for repeats, or gives the key back.

KEYS  1 request  string: the mark of the running attempt, later the result
ARGV  1 action   complete or abandon
      2 mark     the very text that this attempt has set
      3 ttl      complete: milliseconds the result is kept, 1 or more
      4 result   complete: what repeats are answered with
REPLY 1 done, 0 this attempt no longer owns the request (its time ran out; another may have taken over)
COST  O(1); GET, SET, UNLINK
NEEDS Redis 7.0
]]
local action, mark, ttl, result = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if not mark or mark == '' then
  return redis.error_reply('ERR give the mark of the attempt')
end
if action ~= 'complete' and action ~= 'abandon' then
  return redis.error_reply('ERR action must be complete or abandon')
end
if action == 'complete' and (not result or not ttl or ttl < 1 or ttl > 315360000000 or ttl ~= math.floor(ttl)) then
  return redis.error_reply('ERR give ttl as whole milliseconds, 1 or more, and the result')
end
if redis.call('GET', KEYS[1]) ~= mark then
  return 0
end
if action == 'complete' then
  redis.call('SET', KEYS[1], result, 'PX', string.format('%.0f', ttl))
else
  redis.call('UNLINK', KEYS[1])
end
return 1
