package dev.keywright.job;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ticks of every second on several processes whose wall clocks differ by up to five minutes, one of which is killed each minute: each tick is
 * done once. Arguments: minutes, processes, and the file of a library to preload that adds {@code CLOCK_OFFSET} seconds to
 * {@code clock_gettime(CLOCK_REALTIME)}; without it all clocks are right.
 */
final class CronSoak {

    private static final JobType<String> TICK = JobType.of("tick", Codecs.string());
    private static final String QUEUE = "cron";

    /** Offsets of the wall clocks in seconds. */
    private static final int[] OFFSETS = {0, 300, -300, 137, -61};

    private CronSoak() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("node")) {
            node(arguments[1]);
            return;
        }
        Duration time = Duration.ofSeconds((long) (Double.parseDouble(arguments[0]) * 60));
        int processes = Integer.parseInt(arguments[1]);
        Optional<String> library = arguments.length > 2 ? Optional.of(arguments[2]) : Optional.empty();
        try (Standalone redis = Standalone.start()) {
            List<Process> nodes = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                nodes.add(start(redis.uri(), i, library));
            }
            long end = System.nanoTime() + time.toNanos();
            int kills = 0;
            for (long next = System.nanoTime(); System.nanoTime() < end; ) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                if (System.nanoTime() - next > TimeUnit.MINUTES.toNanos(1)) {
                    next = System.nanoTime();
                    int victim = kills++ % processes;
                    nodes.get(victim).destroyForcibly().waitFor();
                    nodes.set(victim, start(redis.uri(), victim, library));
                }
            }
            for (Process node : nodes) {
                node.getOutputStream().close();
            }
            for (Process node : nodes) {
                if (!node.waitFor(20, TimeUnit.SECONDS)) {
                    node.destroyForcibly();
                }
            }
            report(redis, kills);
        }
    }

    private static Process start(String uri, int number, Optional<String> library) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                CronSoak.class.getName(),
                "node",
                uri);
        library.ifPresent(file -> {
            Map<String, String> environment = builder.environment();
            environment.put("LD_PRELOAD", file);
            environment.put("CLOCK_OFFSET", Integer.toString(OFFSETS[number % OFFSETS.length]));
        });
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Until its standard input ends. */
    private static void node(String uri) throws IOException {
        System.err.println("A node whose clock shows " + Instant.now());
        try (Keywright kw = Keywright.connect(uri)) {
            JobQueue jobs = kw.jobs(QUEUE);
            try (Schedule unused = jobs.schedule(
                            "each second", Cron.of("* * * * * *"), CatchUp.ALL, tick -> TICK.job(tick.toString()));
                    JobWorker worker = jobs.worker()
                            .threads(1)
                            .on(
                                    TICK,
                                    job -> kw.connection()
                                            .call(Command.named("HINCRBY")
                                                    .key("ticks")
                                                    .argument(job.value())
                                                    .argument(1)
                                                    .build())
                                            .orThrow("ticks"))
                            .start()) {
                while (System.in.read() >= 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void report(Standalone redis, int kills) {
        TreeMap<Instant, Long> ticks = new TreeMap<>();
        String[] lines = redis.command("HGETALL", "ticks").split("\n");
        for (int i = 0; i + 1 < lines.length; i += 2) {
            ticks.put(Instant.parse(lines[i]), Long.parseLong(lines[i + 1]));
        }
        long expected = Duration.between(ticks.firstKey(), ticks.lastKey()).toSeconds() + 1;
        long twice = ticks.values().stream().filter(times -> times > 1).count();
        System.err.println("From " + ticks.firstKey() + " to " + ticks.lastKey() + ": " + expected + " ticks expected, "
                + ticks.size() + " done, " + (expected - ticks.size()) + " missing, " + twice
                + " done more than once (a killed worker's is done again), " + kills + " kills");
    }
}
