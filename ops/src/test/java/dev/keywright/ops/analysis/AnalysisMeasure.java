package dev.keywright.ops.analysis;

import dev.keywright.ops.memory.Limits;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Prints how many keys a second a {@link KeyTally} counts: a million mixed keys, made before, in one thread. */
final class AnalysisMeasure {

    private static final int KEYS = 1_000_000;
    private static final int ROUNDS = 12;

    private AnalysisMeasure() {}

    public static void main(String[] args) {
        List<Key> keys = keys(KEYS);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
            long start = cpu();
            for (Key key : keys) {
                tally.key(key);
            }
            double seconds = (cpu() - start) / 1e9;
            best = Math.min(best, seconds);
            tell(String.format(
                    Locale.ROOT,
                    "%,d keys in %.3f s: %.0f ns each, %,.0f keys/s",
                    KEYS,
                    seconds,
                    seconds * 1e9 / KEYS,
                    KEYS / seconds));
        }
        tell(String.format(Locale.ROOT, "best %.0f ns each, %,.0f keys/s", best * 1e9 / KEYS, KEYS / best));
    }

    /** Of this thread, so that what else runs does not count. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void tell(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.out), true).println(line);
    }

    /** Every third with a shape, every second with a TTL, as a dump or a scan tells them. */
    static List<Key> keys(int count) {
        Random random = new Random(7);
        List<Key> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = i % 10;
            String name = switch (kind) {
                case 0, 1, 2 -> "session:" + Keys.uuid(random);
                case 3, 4 -> "counter:" + i;
                case 5, 6 -> "user:" + i + ":profile";
                case 7 -> "cart:{" + i + "}:items";
                case 8 -> "user:" + Keys.letters(random, 8, "abcdefghijklmnopqrst") + ":friends";
                default -> "cache:page:" + Keys.hex(random, 16);
            };
            KeyType type = kind == 7 ? KeyType.HASH : kind == 8 ? KeyType.SET : KeyType.STRING;
            Shape shape = i % 3 == 0
                    ? new Shape(
                            1, 40, type == KeyType.HASH ? 12 : 0, 30, 0, Double.NaN, ByteString.of("{\"a\":" + i + "}"))
                    : null;
            keys.add(new Key(
                    0,
                    ByteString.of(name),
                    type,
                    type == KeyType.STRING ? Encoding.EMBSTR : Encoding.LISTPACK,
                    64 + random.nextInt(300),
                    1 + random.nextInt(40),
                    i % 2 == 0 ? Keys.NOW + random.nextInt(86_400_000) : Key.NEVER,
                    random.nextInt(100_000),
                    Key.UNKNOWN,
                    shape));
        }
        return keys;
    }
}
