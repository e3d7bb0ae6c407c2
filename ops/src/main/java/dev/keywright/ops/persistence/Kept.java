package dev.keywright.ops.persistence;

import java.util.Arrays;

/** What a server has set: the values of {@code appendonly}, {@code appendfsync} and {@code save}. */
record Kept(String appendonly, String appendfsync, String save) {

    boolean log() {
        return appendonly.equals("yes");
    }

    boolean snapshots() {
        return !save.isEmpty();
    }

    boolean is(Persistence wanted) {
        return log() == wanted.log()
                && snapshots() == wanted.snapshots()
                && (!wanted.log() || appendfsync.equals(wanted.fsync()));
    }

    /** The same, moved to what is wanted; save points of one's own stay. */
    Kept movedTo(Persistence wanted) {
        return new Kept(
                wanted.appendonly(),
                wanted.log() ? wanted.fsync() : appendfsync,
                wanted.snapshots() ? (snapshots() ? save : wanted.savePoints()) : "");
    }

    /** A persistence's id, or the values where none is like them. */
    String name() {
        return Arrays.stream(Persistence.values())
                .filter(this::is)
                .findFirst()
                .map(Persistence::id)
                .orElse("appendonly " + appendonly + ", appendfsync " + appendfsync + ", save \"" + save + "\"");
    }
}
