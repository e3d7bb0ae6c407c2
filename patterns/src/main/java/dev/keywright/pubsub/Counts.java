package dev.keywright.pubsub;

import java.util.concurrent.atomic.LongAdder;

/** Counts what {@link TopicStats} shows. */
final class Counts {

    final LongAdder delivered = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder undecodable = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder failures = new LongAdder();

    TopicStats stats() {
        return new TopicStats(delivered.sum(), dropped.sum(), undecodable.sum(), gaps.sum(), failures.sum());
    }
}
