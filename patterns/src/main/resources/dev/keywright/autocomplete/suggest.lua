#!lua flags=no-writes
--[[
The most popular terms with a prefix, among the first ones by their bytes. Changes nothing.

KEYS  1 terms    sorted set, as in learn.lua
      2 scores   sorted set of the terms
ARGV  1 prefix   bytes
      2 most     whole number, 1 to 1000; terms to answer
      3 looked   whole number, 1 to 1000; terms to look at
REPLY terms, the most popular first
COST  O(log terms + looked x most), mostly O(log terms + looked); ZRANGE, ZMSCORE
NEEDS Redis 7.0
TRY   EVAL KEYS ac:{shop}:terms ac:{shop}:scores ARGV wint 10 300
]]
local most, looked = tonumber(ARGV[2]), tonumber(ARGV[3])
if not (most and most >= 1 and most <= 1000 and looked and looked >= 1 and looked <= 1000) then
    return redis.error_reply('BADARGUMENT the numbers of terms must be from 1 to 1000')
end
local entries = redis.call('ZRANGE', KEYS[1], '[' .. ARGV[1], '(' .. ARGV[1] .. '\255', 'BYLEX', 'LIMIT', 0, looked)
local terms, seen = {}, {}
for _, entry in ipairs(entries) do
    local zero = string.find(entry, '\0', 1, true)
    local term = string.sub(entry, zero + 1)
    if term == '' then
        term = string.sub(entry, 1, zero - 2)
    end
    if not seen[term] then
        seen[term] = true
        terms[#terms + 1] = term
    end
end
if #terms == 0 then
    return terms
end
local scores = redis.call('ZMSCORE', KEYS[2], unpack(terms))
local best, values = {}, {} -- the most popular so far, in order; few of those that are looked at get in
for i, term in ipairs(terms) do
    local value = scores[i] and scores[i] ~= 'inf' and tonumber(scores[i]) or math.huge
    local at = math.min(#best + 1, most + 1)
    while at > 1 and (value < values[at - 1] or value == values[at - 1] and term < best[at - 1]) do
        best[at], values[at] = best[at - 1], values[at - 1]
        at = at - 1
    end
    best[at], values[at] = term, value
    best[most + 1], values[most + 1] = nil, nil
end
return best
