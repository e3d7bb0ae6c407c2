package dev.keywright.ops.watch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one server said at one moment.
 *
 * @param address {@code host:port}
 * @param shard names the keys it serves: the lowest slot of its master in a cluster, else {@code 0}
 * @param trouble why it did not answer; what else is told is then of its last answer
 * @param info INFO everything, and CLUSTER INFO in a cluster; nothing while it never answered
 * @param nanos when, by this process's clock
 * @param pings round trips of the last minute
 * @param slow the newest of the slow log, newest first
 * @param slowEver how many commands were slow since the log was made
 * @param big the newest big replies, where the server keeps a log of them
 * @param bigEver how many there were
 * @param refused commands it does not allow or not know
 */
public record NodeSample(
        String address,
        String shard,
        Optional<String> trouble,
        Info info,
        long nanos,
        Pings pings,
        List<Slow> slow,
        long slowEver,
        List<Slow> big,
        long bigEver,
        List<String> refused) {

    /** Round trips of a PING in milliseconds; zeros when there were none. */
    public record Pings(double p50Millis, double p99Millis, double slowestMillis, int count) {
        static final Pings NONE = new Pings(0, 0, 0, 0);
    }

    /**
     * A line of a log of the server.
     *
     * @param id counted by the server
     * @param amount microseconds of a slow command, bytes of a big reply
     * @param command its name and first argument, shortened; arguments that may be secret are left out
     */
    public record Slow(long id, Instant at, long amount, String command) {}

    public NodeSample {
        slow = List.copyOf(slow);
        big = List.copyOf(big);
        refused = List.copyOf(refused);
    }

    static NodeSample unknown(String address, String shard, String trouble) {
        return new NodeSample(
                address, shard, Optional.of(trouble), Info.NONE, 0, Pings.NONE, List.of(), 0, List.of(), 0, List.of());
    }

    /** The same, for a server that went silent. */
    NodeSample silent(String why) {
        return new NodeSample(
                address, shard, Optional.of(why), info, nanos, pings, slow, slowEver, big, bigEver, refused);
    }

    /** Whether it answered this time. */
    public boolean isUp() {
        return trouble.isEmpty();
    }

    /** Whether it ever answered. */
    boolean isKnown() {
        return info.has("role");
    }

    /** Whether counters went on between an earlier look and this one: both answered, and the server was not restarted. */
    boolean follows(NodeSample before) {
        return isUp()
                && before.isUp()
                && nanos > before.nanos
                && info.text("run_id").equals(before.info.text("run_id"));
    }

    double secondsSince(NodeSample before) {
        return (nanos - before.nanos) / 1e9;
    }
}
