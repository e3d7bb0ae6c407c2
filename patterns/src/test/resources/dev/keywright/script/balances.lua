#!lua flags=no-writes
--[[
Reads accounts.

KEYS  1.. the accounts
ARGV  none
REPLY cents of each
COST  O(keys); GET
NEEDS Redis 7.0
TRY   EVAL KEYS {bank}:ann {bank}:bob ARGV
]]
local cents = {}
for i, key in ipairs(KEYS) do
    cents[i] = tonumber(redis.call('GET', key) or '0')
end
return cents
