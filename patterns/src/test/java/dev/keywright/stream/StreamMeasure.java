package dev.keywright.stream;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Session;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Prints what appending and handling cost, against bare commands in the same process: XADD, and XADD, XREADGROUP, XACK in turn. Arguments:
 * events of each measurement (20,000).
 */
final class StreamMeasure {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final String VALUE = "x".repeat(100);

    private StreamMeasure() {}

    public static void main(String[] arguments) throws InterruptedException {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            for (int round = 0; round < 2; round++) { // the first one warms up
                OUT.println("round " + round);
                rate("XADD", events / 4, count -> bareAdd(kw, count));
                rate("append", events / 4, count -> append(kw, count));
                rate("append with id", events / 4, count -> appendOnce(kw, count));
                rate("appendAll, 100 each", events, count -> appendAll(kw, "bulk", count));
                rate("XADD, XREADGROUP, XACK in turn", events / 4, count -> bareCycle(kw, count));
                rate(
                        "worker, 4 threads, prefetch 16",
                        events,
                        count -> work(kw, redis, WorkerOptions.DEFAULTS, 1, count));
                rate(
                        "worker, 1 thread, prefetch 64",
                        events,
                        count -> work(
                                kw, redis, WorkerOptions.DEFAULTS.withThreads(1).withPrefetch(64), 1, count));
                rate(
                        "worker, batches of 64",
                        events,
                        count -> work(
                                kw, redis, WorkerOptions.DEFAULTS.withThreads(2).withPrefetch(128), 64, count));
                latency(kw, 1_000);
                sessions(kw, 5);
            }
            bytes(kw, redis, "no key, no id", i -> Message.of(VALUE));
            bytes(kw, redis, "a key of 10 bytes", i -> Message.of(VALUE).withKey("order " + (1_000 + i % 9_000)));
            bytes(kw, redis, "an id of 12 bytes", i -> Message.of(VALUE).withId("request " + (1_000 + i)));
        }
    }

    private interface Load {
        void run(int count) throws InterruptedException;
    }

    private static void rate(String what, int count, Load load) throws InterruptedException {
        long start = System.nanoTime();
        load.run(count);
        OUT.println("  " + what + ": " + count * 1_000_000_000L / (System.nanoTime() - start) + "/s");
    }

    private static EventStream<String> stream(Keywright kw, String name) {
        return kw.stream(name, Codecs.string(), StreamOptions.DEFAULTS.withDeadline(Duration.ofSeconds(10)));
    }

    private static void bareAdd(Keywright kw, int count) {
        for (int i = 0; i < count; i++) {
            kw.connection()
                    .call(Command.named("XADD")
                            .key("bare")
                            .argument("*")
                            .argument("v")
                            .argument(VALUE)
                            .build())
                    .orThrow("XADD");
        }
    }

    private static void append(Keywright kw, int count) {
        EventStream<String> stream = stream(kw, "single");
        for (int i = 0; i < count; i++) {
            EventId unused = stream.append(VALUE);
        }
    }

    private static void appendOnce(Keywright kw, int count) {
        EventStream<String> stream = stream(kw, "once");
        for (int i = 0; i < count; i++) {
            EventId unused = stream.append(Message.of(VALUE).withId(Integer.toString(i)));
        }
    }

    private static void appendAll(Keywright kw, String name, int count) {
        EventStream<String> stream = stream(kw, name);
        List<Message<String>> hundred = Collections.nCopies(100, Message.of(VALUE));
        for (int i = 0; i < count / 100; i++) {
            List<EventId> unused = stream.appendAll(hundred);
        }
    }

    private static void bareCycle(Keywright kw, int count) {
        kw.connection()
                .call(Command.named("XGROUP")
                        .argument("CREATE")
                        .key("cycle")
                        .argument("g")
                        .argument("0")
                        .argument("MKSTREAM")
                        .build());
        for (int i = 0; i < count; i++) {
            String id = kw.connection()
                    .call(Command.named("XADD")
                            .key("cycle")
                            .argument("*")
                            .argument("v")
                            .argument(VALUE)
                            .build())
                    .text();
            kw.connection()
                    .call(Command.named("XREADGROUP")
                            .argument("GROUP")
                            .argument("g")
                            .argument("c")
                            .argument("COUNT")
                            .argument(1)
                            .argument("STREAMS")
                            .key("cycle")
                            .argument(">")
                            .build())
                    .orThrow("XREADGROUP");
            kw.connection()
                    .call(Command.named("XACK")
                            .key("cycle")
                            .argument("g")
                            .argument(id)
                            .build())
                    .orThrow("XACK");
        }
    }

    private static void work(Keywright kw, Standalone redis, WorkerOptions options, int batch, int count)
            throws InterruptedException {
        EventStream<String> stream = stream(kw, "work");
        boolean unused = stream.length() > 0 && stream.removeGroup("g");
        appendAll(kw, "work", count);
        long commands = Long.parseLong(redis.info("total_commands_processed"));
        long start = System.nanoTime();
        try (StreamWorker<String> worker = batch == 1
                ? stream.work("g", options, event -> {})
                : stream.workBatches("g", options, batch, handled -> {})) {
            while (worker.stats().handled() < count) {
                LockSupport.parkNanos(100_000);
            }
            OUT.println("  handled alone: " + count * 1_000_000_000L / (System.nanoTime() - start) + "/s, "
                    + (Long.parseLong(redis.info("total_commands_processed")) - commands) * 1_000 / count
                    + " commands for 1,000 events");
        }
        stream.trim(1, Duration.ofMillis(1), true);
    }

    private static void latency(Keywright kw, int count) throws InterruptedException {
        EventStream<String> stream = stream(kw, "latency");
        SynchronousQueue<Long> came = new SynchronousQueue<>();
        long[] nanos = new long[count];
        try (StreamWorker<String> worker = stream.work("g", event -> came.put(System.nanoTime()))) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                EventId unused = stream.append(VALUE);
                Long end = came.poll(WAIT.toMillis(), TimeUnit.MILLISECONDS);
                nanos[i] = end == null ? WAIT.toNanos() : end - start;
            }
        }
        Arrays.sort(nanos);
        OUT.println("  append to handler, idle: p50 " + nanos[count / 2] / 1_000 + " us, p99 "
                + nanos[count * 99 / 100] / 1_000 + " us");
    }

    private static void bytes(Keywright kw, Standalone redis, String what, IntFunction<Message<String>> message) {
        redis.flushAll();
        long before = Long.parseLong(redis.info("used_memory_dataset"));
        stream(kw, "bytes")
                .appendAll(IntStream.range(0, 9_000).mapToObj(message).toList());
        OUT.println("  bytes in memory of an event of 100, with " + what + ": "
                + (Long.parseLong(redis.info("used_memory_dataset")) - before) / 9_000);
    }

    private static void sessions(Keywright kw, int count) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            try (Session session = kw.connection().dedicated()) {
                session.call(Command.named("PING").build(), WAIT).orThrow("PING");
            }
        }
        OUT.println("  a connection of one's own, opened and closed: " + (System.nanoTime() - start) / count / 1_000_000
                + " ms");
    }
}
