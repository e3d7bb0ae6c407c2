package dev.keywright.job;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a worker knows how to do, and what becomes of a job when it has tried. */
final class Handlers {

    /** How long a job of a type that this worker does not know is left to others. */
    private static final Duration PARKED = Duration.ofSeconds(5);

    private record Known<T>(JobType<T> type, JobHandler<T> handler, Optional<Duration> timeout) {}

    private final Map<String, Known<?>> known = new HashMap<>();
    private final Set<Class<? extends Throwable>> hopeless = new LinkedHashSet<>();
    private final JobOptions options;

    Handlers(JobOptions options) {
        this.options = options;
    }

    <T> void add(JobType<T> type, JobHandler<T> handler, Optional<Duration> timeout) {
        if (known.putIfAbsent(type.name(), new Known<>(type, handler, timeout)) != null) {
            throw new IllegalArgumentException("The type " + type.name() + " has a handler already; give it one");
        }
    }

    void addHopeless(Class<? extends Throwable> failure) {
        hopeless.add(failure);
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    boolean knows(Header job) {
        return known.containsKey(job.type());
    }

    Report park(Header job) {
        return Report.back(job, PARKED, "A worker has no handler for the type " + job.type() + ".");
    }

    Optional<Duration> timeout(Header job) {
        return known(job).timeout();
    }

    private Known<?> known(Header job) {
        Known<?> there = known.get(job.type());
        if (there == null) {
            throw new IllegalStateException("No handler for " + job.type());
        }
        return there;
    }

    /** Of a job that somebody else has written. */
    Report unreadable(Header job) {
        return Report.dead(job, "It is stored in a form that cannot be read.");
    }

    /** Runs the handler, whatever it throws. */
    Report handle(Run run) {
        return attempt(known(run.header), run);
    }

    private <T> Report attempt(Known<T> known, Run run) {
        Job<T> job;
        try {
            T value = StoredJob.decoded(known.type().codec(), run.payload).orElseThrow();
            job = new Job<>(run, value, options.maxPayloadBytes());
        } catch (RuntimeException e) {
            return Report.dead(run.header, "The value cannot be read. " + cause(e));
        } catch (Error e) { // of the program, not of the value: a class is missing, or memory
            return again(run.header, "The value could not be read. " + cause(e));
        }
        try {
            known.handler().handle(job);
        } catch (Throwable e) { // an attempt that ends in an Error has failed like others
            return failed(run, e);
        }
        return run.buried()
                .map(cause -> Report.dead(run.header, cause))
                .orElseGet(() -> Report.done(run.header, run.result()));
    }

    private Report failed(Run run, Throwable failure) {
        if (run.ending() == Run.Ending.CANCELLED) {
            return Report.drop(run.header);
        }
        if (run.buried().isPresent() || hopeless.stream().anyMatch(type -> type.isInstance(failure))) {
            return Report.dead(run.header, run.buried().orElseGet(() -> cause(failure)));
        }
        return again(run.header, cause(failure));
    }

    Report again(Header job, String cause) {
        return Report.retry(job, options.backoff().after(Math.max(1, job.attempts())), cause);
    }

    /** What failed, and where. */
    private static String cause(Throwable failure) {
        StringBuilder text = new StringBuilder(text(failure));
        StackTraceElement[] trace = failure.getStackTrace();
        if (trace.length > 0 && !(failure instanceof KeywrightException)) {
            text.append(" at ").append(trace[0]);
        }
        if (failure.getCause() != null) {
            text.append(", caused by ").append(text(failure.getCause()));
        }
        return text.toString();
    }

    private static String text(Throwable failure) {
        try {
            return failure.toString();
        } catch (RuntimeException e) {
            return failure.getClass().getName();
        }
    }
}
