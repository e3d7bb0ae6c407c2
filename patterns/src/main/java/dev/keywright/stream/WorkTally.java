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
    private volatile @Nullable String taking;
    private volatile @Nullable String keeping;

    /** How taking what is new went: what was wrong, or null. */
    void taking(@Nullable Throwable failure) {
        taking = words(failure);
    }

    /** How all else went: what was wrong, or null. */
    void keeping(@Nullable Throwable failure) {
        keeping = words(failure);
    }

    private static @Nullable String words(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
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
                Optional.ofNullable(taking).or(() -> Optional.ofNullable(keeping)));
    }
}
