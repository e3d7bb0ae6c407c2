package dev.keywright.server;

/** How the servers of one {@link Redis} stand to each other. */
public enum Topology {
    /** One server. */
    STANDALONE,
    /** A primary with replicas; nobody fails over by itself. */
    REPLICA,
    /** A primary with replicas, watched by Sentinels. */
    SENTINEL,
    /** Masters, with or without replicas, that share the 16,384 hash slots. */
    CLUSTER,
    /** Masters that know nothing of each other. */
    INDEPENDENT
}
