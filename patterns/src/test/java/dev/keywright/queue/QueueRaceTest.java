package dev.keywright.queue;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once: consumers that come and go, and senders who wait for room. */
@WithRedis({STANDALONE, CLUSTER})
class QueueRaceTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static void all(int threads, Attempt work) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(() -> {
                    work.run();
                    return 0;
                }));
            }
            for (Future<?> future : futures) {
                Object unused = future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private interface Attempt {
        void run() throws InterruptedException;
    }

    @Test
    void consumersComeAndGoAndEachEntryIsHandledOnce(Redis redis) throws InterruptedException, ExecutionException {
        int entries = 600;
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                ReliableQueue<String> sending = kw.queue("race", Codecs.string())) {
            sending.sendAll(
                    IntStream.range(0, entries).mapToObj(Integer::toString).toList());
            all(4, () -> {
                while (handled.size() < entries) {
                    int before = handled.size();
                    try (ReliableQueue<String> queue = kw.queue("race", Codecs.string());
                            Consumption<String> consumption =
                                    queue.consume(2, delivery -> handled.add(delivery.value()))) {
                        await().atMost(LONG)
                                .until(() -> consumption == null || handled.size() >= Math.min(entries, before + 60));
                    }
                }
            });
            assertThat(handled).hasSize(entries).doesNotHaveDuplicates();
            assertThat(sending.stats()).isEqualTo(new QueueStats(0, 0, 0, 0));
        }
    }

    @Test
    void sendersWaitForRoomAndNeverMoreThanTheCapacityWait(Redis redis)
            throws InterruptedException, ExecutionException {
        int each = 50;
        AtomicInteger most = new AtomicInteger();
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            BoundedQueue<String> bounded = kw.boundedQueue("small", 3, Codecs.string());
            try (ReliableQueue<String> queue = bounded.queue();
                    Consumption<String> consumption = queue.consume(2, delivery -> handled.add(delivery.value()))) {
                AtomicInteger next = new AtomicInteger();
                all(4, () -> {
                    for (int i = 0; i < each; i++) {
                        assertThat(bounded.offer("v" + next.incrementAndGet(), LONG))
                                .isTrue();
                        most.accumulateAndGet((int) queue.stats().waiting(), Math::max);
                    }
                });
                await().atMost(LONG).until(() -> handled.size() == 4 * each);
                assertThat(consumption).isNotNull();
            }
            assertThat(handled).doesNotHaveDuplicates();
            assertThat(most.get()).isBetween(0, 3);
        }
    }
}
