package dev.keywright.ops.analysis;

import java.util.List;

/** Spans of time into which TTLs and idle times are sorted, and the count and bytes of keys in each. One thread. */
final class Ages {

    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** Seconds that end each span, not included; beyond the last there is one more. */
    private static final long[] ENDS = {MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY
    };

    private static final List<String> NAMES = List.of(
            "under 1 minute",
            "1 to 10 minutes",
            "10 to 60 minutes",
            "1 to 6 hours",
            "6 to 24 hours",
            "1 to 7 days",
            "7 to 30 days",
            "30 to 90 days",
            "90 to 365 days",
            "over a year");

    private final long[] keys = new long[ENDS.length + 1];
    private final long[] bytes = new long[ENDS.length + 1];

    void add(long seconds, long size) {
        int span = 0;
        while (span < ENDS.length && seconds >= ENDS[span]) {
            span++;
        }
        keys[span]++;
        bytes[span] += size;
    }

    void add(Ages other) {
        for (int i = 0; i < keys.length; i++) {
            keys[i] += other.keys[i];
            bytes[i] += other.bytes[i];
        }
    }

    static int count() {
        return NAMES.size();
    }

    static String name(int span) {
        return NAMES.get(span);
    }

    long keys(int span) {
        return keys[span];
    }

    long bytes(int span) {
        return bytes[span];
    }
}
