package dev.keywright.server;

/** How the servers of one {@link Redis} stand to each other. */
public enum Topology {
    /** One server. */
    STANDALONE,
    /** A master with replicas, watched by Sentinels. Not started by this version. */
    SENTINEL,
    /** Masters that share the 16,384 hash slots. */
    CLUSTER
}
