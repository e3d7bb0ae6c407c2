package dev.keywright.ops.memory;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long the sparse form of a HyperLogLog gets. Its runs of equal registers have no closed form, so a few are filled with
 * chance elements, always the same, and what they took at each count is remembered. Source: {@code hyperloglog.c}.
 */
final class SparseRegisters {

    /** What a HyperLogLog takes whose text is that long and has that much room; 0 and 0 where it is dense. */
    interface Bytes {
        double of(long length, long room);
    }

    private record Kind(Allocator allocator, boolean gentle, boolean blockWide, long limit) {}

    private static final Map<Long, short[][]> LENGTHS = new ConcurrentHashMap<>();
    private static final Map<Kind, SparseRegisters> KNOWN = new ConcurrentHashMap<>();
    private static final int TRIALS = 1_000;
    private static final int MOST_ELEMENTS = 16_384;
    /** The servers accept no higher limit. */
    private static final int MOST_BYTES = 15_000;

    private static final int HEADER = 16;
    private static final int MOST_ADDED = 3;
    private static final int GENTLE_BYTES = 300;
    private static final long SEED = 7;

    private final short[][] lengths;
    private final short[][] rooms = new short[TRIALS][];

    private SparseRegisters(Kind kind) {
        lengths = LENGTHS.computeIfAbsent(kind.limit(), SparseRegisters::lengths);
        for (int trial = 0; trial < TRIALS; trial++) {
            rooms[trial] = rooms(lengths[trial], kind);
        }
    }

    static SparseRegisters of(Profile profile) {
        Kind kind = new Kind(
                profile.allocator(),
                profile.has(Trait.GENTLE_HYPERLOGLOG),
                profile.has(Trait.BLOCK_WIDE_RESIZE),
                Math.min(profile.limits().sparseBytes(), MOST_BYTES));
        return KNOWN.computeIfAbsent(kind, SparseRegisters::new);
    }

    Cost cost(long distinct, Bytes bytes) {
        double mean = 0;
        double squares = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            boolean sparse = distinct < lengths[trial].length;
            int at = (int) Math.min(distinct, MOST_ELEMENTS);
            double cost = bytes.of(sparse ? lengths[trial][at] : 0, sparse ? rooms[trial][at] : 0);
            mean += cost / TRIALS;
            squares += cost * cost / TRIALS;
        }
        double variance = Math.max(0, squares - mean * mean);
        return new Cost(mean, variance, 2 * Math.sqrt(variance / TRIALS));
    }

    /** Lengths of each trial after so many elements, up to the limit. */
    private static short[][] lengths(long limit) {
        SplittableRandom chance = new SplittableRandom(SEED);
        short[][] lengths = new short[TRIALS][];
        for (int trial = 0; trial < TRIALS; trial++) {
            lengths[trial] = lengths(limit, chance);
        }
        return lengths;
    }

    private static short[] lengths(long limit, SplittableRandom chance) {
        Runs runs = new Runs();
        short[] lengths = new short[MOST_ELEMENTS + 1];
        int count = 0;
        while (count <= MOST_ELEMENTS && HEADER + runs.bytes() <= limit && !runs.isTooHigh()) {
            lengths[count++] = (short) (HEADER + runs.bytes());
            runs.set(chance.nextInt(Runs.REGISTERS), 1 + Long.numberOfTrailingZeros(chance.nextLong()));
        }
        return Arrays.copyOf(lengths, count);
    }

    private static short[] rooms(short[] lengths, Kind kind) {
        short[] rooms = new short[lengths.length];
        rooms[0] = lengths[0];
        for (int i = 1; i < lengths.length; i++) {
            rooms[i] = (short)
                    (kind.gentle()
                            ? gentle(lengths[i - 1], rooms[i - 1], kind)
                            : doubled(lengths[i - 1], rooms[i - 1], kind));
        }
        return rooms;
    }

    private static long doubled(int length, int room, Kind kind) {
        return room - length < MOST_ADDED ? Texts.roomFor(2L * (length + MOST_ADDED), kind.allocator()) : room;
    }

    private static long gentle(int length, int room, Kind kind) {
        if (room >= kind.limit() || room - length >= MOST_ADDED) {
            return room;
        }
        long needed = (long) length + MOST_ADDED;
        long asked = Math.min(kind.limit(), needed + Math.min(needed, GENTLE_BYTES));
        return kind.blockWide() ? Texts.roomFor(asked, kind.allocator()) : asked;
    }

    /** Registers as runs of equal ones: where each starts and its value. Zeros come in long runs, others up to four. */
    private static final class Runs {

        static final int REGISTERS = 16_384;
        private static final int HIGHEST = 32;
        private static final int LONG_ZEROS = 64;
        private static final int LONGEST = 4;
        private static final int LOOKS = 5;

        private final int[] starts = new int[REGISTERS + 1];
        private final int[] values = new int[REGISTERS];
        private int count = 1;
        private int bytes = 2;
        private boolean tooHigh;

        Runs() {
            starts[1] = REGISTERS;
        }

        int bytes() {
            return bytes;
        }

        boolean isTooHigh() {
            return tooHigh;
        }

        void set(int register, int value) {
            tooHigh |= value > HIGHEST;
            int found = Arrays.binarySearch(starts, 0, count, register);
            int at = found < 0 ? -found - 2 : found;
            if (values[at] < value) {
                split(at, register, value);
                merge(Math.max(0, at - 1));
            }
        }

        private void split(int at, int register, int value) {
            bytes -= size(at);
            boolean before = register > starts[at];
            boolean after = register + 1 < starts[at + 1];
            int own = at + (before ? 1 : 0);
            open(at, (before ? 1 : 0) + (after ? 1 : 0));
            starts[own] = register;
            starts[own + 1] = register + 1;
            int old = values[at];
            values[own] = value;
            if (after) {
                values[own + 1] = old;
            }
            for (int run = at; run <= own + (after ? 1 : 0); run++) {
                bytes += size(run);
            }
        }

        /** Joins equal neighbours, looking at five runs from there on. */
        private void merge(int from) {
            int at = from;
            for (int looks = 0; looks < LOOKS && at + 1 < count; looks++) {
                if (values[at] > 0 && values[at] == values[at + 1] && starts[at + 2] - starts[at] <= LONGEST) {
                    close(at + 1);
                    bytes--;
                } else {
                    at++;
                }
            }
        }

        private void open(int at, int more) {
            System.arraycopy(values, at, values, at + more, count - at);
            System.arraycopy(starts, at + 1, starts, at + 1 + more, count - at);
            count += more;
        }

        private void close(int at) {
            System.arraycopy(values, at + 1, values, at, count - at - 1);
            System.arraycopy(starts, at + 1, starts, at, count - at);
            count--;
        }

        private int size(int run) {
            return values[run] == 0 && starts[run + 1] - starts[run] > LONG_ZEROS ? 2 : 1;
        }
    }
}
