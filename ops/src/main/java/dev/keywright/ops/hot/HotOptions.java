package dev.keywright.ops.hot;

import java.time.Duration;

/**
 * How to look for hot keys.
 *
 * @param monitor whether MONITOR may be used
 * @param time how long to listen to each server, at most {@link #LONGEST}
 * @param mostCommands listening ends earlier after so many
 * @param top how many keys to tell
 * @param scanned how many keys at most are asked for their frequency, where the server counts it
 */
public record HotOptions(boolean monitor, Duration time, long mostCommands, int top, long scanned) {

    /** No server is listened to for longer: one that listens slows it down. */
    public static final Duration LONGEST = Duration.ofSeconds(10);

    /** MONITOR for 2 s or 1,000,000 commands, ten keys. */
    public static final HotOptions DEFAULTS = new HotOptions(true, Duration.ofSeconds(2), 1_000_000, 10, 200_000);

    public HotOptions {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the time to listen is " + time.toMillis() / 1e3 + " s; give more than 0 and at most 10 s");
        }
        if (mostCommands < 1 || mostCommands > 10_000_000) {
            throw new IllegalArgumentException(
                    "the commands to listen to are " + mostCommands + "; give 1 to 10000000");
        }
        if (top < 1 || top > 1_000) {
            throw new IllegalArgumentException("the keys to tell are " + top + "; give 1 to 1000");
        }
        if (scanned < 1) {
            throw new IllegalArgumentException("the keys to ask are " + scanned + "; give 1 or more");
        }
    }

    public HotOptions withTime(Duration newTime) {
        return new HotOptions(monitor, newTime, mostCommands, top, scanned);
    }

    public HotOptions withMostCommands(long newMostCommands) {
        return new HotOptions(monitor, time, newMostCommands, top, scanned);
    }

    public HotOptions withoutMonitor() {
        return new HotOptions(false, time, mostCommands, top, scanned);
    }
}
