package dev.keywright.election;

import java.util.Optional;

/** One who campaigns again and again, until it is closed; see {@link LeaderElection#onElected}. */
public interface Candidacy extends AutoCloseable {

    /** The term while this one leads. */
    Optional<Term> term();

    /** Why it could not campaign last, or why the work of its last term failed; empty when all is well. */
    Optional<Throwable> trouble();

    /**
     * Campaigns no more, and leads no more: {@link Term#isLeader()} is false from now on, and work that still runs is interrupted. When
     * it has ended, the term is resigned. Waits for that, for as long as a command may take, except on the thread of the work.
     */
    @Override
    void close();
}
