#!lua
--[[
Appends a dead letter to its stream once more, and removes it from the dead letters.

KEYS  1 dead    stream of dead letters
      2 stream  stream of the events
ARGV  1 id      entry ID of the dead letter
      2 prefix  bytes; what the fields begin with that say why it is dead, which do not come along
REPLY the entry ID it has now, or nil when there is no such letter
COST  O(1); XRANGE, XADD, XDEL
NEEDS Redis 7.0
TRY   EVAL KEYS stream:{orders}:dead:billing stream:{orders} ARGV 1700000000000-0 dead:
]]
local letter = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not letter then
    return false
end
local fields = {}
for i = 1, #letter[2], 2 do
    if string.sub(letter[2][i], 1, #ARGV[2]) ~= ARGV[2] then
        fields[#fields + 1] = letter[2][i]
        fields[#fields + 1] = letter[2][i + 1]
    end
end
local id = redis.call('XADD', KEYS[2], '*', unpack(fields))
redis.call('XDEL', KEYS[1], ARGV[1])
return id
