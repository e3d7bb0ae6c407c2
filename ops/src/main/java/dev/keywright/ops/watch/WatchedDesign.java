package dev.keywright.ops.watch;

import dev.keywright.ops.config.Role;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What alerts and a dashboard must know of the servers they are for.
 *
 * @param name of the deployment, which its figures have as a label
 * @param topology how servers stand to each other, such as {@code sentinel} or {@code cluster}
 * @param role what the servers are for
 * @param shards masters that share the keys
 * @param replicas copies of each master
 * @param maxmemoryBytes what each server may hold; absent or 0 where nothing says how much
 * @param opsPerSecond what all masters together are made for
 * @param snapshots whether snapshots are written
 * @param log whether every write is logged
 */
public record WatchedDesign(
        String name,
        String topology,
        Role role,
        int shards,
        int replicas,
        OptionalLong maxmemoryBytes,
        OptionalDouble opsPerSecond,
        boolean snapshots,
        boolean log) {

    /** The same under another name. */
    public WatchedDesign named(String other) {
        return new WatchedDesign(other, topology, role, shards, replicas, maxmemoryBytes, opsPerSecond, snapshots, log);
    }

    boolean isCluster() {
        return topology.equals("cluster");
    }

    int servers() {
        return shards * (1 + replicas);
    }

    /** What can be seen of servers that run; what they are made for cannot. */
    public static WatchedDesign of(Sample sample, Optional<Role> role) {
        List<NodeSample> up =
                sample.nodes().stream().filter(NodeSample::isKnown).toList();
        List<NodeSample> masters =
                up.stream().filter(node -> !node.info().isReplica()).toList();
        Info first = masters.isEmpty() ? Info.NONE : masters.get(0).info();
        boolean evicts = first.text("maxmemory_policy").startsWith("allkeys");
        double limit = first.number("maxmemory");
        return new WatchedDesign(
                sample.subject(),
                sample.kind(),
                role.orElse(evicts ? Role.CACHE : Role.STORE),
                Math.max(1, masters.size()),
                masters.isEmpty() ? 0 : (up.size() - masters.size()) / masters.size(),
                limit > 0 ? OptionalLong.of((long) limit) : OptionalLong.empty(),
                OptionalDouble.empty(),
                first.number("rdb_saves") > 0,
                first.isGood("aof_enabled"));
    }
}
