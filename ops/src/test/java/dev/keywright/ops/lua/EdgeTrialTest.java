package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.lua.ScriptChecker.Depth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Scripts with one fault each that shows only when they run. */
class EdgeTrialTest {

    private static final ScriptChecker CHECKER = new ScriptChecker(Depth.TRY);

    @AfterAll
    static void stop() {
        CHECKER.close();
    }

    private static ScriptReport tried(String keys, String arguments, String sample, String code) {
        return CHECKER.text(
                "test.lua", """
                    #!lua
                    --[[
                    For a test.

                    KEYS  %k
                    ARGV  %a
                    REPLY something
                    COST  O(1)
                    NEEDS Redis 7.0
                    TRY   EVAL %t
                    ]]
                    """.replace("%k", keys).replace("%a", arguments).replace("%t", sample) + code);
    }

    private static Finding only(ScriptReport report, String id) {
        return report.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not among " + report.findings()));
    }

    @Test
    void showsReplyCommandsAndTime() {
        ScriptReport report = tried(
                "1 key       string",
                "1 value     text",
                "KEYS k ARGV hello",
                "redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000) return {1, redis.call('GET', KEYS[1])}");
        ScriptRun run = report.run().orElseThrow();
        assertThat(run.reply()).isEqualTo("{1, 'hello'}");
        assertThat(run.commands()).containsExactly("SET k hello PX 60000", "GET k");
        assertThat(run.failed()).isFalse();
        assertThat(run.micros()).isPositive();
        assertThat(report.trial().orElseThrow().calls()).isGreaterThan(50);
        assertThat(report.hasErrors()).isFalse();
    }

    @Test
    void aCrashOnAValueThatTheHeaderAllowsIsAnError() {
        ScriptReport report = tried(
                "1 key       string, kept for ever",
                "1 count     whole number, 0 to 100",
                "KEYS k ARGV 5",
                "local n = tonumber(ARGV[1]) if n == 0 then return nil .. 'x' end return redis.call('INCRBY', KEYS[1],"
                        + " n)");
        Finding crash = only(report, "trial-crash");
        assertThat(crash.severity()).isEqualTo(Severity.ERROR);
        assertThat(crash.what()).contains("ARGV[1] = '0'").doesNotContain("'-5'");
        assertThat(crash.place().line()).contains(12);
    }

    @Test
    void aChangeBeforeAnErrorIsFound() {
        ScriptReport report = tried(
                "1 key       string, kept for ever",
                "1 count     whole number, -10 to 100",
                "KEYS k ARGV 5",
                "redis.call('SET', KEYS[1], ARGV[1]) if tonumber(ARGV[1]) == -5 then return redis.error_reply('ERR"
                        + " no') end return 1");
        assertThat(only(report, "trial-half-done"))
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.ERROR))
                .satisfies(finding -> assertThat(finding.what()).contains("ERR no (ARGV[1] = '-5'"));
    }

    @Test
    void aKeyThatIsMadeAtRunTimeIsFound() {
        ScriptReport report = tried(
                "1 key       string, kept for ever",
                "1 name      text",
                "KEYS k ARGV a",
                "local parts = {KEYS[1], ':', 'index'} return redis.call('GET', table.concat(parts))");
        assertThat(only(report, "trial-undeclared-key").severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void keysWithoutTtlAndNegativeNumbersAreFound() {
        ScriptReport report = tried(
                "1 key       string",
                "1 count     whole number, 1 to 100",
                "KEYS k ARGV 5",
                "local call = redis['c' .. 'all'] return call('DECRBY', KEYS[1], ARGV[1])");
        assertThat(only(report, "trial-no-ttl").what()).contains("KEYS[1] is left without a TTL");
        assertThat(only(report, "trial-negative").what()).contains("leaves a negative number in KEYS[1]");
    }

    @Test
    void aTtlThatIsTakenAwayIsFound() {
        ScriptReport report = tried(
                "1 key       string",
                "1 value     text",
                "KEYS k ARGV hello",
                "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('SET', KEYS[1], ARGV[1]) end"
                        + " return redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)");
        assertThat(report.findings())
                .anyMatch(finding ->
                        finding.id().equals("trial-no-ttl") && finding.what().equals("KEYS[1] loses the TTL it had."));
    }

    @Test
    void aScriptThatDoesNotEndIsStopped() {
        ScriptReport report = tried(
                "1 key       string",
                "1 count     whole number, 0 to 100",
                "KEYS k ARGV 5",
                "while tonumber(ARGV[1]) == 0 do end return redis.call('GET', KEYS[1])");
        assertThat(only(report, "trial-endless").severity()).isEqualTo(Severity.ERROR);
        assertThat(CHECKER.text("next.lua", "return redis.call('GET', KEYS[1])")
                        .run()
                        .orElseThrow()
                        .reply())
                .as("the next one gets another server")
                .isEqualTo("nil");
    }

    @Test
    void whatTheSampleNeedsIsMadeFirst() {
        ScriptReport report = tried(
                "1 key       string, kept for ever",
                "1 count     whole number, 1 to 100",
                "KEYS k ARGV 5",
                "if not redis.call('GET', KEYS[1]) then return redis.error_reply('EMPTY') end return redis.call('GET',"
                        + " KEYS[1])");
        assertThat(only(report, "sample-fails").what()).contains("EMPTY");
        ScriptReport given = CHECKER.text("test.lua", """
            #!lua flags=no-writes
            --[[
            KEYS  1 key       string
            ARGV  none
            REPLY the value
            GIVEN SET k 7
            TRY   EVAL KEYS k ARGV
            ]]
            if not redis.call('GET', KEYS[1]) then return redis.error_reply('EMPTY') end
            return redis.call('GET', KEYS[1])
            """);
        assertThat(given.run().orElseThrow().reply()).isEqualTo("'7'");
        assertThat(given.hasErrors()).isFalse();
    }

    @Test
    void aLibraryIsLoaded() {
        assertThat(CHECKER.text("lib.lua", "#!lua name=a\nredis.register_function('f', function() return 1 end)")
                        .hasErrors())
                .isFalse();
        assertThat(CHECKER.text("lib.lua", "#!lua name=a\nlocal x = 1").findings())
                .extracting(Finding::id)
                .contains("library-refused");
    }

    @Test
    void aPlaceThatNobodyCanReachIsNotGuessedUpTo() {
        SampleCall call = SampleCall.of(Reading.of("return ARGV[999999999]"));
        assertThat(call.arguments()).hasSize(100);
    }
}
