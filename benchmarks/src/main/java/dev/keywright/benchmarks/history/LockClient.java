package dev.keywright.benchmarks.history;

import dev.keywright.Keywright;
import dev.keywright.lock.Hold;
import dev.keywright.lock.LockOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** What a process does with its locks, whatever their kind. A grip belongs to the thread that has it. */
interface LockClient extends AutoCloseable {

    /** A lock that is held. */
    interface Grip {

        /** 0 where there are none. */
        long token();

        /** Whether the lock says that it is held; one that cannot say is taken at its word. */
        boolean isHeld();

        void release();
    }

    /** Waits so long at most; null when others had it all the time. */
    @Nullable
    Grip acquire(String lock, Duration wait) throws InterruptedException;

    @Override
    void close();

    static LockClient open(Kind kind, String uri, Duration lease) {
        return switch (kind) {
            case KEYWRIGHT, KEYWRIGHT_UNFENCED -> new OfKeywright(uri, LockOptions.DEFAULTS.withLease(lease));
            case KEYWRIGHT_FAIR ->
                new OfKeywright(uri, LockOptions.DEFAULTS.withLease(lease).withFair(true));
            case REDISSON, REDISSON_FENCED -> new OfRedisson(uri, lease, kind.tokens);
            case NAIVE -> new OfHand(uri, lease);
        };
    }

    /** Ours. */
    final class OfKeywright implements LockClient {

        private final Keywright keywright;
        private final LockOptions options;

        OfKeywright(String uri, LockOptions options) {
            this.keywright = Keywright.connect(uri);
            this.options = options.withDeadline(Duration.ofSeconds(1));
        }

        @Override
        public @Nullable Grip acquire(String lock, Duration wait) {
            return keywright
                    .lock(lock, options)
                    .tryAcquire(wait)
                    .map(OfKeywright::grip)
                    .orElse(null);
        }

        private static Grip grip(Hold hold) {
            return new Grip() {
                @Override
                public long token() {
                    return hold.token();
                }

                @Override
                public boolean isHeld() {
                    return hold.isHeld();
                }

                @Override
                public void release() {
                    hold.close();
                }
            };
        }

        @Override
        public void close() {
            keywright.close();
        }
    }

    /** Redisson's, whose watchdog renews leases of that length. */
    final class OfRedisson implements LockClient {

        private final RedissonClient redisson;
        private final boolean tokens;

        OfRedisson(String uri, Duration lease, boolean tokens) {
            this.redisson = Redisson.create(config(uri, lease));
            this.tokens = tokens;
        }

        static Config config(String uri, Duration lease) {
            Config config = new Config();
            config.setLockWatchdogTimeout(lease.toMillis());
            if (uri.startsWith("redis-sentinel:")) {
                String[] hosts = uri.replaceAll("^redis-sentinel://|#.*$", "").split(",");
                config.useSentinelServers()
                        .setMasterName(uri.replaceAll("^.*#", ""))
                        .addSentinelAddress(Arrays.stream(hosts)
                                .map(host -> "redis://" + host)
                                .toArray(String[]::new))
                        .setScanInterval(500)
                        .setTimeout(1_000)
                        .setMasterConnectionMinimumIdleSize(2)
                        .setSlaveConnectionMinimumIdleSize(1);
            } else {
                config.useSingleServer()
                        .setAddress(uri)
                        .setTimeout(1_000)
                        .setConnectionMinimumIdleSize(2)
                        .setConnectionPoolSize(8);
            }
            return config;
        }

        @Override
        public @Nullable Grip acquire(String name, Duration wait) throws InterruptedException {
            if (tokens) {
                RFencedLock lock = redisson.getFencedLock(name);
                Long token = lock.tryLockAndGetToken(wait.toMillis(), TimeUnit.MILLISECONDS);
                return token == null ? null : grip(lock, token);
            }
            RLock lock = redisson.getLock(name);
            return lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS) ? grip(lock, 0) : null;
        }

        private static Grip grip(RLock lock, long token) {
            return new Grip() {
                @Override
                public long token() {
                    return token;
                }

                @Override
                public boolean isHeld() {
                    return lock.isHeldByCurrentThread();
                }

                @Override
                public void release() {
                    lock.unlock();
                }
            };
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    /** What is copied most often: no owner, no renewal, no token. */
    final class OfHand implements LockClient {

        private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

        private final RedisClient client;
        private final RedisCommands<String, String> commands;
        private final Duration lease;

        OfHand(String uri, Duration lease) {
            RedisURI address = RedisURI.create(uri);
            address.setTimeout(Duration.ofSeconds(1));
            this.client = RedisClient.create(address);
            this.commands = client.connect().sync();
            this.lease = lease;
        }

        @Override
        public @Nullable Grip acquire(String lock, Duration wait) {
            long start = System.nanoTime();
            while (commands.set(lock, "held", SetArgs.Builder.nx().px(lease.toMillis())) == null) {
                if (System.nanoTime() - start > wait.toNanos()) {
                    return null;
                }
                LockSupport.parkNanos(PAUSE);
            }
            return new Grip() {
                @Override
                public long token() {
                    return 0;
                }

                @Override
                public boolean isHeld() {
                    return true;
                }

                @Override
                public void release() {
                    commands.del(lock);
                }
            };
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }
}
