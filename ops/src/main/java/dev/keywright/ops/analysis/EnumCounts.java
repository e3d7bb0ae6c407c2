package dev.keywright.ops.analysis;

/** A number for each constant of an enum. One thread. */
final class EnumCounts<E extends Enum<E>> {

    private final long[] counts;

    EnumCounts(Class<E> type) {
        this.counts = new long[type.getEnumConstants().length];
    }

    @SuppressWarnings("EnumOrdinal") // for every key some of these: an array is what is fast
    private static int place(Enum<?> constant) {
        return constant.ordinal();
    }

    void add(E constant, long more) {
        counts[place(constant)] += more;
    }

    void add(EnumCounts<E> other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    long of(E constant) {
        return counts[place(constant)];
    }

    long sum() {
        long sum = 0;
        for (long each : counts) {
            sum += each;
        }
        return sum;
    }
}
