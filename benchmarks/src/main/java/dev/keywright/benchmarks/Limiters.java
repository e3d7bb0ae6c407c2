package dev.keywright.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.limit.Quota;
import dev.keywright.limit.RateLimiter;
import io.github.bucket4j.BandwidthBuilder;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** One limiter each of those compared; all hold {@code permits} per minute and subject. */
abstract class Limiters implements AutoCloseable {

    static final List<String> NAMES = List.of("keywright", "floor", "redisson", "bucket4j");

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Whether one permit was granted. */
    abstract boolean tryAcquire(String subject);

    @Override
    public abstract void close();

    static Limiters open(String name, String uri, int permits) {
        return switch (name) {
            case "keywright" -> new OfKeywright(uri, permits);
            case "floor" -> new OfHand(uri, permits);
            case "redisson" -> new OfRedisson(uri, permits);
            case "bucket4j" -> new OfBucket4j(uri, permits);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static final class OfKeywright extends Limiters {
        private final Keywright keywright;
        private final RateLimiter limiter;

        OfKeywright(String uri, int permits) {
            keywright = Keywright.connect(uri);
            limiter = keywright.rateLimiter("b", Quota.tokenBucket(permits, MINUTE));
        }

        @Override
        boolean tryAcquire(String subject) {
            return limiter.tryAcquire(subject).isGranted();
        }

        @Override
        public void close() {
            keywright.close();
        }
    }

    private static final class OfHand extends Limiters {
        private final RedisClient client;
        private final RedisCommands<String, String> redis;
        private final String digest;
        private final String permits;

        OfHand(String uri, int permits) {
            this.client = RedisClient.create(uri);
            this.redis = client.connect().sync();
            this.permits = Integer.toString(permits);
            try (InputStream script = Limiters.class.getResourceAsStream("floor.lua")) {
                if (script == null) {
                    throw new IllegalStateException("floor.lua is missing");
                }
                this.digest = redis.scriptLoad(new String(script.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        boolean tryAcquire(String subject) {
            List<Long> reply = redis.evalsha(
                    digest, ScriptOutputType.MULTI, new String[] {"floor:{" + subject + "}"}, permits, "60000000", "1");
            return reply.get(0) == 1;
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    private static final class OfRedisson extends Limiters {
        private final RedissonClient redisson;
        private final int permits;
        private final Map<String, RRateLimiter> limiters = new ConcurrentHashMap<>();

        OfRedisson(String uri, int permits) {
            Config config = new Config();
            config.useSingleServer().setAddress(uri);
            this.redisson = Redisson.create(config);
            this.permits = permits;
        }

        @Override
        boolean tryAcquire(String subject) {
            RRateLimiter limiter = limiters.get(subject);
            if (limiter == null) {
                limiter = redisson.getRateLimiter("redisson:" + subject);
                limiter.trySetRate(RateType.OVERALL, permits, MINUTE);
                limiters.put(subject, limiter);
            }
            return limiter.tryAcquire(1);
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    private static final class OfBucket4j extends Limiters {
        private final RedisClient client;
        private final ProxyManager<byte[]> buckets;
        private final BucketConfiguration configuration;

        OfBucket4j(String uri, int permits) {
            this.client = RedisClient.create(uri);
            this.buckets = Bucket4jLettuce.casBasedBuilder(client)
                    .expirationAfterWrite(
                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1)))
                    .build();
            this.configuration = BucketConfiguration.builder()
                    .addLimit(BandwidthBuilder.builder()
                            .capacity(permits)
                            .refillGreedy(permits, MINUTE)
                            .build())
                    .build();
        }

        @Override
        boolean tryAcquire(String subject) {
            return buckets.getProxy(("bucket4j:" + subject).getBytes(UTF_8), () -> configuration)
                    .tryConsume(1);
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }
}
