package dev.keywright.ops.deploy;

/**
 * What follows from {@code maxmemory}: buffers of replication, and the memory a machine or container must have.
 *
 * @param backlogBytes {@code repl-backlog-size}: 5 % of the data, 64 MB to 1 GB
 * @param replicaLimitBytes how far a replica may fall behind before it is cut off; more than the backlog, else a full copy loops
 * @param ramBytes what the process may need at worst
 * @param why how the last one comes about
 */
record Room(long backlogBytes, long replicaLimitBytes, long ramBytes, String why) {

    private static final long MB = 1L << 20;

    static Room of(Deployment deployment) {
        long data = deployment.maxmemoryBytes();
        boolean copied = deployment.replicas() > 0;
        boolean kept =
                deployment.persistence().log() || deployment.persistence().snapshots();
        long backlog = copied ? Math.max(64 * MB, Math.min(1024 * MB, ceiling(data / 20, 64 * MB))) : 0;
        long limit = copied ? Math.max(256 * MB, 2 * backlog) : 0;
        double factor = kept ? 2.0 : copied ? 1.5 : 1.25;
        String fork = kept
                ? "twice maxmemory: a fork for snapshot or log copies every page that is written meanwhile"
                : copied
                        ? "1.5 x maxmemory: a full copy for a replica forks, and pages written meanwhile are copied"
                        : "1.25 x maxmemory: fragmentation and buffers, no fork";
        String buffers = copied ? ", plus the backlog and one replica's buffer" : "";
        return new Room(
                backlog,
                limit,
                ceiling(Math.round(data * factor) + backlog + limit, 64 * MB),
                fork + buffers + ", plus 64 MB");
    }

    /** At least one step more than a multiple below. */
    private static long ceiling(long bytes, long step) {
        return (bytes / step + 1) * step;
    }
}
