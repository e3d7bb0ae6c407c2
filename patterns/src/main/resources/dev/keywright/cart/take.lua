#!lua
--[[
Takes all lines out of a cart, to be put into another one, unless some are on their way already. Until they are dropped they are kept and
answered again. Safe to send twice.

KEYS  1 from     hash, as in change.lua
      2 leaving  hash of the lines that are on their way; t -> token, i -> id of the cart they go to
ARGV  1 token    bytes, not empty; of this move
      2 into     bytes, not empty; the id of the cart they go to
REPLY {} nothing to move; or {token, into, ms they are kept, ':' and the article, and its quantity and price, in turn}
COST  O(lines); HGET, HRANDFIELD of 2104 at most (all), RENAME, HSET, HDEL, PTTL, PEXPIRE
NEEDS Redis 7.0
TRY   EVAL KEYS cart:shop:{guest-1}:lines cart:shop:{guest-1}:leaving ARGV token-1 ann
]]
local meta = redis.call('HGET', KEYS[1], 'v') -- a key of another type is met before anything has changed
if not redis.call('HGET', KEYS[2], 't') then
    if not meta then
        return {}
    end
    redis.call('RENAME', KEYS[1], KEYS[2])
    redis.call('HSET', KEYS[2], 't', ARGV[1], 'i', ARGV[2])
end
local token, into, answer, moves = '', '', {}, {}
local all = redis.call('HRANDFIELD', KEYS[2], 2104, 'WITHVALUES')
for i = 1, #all, 2 do
    local kind = string.sub(all[i], 1, 1)
    if kind == ':' then
        answer[#answer + 1] = all[i]
        answer[#answer + 1] = all[i + 1]
    elseif kind == 't' then
        token = all[i + 1]
    elseif kind == 'i' then
        into = all[i + 1]
    elseif kind == 'm' then
        moves[#moves + 1] = all[i]
    end
end
local left = redis.call('PTTL', KEYS[2])
for _, each in ipairs(moves) do -- others that are on their way into this cart
    redis.call('HSET', KEYS[1], each, 1)
    redis.call('HDEL', KEYS[2], each)
end
if #moves > 0 and left > 0 then
    redis.call('PEXPIRE', KEYS[1], left)
end
return {token, into, left, unpack(answer)}
