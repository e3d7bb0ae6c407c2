package dev.keywright.semaphore;

/**
 * A look at a semaphore; a moment later it may be different.
 *
 * @param permits how many there are in all
 * @param held how many of them are held; more than there are for a while after their number was lowered
 * @param waiting how many requests wait
 */
public record Usage(int permits, int held, int waiting) {

    /** How many are free. */
    public int free() {
        return Math.max(0, permits - held);
    }
}
