package dev.keywright.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A job that is to be enqueued. Immutable; the {@code with} methods give changed ones.
 *
 * @param id of this job and of no other in its queue, such as an order's; made up when absent. Enqueued again under the same id, nothing
 *     changes, as long as the queue remembers it
 * @param due when it may run
 * @param priority 0 for most; one of 1 goes before those of 0 that came up to {@link JobOptions#priorityLead()} earlier, and so on
 * @param key jobs of one key run one after the other, in the order they came; retries keep the place
 * @param unique while a job with this text is not done, dead or cancelled, no other one with it is added
 * @param attempts how often it is tried, crashes included; the queue's {@link JobOptions#attempts()} when absent
 */
public record NewJob<T>(
        JobType<T> type,
        T value,
        Optional<String> id,
        Due due,
        int priority,
        Optional<String> key,
        Optional<String> unique,
        Optional<Integer> attempts) {

    private static final int HIGHEST = 1_000;
    static final int MOST_ATTEMPTS = 1_000;

    /** When a job may run, by the clock of the server. */
    public sealed interface Due {

        /** @param delay zero for at once */
        record After(Duration delay) implements Due {
            public After {
                if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
                    throw new IllegalArgumentException("The delay is " + delay + "; give zero to 3,650 days");
                }
            }

            @Override
            public String text() {
                return "d" + delay.toMillis();
            }
        }

        /** At a time, at once when that is over. */
        record At(Instant time) implements Due {
            public At {
                if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
                    throw new IllegalArgumentException("The time is " + time + "; give 1970 to 2200");
                }
            }

            @Override
            public String text() {
                return "a" + time.toEpochMilli();
            }
        }

        Duration LONGEST = Duration.ofDays(3_650);
        Instant LAST = Instant.parse("2200-01-01T00:00:00Z");
        Due NOW = new After(Duration.ZERO);

        /** As the scripts read it. */
        String text();
    }

    public NewJob {
        Objects.requireNonNull(value, "value");
        if (priority < -HIGHEST || priority > HIGHEST) {
            throw new IllegalArgumentException("priority is " + priority + "; give -1,000 to 1,000");
        }
        attempts.ifPresent(NewJob::checkAttempts);
        id.ifPresent(text -> Texts.check("id of the job", text));
        key.ifPresent(text -> Texts.check("key of the job", text));
        unique.ifPresent(text -> Texts.check("unique text of the job", text));
    }

    static void checkAttempts(int attempts) {
        if (attempts < 1 || attempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException("attempts is " + attempts + "; give 1 to 1,000");
        }
    }

    public static <T> NewJob<T> of(JobType<T> type, T value) {
        return new NewJob<>(
                type, value, Optional.empty(), Due.NOW, 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public NewJob<T> withId(String id) {
        return new NewJob<>(type, value, Optional.of(id), due, priority, key, unique, attempts);
    }

    public NewJob<T> withDelay(Duration delay) {
        return new NewJob<>(type, value, id, new Due.After(delay), priority, key, unique, attempts);
    }

    public NewJob<T> at(Instant time) {
        return new NewJob<>(type, value, id, new Due.At(time), priority, key, unique, attempts);
    }

    public NewJob<T> withPriority(int priority) {
        return new NewJob<>(type, value, id, due, priority, key, unique, attempts);
    }

    public NewJob<T> withKey(String key) {
        return new NewJob<>(type, value, id, due, priority, Optional.of(key), unique, attempts);
    }

    public NewJob<T> unique(String unique) {
        return new NewJob<>(type, value, id, due, priority, key, Optional.of(unique), attempts);
    }

    public NewJob<T> withAttempts(int attempts) {
        return new NewJob<>(type, value, id, due, priority, key, unique, Optional.of(attempts));
    }
}
