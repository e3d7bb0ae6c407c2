package dev.keywright.connection;

import java.util.List;
import java.util.Optional;

/**
 * The nodes behind a connection, as last seen.
 *
 * @param kind how the nodes belong together
 * @param nodes masters and replicas
 */
public record Topology(Kind kind, List<Node> nodes) {

    /** How nodes belong together. */
    public enum Kind {
        /** One master; its replicas are listed where it has any. */
        STANDALONE,
        /** One replica, to which this connection leads: it reads, and cannot write. */
        REPLICA,
        /** A master that Sentinels watch, and its replicas. */
        SENTINEL,
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
     * @param slots hash slots it serves; all 16,384 for a master outside a Cluster, none for a replica
     * @param id the name that nodes of a Cluster know it by
     * @param master whom a replica copies, where that is known
     */
    public record Node(String host, int port, Role role, int slots, Optional<String> id, Optional<Endpoint> master) {

        private static final int ALL_SLOTS = 16_384;

        static Node master(Endpoint at) {
            return new Node(at.host(), at.port(), Role.MASTER, ALL_SLOTS, Optional.empty(), Optional.empty());
        }

        static Node replica(Endpoint at, Endpoint master) {
            return new Node(at.host(), at.port(), Role.REPLICA, 0, Optional.empty(), Optional.of(master));
        }

        public Endpoint endpoint() {
            return new Endpoint(host, port);
        }
    }

    public Topology {
        nodes = List.copyOf(nodes);
    }

    public List<Node> masters() {
        return nodes.stream().filter(node -> node.role() == Role.MASTER).toList();
    }

    public List<Node> replicas() {
        return nodes.stream().filter(node -> node.role() == Role.REPLICA).toList();
    }
}
