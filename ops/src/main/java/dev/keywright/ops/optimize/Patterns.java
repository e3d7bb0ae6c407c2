package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.keywright.ops.rdb.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Strings and hashes by the pattern of their names: runs of digits count as one number. Names are taken byte by byte. Beyond {@value
 * #MOST} patterns new ones are passed over, since such names have no pattern. Not for several threads.
 */
final class Patterns {

    /** Keys of one pattern, all of one type. */
    static final class Tally {
        private final boolean hashes;
        private long keys;
        private long expiring;
        private long nameBytes;
        private long valueBytes;

        private Tally(boolean hashes) {
            this.hashes = hashes;
        }

        boolean hashes() {
            return hashes;
        }

        long keys() {
            return keys;
        }

        long expiring() {
            return expiring;
        }

        double meanNameBytes() {
            return (double) nameBytes / keys;
        }

        /** About what they take in all, to rank by. */
        long guessedBytes() {
            return nameBytes + valueBytes + 60 * keys;
        }
    }

    /** A run of digits in a pattern. */
    static final char NUMBER = '\u0000';

    private static final int MOST = 20_000;
    private static final int STRING = 0;
    private static final int HASH = 4;
    private static final int HASH_LISTPACK = 16;
    private static final int PAYLOAD_REST = 12;

    private final Map<String, Tally> tallies = new HashMap<>();

    void key(Entry entry) {
        String type = type(entry);
        if (type.isEmpty()) {
            return;
        }
        boolean hash = type.equals("h");
        String pattern = type + of(entry.key());
        Tally tally = tallies.get(pattern);
        if (tally == null) {
            if (tallies.size() >= MOST) {
                return;
            }
            tally = new Tally(hash);
            tallies.put(pattern, tally);
        }
        tally.keys++;
        tally.expiring += entry.expires() ? 1 : 0;
        tally.nameBytes += entry.key().length;
        tally.valueBytes += Math.max(1, entry.payload().length - PAYLOAD_REST);
    }

    /** {@code s} for a string, {@code h} for a hash, nothing for other types. */
    static String type(Entry entry) {
        return switch (entry.payload()[0]) {
            case STRING -> "s";
            case HASH, HASH_LISTPACK -> "h";
            default -> "";
        };
    }

    /** The name with each run of digits as {@link #NUMBER}. */
    static String of(byte[] name) {
        StringBuilder pattern = new StringBuilder(name.length);
        boolean inNumber = false;
        for (byte each : name) {
            boolean digit = each >= '0' && each <= '9';
            if (!digit) {
                pattern.append((char) (each & 0xff));
            } else if (!inNumber) {
                pattern.append(NUMBER);
            }
            inNumber = digit;
        }
        return pattern.toString();
    }

    /** As people read it: {@code user:{n}:name}. */
    static String shown(String pattern) {
        return dev.keywright.ops.analysis.ByteString.of(
                        pattern.replace(String.valueOf(NUMBER), "{n}").getBytes(ISO_8859_1))
                .toString();
    }

    /** Those that take most, with their type in front ({@code s} or {@code h}); each takes at least so much. */
    List<Map.Entry<String, Tally>> largest(int most, long leastBytes) {
        List<Map.Entry<String, Tally>> all = new ArrayList<>(tallies.entrySet());
        all.removeIf(each -> each.getValue().guessedBytes() < leastBytes);
        all.sort(
                (a, b) -> Long.compare(b.getValue().guessedBytes(), a.getValue().guessedBytes()));
        return all.subList(0, Math.min(most, all.size()));
    }
}
