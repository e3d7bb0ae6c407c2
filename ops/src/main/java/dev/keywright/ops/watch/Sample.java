package dev.keywright.ops.watch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What all servers of a deployment said at one moment.
 *
 * @param subject where it was asked, without user and password
 * @param kind {@code standalone}, {@code replica}, {@code sentinel} or {@code cluster}
 * @param nodes in the order of shards, masters first
 */
public record Sample(String subject, String kind, Instant at, List<NodeSample> nodes) {

    public Sample {
        nodes = List.copyOf(nodes);
    }

    Optional<NodeSample> node(String address) {
        return nodes.stream().filter(node -> node.address().equals(address)).findFirst();
    }
}
