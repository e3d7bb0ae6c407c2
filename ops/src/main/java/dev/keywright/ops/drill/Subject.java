package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;

/** Servers a drill is held on, and what it may do to them. */
interface Subject {

    /** With the password, if there is one. */
    String uri();

    /** What these servers are, in words. */
    String words();

    /**
     * Does nothing when the fault can and may be done to this primary.
     *
     * @throws DrillRefused when not
     */
    void check(Fault fault, Endpoint primary, Panel panel);

    /** Whether to kill is to shut down here, and nobody brings the server back; known after {@link #check}. */
    default boolean shutsDown() {
        return false;
    }

    /** Does it; an ordered failover is not asked for here. */
    void strike(Fault fault, Endpoint primary, Panel panel);

    /** Takes it back, as far as that is the drill's task. */
    void mend(Fault fault, Endpoint primary);
}
