package dev.keywright.keyspace;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How {@link Keyspace#load} works.
 *
 * @param chunk how many entries are sent together, and held in memory, 1 to 100,000
 * @param perSecond how many entries are sent in a second at most
 * @param attempts how often a chunk is sent when no answer comes
 * @param memory how long the place is remembered at which a load stopped
 * @param deadline within which a chunk is answered; the connection's timeout when absent
 * @param progress is told after each chunk, on the thread that loads
 */
public record LoadOptions(
        int chunk,
        int perSecond,
        int attempts,
        Duration memory,
        Optional<Duration> deadline,
        Consumer<LoadReport> progress) {

    /** Chunks of 1,000, as fast as it goes, three attempts each, the place remembered for 7 days. */
    public static final LoadOptions DEFAULTS =
            new LoadOptions(1_000, Integer.MAX_VALUE, 3, Duration.ofDays(7), Optional.empty(), report -> {});

    public LoadOptions {
        if (chunk < 1 || chunk > 100_000 || perSecond < 1 || attempts < 1) {
            throw new IllegalArgumentException("chunk is " + chunk + ", perSecond " + perSecond + ", attempts "
                    + attempts + "; give 1 to 100,000, 1 or more, 1 or more");
        }
        Checks.positive("memory", memory);
        deadline.ifPresent(each -> Checks.positive("deadline", each));
    }

    public LoadOptions withChunk(int chunk) {
        return new LoadOptions(chunk, perSecond, attempts, memory, deadline, progress);
    }

    public LoadOptions withPerSecond(int perSecond) {
        return new LoadOptions(chunk, perSecond, attempts, memory, deadline, progress);
    }

    public LoadOptions withAttempts(int attempts) {
        return new LoadOptions(chunk, perSecond, attempts, memory, deadline, progress);
    }

    public LoadOptions withMemory(Duration memory) {
        return new LoadOptions(chunk, perSecond, attempts, memory, deadline, progress);
    }

    public LoadOptions withDeadline(Duration deadline) {
        return new LoadOptions(chunk, perSecond, attempts, memory, Optional.of(deadline), progress);
    }

    public LoadOptions withProgress(Consumer<LoadReport> progress) {
        return new LoadOptions(chunk, perSecond, attempts, memory, deadline, progress);
    }
}
