package dev.keywright.job;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link JobQueue} behaves. All processes of one queue should say the same.
 *
 * @param lease how long a worker has a job without a sign of life; so long after a crash another one gets it
 * @param attempts how often a job is tried before it is dead
 * @param backoff how long it rests between attempts
 * @param priorityLead by how much a job of one priority more goes before others; also the longest that it can hold them up
 * @param maxWaiting how many jobs may wait in all; more are refused. 0 for any number
 * @param maxPayloadBytes the largest value of a job, as stored
 * @param concurrency how many jobs may run at a time in all processes; 0 for any number
 * @param rate how many may begin in which time in all processes
 * @param done how many of the jobs that are done are remembered, and how long
 * @param dead how many of the dead, and how long
 * @param deadline within which every command is answered; the connection's timeout when absent
 * @param evictable whether jobs are also put into a server that may evict them; it is refused otherwise
 */
public record JobOptions(
        Duration lease,
        int attempts,
        Backoff backoff,
        Duration priorityLead,
        long maxWaiting,
        int maxPayloadBytes,
        int concurrency,
        Optional<Rate> rate,
        Retention done,
        Retention dead,
        Optional<Duration> deadline,
        boolean evictable) {

    /** Of jobs that have ended; whatever comes first ends it. */
    public record Retention(int count, Duration age) {
        public Retention {
            if (count < 0 || count > 10_000_000) {
                throw new IllegalArgumentException("count is " + count + "; give 0 to 10,000,000");
            }
            if (age.isNegative() || age.compareTo(NewJob.Due.LONGEST) > 0) {
                throw new IllegalArgumentException("age is " + age + "; give zero to 3,650 days");
            }
        }
    }

    /** So many jobs in each such time, one after the other, and so many at once after a rest. */
    public record Rate(int jobs, Duration per) {
        public Rate {
            if (jobs < 1 || per.compareTo(Duration.ofMillis(1)) < 0 || per.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException(
                        "The rate is " + jobs + " jobs in " + per + "; give 1 or more in 1 ms to 365 days");
            }
            if (per.toNanos() / 1_000 < jobs) {
                throw new IllegalArgumentException(
                        "The rate is more than one job in a microsecond; give less, or none");
            }
        }

        long intervalMicros() {
            return per.toNanos() / 1_000 / jobs;
        }
    }

    /**
     * Lease 30 s, 10 attempts, a lead of a minute per priority, any number of jobs of up to 1 MB, no limits; of those that are done 1,000
     * are remembered for an hour, of the dead 10,000 for 30 days.
     */
    public static final JobOptions DEFAULTS = new JobOptions(
            Duration.ofSeconds(30),
            10,
            Backoff.DEFAULTS,
            Duration.ofMinutes(1),
            0,
            1 << 20,
            0,
            Optional.empty(),
            new Retention(1_000, Duration.ofHours(1)),
            new Retention(10_000, Duration.ofDays(30)),
            Optional.empty(),
            false);

    public JobOptions {
        if (lease.compareTo(Duration.ofMillis(100)) < 0 || lease.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("lease is " + lease + "; give 100 ms to 1 day");
        }
        NewJob.checkAttempts(attempts);
        if (priorityLead.isNegative() || priorityLead.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("priorityLead is " + priorityLead + "; give zero to 30 days");
        }
        if (maxWaiting < 0 || concurrency < 0) {
            throw new IllegalArgumentException(
                    "maxWaiting is " + maxWaiting + ", concurrency " + concurrency + "; give 0 or more");
        }
        if (maxPayloadBytes < 1 || maxPayloadBytes > 512 << 20) {
            throw new IllegalArgumentException("maxPayloadBytes is " + maxPayloadBytes + "; give 1 to 512 MB");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public JobOptions withLease(Duration lease) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withAttempts(int attempts) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withBackoff(Backoff backoff) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withPriorityLead(Duration priorityLead) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withMaxWaiting(long maxWaiting) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withMaxPayloadBytes(int maxPayloadBytes) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withConcurrency(int concurrency) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withRate(int jobs, Duration per) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                Optional.of(new Rate(jobs, per)),
                done,
                dead,
                deadline,
                evictable);
    }

    public JobOptions withDone(int count, Duration age) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                new Retention(count, age),
                dead,
                deadline,
                evictable);
    }

    public JobOptions withDead(int count, Duration age) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                new Retention(count, age),
                deadline,
                evictable);
    }

    public JobOptions withDeadline(Duration deadline) {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                Optional.of(deadline),
                evictable);
    }

    /** Also where the server may evict jobs when its memory is full: each may be gone without a word. */
    public JobOptions withEviction() {
        return new JobOptions(
                lease,
                attempts,
                backoff,
                priorityLead,
                maxWaiting,
                maxPayloadBytes,
                concurrency,
                rate,
                done,
                dead,
                deadline,
                true);
    }
}
