package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.KeyType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was seen of one database. Written by one thread; {@code names} and {@code read} may be read by others. */
final class Tally {

    private static final class Sum {
        private long keys;
        private double bytes;
        private double squares;
    }

    final int database;
    final long keys;
    final LongAdder names = new LongAdder();
    final LongAdder read = new LongAdder();
    private final Map<KeyType, Sum> sums = new EnumMap<>(KeyType.class);

    /** @param keys there were when the scan began */
    Tally(int database, long keys) {
        this.database = database;
        this.keys = keys;
    }

    void add(KeyType type, long bytes) {
        Sum sum = sums.computeIfAbsent(type, first -> new Sum());
        sum.keys++;
        sum.bytes += bytes;
        sum.squares += (double) bytes * bytes;
    }

    ShardOutcome.DatabaseCount count() {
        return new ShardOutcome.DatabaseCount(database, keys, names.sum(), read.sum());
    }

    List<ShardOutcome.Stratum> strata() {
        return sums.entrySet().stream()
                .map(each -> new ShardOutcome.Stratum(
                        database, each.getKey(), each.getValue().keys, each.getValue().bytes, each.getValue().squares))
                .toList();
    }
}
