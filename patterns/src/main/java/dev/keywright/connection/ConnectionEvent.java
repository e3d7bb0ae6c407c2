package dev.keywright.connection;

/** What happens to the nodes behind a connection; see {@link Connection#events}. */
public sealed interface ConnectionEvent {

    /** The first connection to the node stands; again after each {@link Disconnected}. */
    record Connected(Endpoint node) implements ConnectionEvent {}

    /** The last connection to the node broke. It is opened again in the background unless the node left. */
    record Disconnected(Endpoint node, String reason) implements ConnectionEvent {}

    /** Another node took the place of a master: by Sentinel, or in one shard of a Cluster. */
    record MasterChanged(Endpoint from, Endpoint to) implements ConnectionEvent {}

    /** Nodes joined or left, or slots moved. */
    record TopologyChanged(Topology topology) implements ConnectionEvent {}
}
