package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.memory.Allocator;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Times how long it takes to read a dump and to reckon every key of it, in one thread. Arguments: FILE; how often (default 7); an
 * allocator. Prints best and worst, with and without shapes, and what the keys add up to.
 */
public final class DumpMeasure {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private DumpMeasure() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        int times = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        DumpOptions any = DumpOptions.DEFAULTS.withAllocator(
                arguments.length > 2 ? Allocator.valueOf(arguments[2]) : Allocator.JEMALLOC_8);
        double megabytes = Files.size(file) / 1e6;
        for (DumpOptions options : new DumpOptions[] {any, any.withoutShapes(), any.withLimits(any.limits())}) {
            double best = Double.MAX_VALUE;
            double worst = 0;
            double processor = Double.MAX_VALUE;
            long[] bytes = new long[1];
            Dump dump = DumpSource.read(file, options, key -> {});
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                long busy = THREADS.getCurrentThreadCpuTime();
                dump = DumpSource.read(file, options, key -> bytes[0] += key.bytes());
                double seconds = (System.nanoTime() - start) / 1e9;
                best = Math.min(best, seconds);
                processor = Math.min(processor, (THREADS.getCurrentThreadCpuTime() - busy) / 1e9);
                worst = Math.max(worst, seconds);
            }
            say(
                    "%,d keys, %.1f MB, %s%s: best %.3f s, worst %.3f s, of the processor %.3f s, %.0f MB/s",
                    dump.keys(),
                    megabytes,
                    options.encodings(),
                    options.shapes() ? ", shapes" : "",
                    best,
                    worst,
                    processor,
                    megabytes / best);
            dump.totals().parts().forEach(part -> say("  %-16s %,14.0f", part.name(), part.bytes()));
            say(
                    "  total %,.0f; used_memory of the server that wrote it %,d",
                    dump.totals().totalBytes(), dump.header().usedMemoryBytes().orElse(0));
        }
    }

    private static void say(String format, Object... values) {
        PrintStream out = System.out;
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
