package dev.keywright.connection;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what one connection does, and remembers what went wrong last. Any number of threads. */
final class Tally {

    private record Trouble(String what, long at) {}

    final LongAdder calls = new LongAdder();
    final LongAdder answered = new LongAdder();
    final LongAdder sentAgain = new LongAdder();
    final LongAdder reconnects = new LongAdder();
    final LongAdder redirects = new LongAdder();
    private final LongAdder notExecuted = new LongAdder();
    private final LongAdder outcomeUnknown = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private volatile @Nullable Trouble last;

    void failed(KeywrightException failure) {
        boolean unknown = failure instanceof KeywrightException.Unavailable away && away.outcomeUnknown();
        (unknown ? outcomeUnknown : notExecuted).increment();
        trouble(String.valueOf(failure.getMessage()));
    }

    void timedOut() {
        timeouts.increment();
    }

    void trouble(String what) {
        last = new Trouble(what, System.nanoTime());
    }

    Optional<Health.Failure> lastFailure() {
        Trouble trouble = last;
        return trouble == null
                ? Optional.empty()
                : Optional.of(new Health.Failure(trouble.what(), Duration.ofNanos(System.nanoTime() - trouble.at())));
    }

    Counters counters(int waiting) {
        long ended = answered.sum() + notExecuted.sum() + outcomeUnknown.sum();
        long begun = calls.sum(); // read last, so that no more calls seem to end than began
        return new Counters(
                begun,
                answered.sum(),
                notExecuted.sum(),
                outcomeUnknown.sum(),
                timeouts.sum(),
                sentAgain.sum(),
                reconnects.sum(),
                redirects.sum(),
                Math.max(0, begun - ended),
                waiting);
    }
}
