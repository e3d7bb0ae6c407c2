package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scripts by the microsecond, under a clock that the test holds. */
@WithRedis
class ExactnessTest {

    private static final long START = 1_700_000_000_000_000L;
    private static final long WINDOW = 100_000_000;
    private static final List<String> KINDS = List.of("fixed", "log", "counter", "bucket");
    private static final List<String> FILES =
            List.of("fixed-window.lua", "sliding-log.lua", "sliding-counter.lua", "token-bucket.lua");
    private static final List<String> KEY = List.of("rl:{1001}");

    private Connection connection;

    @BeforeEach
    void connect(Redis redis) {
        connection = Connection.open(redis.uri());
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void rl7_waitsExactlyAsLongAsItSays() {
        for (String file : FILES) {
            ClockedScript script = new ClockedScript(connection, file);
            Random random = new Random(7);
            List<String> key = List.of("rl:{" + file + "}");
            long now = START;
            int refusals = 0;
            for (int step = 0; step < 400; step++) {
                int wanted = 1 + random.nextInt(random.nextInt(5) == 0 ? 10 : 3);
                List<Long> answer = script.run(now, key, 10, WINDOW, wanted);
                if (answer.get(0) == 0) {
                    refusals++;
                    long wait = answer.get(2);
                    assertThat(script.run(now + wait - 1, key, 10, WINDOW, wanted)
                                    .get(0))
                            .as("%s a microsecond before the wait of %d is over", file, wait)
                            .isZero();
                    assertThat(script.run(now + wait, key, 10, WINDOW, wanted).get(0))
                            .as("%s when the wait of %d is over", file, wait)
                            .isOne();
                    now += wait;
                }
                now += random.nextLong(WINDOW / 10);
            }
            assertThat(refusals).as(file).isGreaterThan(50);
        }
    }

    @Test
    void rl2_logNeverHoldsMoreThanTheLimitInAnyWindow() {
        ClockedScript script = new ClockedScript(connection, "sliding-log.lua");
        Random random = new Random(2);
        Deque<Long> granted = new ArrayDeque<>();
        long now = START;
        for (int step = 0; step < 3_000; step++) {
            long oldest = now - WINDOW;
            granted.removeIf(time -> time <= oldest);
            int wanted = 1 + random.nextInt(3);
            List<Long> answer = script.run(now, KEY, 10, WINDOW, wanted);
            assertThat(answer.get(0) == 1).as("step %d", step).isEqualTo(granted.size() + wanted <= 10);
            if (answer.get(0) == 1) {
                for (int i = 0; i < wanted; i++) {
                    granted.add(now);
                }
            }
            assertThat(answer.get(1)).isEqualTo(10 - granted.size());
            now += random.nextInt(3) == 0 ? 0 : random.nextLong(WINDOW / 6);
        }
    }

    @Test
    void rl2_counterIsMeasuredAgainstTheLog() {
        ClockedScript counter = new ClockedScript(connection, "sliding-counter.lua");
        Random random = new Random(22);
        int limit = 100;
        List<Long> granted = new ArrayList<>();
        long now = START;
        int most = 0;
        for (int step = 0; step < 4_000; step++) {
            if (counter.run(now, KEY, limit, WINDOW, 1).get(0) == 1) {
                granted.add(now);
                most = Math.max(most, within(granted, now - WINDOW));
            }
            now += random.nextLong(WINDOW / limit); // twice the quota, at random moments
        }
        assertThat(most).as("most permits in any window, of %d", limit).isBetween(limit - 2, limit + limit / 10);

        long edge =
                START + 1000 * WINDOW; // the worst a caller can do: all at the end of a window, then a steady stream
        counter.run(edge, List.of("rl:{worst}"), limit, WINDOW, 1);
        List<Long> worst = new ArrayList<>();
        for (long time = edge + WINDOW - limit;
                time < edge + 2 * WINDOW;
                time += time < edge + WINDOW ? 1 : WINDOW / 500) {
            if (counter.run(time, List.of("rl:{worst}"), limit, WINDOW, 1).get(0) == 1) {
                worst.add(time);
            }
        }
        int total = within(worst, worst.get(worst.size() - 1) - WINDOW);
        assertThat(total).as("most in the worst window, of %d", limit).isBetween(limit + 1, 2 * limit);
    }

    private static int within(List<Long> times, long after) {
        int count = 0;
        for (int i = times.size() - 1; i >= 0 && times.get(i) > after; i--) {
            count++;
        }
        return count;
    }

    @Test
    void rl2_fixedWindowGrantsTwiceTheLimitAroundItsEdgeAsDocumented() {
        ClockedScript script = new ClockedScript(connection, "fixed-window.lua");
        script.run(START, KEY, 10, WINDOW, 1);
        long late =
                START + WINDOW - WINDOW / 5; // the key lives as long as the window has left, by the server's own clock
        assertThat(script.run(late, KEY, 10, WINDOW, 9).get(0)).isOne();
        assertThat(script.run(late, KEY, 10, WINDOW, 1).get(0)).isZero();
        assertThat(script.run(START + WINDOW, KEY, 10, WINDOW, 10).get(0)).isOne();
    }

    @Test
    void rl3_tenThousandCallsInOneMicrosecondCountTenThousand() {
        for (String file : FILES) {
            ClockedScript script = new ClockedScript(connection, file);
            var calls = new ArrayList<dev.keywright.connection.Command>();
            for (int i = 0; i < 10_001; i++) {
                calls.add(script.command(START, List.of("rl:{" + file + "}"), 10_000, WINDOW, 1));
            }
            List<List<Long>> answers = script.runAll(calls);
            for (int i = 0; i < 10_000; i++) {
                assertThat(answers.get(i).get(1))
                        .as("left by %s after call %d", file, i)
                        .isEqualTo(9_999 - i);
            }
            assertThat(answers.get(10_000).get(0)).as(file).isZero();
        }
    }

    @Test
    void rl3_refusedCallsConsumeNothing() {
        for (String file : FILES) {
            ClockedScript script = new ClockedScript(connection, file);
            List<String> key = List.of("rl:{" + file + "}");
            script.run(START, key, 10, WINDOW, 9);
            for (int i = 0; i < 20; i++) {
                assertThat(script.run(START, key, 10, WINDOW, 2).get(0)).isZero();
            }
            assertThat(script.run(START, key, 10, WINDOW, 1).get(0)).as(file).isOne();
        }
    }

    @Test
    void rl5_aClockSetBackRefillsNothing() {
        for (String file : FILES) {
            ClockedScript script = new ClockedScript(connection, file);
            for (long back : new long[] {1, WINDOW / 2, WINDOW, 10 * WINDOW, 1000 * WINDOW}) {
                List<String> key = List.of("rl:{" + file + back + "}");
                assertThat(script.run(START, key, 10, WINDOW, 10).get(0)).isOne();
                List<Long> answer = script.run(START - back, key, 10, WINDOW, 1);
                assertThat(answer.get(0)).as("%s, clock %d us back", file, back).isZero();
                long wait = answer.get(2);
                assertThat(wait)
                        .as("%s, wait with the clock %d us back", file, back)
                        .isBetween(1L, 3 * WINDOW);
                assertThat(script.run(START - back + wait, key, 10, WINDOW, 1).get(0))
                        .as("%s, after that wait", file)
                        .isOne();
            }
        }
    }

    @Test
    void rl7_moreThanTheQuotaHoldsIsAnErrorNotAWait() {
        for (String file : FILES) {
            ClockedScript script = new ClockedScript(connection, file);
            assertThatThrownBy(() -> script.run(START, KEY, 10, WINDOW, 11))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("more permits wanted than there ever are");
        }
    }

    @Test
    void rl8_severalLimitsDecideAsEachScriptDoes() {
        ClockedScript limits = new ClockedScript(connection, "limits.lua");
        for (int kind = 0; kind < KINDS.size(); kind++) {
            ClockedScript single = new ClockedScript(connection, FILES.get(kind));
            Random random = new Random(8);
            List<String> one = List.of("rl:{one}" + kind);
            List<String> other = List.of("rl:{other}" + kind);
            long now = START;
            for (int step = 0; step < 500; step++) {
                int wanted = 1 + random.nextInt(4);
                long window = random.nextInt(50) == 0 ? WINDOW * 2 : WINDOW; // a quota that changes now and then
                List<Long> expected = single.run(now, one, 10, window, wanted, 10);
                List<Long> actual = limits.run(now, other, wanted, 0, 0, 0, KINDS.get(kind), 10, window, 10);
                assertThat(actual.subList(0, 4))
                        .as("%s at step %d", KINDS.get(kind), step)
                        .isEqualTo(expected.subList(0, 4));
                now += random.nextInt(100) == 0 ? -WINDOW / 7 : random.nextLong(WINDOW / 8);
            }
        }
    }

    @Test
    void rl8_allLimitsAreSpentOrNone() {
        ClockedScript limits = new ClockedScript(connection, "limits.lua");
        List<String> keys = List.of("rl:{1}a", "rl:{1}b", "rl:{1}c", "rl:{1}d");
        Object[] four = {
            1, 0, 0, 0, "fixed", 10, WINDOW, 10, "log", 8, WINDOW, 8, "counter", 9, WINDOW, 9, "bucket", 7, WINDOW, 7
        };
        for (int i = 0; i < 7; i++) {
            assertThat(limits.run(START, keys, four).get(0)).isOne();
        }
        for (int i = 0; i < 5; i++) {
            List<Long> refused = limits.run(START, keys, four);
            assertThat(refused.get(0)).isZero();
            assertThat(refused.get(5)).as("the limit that refused").isEqualTo(4);
        }
        assertThat(left("fixed", keys.get(0), 10)).isEqualTo(3);
        assertThat(left("log", keys.get(1), 8)).isEqualTo(1);
        assertThat(left("counter", keys.get(2), 9)).isEqualTo(2);
    }

    private long left(String kind, String key, int limit) {
        ClockedScript script = new ClockedScript(connection, FILES.get(KINDS.indexOf(kind)));
        return script.run(START, List.of(key), limit, WINDOW, 1).get(1) + 1;
    }

    @Test
    void rl8_aRefundNeverLetsMoreThroughThanTheUnusedPermitsWouldHave() {
        ClockedScript log = new ClockedScript(connection, "sliding-log.lua");
        ClockedScript bucket = new ClockedScript(connection, "token-bucket.lua");
        ClockedScript fixed = new ClockedScript(connection, "fixed-window.lua");
        ClockedScript counter = new ClockedScript(connection, "sliding-counter.lua");
        ClockedScript refund = new ClockedScript(connection, "refund.lua");
        List<ClockedScript> scripts = List.of(fixed, log, counter, bucket);
        for (int kind = 0; kind < KINDS.size(); kind++) {
            Random random = new Random(88);
            List<String> key = List.of("rl:{refund}" + kind);
            Deque<long[]> grants = new ArrayDeque<>(); // time, permits, of grants that were kept
            List<long[]> kept = new ArrayList<>();
            long now = START;
            for (int step = 0; step < 1_500; step++) {
                int wanted = 1 + random.nextInt(3);
                List<Long> answer = scripts.get(kind).run(now, key, 10, WINDOW, wanted, 10);
                if (answer.get(0) == 1) {
                    grants.add(new long[] {now, wanted});
                }
                if (random.nextInt(4) == 0 && !grants.isEmpty()) {
                    long[] unused = random.nextBoolean() ? grants.pollLast() : grants.pollFirst();
                    refund.run(now, key, unused[1], unused[0], KINDS.get(kind), 10, WINDOW, 10);
                } else if (grants.size() > 5) {
                    kept.add(grants.pollFirst());
                }
                now += random.nextLong(WINDOW / 12);
            }
            kept.addAll(grants);
            int most = mostInAnyWindow(kept);
            int bound = kind == 1 ? 10 : 20; // log: exact; the others: capacity plus what refills or a second window
            assertThat(most)
                    .as("kept permits of %s in any window", KINDS.get(kind))
                    .isBetween(5, bound);
        }
    }

    private static int mostInAnyWindow(List<long[]> grants) {
        int most = 0;
        for (long[] last : grants) {
            int sum = 0;
            for (long[] grant : grants) {
                if (grant[0] <= last[0] && grant[0] > last[0] - WINDOW) {
                    sum += (int) grant[1];
                }
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    @Test
    void rl8_aBucketIsNotRefilledByTimeAndRefundBoth() {
        ClockedScript bucket = new ClockedScript(connection, "token-bucket.lua");
        ClockedScript refund = new ClockedScript(connection, "refund.lua");
        long perPermit = WINDOW / 10;
        bucket.run(START, KEY, 10, WINDOW, 10, 10);
        refund.run(
                START + 4 * perPermit, KEY, 10, START, "bucket", 10, WINDOW, 10); // four are back already: six to give
        assertThat(bucket.run(START + 4 * perPermit, KEY, 10, WINDOW, 10, 10).get(0))
                .isOne();
        refund.run(
                START + 5 * perPermit, KEY, 10, START, "bucket", 10, WINDOW, 10); // an old grant: five of ten are back
        assertThat(bucket.run(START + 5 * perPermit, KEY, 10, WINDOW, 6, 10).get(1))
                .isZero();
    }

    @Test
    void rl8_aChangedQuotaKeepsWhatWasUsed() {
        for (int kind = 0; kind < KINDS.size(); kind++) {
            ClockedScript script = new ClockedScript(connection, FILES.get(kind));
            List<String> key = List.of("rl:{changed}" + kind);
            assertThat(script.run(START, key, 10, WINDOW, 6, 10).get(1)).isEqualTo(4);
            assertThat(script.run(START, key, 20, WINDOW, 1, 20).get(1))
                    .as("%s raised to 20", KINDS.get(kind))
                    .isEqualTo(13);
            assertThat(script.run(START, key, 20, 3 * WINDOW, 1, 20).get(1))
                    .as("%s over a longer window", KINDS.get(kind))
                    .isEqualTo(12);
            List<Long> lowered = script.run(START, key, 5, WINDOW, 1, 5);
            assertThat(lowered.subList(0, 2))
                    .as("%s lowered to 5", KINDS.get(kind))
                    .isEqualTo(Arrays.asList(0L, 0L));
        }
    }

    @Test
    void aRefusalCanBlockForLongerThanTheQuotaWould() {
        ClockedScript limits = new ClockedScript(connection, "limits.lua");
        List<String> keys = List.of("rl:{b}", "rl:{b}:block");
        Object[] terms = {1, 5 * WINDOW, 0, 0, "fixed", 1, WINDOW, 1};
        assertThat(limits.run(START, keys, terms).get(0)).isOne();
        assertThat(limits.run(START, keys, terms).get(2)).isEqualTo(5 * WINDOW);
        List<Long> blocked = limits.run(START + 2 * WINDOW, keys, terms);
        assertThat(blocked.subList(0, 3)).isEqualTo(List.of(0L, 0L, 3 * WINDOW));
        assertThat(limits.run(START + 5 * WINDOW - 1, keys, terms).get(0)).isZero();
        assertThat(limits.run(START + 5 * WINDOW, keys, terms).get(0)).isOne();
    }

    @Test
    void rl3_refusedCallsCountWhenAskedTo() {
        ClockedScript limits = new ClockedScript(connection, "limits.lua");
        for (int kind = 0; kind < KINDS.size(); kind++) {
            List<String> keys = List.of("rl:{c}" + kind);
            Object[] terms = {1, 0, 1, 0, KINDS.get(kind), 3, WINDOW, 3};
            long now = START;
            for (int i = 0; i < 3; i++) {
                limits.run(now, keys, terms);
            }
            for (int i = 0; i < 30; i++) { // keeps asking, a little faster than the quota
                now += WINDOW / 4;
                long granted = limits.run(now, keys, terms).get(0);
                if (kind != 0) { // a fixed window ends, whoever asks
                    assertThat(granted).as("%s, call %d", KINDS.get(kind), i).isZero();
                }
            }
            now += 2 * WINDOW;
            assertThat(limits.run(now, keys, terms).get(0)).as(KINDS.get(kind)).isOne();
        }
        assertThat(connection
                        .call(dev.keywright.connection.Command.named("ZCARD")
                                .key("rl:{c}1")
                                .build())
                        .number())
                .as("RL4: the log stays bounded when refusals count")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void x1_theSameCallTwiceIsSpentOnce() {
        ClockedScript limits = new ClockedScript(connection, "limits.lua");
        List<String> keys = List.of("rl:{i}", "rl:{i}:call:7");
        Object[] terms = {2, 0, 0, WINDOW, "bucket", 10, WINDOW, 10};
        List<Long> first = limits.run(START, keys, terms);
        List<Long> again = limits.run(START + 1_000, keys, terms);
        assertThat(again.subList(0, 3)).isEqualTo(first.subList(0, 3)).isEqualTo(List.of(1L, 8L, 0L));
        assertThat(again.get(3))
                .as("the reset is nearer by the time that passed")
                .isEqualTo(first.get(3) - 1_000);
    }
}
