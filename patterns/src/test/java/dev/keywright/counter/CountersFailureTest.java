package dev.keywright.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that are silent, full, forgetful or replaced, and a process that is killed. */
@WithRedis
class CountersFailureTest {

    private static final Map<String, String> NONE = Map.of();
    private static final Instant NOON = Instant.parse("2098-01-31T12:00:00Z");
    private static final CounterOptions QUICK =
            CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMillis(10)).withDeadline(Duration.ofMillis(200));

    private static long day(Keywright kw, String subject) {
        return kw.counters("a").sum(subject, Granularity.DAY, NOON, NOON.plusSeconds(1));
    }

    @Test
    void countsWaitWhileTheServerIsSilentAndAreBounded(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters counters = kw.counters("a", QUICK.withMostWaiting(50));
            counters.add("x", 1, NOON, NONE);
            redis.freeze();
            assertThatThrownBy(() -> counters.add("x", 1, NOON, NONE))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            for (int i = 0; i < 50; i++) {
                counters.count("s" + i, 1, NOON, NONE);
            }
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 50; i++) {
                            counters.count("t" + i, 1, NOON, NONE);
                        }
                    })
                    .isInstanceOfSatisfying(KeywrightException.Unavailable.class, e -> {
                        assertThat(e.outcomeUnknown()).isFalse();
                        assertThat(e).hasMessageContaining("50 sums wait");
                    });
            assertThatThrownBy(counters::flush).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(counters.stats().problem()).isPresent();
            redis.thaw();
            await().until(() -> counters.stats().waiting() == 0);
            for (int i = 0; i < 50; i++) {
                assertThat(day(kw, "s" + i)).isEqualTo(1);
            }
            assertThat(day(kw, "x")).isBetween(1L, 2L);
            assertThat(counters.stats().lost()).isZero();
        }
    }

    @Test
    void aFlushOfManySubjectsTakesNoLongerThanSomeDeadlinesWhileTheServerIsSilent(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters counters =
                    kw.counters("a", QUICK.withFlushEvery(Duration.ofMinutes(1)).withDeadline(Duration.ofMillis(500)));
            counters.add("x", 1, NOON, NONE);
            redis.freeze();
            for (int i = 0; i < 15_000; i++) { // 59 times as many as are sent at once
                counters.count("s" + i, 1, NOON, NONE);
            }
            long begun = System.nanoTime();
            assertThatThrownBy(counters::flush).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
            assertThat(counters.stats().waiting()).isEqualTo(15_000);
            redis.thaw();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                counters.flush();
                return true;
            });
            assertThat(counters.stats().written()).isEqualTo(15_000);
            assertThat(redis.command("EXISTS", "count:a:{s0}:d:2098", "count:a:{s14999}:d:2098"))
                    .isEqualTo("2");
        }
    }

    /** What is refused for good must not hide what only waits. */
    @Test
    @WithRedis(Topology.CLUSTER)
    void ac4_closeGoesOnForThoseWhoWaitWhenOthersAreRefused(Cluster cluster) {
        CounterOptions options = QUICK.withFlushEvery(Duration.ofMinutes(1)).withDeadline(Duration.ofSeconds(1));
        try (Keywright kw = Keywright.connect(cluster.uri());
                Keywright other = Keywright.connect(cluster.uri())) {
            EventCounters counters = kw.counters("a", options);
            Standalone silent = cluster.masters().get(0);
            String waits = subject(cluster, silent, true);
            String refused = subject(cluster, silent, false);
            other.connection()
                    .call(Command.named("SET")
                            .key("count:a:{" + refused + "}:d:2098")
                            .argument("v")
                            .build())
                    .orThrow("SET");
            counters.add(waits, 1, NOON, NONE);
            counters.count(waits, 5, NOON, NONE);
            counters.count(refused, 5, NOON, NONE);
            silent.freeze();
            Thread thaw = new Thread(() -> {
                await().until(() -> counters.stats().problem().isPresent());
                silent.thaw();
            });
            thaw.start();
            assertThatThrownBy(counters::close).isInstanceOf(KeywrightException.Misused.class);
            assertThat(counters.stats().waiting()).isZero();
            assertThat(counters.stats().lost()).isEqualTo(1);
            join(thaw);
            assertThat(day(other, waits)).isEqualTo(6);
        }
    }

    @Test
    void x1_aBatchWhoseAnswerIsLostCountsOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            EventCounters counters = kw.counters("a", QUICK.withDeadline(Duration.ofSeconds(20)));
            counters.add("x", 1, NOON, NONE);
            for (int i = 0; i < 4; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                counters.count("x", 10, NOON, NONE);
                counters.flush();
                proxy.cutAfterNextRequest("EVALSHA");
                boolean unused = counters.addOnce("id " + i, "x", 100, NOON, NONE);
            }
            assertThat(day(kw, "x")).isEqualTo(441);
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters counters = kw.counters("a", QUICK);
            for (int i = 0; i < 3; i++) {
                redis.command("SCRIPT", "FLUSH");
                counters.count("x", 1, NOON, NONE);
                counters.flush();
                redis.command("SCRIPT", "FLUSH");
                counters.add("x", 1, NOON, NONE);
            }
            assertThat(day(kw, "x")).isEqualTo(6);
        }
    }

    @Test
    void aFullServerRefusesAndCountsWait(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters counters = kw.counters("a", QUICK);
            redis.command("CONFIG", "SET", "maxmemory", "1");
            counters.count("x", 5, NOON, NONE);
            assertThatThrownBy(counters::flush)
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("OOM");
            assertThatThrownBy(() -> counters.add("x", 5, NOON, NONE))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
            redis.command("CONFIG", "SET", "maxmemory", "0");
            counters.flush();
            assertThat(day(kw, "x")).isEqualTo(5);
        }
    }

    @Test
    void ac4_closeWaitsForAServerThatComesBack(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            EventCounters counters = kw.counters("a", QUICK);
            redis.freeze();
            counters.count("x", 5, NOON, NONE);
            Thread thaw = new Thread(() -> {
                await().until(() -> counters.stats().problem().isPresent());
                redis.thaw();
            });
            thaw.start();
            counters.close();
            assertThat(day(other, "x")).isEqualTo(5);
            join(thaw);
        }
    }

    private static String subject(Cluster cluster, Standalone master, boolean there) {
        int i = 0;
        while ((cluster.ownerOf(Cluster.slotOf("s" + i)) == master) != there) {
            i++;
        }
        return "s" + i;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void afterAFailoverCountingGoesOn(Sentinel sentinel) {
        try (Keywright kw = Keywright.connect(sentinel.uri())) {
            EventCounters counters = kw.counters("a", QUICK.withDeadline(Duration.ofSeconds(1)));
            counters.count("x", 5, NOON, NONE);
            counters.flush();
            sentinel.failover();
            counters.count("x", 7, NOON, NONE);
            await().atMost(Duration.ofSeconds(30)).until(() -> counters.stats().waiting() == 0);
            await().ignoreExceptions().until(() -> day(kw, "x") >= 7);
            assertThat(day(kw, "x")).isIn(7L, 12L); // what was not yet replicated is lost
        }
    }

    /** A process that is killed loses what it counted since its last flush, and nothing of it is there twice. */
    @Test
    void ac4_aKilledProcessLosesItsCrashWindowAndNoMore(Standalone redis) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CountersChild.class.getName(),
                        redis.uri())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Keywright kw = Keywright.connect(redis.uri());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            long begun = 0;
            long written = 0;
            long flushes = 0;
            String line = lines.readLine();
            while (line != null) {
                long number = Long.parseLong(line.substring(1));
                if (line.charAt(0) == 'b') {
                    begun = number;
                } else {
                    written = number;
                    flushes++;
                    if (flushes == 40) {
                        boolean unused =
                                child.toHandle().destroyForcibly(); // what it wrote until it died is still read
                    }
                }
                line = lines.readLine();
            }
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(flushes).isGreaterThanOrEqualTo(40);
            long counted = day(kw, "x");
            assertThat(counted).isBetween(written, begun);
            for (Granularity by : Granularity.values()) {
                assertThat(kw.counters("a").sum("x", by, NOON, NOON.plusSeconds(1)))
                        .isEqualTo(counted);
            }
        } finally {
            child.destroyForcibly();
        }
    }
}
