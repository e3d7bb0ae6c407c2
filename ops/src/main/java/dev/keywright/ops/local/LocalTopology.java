package dev.keywright.ops.local;

import dev.keywright.server.Cluster;
import dev.keywright.server.Independent;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * What to start on this machine.
 *
 * @param shards masters of a cluster; 1 elsewhere
 * @param replicas of each master
 * @param sentinels watching the master; 0 without Sentinel
 * @param options of every server
 */
public record LocalTopology(Topology topology, int shards, int replicas, int sentinels, ServerOptions options) {

    public static final LocalTopology STANDALONE =
            new LocalTopology(Topology.STANDALONE, 1, 0, 0, ServerOptions.DEFAULTS);

    /** @throws IllegalArgumentException when the numbers do not fit the topology */
    public LocalTopology {
        boolean replicated = topology == Topology.REPLICA || topology == Topology.SENTINEL;
        if (shards < 1 || topology != Topology.CLUSTER && topology != Topology.INDEPENDENT && shards != 1) {
            throw new IllegalArgumentException(
                    shards + " shards of a " + topology + " topology; only a cluster has shards");
        }
        if (replicas < 0
                || !replicated && topology != Topology.CLUSTER && replicas > 0
                || replicated && replicas == 0) {
            throw new IllegalArgumentException(replicas + " replicas of a " + topology + " topology");
        }
        if (topology == Topology.SENTINEL ? sentinels < 1 : sentinels != 0) {
            throw new IllegalArgumentException(sentinels + " sentinels of a " + topology + " topology");
        }
    }

    /** The usual one of its kind: a cluster of 3 masters with a replica each, a master with 2 replicas and 3 sentinels. */
    public static LocalTopology usual(Topology topology) {
        ServerOptions defaults = ServerOptions.DEFAULTS;
        return switch (topology) {
            case STANDALONE -> STANDALONE;
            case REPLICA -> new LocalTopology(topology, 1, 1, 0, defaults);
            case SENTINEL -> new LocalTopology(topology, 1, 2, 3, defaults);
            case CLUSTER -> new LocalTopology(topology, 3, 1, 0, defaults);
            case INDEPENDENT -> new LocalTopology(topology, 3, 0, 0, defaults);
        };
    }

    public LocalTopology withShards(int newShards) {
        return new LocalTopology(topology, newShards, replicas, sentinels, options);
    }

    public LocalTopology withReplicas(int newReplicas) {
        return new LocalTopology(topology, shards, newReplicas, sentinels, options);
    }

    public LocalTopology withSentinels(int newSentinels) {
        return new LocalTopology(topology, shards, replicas, newSentinels, options);
    }

    public LocalTopology withOptions(ServerOptions newOptions) {
        return new LocalTopology(topology, shards, replicas, sentinels, newOptions);
    }

    /** The first server listens on this port, the others, Sentinels last, on those that follow. */
    public LocalTopology withFirstPort(int port) {
        return withOptions(options.withDirective("port", Integer.toString(port)));
    }

    /** Starts it; returns once it serves. */
    public Redis start() {
        return switch (topology) {
            case STANDALONE -> Standalone.start(options);
            case REPLICA -> Replication.start(replicas, options);
            case SENTINEL -> Sentinel.start(replicas, sentinels, options);
            case CLUSTER -> Cluster.start(shards, replicas, options);
            case INDEPENDENT -> Independent.start(shards, options);
        };
    }

    /** Every process of it: data nodes first, then sentinels. */
    static List<Standalone> processes(Redis redis) {
        List<Standalone> processes = new ArrayList<>(redis.nodes());
        if (redis instanceof Sentinel watched) {
            processes.addAll(watched.sentinels());
        }
        return processes;
    }
}
