package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Callers of one key at one time share a read. */
@WithRedis
class MergeReadsTest {

    private static final int THREADS = 8;
    private static final int CALLS = 2_000;

    @Test
    void eightThreadsOnAHotKeyShareTheirReads(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .mergeReads()
                        .build()) {
            cache.put("hot", "1");
            proxy.delay(Duration.ofMillis(1));
            long before = kw.connection().counters().calls();
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                callers.add(CompletableFuture.runAsync(
                        () -> {
                            for (int call = 0; call < CALLS / THREADS; call++) {
                                assertThat(cache.get("hot")).isEqualTo("1");
                            }
                        },
                        task -> new Thread(task).start()));
            }
            callers.forEach(CompletableFuture::join);
            double each = (kw.connection().counters().calls() - before) / (double) CALLS;
            assertThat(each).as("commands per call").isLessThanOrEqualTo(0.2);
            assertThat(cache.stats().hits()).isEqualTo(CALLS);
        }
    }

    @Test
    void nobodySharesAReadFromBeforeAWriteOfThisProcess(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .mergeReads()
                        .build();
                Cache<String, String> other =
                        direct.cache("t", KeyCodec.STRING, Codecs.string()).build()) {
            for (int i = 0; i < 30; i++) {
                other.put("ann", "old" + i);
                CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> cache.get("ann"));
                cache.put("ann", "new" + i);
                assertThat(cache.get("ann")).isEqualTo("new" + i);
                slow.join();
            }
        }
    }

    @Test
    void readsOfAgedAndTaggedValuesAreSharedToo(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Cache<String, String> cache = kw.cache("t", KeyCodec.STRING, Codecs.string())
                        .mergeReads()
                        .staleIfError(Duration.ofMinutes(1))
                        .tags(key -> List.of("all"))
                        .build()) {
            cache.put("hot", "1");
            proxy.delay(Duration.ofMillis(200));
            long before = kw.connection().counters().calls();
            List<CompletableFuture<String>> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callers.add(CompletableFuture.supplyAsync(() -> cache.get("hot"), task -> new Thread(task).start()));
            }
            await().until(() -> callers.stream().allMatch(CompletableFuture::isDone));
            callers.forEach(caller -> assertThat(caller.join()).isEqualTo("1"));
            assertThat(kw.connection().counters().calls() - before)
                    .as("three commands for a read; 60 for 20")
                    .isLessThanOrEqualTo(30);
            proxy.delay(Duration.ZERO);
            cache.invalidateTag("all");
            assertThat(cache.get("hot")).isNull();
        }
    }
}
