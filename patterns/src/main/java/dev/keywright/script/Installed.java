package dev.keywright.script;

import java.util.Optional;

/**
 * What became of a library on one master.
 *
 * @param master where, as {@code host:port}
 * @param before the version that was there; empty when there was none, or one that says no version
 * @param outcome what was done
 */
public record Installed(String master, Optional<String> before, Outcome outcome) {

    /** What an install did. */
    public enum Outcome {
        /** The library was not there. */
        ADDED,
        /** Another text was there, of an older version or, where that was asked for, of any. */
        REPLACED,
        /** The same text was there; nothing was done. */
        UNCHANGED
    }
}
