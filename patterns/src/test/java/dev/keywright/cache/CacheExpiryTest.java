package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Topology.Node;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** X5: keys live as long as they say something. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class CacheExpiryTest {

    @Test
    void x5_everyKeyHasATimeToLiveWhateverWasDone(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CountDownLatch written = new CountDownLatch(1);
            CountDownLatch seen = new CountDownLatch(1);
            Cache<String, String> plain = builder(kw, "plain").build();
            Cache<String, String> rich = builder(kw, "rich")
                    .staleIfError(Duration.ofMinutes(1))
                    .refreshAhead(Duration.ofSeconds(59))
                    .tags(key -> List.of("all", key))
                    .build();
            Cache<String, String> through = builder(kw, "through")
                    .writeThrough(changes -> {
                        if (changes.get(0).key().equals("slow")) {
                            written.countDown();
                            seen.await(20, TimeUnit.SECONDS);
                        }
                    })
                    .build();
            for (Cache<String, String> cache : List.of(plain, rich, through)) {
                cache.put("put", "1");
                cache.put("brief", "1", Duration.ofSeconds(10));
                cache.putIfAbsent("absent", "1");
                cache.putAll(Map.of("a", "1", "b", "2"));
                cache.get("loaded");
                cache.get("nothing", key -> null);
                assertThatThrownBy(() -> cache.get("failed", key -> {
                            throw new IllegalStateException("no");
                        }))
                        .hasMessage("no");
                cache.getAll(List.of("x", "y"));
                cache.invalidate("a");
            }
            rich.invalidateTag("all");
            rich.get("loaded");
            Thread loading = new Thread(() -> plain.get("lease", key -> {
                written.await(20, TimeUnit.SECONDS);
                seen.await(20, TimeUnit.SECONDS);
                return key;
            }));
            Thread writing = new Thread(() -> through.put("slow", "1"));
            loading.start();
            writing.start();
            assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
            List<String> keys = keys(kw);
            assertThat(keys).hasSizeGreaterThan(20);
            for (String key : keys) {
                assertThat(ttl(kw, key)).as(key).isBetween(1L, 4 * 60_000L);
            }
            seen.countDown();
            loading.join(20_000);
            writing.join(20_000);
            List.of(plain, rich, through).forEach(Cache::close);
        }
    }

    private static CacheBuilder<String, String> builder(Keywright kw, String name) {
        return kw.cache(name, KeyCodec.STRING, Codecs.string())
                .ttl(Duration.ofMinutes(1))
                .readThrough(key -> key);
    }

    private static long ttl(Keywright kw, String key) {
        return kw.connection().call(Command.named("PTTL").key(key).build()).number();
    }

    private static List<String> keys(Keywright kw) {
        List<String> keys = new ArrayList<>();
        for (Node node : kw.connection().topology().masters()) {
            try (var one = kw.connection().node(node.host(), node.port())) {
                one.call(Command.named("KEYS").argument("*").build()).items().forEach(key -> keys.add(key.text()));
            }
        }
        return keys;
    }
}
