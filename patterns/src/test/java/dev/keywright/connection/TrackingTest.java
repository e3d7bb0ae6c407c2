package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Reads over connections that tell of changes. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class TrackingTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static Command get(String key) {
        return Command.named("GET").key(key).buildReadOnly();
    }

    private static Tracking.Listener into(Queue<String> told) {
        return key -> told.add(new String(key, UTF_8));
    }

    @Test
    void manyReadsAreAnsweredInOrderAndEveryChangeIsTold(Redis redis) {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        try (Connection connection = Connection.open(redis.uri());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), into(told))) {
            List<Command> reads = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                redis.command("SET", "many:" + i, "v" + i);
                keys.add("many:" + i);
                reads.add(get("many:" + i));
            }
            List<Tracking.Tracked> answers = tracking.batch(reads, TIMEOUT);
            assertThat(answers)
                    .extracting(answer -> answer.reply().text())
                    .containsExactlyElementsOf(
                            keys.stream().map(key -> key.replace("many:", "v")).toList());
            assertThat(answers).allMatch(answer -> answer.bond().holds());
            keys.forEach(key -> redis.command("DEL", key));
            await().untilAsserted(() -> assertThat(told).containsExactlyInAnyOrderElementsOf(keys));
        }
        assertThat(told).hasSize(100);
    }

    /** The permission to track belongs to the very next command: threads must not come between. */
    @Test
    void everyReadIsTrackedThoughManyThreadsReadAtOnce(Redis redis) {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        try (Connection connection = Connection.open(redis.uri());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), into(told))) {
            List<Thread> threads = new ArrayList<>();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int t = 0; t < 8; t++) {
                int number = t;
                Thread thread = new Thread(() -> {
                    List<CompletableFuture<Tracking.Tracked>> sent = new ArrayList<>();
                    for (int i = 0; i < 250; i++) {
                        sent.add(tracking.send(get("t" + number + ":a" + i), TIMEOUT)
                                .toCompletableFuture());
                        Tracking.Tracked unused = tracking.call(get("t" + number + ":b" + i), TIMEOUT);
                    }
                    sent.forEach(CompletableFuture::join);
                });
                thread.setUncaughtExceptionHandler((dead, failure) -> failures.add(failure));
                threads.add(thread);
                thread.start();
            }
            threads.forEach(TrackingTest::join);
            assertThat(failures).isEmpty();
            List<Command> writes = new ArrayList<>();
            List<String> keys = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                for (int i = 0; i < 250; i++) {
                    keys.addAll(List.of("t" + t + ":a" + i, "t" + t + ":b" + i));
                }
            }
            keys.forEach(key -> writes.add(Command.named("SET")
                    .key(key)
                    .argument("v")
                    .argument("PX")
                    .argument(60_000)
                    .build()));
            connection.batch(writes, TIMEOUT);
            await().untilAsserted(() -> assertThat(told).containsExactlyInAnyOrderElementsOf(keys));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerThatThrowsEndsTheBond(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), key -> {
                    throw new IllegalStateException("no");
                })) {
            redis.command("SET", "thrown", "v");
            Tracking.Bond bond = tracking.call(get("thrown"), TIMEOUT).bond();
            assertThat(bond.holds()).isTrue();
            redis.command("SET", "thrown", "w");
            await().until(() -> !bond.holds());
            assertThat(tracking.call(get("thrown"), TIMEOUT).bond().holds()).isTrue();
        }
    }

    @Test
    void closingEndsAllBondsAndReadsGoOn(Redis redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            redis.command("SET", "closed", "v");
            Tracking tracking = connection.tracking(new Tracking.Mode.OptIn(), key -> {});
            Tracking.Bond bond = tracking.call(get("closed"), TIMEOUT).bond();
            assertThat(bond.holds()).isTrue();
            tracking.close();
            assertThat(bond.holds()).isFalse();
            Tracking.Tracked after = tracking.call(get("closed"), TIMEOUT);
            assertThat(after.reply().text()).isEqualTo("v");
            assertThat(after.bond().holds()).isFalse();
        }
    }

    @Test
    void closingTheConnectionEndsAllBonds(Redis redis) {
        Connection connection = Connection.open(redis.uri());
        Tracking.Bond bond;
        try (connection) {
            bond = connection
                    .tracking(new Tracking.Mode.OptIn(), key -> {})
                    .call(get("any"), TIMEOUT)
                    .bond();
            assertThat(bond.holds()).isTrue();
        }
        assertThat(bond.holds()).isFalse();
    }
}
