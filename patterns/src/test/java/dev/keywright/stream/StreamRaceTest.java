package dev.keywright.stream;

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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once: producers of the same messages, workers that come and go, trimming in between. */
@WithRedis({STANDALONE, CLUSTER})
class StreamRaceTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    private static EventStream<String> orders(Keywright kw) {
        return kw.stream("orders", Codecs.string());
    }

    private static void all(int threads, Runnable work) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(work));
            }
            for (Future<?> future : futures) {
                Object unused = future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void oneOfManyThatAppendTheSameMessageDoes(Redis redis) throws InterruptedException, ExecutionException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Map<String, Set<EventId>> ids = new ConcurrentHashMap<>();
            all(8, () -> {
                for (int i = 0; i < 50; i++) {
                    String id = "m" + i;
                    ids.computeIfAbsent(id, any -> ConcurrentHashMap.newKeySet())
                            .add(orders(kw).append(Message.of(id).withId(id)));
                }
            });
            assertThat(ids)
                    .hasSize(50)
                    .allSatisfy((message, given) -> assertThat(given).hasSize(1));
            assertThat(orders(kw).length()).isEqualTo(50);
        }
    }

    @Test
    void s7_workersComeAndGoAndEachEventIsHandledOnceWhileTheStreamIsTrimmed(Redis redis)
            throws InterruptedException, ExecutionException {
        int events = 600;
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            orders(kw).work("billing", event -> {}).close(); // makes the group
            Future<?> producing = produce(kw, events);
            all(4, () -> {
                while (handled.size() < events) {
                    int before = handled.size();
                    try (StreamWorker<String> worker =
                            orders(kw).work("billing", event -> handled.add(event.value()))) {
                        await().atMost(LONG)
                                .until(() -> handled.size() >= Math.min(events, before + 100)
                                        || worker.stats().handled() > 50);
                    }
                    Trimmed unused = orders(kw).trim(10, Duration.ofMillis(1), false);
                }
            });
            Object unused = producing.get();
            await().atMost(LONG).until(() -> {
                GroupState state = orders(kw).group("billing").orElseThrow();
                return state.pending() == 0 && state.lag().orElse(-1) == 0;
            });
        }
        assertThat(handled).hasSize(events).doesNotHaveDuplicates();
    }

    private static Future<?> produce(Keywright kw, int events) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            return executor.submit(
                    () -> IntStream.range(0, events).forEach(i -> orders(kw).append("e" + i)));
        } finally {
            executor.shutdown();
        }
    }
}
