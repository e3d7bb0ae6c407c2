package dev.keywright.benchmarks;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.job.Enqueued;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobType;
import dev.keywright.job.JobWorker;
import dev.keywright.job.NewJob;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** One queue of one library, and how work is put in and done as that library does it best. Threads: any number. */
abstract class Labour implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

    static Labour open(String name, String uri) {
        return switch (name) {
            case "xadd" -> new Streams(uri, false);
            case "xadd-pipelined" -> new Streams(uri, true);
            case "list" -> new Lists(uri);
            case "keywright" -> new Jobs(uri);
            case "redisson" -> new OfRedisson(uri);
            default -> throw new IllegalArgumentException(name);
        };
    }

    abstract void put(String value);

    abstract void putAll(List<String> values);

    /** What is left. */
    abstract void clear();

    /** Does what is put in from now on in so many threads of its own, until this is closed. */
    abstract void work(int threads, Consumer<String> handler);

    @Override
    public abstract void close();

    /** One XADD each, all at once when it is pipelined. */
    private static final class Streams extends Labour {

        private static final String STREAM = "labour stream";

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final boolean pipelined;

        Streams(String uri, boolean pipelined) {
            this.client = RedisClient.create(uri);
            this.connection = client.connect();
            this.pipelined = pipelined;
        }

        @Override
        void put(String value) {
            String unused = connection.sync().xadd(STREAM, Map.of("v", value));
        }

        @Override
        void putAll(List<String> values) {
            if (!pipelined) {
                values.forEach(this::put);
                return;
            }
            List<RedisFuture<String>> added = new ArrayList<>(values.size());
            values.forEach(value -> added.add(connection.async().xadd(STREAM, Map.of("v", value))));
            boolean unused =
                    LettuceFutures.awaitAll(PATIENCE_SECONDS, TimeUnit.SECONDS, added.toArray(RedisFuture[]::new));
        }

        @Override
        void clear() {
            Long unused = connection.sync().del(STREAM);
        }

        @Override
        void work(int threads, Consumer<String> handler) {
            throw new UnsupportedOperationException("It is a floor for enqueueing only");
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    /** Threads that take in a loop; each ends when it is interrupted. */
    private static final class Loops {

        private interface Step {
            void run() throws InterruptedException;
        }

        private final List<Thread> threads = new CopyOnWriteArrayList<>();
        private volatile boolean over;

        void start(Step step) {
            Thread thread = new Thread(() -> {
                try {
                    while (!over) {
                        step.run();
                    }
                } catch (InterruptedException | RuntimeException e) {
                    if (!over) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }

        void end() {
            over = true;
            threads.forEach(Thread::interrupt);
        }
    }

    /** The three commands: LPUSH, BLMOVE, LREM; each worker waits over a connection of its own. */
    private static final class Lists extends Labour {

        private static final String QUEUE = "labour list";
        private static final String TAKEN = QUEUE + ":taken";

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;
        private final Loops loops = new Loops();

        Lists(String uri) {
            this.client = RedisClient.create(uri);
            this.connection = client.connect();
        }

        @Override
        void put(String value) {
            Long unused = connection.sync().lpush(QUEUE, value);
        }

        @Override
        void putAll(List<String> values) {
            Long unused = connection.sync().lpush(QUEUE, values.toArray(String[]::new));
        }

        @Override
        void clear() {
            Long unused = connection.sync().del(QUEUE, TAKEN);
        }

        @Override
        void work(int threads, Consumer<String> handler) {
            for (int i = 0; i < threads; i++) {
                StatefulRedisConnection<String, String> own = client.connect();
                loops.start(() -> {
                    @Nullable
                    String value = own.sync().blmove(QUEUE, TAKEN, LMoveArgs.Builder.rightLeft(), PATIENCE_SECONDS);
                    if (value != null) {
                        Long unused = connection.sync().lrem(TAKEN, 1, value);
                        handler.accept(value);
                    }
                });
            }
        }

        @Override
        public void close() {
            loops.end();
            client.shutdown();
        }
    }

    private static final class Jobs extends Labour {

        private static final JobType<String> TYPE = JobType.of("duel", Codecs.string());
        private static final List<String> KEYS = List.of(
                "jobs", "ready", "later", "behind", "locks", "meta", "inbox", "arrived", "active", "done", "dead");

        private final Keywright keywright;
        private final JobQueue jobs;
        private final List<JobWorker> workers = new CopyOnWriteArrayList<>();

        Jobs(String uri) {
            this.keywright = Keywright.connect(uri);
            this.jobs = keywright.jobs("labour");
        }

        @Override
        void put(String value) {
            Enqueued unused = jobs.enqueue(TYPE, value);
        }

        @Override
        void putAll(List<String> values) {
            List<NewJob<String>> all = new ArrayList<>(values.size());
            values.forEach(value -> all.add(TYPE.job(value)));
            List<Enqueued> unused = jobs.enqueueAll(all);
        }

        @Override
        void clear() {
            Command.Builder command = Command.named("DEL");
            KEYS.forEach(key -> command.key("job:{labour}:" + key));
            Reply unused = keywright.connection().call(command.build()).orThrow("clear");
        }

        @Override
        void work(int threads, Consumer<String> handler) {
            workers.add(jobs.worker()
                    .threads(threads)
                    .on(TYPE, job -> handler.accept(job.value()))
                    .start());
        }

        @Override
        public void close() {
            workers.forEach(worker -> {
                boolean unused = worker.stop(Duration.ofSeconds(2));
            });
            keywright.close();
        }
    }

    /** Takes without a trace: there is nothing to acknowledge, and what its process had when it died is lost. */
    private static final class OfRedisson extends Labour {

        private final RedissonClient client;
        private final RBlockingQueue<String> queue;
        private final Loops loops = new Loops();

        OfRedisson(String uri) {
            Config config = new Config();
            config.setCodec(StringCodec.INSTANCE);
            config.useSingleServer().setAddress(uri);
            this.client = Redisson.create(config);
            this.queue = client.getBlockingQueue("labour redisson");
        }

        @Override
        void put(String value) {
            boolean unused = queue.offer(value);
        }

        @Override
        void putAll(List<String> values) {
            boolean unused = queue.addAll(values);
        }

        @Override
        void clear() {
            queue.clear();
        }

        @Override
        void work(int threads, Consumer<String> handler) {
            for (int i = 0; i < threads; i++) {
                loops.start(() -> {
                    @Nullable String value = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (value != null) {
                        handler.accept(value);
                    }
                });
            }
        }

        @Override
        public void close() {
            loops.end();
            client.shutdown();
        }
    }
}
