package dev.keywright.job;

import java.time.Duration;
import java.util.Optional;

/**
 * Does the jobs of a queue in this process, until it is closed.
 * <ul>
 *   <li>Threads: as many handlers at a time as {@link Builder#threads} says, on threads of its own; one thread that talks to Redis and one
 *       that renews leases; one connection to wait over.
 *   <li>Ahead: while handlers take less than 10 ms, up to {@link Builder#prefetch} more jobs are fetched before a thread is free; none in
 *       queues that limit how many run.
 *   <li>Failure: with Redis away it asks again, after 50 ms up to 1 s, until it is back; what became of jobs is told then. A handler whose
 *       lease is over meanwhile is interrupted, and its result refused when another worker has the job.
 *   <li>End: {@link #stop} begins nothing more, lets handlers finish, and gives back the rest.
 * </ul>
 */
public final class JobWorker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Collects what a worker needs. Not for use by several threads. */
    public static final class Builder {

        private final JobKeys keys;
        private final Handlers handlers;
        private int threads = 4;
        private int prefetch = 16;
        private boolean virtual;

        Builder(JobKeys keys) {
            this.keys = keys;
            this.handlers = new Handlers(keys.options);
        }

        /** Does jobs of that type. Jobs of types without a handler are left to other workers. */
        public <T> Builder on(JobType<T> type, JobHandler<T> handler) {
            handlers.add(type, handler, Optional.empty());
            return this;
        }

        /** @param timeout after which the handler is interrupted, and the attempt has failed, whether it ends or not */
        public <T> Builder on(JobType<T> type, Duration timeout, JobHandler<T> handler) {
            if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException("The timeout is " + timeout + "; give 1 ms or more");
            }
            handlers.add(type, handler, Optional.of(timeout));
            return this;
        }

        /** Jobs whose handler throws one of these are dead at once. */
        public Builder neverRetry(Class<? extends Throwable> failure) {
            handlers.addHopeless(failure);
            return this;
        }

        /** How many handlers run at a time, 1 to 10,000; 4 if not said. */
        public Builder threads(int threads) {
            if (threads < 1 || threads > 10_000) {
                throw new IllegalArgumentException("threads is " + threads + "; give 1 to 10,000");
            }
            this.threads = threads;
            return this;
        }

        /** How many jobs may be fetched ahead, 0 to 64; 16 if not said. */
        public Builder prefetch(int jobs) {
            if (jobs < 0 || jobs > 64) {
                throw new IllegalArgumentException("prefetch is " + jobs + "; give 0 to 64");
            }
            this.prefetch = jobs;
            return this;
        }

        /** Runs each handler on a virtual thread where the JVM has them, from Java 21 on; elsewhere on one of its own as before. */
        public Builder virtualThreads() {
            this.virtual = true;
            return this;
        }

        public JobWorker start() {
            if (handlers.isEmpty()) {
                throw new IllegalArgumentException("The worker has no handler; give it one with on(...)");
            }
            return new JobWorker(new Steps(keys, handlers, threads, prefetch, virtual));
        }
    }

    private final Steps steps;

    private JobWorker(Steps steps) {
        this.steps = steps;
        steps.start();
    }

    /** How many jobs this worker has now, those fetched ahead included. */
    public int jobs() {
        return steps.jobs();
    }

    /** What went wrong at the last step; empty when it went well. */
    public Optional<RuntimeException> failure() {
        return steps.failure();
    }

    /**
     * Begins no more jobs, gives back those not begun, and waits for the rest. What is not finished then is interrupted and given back;
     * that attempt does not count.
     *
     * @return whether all that was begun was finished, and Redis knows what became of it
     */
    public boolean stop(Duration patience) {
        return steps.stop(patience);
    }

    /** Stops, with 10 s for handlers to finish. */
    @Override
    public void close() {
        boolean unused = stop(PATIENCE);
    }
}
