package dev.keywright.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Many at once, and scripts that are forgotten in between. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CompareAndSetRaceTest {

    private static CompareAndSet<String, String> counters(Keywright kw, CompareOptions options) {
        return kw.compareAndSet("counter", options, KeyCodec.STRING, Codecs.string());
    }

    private static String plusOne(Optional<String> there) {
        return Integer.toString(there.map(Integer::valueOf).orElse(0) + 1);
    }

    @Test
    void countersLoseNothingWhenManyThreadsAndConnectionsRace(Redis redis) {
        int connections = 3;
        int threads = 4;
        int updates = 25;
        ExecutorService pool = Executors.newFixedThreadPool(connections * threads);
        List<Keywright> open = new ArrayList<>();
        try {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                Keywright kw = Keywright.connect(redis.uri());
                open.add(kw);
                CompareAndSet<String, String> counters = counters(kw, CompareOptions.DEFAULTS.withAttempts(1_000));
                for (int j = 0; j < threads; j++) {
                    boolean async = j == 0;
                    running.add(CompletableFuture.runAsync(
                            () -> {
                                for (int n = 0; n < updates; n++) {
                                    if (async) {
                                        counters.updateAsync("c", CompareAndSetRaceTest::plusOne)
                                                .toCompletableFuture()
                                                .join();
                                    } else {
                                        counters.update("c", CompareAndSetRaceTest::plusOne);
                                    }
                                }
                            },
                            pool));
                }
            }
            running.forEach(CompletableFuture::join);
            assertThat(counters(open.get(0), CompareOptions.DEFAULTS)
                            .get("c")
                            .orElseThrow()
                            .value())
                    .isEqualTo(Integer.toString(connections * threads * updates));
        } finally {
            pool.shutdownNow();
            open.forEach(Keywright::close);
        }
    }

    @Test
    void x3_scriptsMayBeForgottenBeforeEveryCall(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> counters = counters(kw, CompareOptions.DEFAULTS);
            for (int i = 0; i < 5; i++) {
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                counters.update("c", CompareAndSetRaceTest::plusOne);
            }
            assertThat(counters.get("c").orElseThrow().value()).isEqualTo("5");
        }
    }
}
