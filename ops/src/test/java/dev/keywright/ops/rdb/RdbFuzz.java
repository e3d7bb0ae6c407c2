package dev.keywright.ops.rdb;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads damaged dumps, and prints what became of them: any exception but the one that is promised ends it with the seed. Arguments:
 * how many (10,000), the first seed (1). Run it with little memory, such as {@code -Xmx64m}.
 */
public final class RdbFuzz {

    private RdbFuzz() {}

    public static void main(String[] arguments) throws IOException {
        long count = arguments.length < 1 ? 10_000 : Long.parseLong(arguments[0]);
        long first = arguments.length < 2 ? 1 : Long.parseLong(arguments[1]);
        Mutations mutations = new Mutations(originals());
        Map<String, Integer> outcomes = new TreeMap<>();
        long slowest = 0;
        long largest = 0;
        long begun = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            Mutations.Outcome outcome;
            try {
                outcome = Mutations.read(mutations.file(seed));
            } catch (RuntimeException | Error e) {
                throw new IllegalStateException("seed " + seed + ": " + e, e);
            }
            outcomes.merge(outcome.how(), 1, Integer::sum);
            slowest = Math.max(slowest, outcome.millis());
            largest = Math.max(largest, outcome.allocatedBytes());
        }
        System.out.printf(
                Locale.ROOT,
                "%d damaged dumps in %.1f s: %s; slowest %d ms, at most %,d bytes allocated%n",
                count,
                (System.nanoTime() - begun) / 1e9,
                outcomes,
                slowest,
                largest);
    }

    /** Whole dumps of all kinds: with compression and without, in blocks and in tables, and older ones. */
    public static List<byte[]> originals() throws IOException {
        List<byte[]> originals = new ArrayList<>();
        originals.add(dump(ServerOptions.DEFAULTS));
        originals.add(dump(ServerOptions.DEFAULTS
                .withDirective("rdbcompression", "no")
                .withDirective("hash-max-listpack-entries", "4")
                .withDirective("zset-max-listpack-entries", "4")));
        originals.add(older());
        originals.add(newer());
        return originals;
    }

    private static byte[] dump(ServerOptions options) throws IOException {
        Path folder = Files.createTempDirectory("keywright-fuzz-");
        try (Standalone redis =
                        Standalone.start(options.withFolder(folder).withDirective("maxmemory-policy", "allkeys-lru"));
                Wire wire = Wire.open(new Node("127.0.0.1", redis.port()), Access.OPEN)) {
            MixedData.fill(wire, 40);
            for (int i = 0; i < 12; i++) {
                wire.ask("HSET", "hash", "field" + i, "value" + i);
                wire.ask("HSET", "numbers", "field" + i, Integer.toString(i * i * i * i));
                wire.ask("ZADD", "zset", i + ".5", "member" + i);
                wire.ask("SADD", "ids", Integer.toString(i * 100));
                wire.ask("RPUSH", "list", "i".repeat(i * 10));
                wire.ask("XADD", "stream", i + 1 + "-1", "name", "value" + i);
            }
            wire.ask("XDEL", "stream", "3-1");
            wire.ask("XGROUP", "CREATE", "stream", "group", "0");
            wire.ask("XREADGROUP", "GROUP", "group", "ann", "COUNT", "3", "STREAMS", "stream", ">");
            wire.ask("SET", "soon", "v".repeat(300), "EX", "100000");
            wire.ask("FUNCTION", "LOAD", Samples.LIBRARY);
            wire.ask("SAVE");
            return Files.readAllBytes(folder.resolve("dump.rdb"));
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(each -> each.toFile().delete());
            }
        }
    }

    private static byte[] older() {
        byte[] small = RdbWriter.ziplist("one", 1, "two", "2.5", "x".repeat(300), -300);
        return new RdbWriter("REDIS0009")
                .raw(0xfe)
                .length(0)
                .raw(0xfb, 8, 0)
                .key(10, "list")
                .string(small)
                .key(13, "hash")
                .string(small)
                .key(9, "zipmap")
                .string(RdbWriter.zipmap(2, "name", "value", "other", "17"))
                .key(14, "chain")
                .length(2)
                .string(small)
                .string(small)
                .key(11, "set")
                .string(RdbWriter.intset(2, 1, 2, 300))
                .key(3, "zset")
                .length(2)
                .string("a")
                .raw(3)
                .raw(RdbWriter.bytes("1.5"))
                .string("b")
                .raw(254)
                .key(7, "module")
                .length(1L << 40)
                .raw(1, 5, 5)
                .string("text")
                .raw(0)
                .endUnsummed();
    }

    private static byte[] newer() {
        return new RdbWriter("REDIS0012")
                .raw(0xfe)
                .length(0)
                .raw(0xf4, 1, 2, 0)
                .key(24, "table")
                .little(4_102_444_800_000L, 8)
                .length(2)
                .length(0)
                .strings("never", "1")
                .length(1)
                .strings("first", "two")
                .key(25, "block")
                .little(4_102_444_800_000L, 8)
                .string(RdbWriter.listpack("soon", "v", 4_102_444_800_000L, "never", "w", 0))
                .key(20, "set")
                .string(RdbWriter.listpack("a", 17, "b"))
                .endUnsummed();
    }
}
