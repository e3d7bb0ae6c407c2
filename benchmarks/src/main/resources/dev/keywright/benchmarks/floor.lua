-- The floor: GCRA as a skilled hand writes it for one project. One number per user; no run-time change, no clock that
-- goes back, no reset time, rounded intervals.
local limit, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local every = window / limit
local full = tonumber(redis.call('GET', KEYS[1]) or 0)
if full < now then full = now end
local new = full + every * wanted
local wait = new - window - now
if wait > 0 then return {0, 0, wait} end
redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.ceil((new - now) / 1000))
return {1, math.floor((window - (new - now)) / every), 0}
