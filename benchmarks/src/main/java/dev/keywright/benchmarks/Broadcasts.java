package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.pubsub.ListenerOptions;
import dev.keywright.pubsub.Topic;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.redisson.Redisson;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** One client of each library compared: publishes on a channel of its own and counts what its own listeners hear. */
abstract class Broadcasts implements AutoCloseable {

    static final List<String> ALL = List.of("floor", "keywright", "redisson");

    private static final String MESSAGE = "m".repeat(64);

    private final LongAdder heard = new LongAdder();
    private long expected;

    static Broadcasts open(String name, String uri, int listeners) {
        return switch (name) {
            case "floor" -> new OfLettuce(uri, listeners);
            case "keywright" -> new OfKeywright(uri, listeners);
            case "redisson" -> new OfRedisson(uri, listeners);
            default -> throw new IllegalArgumentException(name);
        };
    }

    abstract CompletionStage<?> publish(String message);

    /** How many listeners there are. */
    abstract int listeners();

    @Override
    public abstract void close();

    final void heard() {
        heard.increment();
    }

    /** Publishes so many at once, and returns when every listener has heard all of them; for one thread. */
    final int round(int messages) {
        for (int i = 0; i < messages; i++) {
            CompletionStage<?> unused = publish(MESSAGE);
        }
        expected += (long) messages * listeners();
        while (heard.sum() < expected) {
            LockSupport.parkNanos(10_000);
        }
        return messages;
    }

    private static final class OfLettuce extends Broadcasts {

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final StatefulRedisPubSubConnection<String, String> listening;
        private final int listeners;

        OfLettuce(String uri, int listeners) {
            this.listeners = listeners;
            client = RedisClient.create(uri);
            connection = client.connect();
            listening = client.connectPubSub();
            for (int i = 0; i < listeners; i++) {
                listening.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String channel, String message) {
                        heard();
                    }
                });
            }
            listening.sync().subscribe("duel-lettuce");
        }

        @Override
        CompletionStage<?> publish(String message) {
            return connection.async().publish("duel-lettuce", message);
        }

        @Override
        int listeners() {
            return listeners;
        }

        @Override
        public void close() {
            listening.close();
            connection.close();
            client.shutdown();
        }
    }

    private static final class OfKeywright extends Broadcasts {

        private final Keywright keywright;
        private final Topic<String> topic;
        private final int listeners;

        OfKeywright(String uri, int listeners) {
            this.listeners = listeners;
            keywright = Keywright.connect(uri);
            topic = keywright.topic("duel-keywright", Codecs.string());
            for (int i = 0; i < listeners; i++) {
                topic.subscribe(message -> heard(), ListenerOptions.DEFAULTS.withCapacity(100_000));
            }
        }

        @Override
        CompletionStage<?> publish(String message) {
            return topic.publishAsync(message);
        }

        @Override
        int listeners() {
            return listeners;
        }

        @Override
        public void close() {
            keywright.close();
        }
    }

    private static final class OfRedisson extends Broadcasts {

        private final RedissonClient redisson;
        private final RTopic topic;
        private final int listeners;

        OfRedisson(String uri, int listeners) {
            this.listeners = listeners;
            Config config = new Config();
            config.useSingleServer().setAddress(uri);
            redisson = Redisson.create(config);
            topic = redisson.getTopic("duel-redisson", StringCodec.INSTANCE);
            for (int i = 0; i < listeners; i++) {
                topic.addListener(String.class, (channel, message) -> heard());
            }
        }

        @Override
        CompletionStage<?> publish(String message) {
            return topic.publishAsync(message);
        }

        @Override
        int listeners() {
            return listeners;
        }

        @Override
        public void close() {
            redisson.shutdown();
        }
    }
}
