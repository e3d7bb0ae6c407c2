package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What a job costs in commands and bytes, by the server's own account. Argument: jobs (20,000). */
final class JobCost {

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

    private JobCost() {}

    public static void main(String[] arguments) {
        int all = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs(
                    "cost", JobOptions.DEFAULTS.withDone(0, Duration.ZERO).withDeadline(Duration.ofMillis(500)));
            var unused = jobs.stats();
            long before = memory(redis);
            redis.command("CONFIG", "RESETSTAT");
            List<Enqueued> bulk = jobs.enqueueAll(IntStream.range(0, all)
                    .mapToObj(i -> MAIL.job("0123456789"))
                    .toList());
            tell(redis, "enqueued in bulk", bulk.size());
            OUT.println("bytes of each that waits: " + (memory(redis) - before) / all);
            work(redis, jobs, all, "done by 16 threads, many at a time");

            AtomicInteger done = new AtomicInteger();
            try (JobWorker worker = jobs.worker()
                    .threads(1)
                    .on(MAIL, job -> done.incrementAndGet())
                    .start()) {
                redis.command("CONFIG", "RESETSTAT");
                for (int i = 1; i <= 1_000; i++) {
                    var unusedJob = jobs.enqueue(MAIL, "0123456789");
                    while (done.get() < i) {
                        Thread.onSpinWait();
                    }
                }
                tell(redis, "enqueued and done one at a time", 1_000);
            }
        }
    }

    private static void work(Standalone redis, JobQueue jobs, int all, String what) {
        AtomicInteger done = new AtomicInteger();
        redis.command("CONFIG", "RESETSTAT");
        try (JobWorker worker = jobs.worker()
                .threads(16)
                .prefetch(64)
                .on(MAIL, job -> done.incrementAndGet())
                .start()) {
            while (done.get() < all) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        tell(redis, what, all);
    }

    /** Commands of clients and, inside of scripts, of the server. */
    private static void tell(Standalone redis, String what, int jobs) {
        long scripts = 0;
        long inside = 0;
        StringBuilder each = new StringBuilder();
        Matcher calls = CALLS.matcher(redis.command("INFO", "commandstats"));
        while (calls.find()) {
            long count = Long.parseLong(calls.group(2));
            if (calls.group(1).equals("evalsha") || calls.group(1).equals("blmove")) {
                scripts += count;
            } else {
                inside += count;
            }
            each.append(' ').append(calls.group(1)).append(' ').append(perJob(count, jobs));
        }
        OUT.println(what + ": " + perJob(scripts, jobs) + " commands of clients and " + perJob(inside, jobs)
                + " inside of scripts for each job:" + each);
    }

    private static String perJob(long count, int jobs) {
        return String.format(Locale.ROOT, "%.2f", (double) count / jobs);
    }

    private static long memory(Standalone redis) {
        Matcher used = Pattern.compile("used_memory:(\\d+)").matcher(redis.command("INFO", "memory"));
        return used.find() ? Long.parseLong(used.group(1)) : 0;
    }
}
