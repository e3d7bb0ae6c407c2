package dev.keywright.pubsub;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a {@link DurableTopic} keeps messages. The shorter of both holds; the publisher's options count, all should have the same.
 *
 * @param length about how many messages are kept, up to a hundred more at times; 0 for any number
 * @param age how old a message gets, by the server's clock; empty for any age
 */
public record DurableOptions(long length, Optional<Duration> age) {

    private static final Duration LONGEST = Duration.ofDays(3650);

    /** 10,000 messages for a week. */
    public static final DurableOptions DEFAULTS = new DurableOptions(10_000, Optional.of(Duration.ofDays(7)));

    public DurableOptions {
        if (length < 0) {
            throw new IllegalArgumentException("The length is " + length + "; give 0 or more");
        }
        if (age.isPresent() && (age.get().toMillis() < 1 || age.get().compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("The age is " + age.get() + "; give 1 ms to 3650 days");
        }
        if (length == 0 && age.isEmpty()) {
            throw new IllegalArgumentException(
                    "Neither the length nor the age is bounded, and the stream would fill the memory; give one of"
                            + " them");
        }
    }

    /** Kept by number, whatever their age. */
    public static DurableOptions newest(long length) {
        return new DurableOptions(length, Optional.empty());
    }

    /** Kept by age, whatever their number. */
    public static DurableOptions youngerThan(Duration age) {
        return new DurableOptions(0, Optional.of(age));
    }
}
