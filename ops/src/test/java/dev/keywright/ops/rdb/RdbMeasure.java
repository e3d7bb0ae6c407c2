package dev.keywright.ops.rdb;

import com.moilioncircle.redis.replicator.Configuration;
import com.moilioncircle.redis.replicator.FileType;
import com.moilioncircle.redis.replicator.RedisReplicator;
import com.moilioncircle.redis.replicator.Replicator;
import dev.keywright.ops.analysis.KeyRelay;
import dev.keywright.ops.analysis.KeyTally;
import dev.keywright.ops.analysis.dump.Dump;
import dev.keywright.ops.analysis.dump.DumpOptions;
import dev.keywright.ops.analysis.dump.DumpSource;
import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prints how fast a dump of mixed data is read: for the offline report, by the reader with a visitor that takes all, by the reader of whole values for
 * RESTORE, by redis-replicator's full parse, and by redis-check-rdb; in turns. Arguments: keys (1,000,000) or a dump, rounds (5),
 * and words that the names of the ways begin with, for some of them alone: {@code offline redis} leaves out what else would run the
 * report's own code, and so change what the compiler makes of it.
 */
public final class RdbMeasure {

    private RdbMeasure() {}

    /** One way to read. */
    private interface Way {
        /** Answers with something to compare, so that nothing is left out. */
        String read() throws IOException, InterruptedException;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String what = arguments.length == 0 ? "1000000" : arguments[0];
        int rounds = arguments.length < 2 ? 5 : Integer.parseInt(arguments[1]);
        List<String> only = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
        Path folder = Files.createTempDirectory("keywright-rdb-");
        try {
            Path dump = what.matches("\\d+") ? built(folder, Integer.parseInt(what)) : Path.of(what);
            measure(dump, folder, rounds, only);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(each -> each.toFile().delete());
            }
        }
    }

    private static Path built(Path folder, int keys) throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS.withFolder(folder);
        try (Standalone redis = Standalone.start(options);
                Wire wire = Wire.open(new Node("127.0.0.1", redis.port()), Access.OPEN)) {
            MixedData.fill(wire, keys);
            say("%s keys, %s bytes used", wire.ask("DBSIZE"), redis.info("used_memory"));
            wire.ask("SAVE");
        }
        return folder.resolve("dump.rdb");
    }

    private static void measure(Path dump, Path folder, int rounds, List<String> only)
            throws IOException, InterruptedException {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("offline report", () -> reported(dump));
        ways.put("RdbReader, every element told", () -> told(dump));
        ways.put("RdbReader, counted only", () -> counted(dump));
        ways.put("RdbKeys, payloads for RESTORE", () -> payloads(dump));
        ways.put("redis-replicator, full parse", () -> replicated(dump));
        Path checker = Files.createSymbolicLink(
                folder.resolve("redis-check-rdb"), RedisBinary.embedded().path());
        ways.put("redis-check-rdb", () -> checked(checker, dump));
        ways.keySet().removeIf(name -> !only.isEmpty() && only.stream().noneMatch(name::startsWith));
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                long begun = System.nanoTime();
                String found = way.getValue().read();
                double seconds = (System.nanoTime() - begun) / 1e9;
                if (round == 0) {
                    say("  %-32s %s, %.2f s cold", way.getKey(), found, seconds);
                } else {
                    times.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                            .add(seconds);
                }
            }
        }
        times.forEach((name, all) -> print(name, all, dump));
    }

    private static void print(String name, List<Double> seconds, Path dump) {
        List<Double> sorted = seconds.stream().sorted().toList();
        double median = sorted.get(sorted.size() / 2);
        say(
                "  %-32s median %.3f s = %.0f MB/s (%.3f to %.3f)",
                name, median, dump.toFile().length() / 1e6 / median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** What {@code keywright analyze} does with a dump but for printing. */
    private static String reported(Path dump) throws IOException {
        KeyTally tally = new KeyTally(System.currentTimeMillis(), Limits.DEFAULTS);
        Dump read;
        try (KeyRelay counting = new KeyRelay(tally)) {
            read = DumpSource.read(dump, DumpOptions.DEFAULTS, counting);
        }
        return tally.keys() + " keys, " + Math.round(read.totals().totalBytes()) + " bytes when loaded";
    }

    private static String told(Path dump) throws IOException {
        AllTold all = new AllTold();
        RdbEnd end = RdbReader.read(dump, all);
        return end.keys() + " keys, " + all.elements + " elements of " + all.bytes + " bytes, checksum "
                + end.checksum();
    }

    /** Takes everything. */
    static final class AllTold implements RdbVisitor, ElementSink {

        long elements;
        long bytes;

        @Override
        public ElementSink elements(RdbKey key) {
            return this;
        }

        @Override
        public void text(Role role, long lengthBytes) {
            elements++;
            bytes += lengthBytes;
        }

        @Override
        public void integer(Role role, int lengthBytes, long number) {
            elements++;
            bytes += lengthBytes;
        }

        @Override
        public void key(RdbKey key, RdbValue value) {
            bytes += value.lengthBytes() + key.name().length;
        }
    }

    private static String counted(Path dump) throws IOException {
        long[] elements = {0};
        RdbEnd end = RdbReader.read(dump, (key, value) -> elements[0] += value.elements());
        return end.keys() + " keys, " + elements[0] + " elements";
    }

    private static String payloads(Path dump) throws IOException {
        long[] found = {0, 0};
        try (InputStream in = Files.newInputStream(dump)) {
            RdbKeys.read(in, entry -> {
                found[0]++;
                found[1] += entry.payload().length;
            });
        }
        return found[0] + " keys, " + found[1] + " bytes of payloads";
    }

    private static String replicated(Path dump) throws IOException {
        long[] events = {0};
        try (Replicator replicator = new RedisReplicator(dump.toFile(), FileType.RDB, Configuration.defaultSetting())) {
            replicator.addEventListener((from, event) -> events[0]++);
            replicator.open();
        }
        return events[0] + " events";
    }

    private static String checked(Path checker, Path dump) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(checker.toString(), dump.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return "exit status " + process.waitFor();
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
