package dev.keywright.connection;

import java.util.List;

/**
 * The nodes behind a connection, as last seen.
 *
 * @param kind how the nodes belong together
 * @param nodes masters and replicas
 */
public record Topology(Kind kind, List<Node> nodes) {

    /** How nodes belong together. */
    public enum Kind {
        STANDALONE,
        CLUSTER
    }

    /** What a node does. */
    public enum Role {
        MASTER,
        REPLICA
    }

    /**
     * One Redis process.
     *
     * @param slots hash slots it serves; all 16,384 for a standalone master, none for a replica
     */
    public record Node(String host, int port, Role role, int slots) {}

    public Topology {
        nodes = List.copyOf(nodes);
    }

    public List<Node> masters() {
        return nodes.stream().filter(node -> node.role() == Role.MASTER).toList();
    }
}
