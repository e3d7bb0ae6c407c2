#!lua
--[[
Reserves, sells and returns units of one item; a hold that is neither confirmed nor cancelled returns by the sweep.

KEYS  1 stock         hash {free, held, sold}
      2 reservations  hash: reservation id to "state:quantity", state held, sold, cancelled or expired
      3 due           sorted set: reservation id by the server time in milliseconds when the sweep must look at it
ARGV  1 action        reserve, confirm, cancel or sweep
      2 id            a random id of the reservation, 1 to 64 bytes; sweep: most entries to look at, 1 to 1000
      3 quantity      reserve: whole units, 1 to 1000000 (confirm, cancel, sweep: not read)
      4 hold          reserve: milliseconds until an unconfirmed hold returns; confirm, cancel and sweep: milliseconds
                      the ended record is remembered, so that a repeat gets the same answer
REPLY {1, free units} done, also when the same call was done before
      {0, free units} reserve: not enough; confirm and cancel: no longer possible, the reservation ended otherwise
      {-1, 0} confirm and cancel: no such reservation
      sweep: {entries handled, units returned}
COST  O(log n) per entry, n reservations of the item; TIME, HGET, HSET, HDEL, HINCRBY, ZADD, ZSCORE, ZRANGE, ZREM
NEEDS Redis 7.0
]]
local action, id, quantity, span = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local known = {reserve = true, confirm = true, cancel = true, sweep = true}
if not known[action] then
  return redis.error_reply('ERR action must be reserve, confirm, cancel or sweep')
end
if not id or id == '' or #id > 64 then
  return redis.error_reply('ERR id must have 1 to 64 bytes')
end
if not span or span < 1 or span > 315360000000 or span ~= math.floor(span) then
  return redis.error_reply('ERR hold must be a whole number of milliseconds, from 1 to ten years')
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local until_ms = string.format('%.0f', now + span)

local function free()
  return tonumber(redis.call('HGET', KEYS[1], 'free') or '0')
end

local function finish(name, state, units)
  redis.call('HSET', KEYS[2], name, state .. ':' .. string.format('%.0f', units))
  redis.call('ZADD', KEYS[3], until_ms, name)
end

local function read(name)
  local record = redis.call('HGET', KEYS[2], name)
  if not record then
    return nil
  end
  local state, units = string.match(record, '^(%a+):(%d+)$')
  return state, tonumber(units)
end

local function giveBack(name, state, units)
  redis.call('HINCRBY', KEYS[1], 'held', string.format('%.0f', -units))
  redis.call('HINCRBY', KEYS[1], 'free', string.format('%.0f', units))
  finish(name, state, units)
end

if action == 'sweep' then
  local most = tonumber(id)
  if not most or most < 1 or most > 1000 or most ~= math.floor(most) then
    return redis.error_reply('ERR sweep looks at 1 to 1000 entries')
  end
  local ids = redis.call('ZRANGE', KEYS[3], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, string.format('%.0f', most))
  local returned = 0
  for _, name in ipairs(ids) do
    local state, units = read(name)
    if state == 'held' then
      giveBack(name, 'expired', units)
      returned = returned + units
    else
      redis.call('HDEL', KEYS[2], name)
      redis.call('ZREM', KEYS[3], name)
    end
  end
  return {#ids, returned}
end

local state, units = read(id)
if action == 'reserve' then
  if not quantity or quantity < 1 or quantity > 1000000 or quantity ~= math.floor(quantity) then
    return redis.error_reply('ERR quantity must be a whole number from 1 to 1000000')
  end
  if state then
    return {(state == 'held' or state == 'sold') and 1 or 0, free()}
  end
  if free() < quantity then
    return {0, free()}
  end
  redis.call('HINCRBY', KEYS[1], 'free', string.format('%.0f', -quantity))
  redis.call('HINCRBY', KEYS[1], 'held', string.format('%.0f', quantity))
  finish(id, 'held', quantity)
  return {1, free()}
end
if not state then
  return {-1, 0}
end
if action == 'confirm' then
  if state == 'held' then
    if tonumber(redis.call('ZSCORE', KEYS[3], id) or '0') <= now then
      -- The hold ran out and the sweep has not come by yet: too late all the same.
      giveBack(id, 'expired', units)
      return {0, free()}
    end
    redis.call('HINCRBY', KEYS[1], 'held', string.format('%.0f', -units))
    redis.call('HINCRBY', KEYS[1], 'sold', string.format('%.0f', units))
    finish(id, 'sold', units)
    return {1, free()}
  end
  return {state == 'sold' and 1 or 0, free()}
end
if state == 'held' then
  giveBack(id, 'cancelled', units)
  return {1, free()}
end
return {state == 'sold' and 0 or 1, free()}
