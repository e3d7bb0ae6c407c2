package dev.keywright.ops.analysis;

import java.util.Arrays;

/**
 * When keys expire: by the second for a day ahead, by the minute for thirty days, by the hour for a year. What expires later counts
 * as the last hour of it, what is over as the first second. About 1 MB. One thread.
 */
final class ExpiryCalendar {

    /** The fullest span of a calendar: when it begins, how long it is, how many keys it has. */
    record Peak(long atMillis, long spanMillis, long keys) {}

    private static final int SECONDS = 86_400;
    private static final int MINUTES = 30 * 1_440;
    private static final int HOURS = 365 * 24;

    private final long now;
    private final int[] seconds = new int[SECONDS];
    /** Without those that count as a second. */
    private final int[] minutes = new int[MINUTES];
    /** Without those that count as a second or a minute. */
    private final int[] hours = new int[HOURS];

    private long keys;

    /** @param nowMillis since 1970 */
    ExpiryCalendar(long nowMillis) {
        this.now = nowMillis / 1_000 * 1_000;
    }

    void add(long atMillis) {
        long second = Math.max(0, (atMillis - now) / 1_000);
        keys++;
        if (second < SECONDS) {
            seconds[(int) second]++;
        } else if (second < MINUTES * 60L) {
            minutes[(int) (second / 60)]++;
        } else {
            hours[(int) Math.min(HOURS - 1, second / 3_600)]++;
        }
    }

    void add(ExpiryCalendar other) {
        keys += other.keys;
        add(seconds, other.seconds);
        add(minutes, other.minutes);
        add(hours, other.hours);
    }

    private static void add(int[] counts, int[] more) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
        }
    }

    long keys() {
        return keys;
    }

    /** The fullest second of the day ahead; the one that keys already over fall into is left out. */
    Peak second() {
        return peak(seconds, 1_000);
    }

    Peak minute() {
        return peak(allMinutes(), 60_000);
    }

    /** How many keys expire in each of the hours ahead. */
    int[] hours(int count) {
        int[] all = hours.clone();
        int[] each = allMinutes();
        for (int i = 0; i < each.length; i++) {
            all[i / 60] += each[i];
        }
        return Arrays.copyOf(all, count);
    }

    private int[] allMinutes() {
        int[] all = minutes.clone();
        for (int i = 0; i < seconds.length; i++) {
            all[i / 60] += seconds[i];
        }
        return all;
    }

    private Peak peak(int[] counts, long span) {
        int best = 1;
        for (int i = 1; i < counts.length; i++) {
            if (counts[i] > counts[best]) {
                best = i;
            }
        }
        return new Peak(now + best * span, span, counts[best]);
    }
}
