package dev.keywright.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How changes get from Redis to the database.
 *
 * @param partitions over how many hash slots the keys of the cache are spread; the same in every process, and fixed while changes wait
 * @param workers threads of this process that write; more than partitions are of no use
 * @param batchSize most changes that the writer gets at once
 * @param delay how long changes of a key are gathered, of which the newest is written; a full batch does not wait
 * @param lease how long a partition stays with a process that died; other processes take over then
 * @param backoff pause after a first failure; doubles with each further one, with jitter
 * @param longestBackoff where doubling ends
 * @param attempts how often a change is tried by itself before it is laid aside, if others can be written meanwhile
 * @param maxBacklog most changes that wait in Redis, all partitions together
 * @param patience how long a put waits for room when so many wait, before it is refused; zero to refuse at once
 * @param maxDeadLetters most changes that are laid aside, all partitions together; more stay in the backlog
 * @param drain how long closing waits for the backlog to be written
 * @param confirmation what else a put waits for in Redis; nothing when absent
 */
public record WriteBehindOptions(
        int partitions,
        int workers,
        int batchSize,
        Duration delay,
        Duration lease,
        Duration backoff,
        Duration longestBackoff,
        int attempts,
        int maxBacklog,
        Duration patience,
        int maxDeadLetters,
        Duration drain,
        Optional<Confirmation> confirmation) {

    /**
     * Who has to have a change before a put returns.
     *
     * @param replicas how many replicas
     * @param disk whether it has to be in the append-only file of the master; needs Redis 7.2
     * @param within how long is waited for that
     */
    public record Confirmation(int replicas, boolean disk, Duration within) {
        public Confirmation {
            least("replicas", replicas, disk ? 0 : 1);
            least("within", within, Duration.ofMillis(1));
        }

        /** So many replicas have it in memory. */
        public static Confirmation byReplicas(int replicas, Duration within) {
            return new Confirmation(replicas, false, within);
        }

        /** The master has it on disk, and so many replicas have, too; needs Redis 7.2 with {@code appendonly yes}. */
        public static Confirmation onDisk(int replicas, Duration within) {
            return new Confirmation(replicas, true, within);
        }
    }

    /** 16 partitions, 2 workers, batches of 500 every 200 ms, a lease of 10 s, 1,000,000 changes at most. */
    public static final WriteBehindOptions DEFAULTS = new WriteBehindOptions(
            16,
            2,
            500,
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            5,
            1_000_000,
            Duration.ofSeconds(2),
            10_000,
            Duration.ofSeconds(10),
            Optional.empty());

    public WriteBehindOptions {
        least("partitions", partitions, 1);
        least("workers", workers, 1);
        least("batchSize", batchSize, 1);
        if (batchSize > 1_000) {
            throw new IllegalArgumentException("batchSize is " + batchSize + "; give 1 to 1000");
        }
        least("delay", delay, Duration.ZERO);
        least("lease", lease, Duration.ofMillis(100));
        least("backoff", backoff, Duration.ofMillis(1));
        least("longestBackoff", longestBackoff, backoff);
        least("attempts", attempts, 1);
        least("maxBacklog", maxBacklog, partitions);
        least("patience", patience, Duration.ZERO);
        least("maxDeadLetters", maxDeadLetters, 0);
        least("drain", drain, Duration.ZERO);
    }

    public WriteBehindOptions withPartitions(int partitions) {
        return with(draft -> draft.partitions = partitions);
    }

    public WriteBehindOptions withWorkers(int workers) {
        return with(draft -> draft.workers = workers);
    }

    public WriteBehindOptions withBatchSize(int changes) {
        return with(draft -> draft.batchSize = changes);
    }

    public WriteBehindOptions withDelay(Duration delay) {
        return with(draft -> draft.delay = delay);
    }

    public WriteBehindOptions withLease(Duration lease) {
        return with(draft -> draft.lease = lease);
    }

    public WriteBehindOptions withBackoff(Duration first, Duration longest) {
        return with(draft -> {
            draft.backoff = first;
            draft.longestBackoff = longest;
        });
    }

    public WriteBehindOptions withAttempts(int attempts) {
        return with(draft -> draft.attempts = attempts);
    }

    public WriteBehindOptions withMaxBacklog(int changes) {
        return with(draft -> draft.maxBacklog = changes);
    }

    public WriteBehindOptions withPatience(Duration patience) {
        return with(draft -> draft.patience = patience);
    }

    public WriteBehindOptions withMaxDeadLetters(int changes) {
        return with(draft -> draft.maxDeadLetters = changes);
    }

    public WriteBehindOptions withDrain(Duration drain) {
        return with(draft -> draft.drain = drain);
    }

    public WriteBehindOptions withConfirmation(Confirmation confirmation) {
        return with(draft -> draft.confirmation = Optional.of(confirmation));
    }

    private static void least(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(option + " is " + value + "; give " + least + " or more");
        }
    }

    private static void least(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(option + " is " + value + "; give " + least + " or more");
        }
    }

    private WriteBehindOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The options, changeable. */
    private static final class Draft {
        private int partitions;
        private int workers;
        private int batchSize;
        private Duration delay;
        private Duration lease;
        private Duration backoff;
        private Duration longestBackoff;
        private int attempts;
        private int maxBacklog;
        private Duration patience;
        private int maxDeadLetters;
        private Duration drain;
        private Optional<Confirmation> confirmation;

        Draft(WriteBehindOptions from) {
            partitions = from.partitions;
            workers = from.workers;
            batchSize = from.batchSize;
            delay = from.delay;
            lease = from.lease;
            backoff = from.backoff;
            longestBackoff = from.longestBackoff;
            attempts = from.attempts;
            maxBacklog = from.maxBacklog;
            patience = from.patience;
            maxDeadLetters = from.maxDeadLetters;
            drain = from.drain;
            confirmation = from.confirmation;
        }

        WriteBehindOptions options() {
            return new WriteBehindOptions(
                    partitions,
                    workers,
                    batchSize,
                    delay,
                    lease,
                    backoff,
                    longestBackoff,
                    attempts,
                    maxBacklog,
                    patience,
                    maxDeadLetters,
                    drain,
                    confirmation);
        }
    }
}
