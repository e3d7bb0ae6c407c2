package dev.keywright.ops.drill;

/** What is done to a primary. */
public enum Fault {
    /** Its process ends at once, by {@code kill -9}; a server that others run ends by {@code SHUTDOWN NOSAVE}. */
    KILL,
    /** Its process stands still (SIGSTOP): connections stay open and nothing is answered. */
    FREEZE,
    /** It is told to hand over: {@code SENTINEL FAILOVER}, {@code CLUSTER FAILOVER} or {@code FAILOVER}. */
    FAILOVER,
    /** It is cut off from the other servers; clients reach it still. */
    PARTITION
}
