package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.lua.ScriptChecker.Depth;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts as they stand in many collections of snippets; what is wrong with them is known. */
class ReferenceSamplesTest {

    private static final String COMPARE_AND_SET = """
        -- KEYS[1]: key to check
        -- ARGV[1]: expected value
        -- ARGV[2]: new value
        -- ARGV[3]: TTL in seconds

        local current = redis.call('GET', KEYS[1])
        if current == ARGV[1] then
            redis.call('SETEX', KEYS[1], ARGV[3], ARGV[2])
            return 1
        else
            return 0
        end
        """;

    private static final String RATE_LIMIT = """
        -- KEYS[1]: rate limit key
        -- ARGV[1]: limit
        -- ARGV[2]: window in seconds
        -- ARGV[3]: current timestamp

        local key = KEYS[1]
        local limit = tonumber(ARGV[1])
        local window = tonumber(ARGV[2])
        local now = tonumber(ARGV[3])
        redis.call('ZREMRANGEBYSCORE', key, 0, now - window)
        local count = redis.call('ZCARD', key)
        if count < limit then
            redis.call('ZADD', key, now, now .. ':' .. math.random())
            redis.call('EXPIRE', key, window)
            return 1
        else
            return 0
        end
        """;

    private static final String RESERVATION = """
        -- KEYS[1]: inventory key (hash)
        -- ARGV[1]: product_id
        -- ARGV[2]: quantity

        local available = tonumber(redis.call('HGET', KEYS[1], ARGV[1])) or 0
        local requested = tonumber(ARGV[2])
        if available >= requested then
            redis.call('HINCRBY', KEYS[1], ARGV[1], -requested)
            return requested
        else
            return 0
        end
        """;

    private static List<Finding> tried(String source) {
        try (ScriptChecker checker = new ScriptChecker(Depth.TRY)) {
            return checker.text("sample.lua", source).findings();
        }
    }

    private static List<String> errors(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(finding -> finding.id() + ": " + finding.what())
                .toList();
    }

    @Test
    void compareAndSetCannotCreateAndFailsOnTtlZero() {
        List<Finding> findings = tried(COMPARE_AND_SET);
        assertThat(findings)
                .extracting(Finding::id)
                .contains("absent-never-equal", "command-deprecated", "ttl-unchecked");
        assertThat(errors(findings))
                .anyMatch(error ->
                        error.contains("invalid expire time in 'setex' command") && error.contains("ARGV[3] = '0'"));
    }

    @Test
    void theLimiterTrustsTheClientsClockAndChance() {
        List<Finding> findings = tried(RATE_LIMIT);
        assertThat(findings).extracting(Finding::id).contains("clock-of-client", "chance", "digits-lost");
        assertThat(errors(findings))
                .as("a fractional window fails after the member was added")
                .anyMatch(error -> error.startsWith("trial-half-done") && error.contains("ARGV[2] = '1.5'"));
    }

    @Test
    void theReservationTakesNegativeAmountsAndFailsOnTheRest() {
        List<String> errors = errors(tried(RESERVATION));
        assertThat(errors).anyMatch(error -> error.startsWith("amount-unchecked"));
        assertThat(errors)
                .contains("trial-negative-taken: ARGV[2] = '-5' is taken, and a number in KEYS[1] grows by 5.");
        assertThat(errors)
                .anyMatch(error -> error.contains("attempt to compare nil with number") && error.contains("'abc'"));
        assertThat(errors)
                .anyMatch(
                        error -> error.contains("ARGV[2] = '0', ARGV[2] = '1.5'") && error.contains("not an integer"));
    }
}
