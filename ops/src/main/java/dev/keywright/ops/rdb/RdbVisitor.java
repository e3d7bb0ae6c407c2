package dev.keywright.ops.rdb;

/**
 * Takes what a file holds, in its order, from the thread that reads. What it throws ends the reading and reaches the caller.
 */
public interface RdbVisitor {

    /** Once, before all else. */
    default void header(RdbHeader header) {}

    /** A hint of the file, before the keys of that database; Valkey and Redis in cluster mode give it for the whole node. */
    default void database(int number, long keys, long expiring) {}

    /**
     * A key begins: who takes its elements. {@link ElementSink#NONE} makes reading faster. In a damaged file it may be the last call,
     * and {@link #key} does not follow.
     */
    default ElementSink elements(RdbKey key) {
        return ElementSink.NONE;
    }

    /** A key was read whole. */
    void key(RdbKey key, RdbValue value);

    /** A library of functions. */
    default void function(long sourceBytes) {}

    /** Data of a module that belongs to no key. */
    default void module(String name, long storedBytes) {}
}
