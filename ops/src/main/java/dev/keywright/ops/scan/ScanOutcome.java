package dev.keywright.ops.scan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a scan.
 *
 * @param deployment where it was, without user and password
 * @param sampleRatio of how many keys facts were read
 * @param shards one each. Where a shard began anew on another server, the attempt that saw most counts, and what other sinks were
 *     told does not
 * @param notes sentences for a person, of the deployment as a whole
 * @param position where to go on, when not all was read
 */
public record ScanOutcome(
        String deployment,
        double sampleRatio,
        Duration took,
        List<ShardOutcome> shards,
        List<String> notes,
        Optional<ScanPosition> position) {

    public ScanOutcome {
        shards = List.copyOf(shards);
        notes = List.copyOf(notes);
    }

    public boolean complete() {
        return position.isEmpty();
    }
}
