package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.lua.ScriptChecker.Depth;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each rule finds, and what it leaves alone. */
class ScriptRulesTest {

    private static final String HEADER = """
        #!lua
        --[[
        For a test.

        KEYS  1 one       string, kept for ever
              2 two       string, kept for ever
        ARGV  1 first     whole number, 1 to 100
              2 second    text
              3 third     anything
        REPLY something
        COST  O(1)
        NEEDS Redis 7.0
        TRY   EVAL KEYS {a}1 {a}2 ARGV 1 a b
        ]]
        """;

    private static List<Finding> findings(String source) {
        try (ScriptChecker checker = new ScriptChecker(Depth.READ)) {
            return checker.text("test.lua", source).findings();
        }
    }

    /** Those of the code; the header declares more than each piece of code uses. */
    private static List<String> ids(String code) {
        return findings(HEADER + code).stream()
                .map(Finding::id)
                .filter(id -> !id.endsWith("-unused") && !id.equals("reader-unmarked"))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "argument-as-key      | redis.call('DEL', ARGV[2])",
                "argument-as-key      | local key = 'user:' .. ARGV[2] return redis.call('GET', key)",
                "argument-as-key      | for _, k in ipairs(ARGV) do redis.call('DEL', k) end",
                "argument-as-key      | local function del(k) redis.call('DEL', k) end del(ARGV[2])",
                "argument-as-key      | local call = redis.call call('DEL', ARGV[2])",
                "argument-as-key      | local r = redis r.call('DEL', ARGV[2])",
                "argument-as-key      | redis.call('DEL', unpack(ARGV))",
                "argument-as-key      | redis.call('RENAME', KEYS[1], ARGV[2])",
                "key-undeclared       | redis.call('INCR', 'counter') redis.call('EXPIRE', 'counter', 60)",
                "key-undeclared       | redis.call('DEL', KEYS[1] .. ':index')",
                "key-undeclared       | redis.call('DEL', string.sub(KEYS[1], 1, 5))",
                "key-undeclared       | redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[2], 'other')",
                "key-from-data        | for _, m in ipairs(redis.call('LRANGE', KEYS[1], 0, 9)) do redis.call('DEL',"
                        + " m) end",
                "key-from-data        | local m = redis.call('LPOP', KEYS[1]) if m then redis.call('DEL', m) end",
                "key-index            | return redis.call('GET', KEYS[3])",
                "key-index            | return redis.call('GET', KEYS[0])",
                "argument-index       | return ARGV[4]",
                "argument-index       | return ARGV[0]",
                "unbounded-read       | return redis.call('KEYS', '*')",
                "unbounded-read       | return redis.call('SMEMBERS', KEYS[1])",
                "unbounded-read       | return redis.call('hgetall', KEYS[1])",
                "unbounded-read       | return redis.call('LRANGE', KEYS[1], 0, -1)",
                "unbounded-read       | return redis.call('ZRANGE', KEYS[1], '-inf', '+inf', 'BYSCORE')",
                "scan-in-loop         | local c = '0' repeat c = redis.call('SSCAN', KEYS[1], c)[1] until c == '0'",
                "not-repeatable       | return redis.call('RANDOMKEY')",
                "global-variable      | total = 1",
                "global-variable      | function helper() return 1 end return helper()",
                "global-unknown       | return counter",
                "global-unknown       | return os.time()",
                "global-unknown       | print('x')",
                "command-barred       | redis.call('MULTI')",
                "command-barred       | redis.call('SUBSCRIBE', 'x')",
                "command-blocks       | redis.call('BLPOP', KEYS[1], 0)",
                "command-blocks       | redis.call('XREAD', 'BLOCK', 0, 'STREAMS', KEYS[1], '0')",
                "command-deprecated   | return redis.call('ZRANGEBYSCORE', KEYS[1], 0, 1)",
                "command-deprecated   | redis.call('SETEX', KEYS[1], 60, 'x')",
                "command-unknown      | redis.call('GETT', KEYS[1])",
                "command-arguments    | redis.call('SET', KEYS[1])",
                "command-arguments    | redis.call('GET', KEYS[1], KEYS[2])",
                "command-wipes        | redis.call('FLUSHALL')",
                "command-select       | redis.call('SELECT', 1)",
                "command-from-argument| redis.call(ARGV[2], KEYS[1])",
                "error-ignored        | redis.pcall('HSET', KEYS[1], 'a', 1)",
                "error-ignored        | local ok = redis.pcall('GET', KEYS[1]) return 1",
                "ttl-dropped          | redis.call('PEXPIRE', KEYS[1], 1000) redis.call('SET', KEYS[1], 'x')",
                "clock-of-client      | local now = tonumber(ARGV[3]) if not now then return 0 end return now",
                "amount-unchecked     | redis.call('DECRBY', KEYS[1], ARGV[3])",
                "amount-unchecked     | redis.call('HINCRBY', KEYS[1], 'f', -tonumber(ARGV[3]))",
                "ttl-unchecked        | redis.call('PEXPIRE', KEYS[1], ARGV[3])",
                "ttl-unchecked        | redis.call('SET', KEYS[1], 'x', 'EX', ARGV[3])",
                "number-unchecked     | local n = tonumber(ARGV[3]) if n > 3 then return 1 end",
                "loop-without-cap     | for i = 1, tonumber(ARGV[3]) do redis.call('INCR', KEYS[1]) end",
                "unpack-without-cap   | return redis.call('SADD', KEYS[1], unpack(ARGV))",
                "clock-of-client      | redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, ARGV[3] - 60) redis.call('ZADD',"
                        + " KEYS[1], ARGV[3], 'm')",
                "number-unchecked     | return 1 + ARGV[3]",
                "number-unchecked     | if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[3]) then return 1 end",
                "command-deprecated   | local words = {'HMSET', KEYS[1]} words[3] = 'a' words[4] = 1"
                        + " redis.call(unpack(words))",
                "division-by-argument | return 10 / ARGV[3]",
                "text-compared        | if redis.call('GET', KEYS[1]) > 5 then return 1 end",
                "text-compared        | if ARGV[3] < 5 then return 1 end",
                "text-compared        | if ARGV[1] < ARGV[3] then return 1 end",
                "text-compared        | local has = redis.call('HGET', KEYS[1], 'n') if not has then return 0 end if"
                        + " has >= 3 then return 1 end",
                "never-equal          | if redis.call('GET', KEYS[1]) == 1 then return 1 end",
                "never-equal          | if ARGV[3] == 0 then return 1 end",
                "nothing-unchecked    | return redis.call('GET', KEYS[1]) + 1",
                "nothing-unchecked    | local n = tonumber(redis.call('GET', KEYS[1])) return n + 1",
                "nothing-unchecked    | local v = redis.call('GET', KEYS[1]) return cjson.decode(v)",
                "nothing-unchecked    | local v = redis.call('HGET', KEYS[1], 'a') return 'x' .. v",
                "json-unchecked       | return cjson.decode(ARGV[3])",
                "json-empty-list      | return cjson.encode({})",
                "money-as-float       | return redis.call('HINCRBYFLOAT', KEYS[1], 'balance', 1)",
                "sum-of-floats        | return redis.call('INCRBYFLOAT', KEYS[1], 1)",
                "fraction-as-whole    | return redis.call('INCRBY', KEYS[1], 7 / 2)",
                "chance               | return math.random()",
                "digits-lost          | local t = redis.call('TIME') local now = t[1] * 1000000 + t[2] return now .."
                        + " ':x'",
                "code-from-data       | return loadstring(ARGV[3])()",
                "code-from-data       | return loadstring(redis.call('GET', KEYS[1]))()",
                "code-from-text       | return loadstring('return 1')()",
                "error-form           | return redis.error_reply('no stock')",
                "error-form           | return {err = 'not found'}",
                "error-raised         | error('no stock')",
                "absent-never-equal   | if redis.call('GET', KEYS[1]) == ARGV[3] then redis.call('SET', KEYS[1],"
                        + " ARGV[2]) end",
                "always-true          | if redis.call('EXISTS', KEYS[1]) then return 1 end",
                "always-true          | if not redis.call('SISMEMBER', KEYS[1], ARGV[2]) then return 1 end",
                "always-true          | return redis.call('EXISTS', KEYS[1]) and 'yes' or 'no'",
                "always-true          | local n = redis.call('SETNX', KEYS[1], 'x') if ARGV[3] and n then return 1 end",
                "always-true          | if redis.call('HMGET', KEYS[1], 'a') then return 1 end",
                "never-equal          | local v = redis.call('GET', KEYS[1]) if v == nil then return 0 end",
                "never-equal          | if redis.call('HGET', KEYS[1], 'a') ~= nil then return 0 end",
                "never-equal          | if redis.call('SET', KEYS[1], 'x', 'NX') == 'OK' then return 1 end",
                "never-equal          | if redis.call('TYPE', KEYS[1]) == 'hash' then return 1 end",
                "never-equal          | if redis.call('EXISTS', KEYS[1]) == '1' then return 1 end",
                "reply-lost           | return {name = ARGV[2]}",
                "reply-lost           | local r = {} r.count = 1 return r",
                "reply-lost           | if ARGV[1] then return 1 / 3 end",
                "reply-lost           | return {1, 2.5}",
                "command-from-argument| local function c(...) return redis.call(...) end c(ARGV[2], KEYS[1])",
                "argument-as-key      | local function c(...) return redis.call(...) end c('DEL', ARGV[2])",
                "key-undeclared       | local function s(k, ...) k = k .. ':x' redis.call('DEL', k, ...) end s(KEYS[1],"
                        + " KEYS[2])",
                "syntax               | \ufeffreturn 1",
                "replicate-commands   | redis.replicate_commands()",
                "syntax               | return = 1"
            })
    void finds(String id, String code) {
        assertThat(ids(code)).contains(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "redis.call('DEL', unpack(KEYS))",
                "local key = KEYS[1] if ARGV[3] == 'x' then key = KEYS[2] end redis.call('DEL', key)",
                "for i, key in ipairs(KEYS) do redis.call('DEL', key, KEYS[i]) end",
                "local k = KEYS local function del(key) redis.call('DEL', key) end del(k[1]) del(KEYS[2])",
                "local kinds = {} function kinds.a(key) redis.call('DEL', key) end kinds[ARGV[3]](KEYS[1])",
                "redis.call('SET', KEYS[1], ARGV[2])",
                "redis.call('HINCRBY', KEYS[1], ARGV[2], ARGV[1])",
                "local n = tonumber(ARGV[3]) if not n or n < 1 or n ~= math.floor(n) then return"
                        + " redis.error_reply('ERR n') end redis.call('INCRBY', KEYS[1], ARGV[3])",
                "if not string.match(ARGV[3], '^%d+$') then return redis.error_reply('BAD n') end redis.call('INCRBY',"
                        + " KEYS[1], ARGV[3])",
                "local n = tonumber(redis.call('GET', KEYS[1]) or '0') return n + 1",
                "local n = redis.call('GET', KEYS[1]) if n then return n + 1 end",
                "if redis.call('SCARD', KEYS[1]) > 100 then return 0 end return redis.call('SMEMBERS', KEYS[1])",
                "return redis.call('LRANGE', KEYS[1], 0, 9)",
                "return redis.call('ZRANGE', KEYS[1], '-inf', '+inf', 'BYSCORE', 'LIMIT', 0, 10)",
                "local t = redis.call('TIME') return string.format('%.0f', t[1] * 1000000 + t[2]) .. ':x'",
                "local r = redis.pcall('GET', KEYS[1]) if type(r) == 'table' and r.err then return r end return 1",
                "local ok, v = pcall(cjson.decode, ARGV[3]) if not ok then return redis.error_reply('JSON bad') end"
                        + " return 1",
                "for i = 1, #ARGV do redis.call('SADD', KEYS[1], ARGV[i]) end",
                "if ARGV[2] == 'x' and tonumber(ARGV[1]) == 1 then return 1 end",
                "local current = redis.call('GET', KEYS[1]) if not current or current == ARGV[3] then"
                        + " redis.call('SET', KEYS[1], ARGV[2]) end",
                "redis.call('SET', KEYS[1], 'x', 'PX', 1000)",
                "local v = redis.call('GET', KEYS[1]) if v == false or v == ARGV[3] then redis.call('SET', KEYS[1],"
                        + " ARGV[2]) end",
                "local n = tonumber(ARGV[3]) if not n then return 0 end local left = n - redis.call('TIME')[1] if left"
                        + " > 0 then redis.call('EXPIRE', KEYS[1], math.ceil(left)) end",
                "local function c(...) local r = redis.pcall(...) if type(r) == 'table' and r.err then return nil end"
                        + " return r end c('SET', KEYS[1], ARGV[2]) return c('GET', KEYS[2])",
                "local function c(name, ...) return redis.call(name, ...) end local function s(key, ...) for _, v in"
                        + " ipairs({...}) do c('SADD', key, v) end end s(KEYS[1], ARGV[2], ARGV[3])",
                "local r = {} r[1] = ARGV[2] r[#r + 1] = {ok = 'OK'} return r",
                "local t = {name = ARGV[2]} return cjson.encode(t)",
                "local function f() return {a = 1} end return math.floor(f().a / 2)",
                "if ARGV[1] == '2' then return {double = 1.5} end return {err = 'NO way'}",
                "redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'STREAMS', KEYS[1], '>')",
                "if redis.call('EXISTS', KEYS[1]) == 1 and #redis.call('HMGET', KEYS[1], 'a') > 0 then return 1 end",
                "if redis.call('SET', KEYS[1], 'x', 'NX') then return 1 end",
                "if redis.call('TYPE', KEYS[1]).ok == 'hash' then return 1 end",
                "if redis.call('SET', KEYS[1], 'x', 'GET') == ARGV[3] then return 1 end",
                "local v = redis.call('GET', KEYS[1]) if v == false then v = nil end if v == nil then return 0 end",
                "redis.setresp(3) if redis.call('GET', KEYS[1]) == nil then return 0 end",
                "local n = tonumber(redis.call('GET', KEYS[1]) or '0') n = -n if n < 1 then return 1 end",
                "local t = {} t.f = t.f or function(k) redis.call('DEL', k) end t.f(KEYS[1])",
                "return ARGV[0xffffffffffffffff - 0xfffffffffffffffd]",
                "return redis.call('ZINTERCARD', 99999999999, KEYS[1])",
                "return redis.error_reply('STOCK only ' .. 3 .. ' left')",
                "local x if ARGV[3] then x = 1 end return x",
                "redis.call('XADD', KEYS[1], 'MAXLEN', '~', 100, '*', 'f', ARGV[3])",
                "redis.setresp(3) redis.log(redis.LOG_NOTICE, 'x') return bit.bxor(1, 2)"
            })
    void leavesAlone(String code) {
        assertThat(ids(code)).isEmpty();
    }

    @Test
    void aKeyWithoutTtlIsFoundUnlessTheHeaderSaysSo() {
        String open = HEADER.replace(", kept for ever", "");
        assertThat(findings(open + "redis.call('INCR', KEYS[1])"))
                .extracting(Finding::id)
                .contains("key-without-ttl");
        assertThat(findings(open + "redis.call('HSET', KEYS[1], 'a', 1) redis.call('EXPIRE', KEYS[2], 60)"))
                .extracting(Finding::id)
                .contains("key-without-ttl");
        assertThat(findings(open + "if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], 60) end"))
                .extracting(Finding::id)
                .doesNotContain("key-without-ttl");
        assertThat(ids("redis.call('INCR', KEYS[1])")).isEmpty();
    }

    @Test
    void headersAreCompared() {
        assertThat(findings(HEADER.replace("{a}1 {a}2", "a b") + "return redis.call('GET', KEYS[1])"))
                .extracting(Finding::id)
                .contains("keys-in-several-slots", "key-unused", "argument-unused");
        assertThat(findings(HEADER.replace("{a}1 {a}2", "{a}1") + "return 1"))
                .extracting(Finding::id)
                .contains("sample-wrong");
        assertThat(findings(HEADER.replace("#!lua", "#!lua flags=no-writes,fast") + "redis.call('DEL', KEYS[1])"))
                .extracting(Finding::id)
                .contains("flag-unknown", "write-in-reader");
        assertThat(findings("return 1"))
                .extracting(Finding::id)
                .containsExactly("header-missing", "first-line-missing");
        assertThat(findings(HEADER.replace("#!lua", "#!python") + "return 1"))
                .extracting(Finding::id)
                .contains("engine-unknown");
    }

    @Test
    void commentsThatMentionKeysAndArgumentsAreUnderstood() {
        assertThat(findings("--[[\n"
                        + "  Input:\n"
                        + "    KEYS[1] wait key,\n"
                        + "    ARGV[1] timestamp\n"
                        + "]]\n"
                        + "return redis.call('GET', KEYS[2])"))
                .extracting(Finding::id)
                .contains("clock-of-client", "key-index");
        assertThat(findings("-- KEYS[1] = set   ARGV[1] = now (ms)   ARGV[2] = window\nreturn ARGV[3]"))
                .extracting(Finding::id)
                .contains("clock-of-client", "argument-index");
    }

    /** Where nobody has promised anything, an argument may be whatever a caller sends. */
    @Test
    void withoutAHeaderUncheckedArgumentsAreErrors() {
        assertThat(findings("redis.call('INCRBY', KEYS[1], ARGV[1])"))
                .anyMatch(finding -> finding.id().equals("amount-unchecked") && finding.severity() == Severity.ERROR);
        assertThat(findings(HEADER + "redis.call('INCRBY', KEYS[1], ARGV[3])"))
                .anyMatch(finding -> finding.id().equals("amount-unchecked") && finding.severity() == Severity.WARNING);
    }

    @Test
    void findingsSayTheLine() {
        assertThat(findings(HEADER + "local a = 1\nredis.call('DEL', ARGV[2])\n"))
                .filteredOn(finding -> finding.id().equals("argument-as-key"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.place()).hasToString("test.lua:16");
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                });
    }

    @Test
    void functionsOfALibraryAreRead() {
        String library = """
            #!lua name=bank
            --[[
            FUNCTION pay
            KEYS  1 account   string, kept for ever
            ARGV  1 amount    whole number, 1 to 100
            REPLY cents
            ]]
            redis.register_function('pay', function(keys, args)
                redis.call('DEL', args[1])
                return redis.call('INCRBY', keys[1], args[1])
            end)
            """;
        assertThat(findings(library)).extracting(Finding::id).containsExactly("argument-as-key");
    }

    @Test
    void loopsOfNamesEndTheReading() {
        assertThat(ids("local a, b = 1, 2 a = b b = a local t = {} t.x = t t = t.x redis.call('DEL', KEYS[1], a, t)"))
                .isNotNull();
        assertThat(ids("local function f(x) return f(x) end redis.call('DEL', f(KEYS[1]))"))
                .isNotNull();
        String names = String.join(", ", "abcdefghijklmnop".split(""));
        String round = names.replaceAll("(\\w)", "bit.bxor($1, ARGV[3])");
        String hash = "local " + names + " = 1, 2 for t = 1, 64 do ";
        for (String name : names.split(", ")) {
            hash += name + " = " + names.replace(", ", " + ") + " ";
        }
        assertThat(ids(hash + names + " = " + round + " end if p < 5 then return a end redis.call('DEL', a)"))
                .contains("argument-as-key");
        String chain = "local v0 = ARGV[3] ";
        for (int i = 1; i < 150; i++) {
            chain += "local v" + i + " = v" + (i - 1) + " .. v" + (i - 1) + " ";
        }
        assertThat(ids(chain + "redis.call('DEL', v149)")).contains("argument-as-key");
    }
}
