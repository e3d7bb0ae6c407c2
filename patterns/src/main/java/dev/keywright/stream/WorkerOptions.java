package dev.keywright.stream;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;

/**
 * How a worker works. The workers of a group should agree on all but the first three.
 *
 * @param consumer the worker's name in the group; one that is the same after a restart takes up at once what it had. Two workers that
 *     live must not have the same. A new one each time unless given.
 * @param threads how many handlers run at a time
 * @param prefetch how many events are taken ahead of the handlers, 1 to 1,024
 * @param keepsKeyOrder whether events of one key are handled one after the other, in their order, by this worker; what waits for its next
 *     attempt holds up the rest of its key. Other workers of the group know nothing of it: start one, with a consumer's name, so that
 *     after a crash it goes on with what it had and not with what is new. {@link PartitionedStream}, with one part or more, sees to that.
 * @param idle after how long without a sign of life another worker takes an event over; signs go out each third of it
 * @param attempts how often the group gets an event before it goes to the dead letters; a crash counts
 * @param backoff how long after a first failure the event comes again; twice as long each further time, up to a minute
 * @param hopeless which failures are not worth another attempt
 * @param timeout after which a handler is interrupted, up to a second later, and has failed; zero for never
 * @param grace how long handlers may go on after {@code close()}
 * @param letters how many dead letters are kept, about
 * @param deadAfter after how long without a sign of life a consumer that has nothing is removed from the group
 * @param startsAtEnd whether a group that is new begins with what comes from now on, instead of the oldest event
 * @param threadFactory makes the handlers' threads, such as virtual ones where the JVM has them
 */
public record WorkerOptions(
        Optional<String> consumer,
        int threads,
        int prefetch,
        boolean keepsKeyOrder,
        Duration idle,
        int attempts,
        Duration backoff,
        Predicate<? super Throwable> hopeless,
        Duration timeout,
        Duration grace,
        long letters,
        Duration deadAfter,
        boolean startsAtEnd,
        Optional<ThreadFactory> threadFactory) {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration SHORTEST_IDLE = Duration.ofMillis(100);
    private static final int MOST = 1_024;

    /**
     * Four handlers, 16 events ahead, taken over after 30 seconds, five attempts beginning a second apart, no timeout, 10 seconds to
     * finish, 100,000 dead letters, dead after an hour, from the oldest event on.
     */
    public static final WorkerOptions DEFAULTS = new WorkerOptions(
            Optional.empty(),
            4,
            16,
            false,
            Duration.ofSeconds(30),
            5,
            Duration.ofSeconds(1),
            failure -> false,
            Duration.ZERO,
            Duration.ofSeconds(10),
            100_000,
            Duration.ofHours(1),
            false,
            Optional.empty());

    public WorkerOptions {
        consumer.filter(String::isEmpty).ifPresent(empty -> {
            throw new IllegalArgumentException("The consumer's name is empty; give one, or none at all");
        });
        check("threads", threads);
        check("prefetch", prefetch);
        check("idle", idle, SHORTEST_IDLE);
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is " + attempts + "; give 1 or more");
        }
        check("backoff", backoff, Duration.ZERO);
        check("timeout", timeout, Duration.ZERO);
        check("grace", grace, Duration.ZERO);
        if (letters < 1) {
            throw new IllegalArgumentException("letters is " + letters + "; give 1 or more");
        }
        check("deadAfter", deadAfter, idle.multipliedBy(2));
    }

    private static void check(String name, int number) {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException(name + " is " + number + "; give 1 to " + MOST);
        }
    }

    private static void check(String name, Duration given, Duration shortest) {
        if (given.compareTo(shortest) < 0 || given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + given + "; give " + shortest + " to 365 days");
        }
    }

    public WorkerOptions withConsumer(String consumer) {
        return new WorkerOptions(
                Optional.of(consumer),
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withThreads(int threads) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withPrefetch(int prefetch) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withKeyOrder() {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                true,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    /** Also makes {@code deadAfter} longer where it has to be. */
    public WorkerOptions withIdle(Duration idle) {
        Duration dead = deadAfter.compareTo(idle.multipliedBy(2)) < 0 ? idle.multipliedBy(2) : deadAfter;
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                dead,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withAttempts(int attempts, Duration backoff) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withHopeless(Predicate<? super Throwable> hopeless) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withTimeout(Duration timeout) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withGrace(Duration grace) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withLetters(long letters) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withDeadAfter(Duration deadAfter) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                threadFactory);
    }

    public WorkerOptions withStartsAtEnd() {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                true,
                threadFactory);
    }

    public WorkerOptions withThreadFactory(ThreadFactory threadFactory) {
        return new WorkerOptions(
                consumer,
                threads,
                prefetch,
                keepsKeyOrder,
                idle,
                attempts,
                backoff,
                hopeless,
                timeout,
                grace,
                letters,
                deadAfter,
                startsAtEnd,
                Optional.of(threadFactory));
    }
}
