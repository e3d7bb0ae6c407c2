package dev.keywright;

/** Why something that was held ended before it was released: a lock, permits, a term as leader. */
public enum Lost {
    /** Its lease is over, or nearly: it was not renewed in time, as Redis did not answer, or it is one that is not renewed. */
    LEASE_OVER,
    /** Redis says that it is not this holder's any more: it was deleted or evicted, lost in a failover, or another one has it. */
    TAKEN,
    /** It was renewed as long as its options allow in all, and then its lease ended. */
    TOO_LONG,
    /** The connection was closed in this process, so nothing renews it. */
    CLOSED
}
