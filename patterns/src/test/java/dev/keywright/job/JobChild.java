package dev.keywright.job;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process that works on jobs, or puts them in, until it is killed or its standard input ends. Its first output says that it began; what
 * goes wrong in it is to be seen in the output of the tests.
 */
final class JobChild {

    static final JobType<Integer> COUNT = JobType.of("count", Codecs.json(Integer.class));
    static final String QUEUE = "ledger";

    /** Jobs of this value never end. */
    static final int HANGS = -1;

    private JobChild() {}

    static JobOptions options() {
        return JobOptions.DEFAULTS
                .withLease(Duration.ofSeconds(2))
                .withAttempts(100)
                .withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), 0.5))
                .withDone(1_000_000, Duration.ofHours(2));
    }

    static Process start(String uri, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                JobChild.class.getName(),
                uri));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts that the job was done, outside of the queue. */
    private static void effect(Keywright kw, Job<Integer> job) throws InterruptedException {
        if (job.value() == HANGS) {
            new CountDownLatch(1).await();
        }
        if (ThreadLocalRandom.current().nextInt(500) == 0) {
            throw new IllegalStateException("bad luck");
        }
        Reply unused = kw.connection()
                .call(Command.named("HINCRBY")
                        .key("effects")
                        .argument(job.value())
                        .argument(1)
                        .build())
                .orThrow("effects");
    }

    /** Arguments: URI, then either {@code work} or {@code produce}, first and last number. */
    public static void main(String[] arguments) throws IOException {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            JobQueue jobs = kw.jobs(QUEUE, options());
            if (arguments[1].equals("work")) {
                try (JobWorker worker = jobs.worker()
                        .threads(8)
                        .on(COUNT, job -> effect(kw, job))
                        .start()) {
                    begun();
                    int unused = System.in.read();
                }
            } else {
                begun();
                produce(kw, jobs, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            }
        }
    }

    /** Once; the stream stays open. */
    private static void begun() throws IOException {
        new FileOutputStream(FileDescriptor.out).write('!');
    }

    /** Goes on where the process before it was killed, or a little before. */
    private static void produce(Keywright kw, JobQueue jobs, int first, int last) {
        Command.Builder asked = Command.named("HGET").key("produced").argument(first);
        Reply reply = kw.connection().call(asked.build());
        int at = reply.isNothing() ? first : Integer.parseInt(reply.text());
        while (at <= last) {
            List<NewJob<Integer>> some = new ArrayList<>();
            int until = Math.min(last, at + ThreadLocalRandom.current().nextInt(20));
            for (int i = at; i <= until; i++) {
                some.add(COUNT.job(i)
                        .withId("j" + i)
                        .withPriority(i % 3)
                        .withDelay(Duration.ofMillis(i % 10 == 0 ? 200 : 0)));
            }
            try {
                List<Enqueued> unused = jobs.enqueueAll(some);
                at = until + 1;
                Reply unusedReply = kw.connection()
                        .call(Command.named("HSET")
                                .key("produced")
                                .argument(first)
                                .argument(at)
                                .buildRepeatable());
            } catch (KeywrightException.Unavailable e) {
                // it is asked for again
            }
        }
    }
}
