package dev.keywright.benchmarks;

import dev.keywright.server.Standalone;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How soon the write of one process shows in the near cache of another one: from before the write to the first local read that brings it,
 * so the write, the server's push and one more read of the server are in it. They take turns, write by write. Prints Markdown.
 *
 * <p>The floor is a map that the push of Lettuce's own tracking empties; it cannot tell an invalidation that overtakes a read, and is
 * only fit for this.
 *
 * <p>Arguments: writes each (3,000).
 */
public final class CacheVisibility {

    private static final String KEY = "shared";
    private static final int WARM_UP = 500;
    private static final long LONGEST = 1_000_000_000; // ns

    private CacheVisibility() {}

    /** One process that writes and another one that reads its copies. */
    private interface Pair extends AutoCloseable {

        void write(String value);

        @Nullable
        String read();

        @Override
        void close();
    }

    /** A pair and what it took, ns. */
    private record Contender(String name, Pair pair, Histogram taken) {}

    public static void main(String[] arguments) {
        int writes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3_000;
        try (Standalone redis = Standalone.start()) {
            List<Contender> contenders = List.of(
                    new Contender("lettuce push", byHand(redis.uri()), new Histogram(3)),
                    new Contender("keywright", keywright(redis.uri()), new Histogram(3)),
                    new Contender("redisson-local", redisson(redis.uri()), new Histogram(3)));
            try {
                for (int i = 0; i < WARM_UP + writes; i++) {
                    for (Contender each : contenders) {
                        long taken = taken(each, "v" + i);
                        if (i >= WARM_UP) {
                            each.taken.recordValue(taken);
                        }
                    }
                }
            } finally {
                contenders.forEach(each -> each.pair.close());
            }
            print(contenders);
        }
    }

    private static long taken(Contender contender, String value) {
        contender.pair.read();
        long start = System.nanoTime();
        contender.pair.write(value);
        while (!value.equals(contender.pair.read())) {
            if (System.nanoTime() - start > LONGEST) {
                throw new IllegalStateException(contender.name + " never shows " + value);
            }
            Thread.onSpinWait();
        }
        return System.nanoTime() - start;
    }

    private static void print(List<Contender> contenders) {
        System.out.println("| near cache | p50 us | p90 us | p99 us |");
        System.out.println("| --- | --- | --- | --- |");
        for (Contender each : contenders) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f |%n",
                    each.name,
                    each.taken.getValueAtPercentile(50) / 1e3,
                    each.taken.getValueAtPercentile(90) / 1e3,
                    each.taken.getValueAtPercentile(99) / 1e3);
        }
    }

    private static Pair byHand(String uri) {
        RedisClient client = RedisClient.create(uri);
        client.setOptions(
                ClientOptions.builder().protocolVersion(ProtocolVersion.RESP3).build());
        StatefulRedisConnection<String, String> reader = client.connect();
        StatefulRedisConnection<String, String> writer = client.connect();
        Map<String, String> copies = new ConcurrentHashMap<>();
        reader.addListener(push -> {
            if (push.getType().equals("invalidate")) {
                List<Object> content = push.getContent(StringCodec.UTF8::decodeKey);
                copies.keySet().removeAll(new ArrayList<>((List<?>) content.get(1)));
            }
        });
        reader.sync().clientTracking(TrackingArgs.Builder.enabled());
        return new Pair() {
            @Override
            public void write(String value) {
                writer.sync().set(KEY, value);
            }

            @Override
            public @Nullable String read() {
                String copy = copies.get(KEY);
                if (copy == null) {
                    copy = reader.sync().get(KEY);
                    if (copy != null) {
                        copies.put(KEY, copy);
                    }
                }
                return copy;
            }

            @Override
            public void close() {
                client.shutdown();
            }
        };
    }

    private static Pair keywright(String uri) {
        return pair(new NearCaches.OfKeywright(uri, NearCaches.ROOM), new NearCaches.OfKeywright(uri, NearCaches.ROOM));
    }

    private static Pair redisson(String uri) {
        return pair(new NearCaches.OfRedisson(uri, NearCaches.ROOM), new NearCaches.OfRedisson(uri, NearCaches.ROOM));
    }

    private static Pair pair(NearCaches writer, NearCaches reader) {
        return new Pair() {
            @Override
            public void write(String value) {
                writer.put(KEY, value);
            }

            @Override
            public @Nullable String read() {
                return reader.get(KEY);
            }

            @Override
            public void close() {
                writer.close();
                reader.close();
            }
        };
    }
}
