package dev.keywright.keyspace;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a {@link Sweep} works.
 *
 * @param page about how many keys a server looks at in one step, 10 to 10,000
 * @param seenPerSecond how many keys all servers together look at in a second at most
 * @param changedPerSecond how many keys are changed in a second at most
 * @param samples how many names the report shows, 0 to 1,000
 * @param allKeys whether a pattern may be used that begins with a wildcard, such as {@code *}
 * @param deadline within which a step is answered; the connection's timeout when absent
 * @param progress is told after each page, on the thread that sweeps
 */
public record SweepOptions(
        int page,
        int seenPerSecond,
        int changedPerSecond,
        int samples,
        boolean allKeys,
        Optional<Duration> deadline,
        Consumer<SweepReport> progress) {

    /** Pages of 100; 200,000 keys seen and 20,000 changed in a second; 20 samples. */
    public static final SweepOptions DEFAULTS =
            new SweepOptions(100, 200_000, 20_000, 20, false, Optional.empty(), report -> {});

    public SweepOptions {
        if (page < 10 || page > 10_000 || seenPerSecond < 1 || changedPerSecond < 1 || samples < 0 || samples > 1_000) {
            throw new IllegalArgumentException("page is " + page + ", seenPerSecond " + seenPerSecond
                    + ", changedPerSecond " + changedPerSecond + ", samples " + samples
                    + "; give 10 to 10,000, 1 or more, 1 or more, 0 to 1,000");
        }
        deadline.ifPresent(each -> Checks.positive("deadline", each));
    }

    public SweepOptions withPage(int page) {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, allKeys, deadline, progress);
    }

    public SweepOptions withSeenPerSecond(int seenPerSecond) {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, allKeys, deadline, progress);
    }

    public SweepOptions withChangedPerSecond(int changedPerSecond) {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, allKeys, deadline, progress);
    }

    public SweepOptions withSamples(int samples) {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, allKeys, deadline, progress);
    }

    /** Says that a pattern which begins with a wildcard is meant. */
    public SweepOptions withAllKeys() {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, true, deadline, progress);
    }

    public SweepOptions withDeadline(Duration deadline) {
        return new SweepOptions(
                page, seenPerSecond, changedPerSecond, samples, allKeys, Optional.of(deadline), progress);
    }

    public SweepOptions withProgress(Consumer<SweepReport> progress) {
        return new SweepOptions(page, seenPerSecond, changedPerSecond, samples, allKeys, deadline, progress);
    }
}
