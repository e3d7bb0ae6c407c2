package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * From what data takes to what to buy: {@code maxmemory} and the machine's RAM, each part spelled out.
 *
 * @param dataBytes at the horizon, the high end of the range
 * @param transientBytes of the largest table that doubles before the horizon, while both are there
 * @param buffersBytes clients, backlog, subscriptions, the empty server
 * @param overrunBytes by which {@code used_memory} may pass the limit between two commands
 * @param forkedBytes pages copied while a snapshot or an AOF rewrite runs
 * @param fragmentedBytes what the allocator holds beside what is used
 * @param replicaBytes output buffers of replicas, which do not count for eviction
 * @param systemBytes for the machine itself
 */
public record HeadRoom(
        double dataBytes,
        double transientBytes,
        double buffersBytes,
        double overrunBytes,
        double forkedBytes,
        double fragmentedBytes,
        double replicaBytes,
        double systemBytes) {

    private static final double OVERRUN = 0.05;

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
     * What a server has to bear. Start with {@link #of} and add what there is.
     *
     * @param dataBytes the data, at its largest
     * @param transientBytes the old table while the largest one doubles
     * @param buffersBytes by {@link Overheads}, the empty server included
     * @param forks whether snapshots, an AOF or replicas make the server fork
     * @param writesInFork writes to different keys that happen while a fork lives
     * @param replicaBytes the worst of replicas' output buffers
     */
    public record Load(
            double dataBytes,
            double transientBytes,
            double buffersBytes,
            boolean forks,
            double writesInFork,
            double replicaBytes,
            Churn churn) {

        /** Data that keeps its sizes, alone on a server that never forks. */
        public static Load of(double dataBytes) {
            return new Load(dataBytes, 0, 0, false, 0, 0, Churn.STEADY);
        }

        public Load withTransient(double bytes) {
            return new Load(dataBytes, bytes, buffersBytes, forks, writesInFork, replicaBytes, churn);
        }

        public Load withBuffers(double bytes) {
            return new Load(dataBytes, transientBytes, bytes, forks, writesInFork, replicaBytes, churn);
        }

        public Load withForks(double writesMeanwhile) {
            return new Load(dataBytes, transientBytes, buffersBytes, true, writesMeanwhile, replicaBytes, churn);
        }

        public Load withReplicaBuffers(double bytes) {
            return new Load(dataBytes, transientBytes, buffersBytes, forks, writesInFork, bytes, churn);
        }

        public Load withChurn(Churn other) {
            return new Load(dataBytes, transientBytes, buffersBytes, forks, writesInFork, replicaBytes, other);
        }

        private double usedBytes() {
            return dataBytes + transientBytes + buffersBytes;
        }
    }

    public static HeadRoom of(Load load) {
        double used = load.usedBytes();
        double overrun = used * OVERRUN;
        double forked = load.forks() ? used * copiedRatio(used, load.writesInFork()) : 0;
        double fragmented = used * load.churn().ratio;
        double all = used + overrun + forked + fragmented + load.replicaBytes();
        double system = Math.max(SYSTEM_BYTES, all * SYSTEM_RATIO);
        return new HeadRoom(
                load.dataBytes(),
                load.transientBytes(),
                load.buffersBytes(),
                overrun,
                forked,
                fragmented,
                load.replicaBytes(),
                system);
    }

    /** The share of the memory that so many writes at random copy while a fork lives, without huge pages. */
    public static double copiedRatio(double usedBytes, double writes) {
        return usedBytes == 0 ? 0 : 1 - Math.exp(-PAGES_PER_WRITE * writes * PAGE / usedBytes);
    }

    /** What to set {@code maxmemory} to so that nothing needs to be evicted. */
    public double maxmemoryBytes() {
        return dataBytes + transientBytes + buffersBytes + overrunBytes;
    }

    public double machineBytes() {
        return maxmemoryBytes() + forkedBytes + fragmentedBytes + replicaBytes + systemBytes;
    }

    /** The machine for so many times as much of everything but the system. */
    public static double scaledMachine(double machineBytes, double ratio) {
        double all = Math.min(machineBytes - SYSTEM_BYTES, machineBytes / (1 + SYSTEM_RATIO)) * ratio;
        return all + Math.max(SYSTEM_BYTES, all * SYSTEM_RATIO);
    }

    /** What it consists of, for people; nothing that is 0. The first ones up to the overrun are {@code maxmemory}. */
    public List<Estimate.Part> parts() {
        List<Estimate.Part> parts = new ArrayList<>();
        add(parts, "data at its largest", dataBytes);
        add(parts, "old table while one doubles", transientBytes);
        add(parts, "empty server, clients, backlog", buffersBytes);
        add(parts, "overrun between commands (5 %)", overrunBytes);
        add(parts, "pages copied by a fork", forkedBytes);
        add(parts, "fragmentation", fragmentedBytes);
        add(parts, "output buffers of replicas", replicaBytes);
        add(parts, "operating system", systemBytes);
        return parts;
    }

    private static void add(List<Estimate.Part> parts, String name, double bytes) {
        if (bytes > 0) {
            parts.add(new Estimate.Part(name, bytes));
        }
    }
}
