package dev.keywright.ops.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/** A set of hash slots as ranges, in order and apart from each other. */
public record Slots(List<Range> ranges) {

    /** How many hash slots a cluster has. */
    public static final int ALL = 16_384;

    public static final Slots NONE = new Slots(List.of());

    /** Slots from the first to the last, both included. */
    public record Range(int first, int last) {

        public Range {
            if (first < 0 || last < first || last >= ALL) {
                throw new IllegalArgumentException(first + "-" + last + " are no hash slots; give 0 to " + (ALL - 1));
            }
        }

        public int count() {
            return last - first + 1;
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    public Slots {
        ranges = List.copyOf(ranges);
    }

    static Slots of(BitSet bits) {
        List<Range> ranges = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            ranges.add(new Range(first, end - 1));
            first = bits.nextSetBit(end);
        }
        return new Slots(ranges);
    }

    static Slots of(Range range) {
        return new Slots(List.of(range));
    }

    /** A copy; the caller's own to change. */
    BitSet bits() {
        BitSet bits = new BitSet(ALL);
        ranges.forEach(range -> bits.set(range.first(), range.last() + 1));
        return bits;
    }

    public int count() {
        return ranges.stream().mapToInt(Range::count).sum();
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** As in {@code 0-5460,5462}. */
    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}
