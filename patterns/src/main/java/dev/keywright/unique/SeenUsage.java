package dev.keywright.unique;

/**
 * How full a {@link SeenFilter} is.
 *
 * @param members about how many members the fuller one of the two generations has
 * @param capacity how many it is made for
 * @param rate how often a new member is taken for a seen one now, both generations asked
 * @param bytes of both generations
 */
public record SeenUsage(long members, long capacity, double rate, long bytes) {

    /** Whether more members came than it is made for: then it is wrong more often than was asked for, and a bigger one is due. */
    public boolean saturated() {
        return members > capacity;
    }
}
