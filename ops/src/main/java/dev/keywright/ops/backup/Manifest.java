package dev.keywright.ops.backup;

import dev.keywright.ops.wire.HashSlot;
import java.util.List;
import java.util.Optional;

/**
 * What a backup set holds and what was checked about it; {@code manifest.json}, which is written last. Never a password.
 *
 * @param schema {@link #SCHEMA}
 * @param id UTC time and a random part; also the name of the set's folder
 * @param source what was backed up, without user and password
 * @param product {@code redis} or {@code valkey}
 * @param started UTC, ISO 8601; of a set that was resumed, when its first attempt began
 * @param seconds from the start to the last check
 * @param notes what whoever restores it should know
 */
public record Manifest(
        String schema,
        String id,
        String source,
        String product,
        String version,
        Layout layout,
        String started,
        String finished,
        double seconds,
        Compression compression,
        List<Shard> shards,
        List<String> notes) {

    public static final String SCHEMA = "keywright.backup/1";

    /** How the servers belonged together. */
    public enum Layout {
        STANDALONE,
        REPLICATION,
        CLUSTER
    }

    /** How a file was got. */
    public enum Way {
        /** The server sent it as to a replica; nothing ran on its host. */
        REPLICATION_STREAM,
        /** BGSAVE, and a copy of its file. */
        BGSAVE
    }

    /** What is known beyond the checksum. */
    public enum Proof {
        /** A private server loaded the file. */
        LOADED,
        /** Not tried, because it was not wanted. */
        SKIPPED,
        /** The file's version is newer than the private server reads. */
        TOO_NEW
    }

    /**
     * @param keys at the moment of the snapshot when loaded, else as the source told just before
     * @param expiring how many of them have a TTL
     */
    public record Database(int number, long keys, long expiring) {}

    /** A further file that belongs to the shard: a part of the AOF. */
    public record Extra(String file, long bytes, String sha256) {}

    /**
     * One server's data.
     *
     * @param node where it was read, {@code host:port}
     * @param role what the node was: a replica or a primary
     * @param replicas how many replicas the primary had
     * @param slots as CLUSTER NODES writes them, such as {@code 0-5460}; empty when not a cluster
     * @param taken when the server began to give its data, UTC, ISO 8601
     * @param file within the folder of the set
     * @param rdbVersion of the file's format
     * @param checksum {@code matched}, or {@code off} when the server writes none
     * @param waitedSeconds until the server began to send
     * @param proof whether it was loaded, and {@code provedBy} which server
     */
    public record Shard(
            int number,
            String node,
            String role,
            int replicas,
            String slots,
            String replicationId,
            long offset,
            String taken,
            Way way,
            String file,
            int rdbVersion,
            long rdbBytes,
            long storedBytes,
            String sha256,
            String checksum,
            double waitedSeconds,
            double transferSeconds,
            Proof proof,
            Optional<String> provedBy,
            List<Database> databases,
            List<Extra> aof) {

        /** The same, after an attempt to load it. */
        Shard with(Proof attempt, String by, List<Database> counted) {
            return new Shard(
                    number,
                    node,
                    role,
                    replicas,
                    slots,
                    replicationId,
                    offset,
                    taken,
                    way,
                    file,
                    rdbVersion,
                    rdbBytes,
                    storedBytes,
                    sha256,
                    checksum,
                    waitedSeconds,
                    transferSeconds,
                    attempt,
                    Optional.of(by),
                    counted,
                    aof);
        }

        public long keys() {
            return databases.stream().mapToLong(Database::keys).sum();
        }
    }

    public long keys() {
        return shards.stream().mapToLong(Shard::keys).sum();
    }

    public long rdbBytes() {
        return shards.stream().mapToLong(Shard::rdbBytes).sum();
    }

    public long storedBytes() {
        return shards.stream().mapToLong(Shard::storedBytes).sum();
    }

    /** Whether every file was loaded by a server. */
    public boolean allLoaded() {
        return shards.stream().allMatch(shard -> shard.proof() == Proof.LOADED);
    }

    /** Whether no slot of a cluster is missing; true where there are no slots. */
    boolean holdsAllSlots() {
        return layout != Layout.CLUSTER
                || shards.stream()
                                .flatMapToInt(shard -> Primary.eachSlot(shard.slots()))
                                .distinct()
                                .count()
                        == HashSlot.COUNT;
    }
}
