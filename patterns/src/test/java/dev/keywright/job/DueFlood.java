package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Q5: jobs that are all due at once. Loads them, waits until they are due, lets one worker do them, and looks whether they begin in order
 * and whether any script took longer than 10 ms. Arguments: jobs (1,000,000), seconds for the work at most (600).
 */
final class DueFlood {

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    private static final JobType<Integer> COUNT = JobType.of("count", Codecs.json(Integer.class));
    private static final int BULK = 1_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private DueFlood() {}

    public static void main(String[] arguments) {
        int all = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 600;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("flood");
            redis.command("CONFIG", "SET", "slowlog-max-len", "100000");
            long start = System.nanoTime();
            load(jobs, all);
            OUT.println(all + " jobs loaded in " + millis(start) + " ms");
            hasten(redis, all);
            redis.command("CONFIG", "RESETSTAT");
            long begun = System.nanoTime();
            double cpu = cpu(redis);
            OUT.println(work(jobs, all, seconds));
            OUT.println("CPU of the server: " + Math.round((cpu(redis) - cpu) * 1_000) + " ms");
            OUT.println("took " + millis(begun) + " ms; state " + jobs.stats());
            OUT.println(
                    "scripts above 10 ms: " + redis.command("SLOWLOG", "LEN").strip());
            redis.command("INFO", "commandstats")
                    .lines()
                    .filter(line -> line.contains("evalsha"))
                    .forEach(OUT::println);
            redis.command("INFO", "latencystats")
                    .lines()
                    .filter(line -> line.contains("evalsha"))
                    .forEach(OUT::println);
        }
    }

    private static void load(JobQueue jobs, int all) {
        for (int from = 0; from < all; from += BULK) {
            List<NewJob<Integer>> some = new ArrayList<>(BULK);
            for (int i = from; i < Math.min(all, from + BULK); i++) {
                some.add(COUNT.job(i).withId(Integer.toString(10_000_000 + i)).withDelay(Duration.ofHours(1)));
            }
            List<Enqueued> unused = jobs.enqueueAll(some);
        }
    }

    /** Makes all of them due now: a script moves the time, so that nobody has to wait for it. */
    private static void hasten(Standalone redis, int all) {
        redis.command("CONFIG", "SET", "slowlog-log-slower-than", "-1");
        redis.command(
                "EVAL",
                "for from = 0, ARGV[1] - 1, 1000 do local ids = redis.call('ZRANGE', KEYS[1], from, from + 999) "
                        + "for i, id in ipairs(ids) do redis.call('ZADD', KEYS[1], 1, id) end end",
                "1",
                "job:{flood}:later",
                Integer.toString(all));
        redis.command("CONFIG", "SET", "slowlog-log-slower-than", "10000");
        redis.command("SLOWLOG", "RESET");
    }

    private static String work(JobQueue jobs, int all, int seconds) {
        AtomicLong last = new AtomicLong(-1);
        AtomicLong disorder = new AtomicLong();
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + seconds * SECOND;
        try (JobWorker worker = jobs.worker()
                .threads(1)
                .prefetch(64)
                .on(COUNT, job -> {
                    if (last.getAndSet(job.value()) >= job.value()) {
                        disorder.incrementAndGet();
                    }
                    done.incrementAndGet();
                })
                .start()) {
            while (done.get() < all && System.nanoTime() < end) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
        return done.get() + " begun, " + disorder.get() + " of them before one that was due earlier";
    }

    /** Seconds of its main thread, which runs the scripts. */
    private static double cpu(Standalone redis) {
        return redis.command("INFO", "cpu")
                .lines()
                .filter(line -> line.contains("main_thread"))
                .mapToDouble(line ->
                        Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    private static long millis(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
