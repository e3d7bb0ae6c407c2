package dev.keywright.ops.memory;

/**
 * From what data takes to what to buy: {@code maxmemory} and the machine's RAM, each part spelled out.
 *
 * @param dataBytes at the horizon, the high end of the range
 * @param transientBytes of the largest table that doubles before the horizon, while both are there
 * @param buffersBytes clients, backlog, subscriptions, the empty server
 * @param forkedBytes pages copied while a snapshot or an AOF rewrite runs
 * @param fragmentedBytes what the allocator holds beside what is used
 * @param replicaBytes output buffers of replicas, which do not count for eviction
 * @param systemBytes for the machine itself
 */
public record HeadRoom(
        double dataBytes,
        double transientBytes,
        double buffersBytes,
        double forkedBytes,
        double fragmentedBytes,
        double replicaBytes,
        double systemBytes) {

    /** {@code used_memory} is looked at between commands, so it runs over by a little. */
    private static final double OVERRUN = 1.05;

    private static final double SYSTEM_RATIO = 0.1;
    private static final double SYSTEM_BYTES = 1e9;
    private static final double PAGE = 4096;
    /** Pages that overwriting a small value at random touches: its own and one or two of the tables. Measured. */
    private static final double PAGES_PER_WRITE = 2.5;

    /** How much the allocator holds beside what is used. Measured after changes of that kind; {@code used_memory_rss}. */
    public enum Churn {
        /** Values keep their sizes. */
        STEADY(0.10),
        /** Sizes change, or keys come and go evenly. */
        MIXED(0.50),
        /** Most of the data is deleted at times, and nothing defragments. */
        MASS_DELETES(1.10);

        private final double ratio;

        Churn(double ratio) {
            this.ratio = ratio;
        }
    }

    /**
     * @param buffersBytes by {@link Overheads}, the empty server included
     * @param forks whether snapshots, an AOF or replicas make the server fork
     * @param writesInFork writes to different keys that happen while a fork lives
     * @param replicaBytes the worst of replicas' output buffers
     */
    public static HeadRoom of(
            double dataBytes,
            double transientBytes,
            double buffersBytes,
            boolean forks,
            double writesInFork,
            double replicaBytes,
            Churn churn) {
        double used = dataBytes + transientBytes + buffersBytes;
        double forked = forks ? used * copiedRatio(used, writesInFork) : 0;
        double fragmented = used * churn.ratio;
        double all = used * OVERRUN + forked + fragmented + replicaBytes;
        double system = Math.max(SYSTEM_BYTES, all * SYSTEM_RATIO);
        return new HeadRoom(dataBytes, transientBytes, buffersBytes, forked, fragmented, replicaBytes, system);
    }

    /** The share of the memory that so many writes at random copy while a fork lives, without huge pages. */
    public static double copiedRatio(double usedBytes, double writes) {
        return usedBytes == 0 ? 0 : 1 - Math.exp(-PAGES_PER_WRITE * writes * PAGE / usedBytes);
    }

    /** What to set {@code maxmemory} to so that nothing needs to be evicted. */
    public double maxmemoryBytes() {
        return (dataBytes + transientBytes + buffersBytes) * OVERRUN;
    }

    public double machineBytes() {
        return maxmemoryBytes() + forkedBytes + fragmentedBytes + replicaBytes + systemBytes;
    }
}
