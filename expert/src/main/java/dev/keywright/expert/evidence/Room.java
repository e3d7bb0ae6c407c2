package dev.keywright.expert.evidence;

import dev.keywright.connection.Connection;

/** Where one candidate lives while it is measured: a part of a key space that nobody else writes to. One thread. */
interface Room {

    Connection connection();

    /** Goes before every key. */
    String prefix();

    /** Says what will be written, before it is: whatever happens then, it is removed. */
    void claim(Footprint footprint, long items);

    /** Removes all that was claimed. */
    void clear();

    /** Clears it for the last time, so that another candidate may move in. */
    void leave();

    /** Notes what the server holds before the sample. */
    void beforeLoad();

    /** What the sample took. */
    Grown afterLoad(Footprint footprint, long items, Patience patience);

    /**
     * What a sample took.
     *
     * @param whole whether everything is in it, the key tables too, so that a model can be held against it
     */
    record Grown(double bytes, long keys, boolean whole) {}
}
