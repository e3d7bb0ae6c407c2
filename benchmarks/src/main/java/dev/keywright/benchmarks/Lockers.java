package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.lock.LockOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;
import redis.clients.jedis.params.SetParams;

/** One client of each lock compared: acquires, and releases at once; a lease of 30 s. */
abstract class Lockers implements AutoCloseable {

    /** Of locks that nobody else wants. */
    static final List<String> FREE = List.of(
            "floor",
            "jedis",
            "keywright",
            "keywright-quick",
            "redisson",
            "redisson-fenced",
            "spring-spin",
            "spring-pubsub");

    /** Of one that all want. */
    static final List<String> HOT = List.of(
            "floor", "keywright", "keywright-fair", "redisson", "redisson-fair", "spring-spin", "spring-pubsub");

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String RELEASE =
            "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

    /** Acquires the lock, waiting for it, and releases it. */
    abstract void hold(String name);

    @Override
    public abstract void close();

    static Lockers open(String name, String uri) {
        return switch (name) {
            case "floor" -> new OfLettuce(uri);
            case "jedis" -> new OfJedis(uri);
            case "keywright" -> new OfKeywright(uri, LockOptions.DEFAULTS);
            case "keywright-quick" -> new OfKeywright(uri, LockOptions.DEFAULTS.withReleaseWithoutWaiting(true));
            case "keywright-fair" -> new OfKeywright(uri, LockOptions.DEFAULTS.withFair(true));
            case "redisson" -> new OfRedisson(uri, redisson -> redisson::getLock);
            case "redisson-fenced" -> new OfRedisson(uri, redisson -> redisson::getFencedLock);
            case "redisson-fair" -> new OfRedisson(uri, redisson -> redisson::getFairLock);
            case "spring-spin" -> new OfSpring(uri, RedisLockType.SPIN_LOCK);
            case "spring-pubsub" -> new OfSpring(uri, RedisLockType.PUB_SUB_LOCK);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What one would write by hand: SET NX PX, and a script that looks for the owner; asked again at once when it is taken. */
    private static final class OfLettuce extends Lockers {

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final RedisCommands<String, String> commands;
        private final String release;
        private final SetArgs ifFree = SetArgs.Builder.nx().px(LEASE.toMillis());

        OfLettuce(String uri) {
            client = RedisClient.create(uri);
            connection = client.connect();
            commands = connection.sync();
            release = commands.scriptLoad(RELEASE);
        }

        @Override
        void hold(String name) {
            String owner = UUID.randomUUID().toString();
            while (commands.set(name, owner, ifFree) == null) {
                LockSupport.parkNanos(1);
            }
            commands.<Long>evalsha(release, ScriptOutputType.INTEGER, new String[] {name}, owner);
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
        }
    }

    private static final class OfJedis extends Lockers {

        private final redis.clients.jedis.RedisClient pool;
        private final String release;

        OfJedis(String uri) {
            pool = redis.clients.jedis.RedisClient.create(uri);
            release = pool.scriptLoad(RELEASE);
        }

        @Override
        void hold(String name) {
            String owner = UUID.randomUUID().toString();
            while (pool.set(name, owner, SetParams.setParams().nx().px(LEASE.toMillis())) == null) {
                LockSupport.parkNanos(1);
            }
            pool.evalsha(release, List.of(name), List.of(owner));
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    private static final class OfKeywright extends Lockers {

        private static final Duration WAIT = Duration.ofMinutes(1);

        private final Keywright keywright;
        private final LockOptions options;

        OfKeywright(String uri, LockOptions options) {
            this.keywright = Keywright.connect(uri);
            this.options = options.withLease(LEASE);
        }

        @Override
        void hold(String name) {
            DistributedLock lock = keywright.lock(name, options);
            try (Hold hold = lock.acquire(WAIT)) {
                if (!hold.release()) {
                    throw new IllegalStateException("lost");
                }
            }
        }

        @Override
        public void close() {
            keywright.close();
        }
    }

    private static final class OfRedisson extends Lockers {

        private final RedissonClient redisson;
        private final Function<String, RLock> locks;

        OfRedisson(String uri, Function<RedissonClient, Function<String, RLock>> kind) {
            Config config = new Config();
            config.setLockWatchdogTimeout(LEASE.toMillis());
            config.useSingleServer().setAddress(uri);
            redisson = Redisson.create(config);
            locks = kind.apply(redisson);
        }

        @Override
        @SuppressWarnings("LockNotBeforeTry") // there is nothing in between
        void hold(String name) {
            RLock lock = locks.apply(name);
            lock.lock();
            lock.unlock();
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }

    private static final class OfSpring extends Lockers {

        private final LettuceConnectionFactory factory;
        private final RedisLockRegistry registry;

        OfSpring(String uri, RedisLockType type) {
            String[] where = uri.replaceAll("^redis://", "").split(":");
            factory = new LettuceConnectionFactory(
                    new RedisStandaloneConfiguration(where[0], Integer.parseInt(where[1])));
            factory.afterPropertiesSet();
            factory.start();
            registry = new RedisLockRegistry(factory, "lock", LEASE.toMillis());
            registry.setRedisLockType(type);
        }

        @Override
        @SuppressWarnings("LockNotBeforeTry") // there is nothing in between
        void hold(String name) {
            Lock lock = registry.obtain(name);
            lock.lock();
            lock.unlock();
        }

        @Override
        public void close() {
            registry.destroy();
            factory.destroy();
        }
    }
}
