package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.KeyType;
import java.util.List;
import java.util.Optional;

/**
 * What became of the scan of one shard.
 *
 * @param databases what was seen in each
 * @param strata sums over the keys that were read, by database and type
 * @param losses names that came to nothing
 * @param touched keys whose idle time was reset by looking at them; 0 where the server can be told not to
 * @param pace what the scan did to the server's latency, and what it did about it
 * @param facts what the server said of itself when the scan began
 * @param changes what it did meanwhile
 * @param stopped why not all of it was read; absent when all was
 * @param notes sentences for a person: facts that were refused, a master read for want of a replica, and the like
 */
public record ShardOutcome(
        ScanNode node,
        List<DatabaseCount> databases,
        List<Stratum> strata,
        Losses losses,
        long touched,
        Pace pace,
        ServerFacts facts,
        Changes changes,
        Optional<String> stopped,
        List<String> notes) {

    /**
     * @param keys DBSIZE when the scan began; a resumed scan sees the rest of them only
     * @param names that SCAN gave, repeats left out
     * @param read keys told to the sink; with a sample some of the names
     */
    public record DatabaseCount(int database, long keys, long names, long read) {}

    /**
     * @param keys that were read
     * @param bytes their sum
     * @param bytesSquared the sum of their squares, from which the spread follows
     */
    public record Stratum(int database, KeyType type, long keys, double bytes, double bytesSquared) {}

    /**
     * Names that SCAN gave and that came to nothing.
     *
     * @param vanished deleted or expired before their facts were read
     * @param denied keys the user may not read
     * @param moved keys of slots that had just gone to another master
     * @param repeats names that SCAN gave twice, as it may while a table shrinks
     */
    public record Losses(long vanished, long denied, long moved, long repeats) {}

    /**
     * From the beginning of the scan to its end; 0 where the server does not tell.
     *
     * @param usedMemoryBytes by how much it grew
     */
    public record Changes(long evictedKeys, long expiredKeys, long usedMemoryBytes) {}

    public ShardOutcome {
        databases = List.copyOf(databases);
        strata = List.copyOf(strata);
        notes = List.copyOf(notes);
    }

    /** Whether all keys were seen, from the first cursor or from where an earlier scan stopped. */
    public boolean complete() {
        return stopped.isEmpty();
    }

    /**
     * What all the names seen take: measured when every key was read, else estimated from the sample. The interval is that of a mean,
     * so a single giant that the sample missed is beyond it.
     */
    public Interval bytes() {
        double value = 0;
        double variance = 0;
        for (DatabaseCount each : databases) {
            double bytes = 0;
            double squares = 0;
            for (Stratum stratum : strata) {
                if (stratum.database() == each.database()) {
                    bytes += stratum.bytes();
                    squares += stratum.bytesSquared();
                }
            }
            double lost = lostShare();
            Interval one = Interval.of(each.read(), bytes, squares, Math.round(each.names() * (1 - lost)));
            value += one.value();
            variance += one.error() * one.error();
        }
        return new Interval(value, Math.sqrt(variance));
    }

    /** Of the names that were chosen, the share that came to nothing. */
    private double lostShare() {
        double read = databases.stream().mapToLong(DatabaseCount::read).sum();
        double lost = losses.vanished() + losses.denied() + losses.moved();
        return read + lost == 0 ? 0 : lost / (read + lost);
    }
}
