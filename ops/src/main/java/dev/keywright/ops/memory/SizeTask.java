package dev.keywright.ops.memory;

import java.util.List;

/** Data whose memory is asked for, and the servers that are to hold it. */
public record SizeTask(List<Item> items, Target target) {

    public SizeTask {
        items = List.copyOf(items);
    }

    /** Data of one kind under a name. */
    public record Item(String name, DataSet data) {}

    /** What makes a server write files by a fork. */
    public enum Persistence {
        NONE,
        RDB,
        AOF
    }

    /**
     * @param profile of one server that holds everything, outside of a cluster
     * @param masters of a cluster; 0 for a single server
     * @param replicas of each master
     * @param clients connected at a time
     * @param writesPerSecond to each master
     * @param growth by which the data grows in a month: 0.05 for 5 %
     * @param months ahead that the memory is to suffice for
     * @param machineBytes RAM of one machine
     */
    public record Target(
            Profile profile,
            int masters,
            int replicas,
            Persistence persistence,
            long clients,
            double writesPerSecond,
            HeadRoom.Churn churn,
            double growth,
            int months,
            double machineBytes) {

        public Target withProfile(Profile other) {
            return new Target(
                    other,
                    masters,
                    replicas,
                    persistence,
                    clients,
                    writesPerSecond,
                    churn,
                    growth,
                    months,
                    machineBytes);
        }

        /** How much data there is in the end for what there is now. */
        double horizon() {
            return Math.pow(1 + growth, months);
        }

        boolean forks() {
            return persistence != Persistence.NONE || replicas > 0;
        }
    }
}
