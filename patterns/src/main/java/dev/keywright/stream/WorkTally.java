package dev.keywright.stream;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a worker does. Threads: any number. */
final class WorkTally {

    final LongAdder handled = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder claimed = new LongAdder();
    final LongAdder dead = new LongAdder();
    final LongAdder undecodable = new LongAdder();
    final LongAdder deleted = new LongAdder();
    final LongAdder lost = new LongAdder();
    private volatile @Nullable String problem;

    void problem(Throwable failure) {
        problem = failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
    }

    void allIsWell() {
        problem = null;
    }

    WorkerStats stats(int inHand) {
        return new WorkerStats(
                handled.sum(),
                failed.sum(),
                claimed.sum(),
                dead.sum(),
                undecodable.sum(),
                deleted.sum(),
                lost.sum(),
                inHand,
                Optional.ofNullable(problem));
    }
}
