package dev.keywright.ops.drill;

import dev.keywright.ops.drill.Operation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Every operation of a workload, in the order it was sent, and what follows from them. Written by the one thread that sends; read
 * when the workload has stopped. Some 80 bytes per operation.
 */
final class Ledger {

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int DIGITS = 3;

    private final List<List<Operation>> writes;
    private final List<Operation> reads = new ArrayList<>();

    Ledger(int keys) {
        this.writes = Stream.generate(() -> (List<Operation>) new ArrayList<Operation>())
                .limit(keys)
                .toList();
    }

    Operation write(int key, long scheduled, long sent) {
        List<Operation> ofKey = writes.get(key);
        Operation write = new Operation(Kind.WRITE, key, ofKey.size() + 1, scheduled, sent);
        ofKey.add(write);
        return write;
    }

    Operation read(Kind kind, int key, int acknowledged, long scheduled, long sent) {
        Operation read = new Operation(kind, key, acknowledged, scheduled, sent);
        reads.add(read);
        return read;
    }

    /** The writes of a key; the one at index i has the number i + 1. */
    List<Operation> writesOf(int key) {
        return writes.get(key);
    }

    Stream<Operation> all(Kind kind) {
        return kind == Kind.WRITE
                ? writes.stream().flatMap(List::stream)
                : reads.stream().filter(read -> read.kind == kind);
    }

    /** The longest time without an acknowledged operation on these keys that ends after {@code from}. */
    Optional<Gap> longestGap(Kind kind, IntPredicate keys, Duration from, Duration end) {
        long[] successes = all(kind)
                .filter(operation -> keys.test(operation.key) && operation.acknowledged())
                .mapToLong(operation -> operation.done)
                .sorted()
                .toArray();
        if (successes.length == 0) {
            return Optional.empty();
        }
        long longest = -1;
        int at = 0;
        for (int i = 0; i < successes.length; i++) {
            long next = i + 1 < successes.length ? successes[i + 1] : Math.max(end.toNanos(), successes[i]);
            if (next > from.toNanos() && next - successes[i] > longest) {
                longest = next - successes[i];
                at = i;
            }
        }
        if (longest < 0) {
            return Optional.empty();
        }
        return Optional.of(new Gap(
                Duration.ofNanos(successes[at]), Duration.ofNanos(successes[at] + longest), at + 1 < successes.length));
    }

    /** When the first write on these keys that was not acknowledged came back to its caller, at {@code from} or later. */
    Optional<Duration> firstFailure(IntPredicate keys, Duration from) {
        return all(Kind.WRITE)
                .filter(write -> keys.test(write.key) && !write.acknowledged() && write.done >= from.toNanos())
                .map(write -> write.done)
                .min(Long::compare)
                .map(Duration::ofNanos);
    }

    /** What happened second by second; an operation belongs to the second it was scheduled in. */
    List<Second> seconds() {
        TreeMap<Integer, List<Operation>> bySecond = new TreeMap<>();
        Stream.concat(all(Kind.WRITE), reads.stream())
                .forEach(operation -> bySecond.computeIfAbsent(
                                (int) (operation.scheduled / NANOS_PER_SECOND), none -> new ArrayList<>())
                        .add(operation));
        List<Second> seconds = new ArrayList<>();
        bySecond.forEach((second, operations) -> seconds.add(second(second, operations)));
        return seconds;
    }

    private static Second second(int second, List<Operation> operations) {
        return new Second(
                second,
                count(operations, Outcome.ACKNOWLEDGED),
                count(operations, Outcome.NOT_EXECUTED),
                count(operations, Outcome.UNKNOWN),
                Latency.of(histogram(operations.stream())));
    }

    private static long count(List<Operation> operations, Outcome outcome) {
        return operations.stream()
                .filter(operation -> operation.outcome == outcome)
                .count();
    }

    /** Microseconds from the moment an operation was due to its acknowledgement. */
    static Histogram histogram(Stream<Operation> operations) {
        Histogram histogram = new Histogram(DIGITS);
        operations
                .filter(Operation::acknowledged)
                .forEach(operation -> histogram.recordValue(Math.max(0, operation.done - operation.scheduled) / 1_000));
        return histogram;
    }

    /** Compares the writes of a key with what its list holds at the end. */
    void compare(int key, int[] found, Tally tally) {
        List<Operation> ofKey = writes.get(key);
        int[] times = new int[ofKey.size() + 1];
        for (int number : found) {
            if (number >= 1 && number < times.length) {
                times[number]++;
            }
        }
        for (Operation write : ofKey) {
            tally.add(write, times[write.number]);
        }
    }

    /** How the reads of one kind did. */
    Audit.Reads reads(Kind kind) {
        long answered = 0;
        long failed = 0;
        long stale = 0;
        long behind = 0;
        long oldest = 0;
        for (Operation read : reads) {
            if (read.kind != kind) {
                continue;
            }
            if (!read.acknowledged()) {
                failed++;
                continue;
            }
            answered++;
            if (read.stale()) {
                stale++;
                behind = Math.max(behind, read.number - read.seen);
                oldest = Math.max(oldest, age(read));
            }
        }
        return new Audit.Reads(answered, failed, stale, behind, Audit.seconds(oldest));
    }

    /** For how long the first write that a read missed had been acknowledged when the read was sent. */
    private long age(Operation read) {
        return writes.get(read.key).subList(read.seen, read.number).stream()
                .filter(Operation::acknowledged)
                .mapToLong(write -> read.sent - write.done)
                .max()
                .orElse(0);
    }

    /** What became of the writes. */
    static final class Tally {
        private long acknowledged;
        private long notExecuted;
        private long unknown;
        private long unknownApplied;
        private long duplicated;
        private long contradicted;
        private final List<Long> lost = new ArrayList<>();

        void add(Operation write, int times) {
            switch (write.outcome) {
                case ACKNOWLEDGED -> {
                    acknowledged++;
                    if (times == 0) {
                        lost.add(write.done);
                    }
                }
                case NOT_EXECUTED -> {
                    notExecuted++;
                    contradicted += times > 0 ? 1 : 0;
                }
                case UNKNOWN -> {
                    unknown++;
                    unknownApplied += times > 0 ? 1 : 0;
                }
            }
            duplicated += times > 1 ? 1 : 0;
        }

        Audit.Writes writes() {
            long[] when = lost.stream().mapToLong(Long::longValue).sorted().toArray();
            Optional<Audit.Loss> loss = when.length == 0
                    ? Optional.empty()
                    : Optional.of(
                            new Audit.Loss(when.length, Audit.seconds(when[0]), Audit.seconds(when[when.length - 1])));
            return new Audit.Writes(
                    acknowledged + notExecuted + unknown,
                    acknowledged,
                    notExecuted,
                    unknown,
                    unknownApplied,
                    when.length,
                    loss,
                    duplicated,
                    contradicted);
        }
    }
}
