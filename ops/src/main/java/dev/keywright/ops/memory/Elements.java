package dev.keywright.ops.memory;

/** Sums over the elements of one hash, set, sorted set or list, told one by one. Not for several threads. */
final class Elements {

    private static final long NO_TTL = 0;

    private final Allocator allocator;
    private final boolean shortScores;
    private final long longestCompact;

    private long count;
    private long blockBytes;
    private long packedBytes;
    private long longest;
    private long beforeLong;
    private boolean onlyIntegers;
    private int width;
    private long scores;
    private long timed;
    private long name;
    private long last;

    /** @param longestCompact elements beyond that length end a hash's compact form */
    Elements(Profile profile, long longestCompact) {
        this.allocator = profile.allocator();
        this.shortScores = profile.has(Trait.SHORT_SCORES);
        this.longestCompact = longestCompact;
    }

    void clear() {
        count = 0;
        blockBytes = 0;
        packedBytes = 0;
        longest = 0;
        beforeLong = 0;
        onlyIntegers = true;
        width = 2;
        scores = 0;
        timed = 0;
    }

    void text(long bytes) {
        add(bytes, Listpack.text(bytes));
        onlyIntegers = false;
    }

    void integer(long bytes, long number) {
        add(bytes, Listpack.integer(number));
        width = Math.max(width, Aggregates.width(number));
    }

    private void add(long bytes, long packed) {
        if (longest <= longestCompact) {
            beforeLong = count;
        }
        count++;
        blockBytes += allocator.size(Blocks.textBytes(bytes));
        packedBytes += packed;
        longest = Math.max(longest, bytes);
        name = last;
        last = bytes;
    }

    void textScore(long bytes) {
        packedBytes += Listpack.text(bytes);
    }

    void integerScore(long number) {
        packedBytes += Listpack.integer(number);
    }

    /** A score that lies in the file in binary; its text is worked out for the first {@code most} only. */
    void score(double score, long most) {
        if (scores++ < most) {
            packedBytes += ScoreText.entry(score, shortScores);
        }
    }

    /** The field just told has a TTL: its name has a place for it, and so has the compact form. */
    void expiry(long atMillis) {
        timed++;
        blockBytes +=
                allocator.size(Aggregates.FIELD_TTL + Blocks.textBytes(name)) - allocator.size(Blocks.textBytes(name));
        packedBytes += Listpack.integer(atMillis) - Listpack.integer(NO_TTL);
    }

    long count() {
        return count;
    }

    /** Each element in a block of its own. */
    long blockBytes() {
        return blockBytes;
    }

    /** All in one listpack. */
    long listpackBytes() {
        return Listpack.FRAME + packedBytes;
    }

    /** All in one listpack, where each field is followed by the time it expires at. */
    long timedListpackBytes() {
        return listpackBytes() + count / 2 * Listpack.integer(NO_TTL);
    }

    long longest() {
        return longest;
    }

    /** How many elements came before the first that is too long for the compact form. */
    long beforeLong() {
        return beforeLong;
    }

    boolean onlyIntegers() {
        return onlyIntegers;
    }

    /** Bytes of the widest integer. */
    int width() {
        return width;
    }

    long timed() {
        return timed;
    }
}
