package dev.keywright.ops.backup;

/** How many keys to ask for at once: many small ones, few big ones, so that the answers stay within a megabyte or so. */
final class Pace {

    static final int MOST_KEYS = 1_000;

    private static final int ANSWER_BYTES = 1 << 20;
    /** Until the first values have told how big they are. */
    private static final int FIRST_KEYS = 50;

    private int keys = FIRST_KEYS;

    int keys() {
        return keys;
    }

    /** So many keys had values of so many bytes. */
    void saw(int count, long bytes) {
        if (count == 0) {
            return;
        }
        long mean = Math.max(1, bytes / count);
        keys = (int) Math.max(1, Math.min(MOST_KEYS, ANSWER_BYTES / mean));
    }
}
