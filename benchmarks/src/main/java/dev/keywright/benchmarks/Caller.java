package dev.keywright.benchmarks;

import java.util.concurrent.ThreadLocalRandom;

/** How one thread calls, once or several times in one go; made for a thread and used by no other. */
@FunctionalInterface
interface Caller {

    /** @return how many operations were done, or sent where answers are not waited for one by one */
    int call(ThreadLocalRandom random);

    /** Waits for what is still under way. */
    default void finish() {}
}
