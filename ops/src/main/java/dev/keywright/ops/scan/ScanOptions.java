package dev.keywright.ops.scan;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a deployment is scanned.
 *
 * @param sampleRatio above 0 and up to 1: of how many keys facts are read. All names are seen; a name's hash decides, so that the
 *     choice knows nothing of sizes and is the same in every scan
 * @param from which server of a shard is read
 * @param depth how closely values are looked at
 * @param keysPerSecond of each server at most; 0: as fast as its latency allows
 * @param latencyLimit how much slower than idle each server may answer others meanwhile
 * @param parallelShards scanned at the same time at most
 * @param patience how long a server that went away, or its successor, is waited for
 * @param databases that are read; empty for all
 * @param resume where an earlier scan stopped
 */
public record ScanOptions(
        double sampleRatio,
        Source from,
        Depth depth,
        int keysPerSecond,
        Duration latencyLimit,
        int parallelShards,
        Duration patience,
        Set<Integer> databases,
        Optional<ScanPosition> resume) {

    public static final ScanOptions DEFAULTS = new ScanOptions(
            1,
            Source.REPLICA,
            Depth.SAMPLE,
            0,
            Duration.ofMillis(3),
            4,
            Duration.ofSeconds(30),
            Set.of(),
            Optional.empty());

    public ScanOptions {
        require(sampleRatio > 0 && sampleRatio <= 1, "The sample is " + sampleRatio + "; give above 0 and up to 1.");
        require(
                keysPerSecond >= 0,
                "The rate is " + keysPerSecond + " keys per second; give 1 or more, or 0 for no limit.");
        require(!latencyLimit.isNegative() && !latencyLimit.isZero(), "The latency limit must be above 0.");
        require(parallelShards > 0, parallelShards + " shards at a time are none; give 1 or more.");
        require(!patience.isNegative(), "The patience must not be below 0.");
        databases = Set.copyOf(databases);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    public ScanOptions withSampleRatio(double newRatio) {
        return new ScanOptions(
                newRatio, from, depth, keysPerSecond, latencyLimit, parallelShards, patience, databases, resume);
    }

    public ScanOptions withFrom(Source newFrom) {
        return new ScanOptions(
                sampleRatio, newFrom, depth, keysPerSecond, latencyLimit, parallelShards, patience, databases, resume);
    }

    public ScanOptions withDepth(Depth newDepth) {
        return new ScanOptions(
                sampleRatio, from, newDepth, keysPerSecond, latencyLimit, parallelShards, patience, databases, resume);
    }

    public ScanOptions withKeysPerSecond(int newRate) {
        return new ScanOptions(
                sampleRatio, from, depth, newRate, latencyLimit, parallelShards, patience, databases, resume);
    }

    public ScanOptions withLatencyLimit(Duration newLimit) {
        return new ScanOptions(
                sampleRatio, from, depth, keysPerSecond, newLimit, parallelShards, patience, databases, resume);
    }

    public ScanOptions withParallelShards(int newParallel) {
        return new ScanOptions(
                sampleRatio, from, depth, keysPerSecond, latencyLimit, newParallel, patience, databases, resume);
    }

    public ScanOptions withPatience(Duration newPatience) {
        return new ScanOptions(
                sampleRatio, from, depth, keysPerSecond, latencyLimit, parallelShards, newPatience, databases, resume);
    }

    public ScanOptions withDatabases(Set<Integer> newDatabases) {
        return new ScanOptions(
                sampleRatio, from, depth, keysPerSecond, latencyLimit, parallelShards, patience, newDatabases, resume);
    }

    public ScanOptions withResume(ScanPosition position) {
        return new ScanOptions(
                sampleRatio,
                from,
                depth,
                keysPerSecond,
                latencyLimit,
                parallelShards,
                patience,
                databases,
                Optional.of(position));
    }
}
