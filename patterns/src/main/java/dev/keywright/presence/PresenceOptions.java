package dev.keywright.presence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link Presence} is like. All processes of one name say the same.
 *
 * @param ttl how long a device is online without a heartbeat, 1 s to 1 day; heartbeats are sent each third of it
 * @param retention how long it is kept when a user was last seen, 1 minute to 10 years
 * @param events about how many of the last events are kept, 1 to 10,000,000; in each partition
 * @param devices how many devices a user may have at a time, 1 to 100
 * @param partitions over how many hash slots the users are spread, 1 to 256; it is in the names of the keys, so with another number
 *     another presence begins, empty
 * @param charset how users and devices are written: UTF-8, or ISO-8859-1 where they are bytes and each letter stands for one
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record PresenceOptions(
        Duration ttl,
        Duration retention,
        int events,
        int devices,
        int partitions,
        Charset charset,
        Optional<Duration> deadline) {

    private static final int MOST_EVENTS = 10_000_000;
    private static final int MOST_DEVICES = 100;
    private static final int MOST_PARTITIONS = 256;

    /** 30 s, last seen for 30 days, 100,000 events, 20 devices, 1 partition, UTF-8. */
    public static final PresenceOptions DEFAULTS =
            new PresenceOptions(Duration.ofSeconds(30), Duration.ofDays(30), 100_000, 20, 1, UTF_8, Optional.empty());

    public PresenceOptions {
        between("ttl", ttl, Duration.ofSeconds(1), Duration.ofDays(1));
        between("retention", retention, Duration.ofMinutes(1), Duration.ofDays(3_650));
        between("events", events, MOST_EVENTS);
        between("devices", devices, MOST_DEVICES);
        between("partitions", partitions, MOST_PARTITIONS);
        if (!charset.equals(UTF_8) && !charset.equals(ISO_8859_1)) {
            throw new IllegalArgumentException("The charset is " + charset + "; give UTF-8 or ISO-8859-1");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    private static void between(String what, Duration given, Duration least, Duration most) {
        if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " is " + given + "; give " + least + " to " + most);
        }
    }

    private static void between(String what, int given, int most) {
        if (given < 1 || given > most) {
            throw new IllegalArgumentException(what + " is " + given + "; give 1 to " + most);
        }
    }

    public PresenceOptions withTtl(Duration ttl) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withRetention(Duration retention) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withEvents(int events) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withDevices(int devices) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withPartitions(int partitions) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withCharset(Charset charset) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, deadline);
    }

    public PresenceOptions withDeadline(Duration deadline) {
        return new PresenceOptions(ttl, retention, events, devices, partitions, charset, Optional.of(deadline));
    }
}
