package dev.keywright.ops.scan;

import java.util.List;

/**
 * Where a scan stopped; {@code Document.write} keeps it. A cursor means something to the very process that gave it and to no
 * other, so a shard goes on where it was only while that process runs; else it begins anew. Keys before the position are not in
 * the scan that goes on: they are in the report of the first.
 *
 * @param deployment where it was, without user and password
 * @param sampleRatio of the scan; the one that goes on takes the same
 */
public record ScanPosition(String deployment, double sampleRatio, List<Place> places) {

    /**
     * Of one shard.
     *
     * @param shard as {@link ScanNode#shard()}
     * @param runId of the server's process
     * @param done whether all of it was read
     * @param database the one being read; those with smaller numbers are done
     * @param cursor of SCAN, the next to ask for
     */
    public record Place(String shard, String host, int port, String runId, boolean done, int database, String cursor) {}

    public ScanPosition {
        places = List.copyOf(places);
    }
}
