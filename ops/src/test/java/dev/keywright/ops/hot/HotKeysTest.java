package dev.keywright.ops.hot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.keywright.ops.Finding;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HotKeysTest {

    private static final HotOptions SHORT = HotOptions.DEFAULTS.withTime(Duration.ofMillis(1_200));

    private static HotReport look(Redis redis, HotOptions options) {
        return HotKeys.look(redis.uri(), options, step -> {}, new CountDownLatch(1));
    }

    @Test
    @WithRedis
    void findsTheSkewThatWasThereAndEndsItsListening(Standalone server) {
        server.command("SET", "config:global", "x".repeat(2_000));
        HotReport report;
        try (Traffic ignored = new Traffic(server.port())) {
            report = look(server, SHORT);
        }

        HotReport.Sample sample = report.nodes().get(0).sample().orElseThrow();
        assertThat(sample.seconds()).isBetween(1.0, 6.0);
        HotReport.HotKey hottest = sample.keys().get(0);
        assertThat(hottest.key()).isEqualTo("config:global");
        assertThat(hottest.type()).isEqualTo("string");
        assertThat(hottest.ratio()).isCloseTo(0.5, within(0.05));
        assertThat(hottest.writes()).isZero();
        assertThat(hottest.bandwidthRatio().orElseThrow()).isGreaterThan(0.5);
        HotReport.HotKey second = sample.keys().get(1);
        assertThat(second.key()).isEqualTo("hits");
        assertThat(second.ratio()).isCloseTo(0.2, within(0.05));
        assertThat(second.reads()).isZero();
        assertThat(sample.writeRatio()).isCloseTo(0.5, within(0.05));
        assertThat(sample.patterns()).extracting(HotReport.HotPattern::pattern).contains("user:{n}:cart");
        assertThat(sample.commandsByPattern())
                .anyMatch(
                        form -> form.command().equals("HSET") && form.pattern().equals("user:{n}:cart"));
        assertThat(report.findings())
                .extracting(Finding::id)
                .contains("hot-key-operations")
                .doesNotContain("hot-key-processor");
        assertThat(report.findings().get(0).fix()).contains("CLIENT TRACKING");
        assertThat(report.notes()).anyMatch(note -> note.contains("not switched"));
        assertThat(report.toString()).doesNotContain("secret-value");
        assertThat(server.command("CLIENT", "LIST")).doesNotContain("cmd=monitor");
        assertThat(server.command("CONFIG", "GET", "maxmemory-policy")).contains("noeviction");
    }

    @Test
    @WithRedis
    void endsAtTheNumberOfCommandsAndWhenItIsTold(Standalone server) {
        try (Traffic ignored = new Traffic(server.port())) {
            HotReport capped = look(server, SHORT.withMostCommands(300).withTime(Duration.ofSeconds(10)));
            HotReport.Sample sample = capped.nodes().get(0).sample().orElseThrow();
            assertThat(sample.commands()).isEqualTo(300);
            assertThat(sample.price().complete()).isFalse();

            CountDownLatch stop = new CountDownLatch(1);
            Thread stopper = new Thread(() -> {
                await().until(() -> server.command("CLIENT", "LIST").contains("cmd=monitor"));
                stop.countDown();
            });
            stopper.start();
            long start = System.nanoTime();
            HotKeys.look(server.uri(), SHORT.withTime(Duration.ofSeconds(10)), step -> {}, stop);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
        }
        assertThat(server.command("CLIENT", "LIST")).doesNotContain("cmd=monitor");
    }

    @Test
    void asksForFrequenciesUnderAnLfuPolicyAndLivesWithFewRights() {
        ServerOptions lfu = ServerOptions.DEFAULTS
                .withDirectives(Map.of("maxmemory", "100mb", "maxmemory-policy", "allkeys-lfu"))
                .withUser("watcher", "pw", "+info", "+scan", "+object", "~*");
        try (Standalone server = Standalone.start(lfu)) {
            for (int i = 0; i < 300; i++) {
                server.command("SET", "cold:" + i, "1");
            }
            for (int i = 0; i < 500; i++) {
                server.command("GET", "cold:7");
            }
            HotReport report = HotKeys.look(
                    server.uri().replace("redis://", "redis://watcher:pw@"), SHORT, step -> {}, new CountDownLatch(1));

            HotReport.Frequencies frequent = report.nodes().get(0).frequent().orElseThrow();
            assertThat(frequent.asked()).isGreaterThanOrEqualTo(300);
            assertThat(frequent.all()).isTrue();
            assertThat(frequent.keys().get(0).key()).isEqualTo("cold:7");
            assertThat(report.nodes().get(0).sample()).isEmpty();
            assertThat(report.notes()).anyMatch(note -> note.startsWith("MONITOR was refused: NOPERM"));
            assertThat(report.toString()).doesNotContain("pw@");
        }
    }

    @Test
    void looksAtEveryMasterOfACluster() {
        try (Cluster cluster = Cluster.start(2);
                Traffic ignored = new Traffic(
                        cluster.ownerOf(Cluster.slotOf("config:global")).port())) {
            HotReport report = look(cluster, HotOptions.DEFAULTS.withTime(Duration.ofMillis(500)));
            assertThat(report.nodes()).hasSize(2);
            assertThat(report.nodes())
                    .allSatisfy(node -> assertThat(node.sample()).isPresent());
        }
    }

    @Test
    void countsWithinTheBoundItStates() {
        SplittableRandom chance = new SplittableRandom(4);
        TopKeys<Integer> top = new TopKeys<>(100, 1);
        Map<Integer, Long> truth = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            int item = (int) Math.floor(Math.pow(1 / (1 - chance.nextDouble()), 1.2));
            top.add(item, 0, 1);
            truth.merge(item, 1L, Long::sum);
        }
        assertThat(top.bound()).isPositive().isLessThanOrEqualTo(200_000 / 100);
        assertThat(top.top(100)).hasSize(100).allSatisfy(counter -> {
            assertThat(counter.count()).isGreaterThanOrEqualTo(truth.get(counter.item()));
            assertThat(counter.count() - counter.error()).isLessThanOrEqualTo(truth.get(counter.item()));
            assertThat(counter.error()).isLessThanOrEqualTo(top.bound());
        });
        List<Integer> kept = top.top(100).stream().map(TopKeys.Counter::item).toList();
        truth.forEach((item, count) -> {
            if (count > top.bound()) {
                assertThat(kept).contains(item);
            }
        });
    }

    @Test
    void knowsIdsInNames() {
        assertThat(pattern("user:1001:cart")).isEqualTo("user:{n}:cart");
        assertThat(pattern("session:{Zk3v0b2x9QpTqv7n}")).isEqualTo("session:{n}");
        assertThat(pattern("o:550e8400-e29b-41d4-a716-446655440000")).isEqualTo("o:{n}");
        assertThat(pattern("v2:item-42:x")).isEqualTo("v2:item-{n}:x");
        assertThat(pattern("leaderboard_2026_01")).isEqualTo("{n}");
        assertThat(pattern("cache:products")).isEqualTo("cache:products");
        assertThat(new Name(2, new byte[] {0, 'a', (byte) 0xff})).hasToString("\\x00a\\xff (database 2)");
    }

    private static String pattern(String key) {
        return new Name(0, key.getBytes(UTF_8)).pattern();
    }

    @Test
    void readsWhatHotkeysAnswersInBothForms() {
        Answer fields = many(
                "tracking-active",
                1L,
                "all-commands-all-slots-us",
                1_000L,
                "net-bytes-all-commands-all-slots",
                500L,
                "collection-duration-ms",
                2_000L,
                "by-cpu-time-us",
                many("a", 400L, "b", 100L),
                "by-net-bytes",
                many("b", 250L));
        for (Answer answer : List.of(fields, new Answer.Many(List.of(fields)))) {
            HotReport.Tracked tracked = Tracking.read(answer, 10).orElseThrow();
            assertThat(tracked.seconds()).isEqualTo(2);
            assertThat(tracked.byProcessor())
                    .containsExactly(new HotReport.Share("a", 0.4), new HotReport.Share("b", 0.1));
            assertThat(tracked.byTraffic()).containsExactly(new HotReport.Share("b", 0.5));
        }
        assertThat(Tracking.read(Answer.Nothing.NOTHING, 10)).isEmpty();
    }

    private static Answer many(Object... items) {
        List<Answer> answers = new ArrayList<>();
        for (Object item : items) {
            answers.add(
                    item instanceof Answer answer
                            ? answer
                            : item instanceof Long number
                                    ? new Answer.Whole(number)
                                    : new Answer.Bulk(item.toString().getBytes(UTF_8)));
        }
        return new Answer.Many(answers);
    }

    /** Half of the commands read one key, a fifth count in another, the rest write carts of a thousand users. */
    private static final class Traffic implements AutoCloseable {

        private final CountDownLatch stop = new CountDownLatch(1);
        private final Thread thread;

        Traffic(int port) {
            thread = new Thread(() -> run(new Node("127.0.0.1", port)));
            thread.start();
        }

        private void run(Node node) {
            SplittableRandom chance = new SplittableRandom(1);
            try (Wire wire = Wire.open(node, Access.OPEN)) {
                while (stop.getCount() > 0) {
                    int at = chance.nextInt(10);
                    if (at < 5) {
                        wire.call("GET", "config:global");
                    } else if (at < 7) {
                        wire.call("INCR", "hits");
                    } else {
                        wire.call("HSET", "user:" + chance.nextInt(1_000) + ":cart", "sku", "secret-value");
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            stop.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
