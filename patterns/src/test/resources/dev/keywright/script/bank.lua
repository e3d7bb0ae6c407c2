#!lua name=bank
--[[
Accounts in cents.

VERSION 2
]]

--[[
FUNCTION bank_pay_in
KEYS  1 account   string, cents; kept for ever
ARGV  1 amount    whole number, 1 to 1000000
REPLY cents in the account
]]
redis.register_function('bank_pay_in', function(keys, args)
    local amount = tonumber(args[1])
    if not amount or amount < 1 or amount ~= math.floor(amount) then
        return redis.error_reply('ERR amount must be a whole number, 1 or more')
    end
    return redis.call('INCRBY', keys[1], args[1])
end)

--[[
FUNCTION bank_balance
KEYS  1 account   string, cents; kept for ever
ARGV  none
REPLY cents in the account
]]
redis.register_function{
    function_name = 'bank_balance',
    callback = function(keys, args)
        return tonumber(redis.call('GET', keys[1]) or '0')
    end,
    flags = {'no-writes'}
}
