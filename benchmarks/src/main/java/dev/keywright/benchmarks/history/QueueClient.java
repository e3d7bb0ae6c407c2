package dev.keywright.benchmarks.history;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.job.Backoff;
import dev.keywright.job.CatchUp;
import dev.keywright.job.Cron;
import dev.keywright.job.Enqueued;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobType;
import dev.keywright.job.JobWorker;
import dev.keywright.job.NewJob;
import dev.keywright.job.Schedule;
import dev.keywright.queue.Consumption;
import dev.keywright.queue.QueueOptions;
import dev.keywright.queue.ReliableQueue;
import dev.keywright.stream.EventId;
import dev.keywright.stream.EventStream;
import dev.keywright.stream.Message;
import dev.keywright.stream.StreamOptions;
import dev.keywright.stream.StreamWorker;
import dev.keywright.stream.WorkerOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** How numbers get from producers to workers: as {@code #number#}. Threads: any number. */
interface QueueClient {

    String NAME = "ledger";
    String GROUP = "audit";
    Duration DEADLINE = Duration.ofSeconds(2);

    /** What is done with a number. */
    interface Handler {
        void handle(int number) throws Exception;
    }

    /** Sends these and returns when they are there; throws when that is not known. */
    void send(int first, int last);

    /** Handles in so many threads, until the process ends. */
    void work(int threads, Handler handler, Handler tick);

    /** Has a job enqueued each second, until the process ends. */
    default void tick() {
        throw new UnsupportedOperationException("There are no schedules");
    }

    static QueueClient open(QueueKind kind, String uri, Duration lease) {
        return switch (kind) {
            case JOBS -> new Jobs(Keywright.connect(uri), lease);
            case STREAM -> new OfStream(Keywright.connect(uri), lease);
            case QUEUE -> new OfQueue(Keywright.connect(uri), lease);
            case NAIVE -> new OfHand(uri);
            case REDISSON -> new OfRedisson(uri);
        };
    }

    static String text(int number) {
        return "#" + number + "#";
    }

    static int number(String text) {
        return Integer.parseInt(text.substring(1, text.length() - 1));
    }

    private static <T> List<T> all(int first, int last, IntFunction<T> make) {
        return IntStream.rangeClosed(first, last).mapToObj(make).toList();
    }

    /** Every tenth is for later, and a third of them each have one of three priorities. */
    final class Jobs implements QueueClient {

        private static final JobType<String> COUNT = JobType.of("count", Codecs.string());
        private static final JobType<String> TICK = JobType.of("tick", Codecs.string());

        private final JobQueue jobs;

        Jobs(Keywright keywright, Duration lease) {
            this.jobs = keywright.jobs(
                    NAME,
                    JobOptions.DEFAULTS
                            .withLease(lease)
                            .withAttempts(1_000)
                            .withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), 0.5))
                            .withDone(10_000_000, Duration.ofHours(2))
                            .withDeadline(DEADLINE));
        }

        private static NewJob<String> job(int number) {
            return COUNT.job(text(number))
                    .withId(text(number))
                    .withPriority(number % 3)
                    .withDelay(Duration.ofMillis(number % 10 == 0 ? 200 : 0));
        }

        @Override
        public void send(int first, int last) {
            List<Enqueued> unused = jobs.enqueueAll(all(first, last, Jobs::job));
        }

        @Override
        public void work(int threads, Handler handler, Handler tick) {
            JobWorker unused = jobs.worker()
                    .threads(threads)
                    .on(COUNT, job -> handler.handle(number(job.value())))
                    .on(TICK, job -> tick.handle(number(job.value())))
                    .start();
        }

        @Override
        public void tick() {
            Schedule unused = jobs.schedule(
                    "ticks",
                    Cron.of("* * * * * *"),
                    CatchUp.ALL,
                    time -> TICK.job(text((int) (time.getEpochSecond() % 1_000_000_000))));
        }
    }

    /** An event each, which is appended once. */
    final class OfStream implements QueueClient {

        private final EventStream<String> stream;
        private final WorkerOptions options;

        OfStream(Keywright keywright, Duration lease) {
            this.stream = keywright.stream(
                    NAME,
                    Codecs.string(),
                    StreamOptions.DEFAULTS.withMaxLength(0).withDeadline(DEADLINE));
            this.options = WorkerOptions.DEFAULTS
                    .withIdle(lease)
                    .withAttempts(1_000, Duration.ofMillis(50))
                    .withPrefetch(64);
        }

        @Override
        public void send(int first, int last) {
            List<EventId> unused = stream.appendAll(
                    all(first, last, number -> Message.of(text(number)).withId("m" + number)));
        }

        @Override
        public void work(int threads, Handler handler, Handler tick) {
            StreamWorker<String> unused =
                    stream.work(GROUP, options.withThreads(threads), event -> handler.handle(number(event.value())));
        }
    }

    /** An entry each. */
    final class OfQueue implements QueueClient {

        private final ReliableQueue<String> queue;

        OfQueue(Keywright keywright, Duration lease) {
            this.queue = keywright.queue(
                    NAME,
                    Codecs.string(),
                    QueueOptions.DEFAULTS
                            .withLease(lease)
                            .withAttempts(1_000)
                            .withBackoff(Duration.ofMillis(20))
                            .withDeadline(DEADLINE));
        }

        @Override
        public void send(int first, int last) {
            queue.sendAll(all(first, last, QueueClient::text));
        }

        @Override
        public void work(int threads, Handler handler, Handler tick) {
            Consumption<String> unused = queue.consume(threads, delivery -> handler.handle(number(delivery.value())));
        }
    }

    /** Threads that take and handle, and try again in a moment when Redis is away. */
    private static void loop(int threads, Handler handler, Take take) {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                while (true) {
                    try {
                        String text = take.take();
                        if (text != null) {
                            handler.handle(number(text));
                        }
                    } catch (Exception away) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    }
                }
            });
            thread.start();
        }
    }

    /** Waits a while for the next. */
    interface Take {
        @Nullable
        String take() throws Exception;
    }

    /** What is copied most often: who takes has it, and nobody else knows. */
    final class OfHand implements QueueClient {

        private final RedisClient client;
        private final RedisURI address;
        private final RedisCommands<String, String> commands;

        OfHand(String uri) {
            this.address = RedisURI.create(uri);
            address.setTimeout(DEADLINE);
            this.client = RedisClient.create(address);
            this.commands = client.connect().sync();
        }

        @Override
        public void send(int first, int last) {
            Long unused =
                    commands.lpush(NAME, all(first, last, QueueClient::text).toArray(String[]::new));
        }

        @Override
        public void work(int threads, Handler handler, Handler tick) {
            for (int i = 0; i < threads; i++) {
                RedisCommands<String, String> own = client.connect(address).sync();
                loop(1, handler, () -> {
                    KeyValue<String, String> taken = own.brpop(1, NAME);
                    return taken == null ? null : taken.getValueOrElse(null);
                });
            }
        }
    }

    /** The same in a library. */
    final class OfRedisson implements QueueClient {

        private final RBlockingQueue<String> queue;

        OfRedisson(String uri) {
            Config config = LockClient.OfRedisson.config(uri, Duration.ofSeconds(30));
            config.setCodec(StringCodec.INSTANCE);
            RedissonClient redisson = Redisson.create(config);
            this.queue = redisson.getBlockingQueue(NAME);
        }

        @Override
        public void send(int first, int last) {
            boolean unused = queue.addAll(all(first, last, QueueClient::text));
        }

        @Override
        public void work(int threads, Handler handler, Handler tick) {
            loop(threads, handler, () -> queue.poll(1, TimeUnit.SECONDS));
        }
    }
}
