package dev.keywright.stream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a group is.
 *
 * @param consumers known to the server, dead ones included
 * @param pending how many events were delivered and are not acknowledged
 * @param lag how many events were not delivered yet; empty when the server does not know and there are more than a thousand
 * @param lastDelivered the newest event that was delivered
 * @param oldestPending the oldest event that was delivered and is not acknowledged
 * @param oldestAge how long ago that one was appended
 */
public record GroupState(
        String name,
        long consumers,
        long pending,
        OptionalLong lag,
        EventId lastDelivered,
        Optional<EventId> oldestPending,
        Optional<Duration> oldestAge) {}
