#!lua
--[[
Keeps a note for a while.

KEYS  1 note      string
ARGV  1 lease     milliseconds, 1 or more
      2 mood      one of calm, loud
      3 text      text, 1 to 20 bytes
      4 price     number, may be left out
REPLY the note that was there before; nil when there was none
COST  O(1); GET, SET
NEEDS Redis 7.0
TRY   EVAL KEYS note ARGV 1000 calm hello
]]
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[2] .. ':' .. ARGV[3] .. ':' .. (ARGV[4] or ''), 'PX', ARGV[1])
return before
