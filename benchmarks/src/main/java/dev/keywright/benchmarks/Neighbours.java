package dev.keywright.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many cores other processes use meanwhile, so that a round they disturbed can be repeated. Needs Linux's /proc. */
final class Neighbours {

    private static final Path CPU = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100;

    private final Standalone redis;
    private final double all;
    private final double ours;
    private final long start;

    private Neighbours(Standalone redis) {
        this.redis = redis;
        this.start = System.nanoTime();
        this.all = allSeconds();
        this.ours = clientMicros() + serverMicros(redis);
    }

    /** Starts to watch. */
    static Neighbours watch(Standalone redis) {
        return new Neighbours(redis);
    }

    /** Cores used by others since then; zero where it cannot be known. */
    double cores() {
        double seconds = (System.nanoTime() - start) / 1e9;
        double own = (clientMicros() + serverMicros(redis) - ours) / 1e6;
        return Math.max(0, (allSeconds() - all - own) / seconds);
    }

    static double clientMicros() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e3;
    }

    static double serverMicros(Standalone redis) {
        return 1e6 * (Double.parseDouble(redis.info("used_cpu_user")) + Double.parseDouble(redis.info("used_cpu_sys")));
    }

    /** Seconds that all processes ran: user, nice, system, irq and softirq of the first line. */
    private static double allSeconds() {
        if (!Files.isReadable(CPU)) {
            return 0;
        }
        try {
            String[] fields = Files.readAllLines(CPU).get(0).split("\\s+");
            double ticks = 0;
            for (int field : new int[] {1, 2, 3, 6, 7}) {
                ticks += Double.parseDouble(fields[field]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
