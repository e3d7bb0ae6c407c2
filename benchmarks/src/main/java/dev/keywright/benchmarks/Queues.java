package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.queue.Delivery;
import dev.keywright.queue.ReliableQueue;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** One client of each library compared, with a queue for each thread. */
abstract class Queues implements AutoCloseable {

    static final List<String> ALL = List.of("floor", "keywright", "redisson");

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int PATIENCE_SECONDS = 10;

    static Queues open(String name, String uri) {
        return switch (name) {
            case "floor" -> new OfLettuce(uri);
            case "keywright" -> new OfKeywright(uri);
            case "redisson" -> new OfRedisson(uri);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** A new one, for one thread at a time to send and one to take. */
    abstract Line line();

    @Override
    public abstract void close();

    static String newName(String library) {
        return "duel " + library + ' ' + COUNT.incrementAndGet();
    }

    /** One queue. */
    interface Line {

        void send(String value);

        /** All of them, as the library does it best. */
        void sendAll(List<String> values);

        /** Waits for the next, takes it and acknowledges it. */
        String takeAndAcknowledge();

        /** What is left. */
        void clear();
    }

    /** The three commands: LPUSH, BLMOVE, LREM. */
    private static final class OfLettuce extends Queues {

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> sending;
        private final StatefulRedisConnection<String, String> taking;

        OfLettuce(String uri) {
            client = RedisClient.create(uri);
            sending = client.connect();
            taking = client.connect();
        }

        @Override
        Line line() {
            String queue = newName("lettuce");
            String taken = queue + ":taken";
            return new Line() {
                @Override
                public void send(String value) {
                    Long unused = sending.sync().lpush(queue, value);
                }

                @Override
                public void sendAll(List<String> values) {
                    values.forEach(this::send);
                }

                @Override
                public String takeAndAcknowledge() {
                    String value = taking.sync().blmove(queue, taken, LMoveArgs.Builder.rightLeft(), PATIENCE_SECONDS);
                    Long unused = sending.sync().lrem(taken, 1, value);
                    return value;
                }

                @Override
                public void clear() {
                    Long unused = sending.sync().del(queue, taken);
                }
            };
        }

        @Override
        public void close() {
            sending.close();
            taking.close();
            client.shutdown();
        }
    }

    private static final class OfKeywright extends Queues {

        private final Keywright keywright;

        OfKeywright(String uri) {
            keywright = Keywright.connect(uri);
        }

        @Override
        Line line() {
            String name = newName("keywright");
            ReliableQueue<String> queue = keywright.queue(name, Codecs.string());
            return new Line() {
                @Override
                public void send(String value) {
                    queue.send(value);
                }

                @Override
                public void sendAll(List<String> values) {
                    queue.sendAll(values);
                }

                @Override
                public String takeAndAcknowledge() {
                    try {
                        Delivery<String> delivery =
                                queue.take(Duration.ofSeconds(PATIENCE_SECONDS)).orElseThrow();
                        CompletionStage<Boolean> unused = delivery.ackAsync();
                        return delivery.value();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void clear() {
                    Reply unused = keywright
                            .connection()
                            .call(Command.named("DEL")
                                    .key("queue:{" + name + "}")
                                    .build());
                }
            };
        }

        @Override
        public void close() {
            keywright.close();
        }
    }

    /** Takes without a trace: there is nothing to acknowledge, and what its process had when it died is lost. */
    private static final class OfRedisson extends Queues {

        private final RedissonClient client;

        OfRedisson(String uri) {
            Config config = new Config();
            config.setCodec(StringCodec.INSTANCE);
            config.useSingleServer().setAddress(uri);
            client = Redisson.create(config);
        }

        @Override
        Line line() {
            RBlockingQueue<String> queue = client.getBlockingQueue(newName("redisson"));
            return new Line() {
                @Override
                public void send(String value) {
                    boolean unused = queue.offer(value);
                }

                @Override
                public void sendAll(List<String> values) {
                    boolean unused = queue.addAll(values);
                }

                @Override
                public String takeAndAcknowledge() {
                    try {
                        @Nullable String value = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        return value == null ? "" : value;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void clear() {
                    queue.clear();
                }
            };
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    /** So many of 100 bytes. */
    static List<String> values(int count) {
        return Collections.nCopies(count, "v".repeat(100));
    }
}
