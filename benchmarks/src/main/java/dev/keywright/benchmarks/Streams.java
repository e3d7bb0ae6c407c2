package dev.keywright.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.stream.EventStream;
import dev.keywright.stream.Message;
import dev.keywright.stream.StreamOptions;
import dev.keywright.stream.StreamWorker;
import dev.keywright.stream.WorkerOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;

/** One stream of each library compared, and a worker on it where asked for. */
abstract class Streams implements AutoCloseable {

    static final int MANY = 500;

    private static final String VALUE = "x".repeat(100);
    private static final List<String> APPENDS = List.of("floor", "keywright", "keywright-ids", "redisson");
    private static final List<String> BULKS = List.of("floor", "pipelined", "keywright", "keywright-ids");
    private static final List<String> WORKERS =
            List.of("floor", "fetch-64", "keywright", "keywright-batch", "spring", "redisson");
    private static final String GROUP = "g";

    private final LongAdder handled = new LongAdder();
    final StatefulRedisConnection<String, String> aside;
    private final RedisClient asideClient;
    final String key;
    private long expected;

    Streams(String name, String uri) {
        this.key = "stream:{duel-" + name + "}";
        this.asideClient = RedisClient.create(uri);
        this.aside = asideClient.connect();
    }

    static List<String> names(String operation) {
        return switch (operation) {
            case "append" -> APPENDS;
            case "bulk" -> BULKS;
            default -> WORKERS;
        };
    }

    static Streams open(String name, String uri, boolean works) {
        return switch (name) {
            case "floor" -> new OfLettuce(name, uri, works ? 1 : 0);
            case "pipelined" ->
                new OfLettuce(name, uri, 0) {
                    @Override
                    int bulk() {
                        return pipelined();
                    }
                };
            case "fetch-64" -> new OfLettuce(name, uri, 64);
            case "keywright" -> new OfKeywright(name, uri, works ? 1 : 0, false);
            case "keywright-ids" -> new OfKeywright(name, uri, 0, true);
            case "keywright-batch" -> new OfKeywright(name, uri, 64, false);
            case "spring" -> new OfSpring(name, uri);
            case "redisson" -> new OfRedisson(name, uri, works);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Appends one and waits for the answer. */
    abstract int append();

    /** Appends {@link #MANY} and waits. */
    int bulk() {
        for (int i = 0; i < MANY; i++) {
            int unused = append();
        }
        return MANY;
    }

    final void handled(int count) {
        handled.add(count);
    }

    /** Appends one and waits until it was handled; for one thread. */
    final int alone() {
        expected += append();
        while (handled.sum() < expected) {
            Thread.onSpinWait();
        }
        return 1;
    }

    /** Appends many and waits until all were handled; for one thread. */
    final int window() {
        expected += bulk();
        while (handled.sum() < expected) {
            LockSupport.parkNanos(10_000);
        }
        return MANY;
    }

    /** What was appended is removed. */
    final void empty() {
        aside.sync().xtrim(key, 0);
    }

    @Override
    public void close() {
        aside.close();
        asideClient.shutdown();
    }

    // --- by hand

    /** Takes some, handles and acknowledges each, takes some. */
    private static class OfLettuce extends Streams {

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final Thread worker;
        private volatile boolean ends;

        OfLettuce(String name, String uri, int fetch) {
            super(name, uri);
            client = RedisClient.create(uri);
            connection = client.connect();
            worker = new Thread(() -> work(fetch), "floor");
            if (fetch > 0) {
                connection
                        .sync()
                        .xgroupCreate(
                                XReadArgs.StreamOffset.from(key, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
                worker.start();
            }
        }

        @SuppressWarnings("unchecked") // generic varargs
        private void work(int fetch) {
            try (StatefulRedisConnection<String, String> own = client.connect()) {
                XReadArgs args = XReadArgs.Builder.count(fetch).block(Duration.ofSeconds(1));
                while (!ends) {
                    for (StreamMessage<String, String> each : own.sync()
                            .xreadgroup(
                                    io.lettuce.core.Consumer.from(GROUP, "c"),
                                    args,
                                    XReadArgs.StreamOffset.lastConsumed(key))) {
                        handled(each.getBody().size());
                        own.sync().xack(key, GROUP, each.getId());
                    }
                }
            } catch (RedisException e) {
                if (!ends) {
                    throw e;
                }
            }
        }

        @Override
        int append() {
            connection.sync().xadd(key, "v", VALUE);
            return 1;
        }

        @Override
        int bulk() {
            return worker.isAlive() ? pipelined() : super.bulk();
        }

        final int pipelined() {
            List<RedisFuture<String>> answers = new ArrayList<>(MANY);
            connection.setAutoFlushCommands(false);
            for (int i = 0; i < MANY; i++) {
                answers.add(connection.async().xadd(key, "v", VALUE));
            }
            connection.flushCommands();
            connection.setAutoFlushCommands(true);
            answers.forEach(answer -> answer.toCompletableFuture().join());
            return MANY;
        }

        @Override
        public void close() {
            ends = true;
            connection.close();
            client.shutdown();
            super.close();
        }
    }

    // --- ours

    private static final class OfKeywright extends Streams {

        private static final Message<String> MESSAGE = Message.of(VALUE);

        private final Keywright keywright;
        private final EventStream<String> stream;
        private final @Nullable StreamWorker<String> worker;
        private final boolean withIds;
        private final LongAdder ids = new LongAdder();

        OfKeywright(String name, String uri, int batch, boolean withIds) {
            super(name, uri);
            this.withIds = withIds;
            keywright = Keywright.connect(uri);
            stream = keywright.stream(
                    "duel-" + name, Codecs.string(), StreamOptions.DEFAULTS.withRemembersIds(Duration.ofSeconds(2)));
            WorkerOptions options = WorkerOptions.DEFAULTS.withPrefetch(64);
            worker = switch (batch) {
                case 0 -> null;
                case 1 -> stream.work(GROUP, options, event -> handled(1));
                default -> stream.workBatches(GROUP, options.withThreads(1), batch, events -> handled(events.size()));
            };
        }

        private Message<String> message() {
            if (!withIds) {
                return MESSAGE;
            }
            ids.increment();
            return MESSAGE.withId(Thread.currentThread().getId() + ":" + ids.sum());
        }

        @Override
        int append() {
            stream.append(message());
            return 1;
        }

        @Override
        int bulk() {
            List<Message<String>> all = new ArrayList<>(MANY);
            for (int i = 0; i < MANY; i++) {
                all.add(message());
            }
            return stream.appendAll(all).size();
        }

        @Override
        public void close() {
            if (worker != null) {
                worker.close();
            }
            keywright.close();
            super.close();
        }
    }

    // --- others

    /** Acknowledges itself, as its listener must when nothing may be lost. */
    private static final class OfSpring extends Streams {

        private final LettuceConnectionFactory connections;
        private final StringRedisTemplate template;
        private final StreamMessageListenerContainer<String, MapRecord<String, String, String>> container;

        OfSpring(String name, String uri) {
            super(name, uri);
            RedisURI at = RedisURI.create(uri);
            connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration(at.getHost(), at.getPort()));
            connections.afterPropertiesSet();
            connections.start();
            template = new StringRedisTemplate(connections);
            template.opsForStream().createGroup(key, ReadOffset.from("0"), GROUP);
            container = StreamMessageListenerContainer.create(
                    connections,
                    StreamMessageListenerContainer.StreamMessageListenerContainerOptions.builder()
                            .pollTimeout(Duration.ofSeconds(1))
                            .batchSize(64)
                            .build());
            container.receive(
                    Consumer.from(GROUP, "c"), StreamOffset.create(key, ReadOffset.lastConsumed()), record -> {
                        handled(1);
                        template.opsForStream().acknowledge(GROUP, record);
                    });
            container.start();
        }

        @Override
        int append() {
            template.opsForStream().add(key, Map.of("v", VALUE));
            return 1;
        }

        @Override
        @SuppressWarnings("NullAway") // a pipeline wants null
        int bulk() {
            template.executePipelined((RedisCallback<Object>) connection -> {
                Map<byte[], byte[]> fields = Map.of("v".getBytes(US_ASCII), VALUE.getBytes(US_ASCII));
                for (int i = 0; i < MANY; i++) {
                    connection.streamCommands().xAdd(key.getBytes(US_ASCII), fields);
                }
                return null;
            });
            return MANY;
        }

        @Override
        public void close() {
            container.stop();
            connections.destroy();
            super.close();
        }
    }

    /** Takes up to 64, handles and acknowledges each. */
    private static final class OfRedisson extends Streams {

        private final RedissonClient redisson;
        private final RStream<String, String> stream;
        private volatile boolean ends;

        OfRedisson(String name, String uri, boolean works) {
            super(name, uri);
            Config config = new Config();
            config.useSingleServer().setAddress(uri);
            redisson = Redisson.create(config);
            stream = redisson.getStream(key, StringCodec.INSTANCE);
            if (works) {
                stream.createGroup(StreamCreateGroupArgs.name(GROUP)
                        .id(StreamMessageId.ALL)
                        .makeStream());
                new Thread(this::work, "redisson").start();
            }
        }

        private void work() {
            while (!ends) {
                try {
                    stream.readGroup(
                                    GROUP,
                                    "c",
                                    StreamReadGroupArgs.neverDelivered()
                                            .count(64)
                                            .timeout(Duration.ofSeconds(1)))
                            .keySet()
                            .forEach(id -> {
                                handled(1);
                                stream.ack(GROUP, id);
                            });
                } catch (RuntimeException e) {
                    if (!ends) {
                        throw e;
                    }
                }
            }
        }

        @Override
        int append() {
            stream.add(StreamAddArgs.entry("v", VALUE));
            return 1;
        }

        @Override
        int bulk() {
            RBatch batch = redisson.createBatch();
            for (int i = 0; i < MANY; i++) {
                RFuture<StreamMessageId> unused =
                        batch.getStream(key, StringCodec.INSTANCE).addAsync(StreamAddArgs.entry("v", VALUE));
            }
            return batch.execute().getResponses().size();
        }

        @Override
        public void close() {
            ends = true;
            redisson.shutdown();
            super.close();
        }
    }
}
