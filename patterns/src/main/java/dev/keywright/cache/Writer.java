package dev.keywright.cache;

import java.util.List;

/** Brings changes to where they belong, a database for one. */
@FunctionalInterface
public interface Writer<K, V> {

    /**
     * Makes the changes, all or none; at most one of each key. May be told the same change twice, so it compares
     * {@link Change#version()} or does what can be repeated.
     */
    void write(List<Change<K, V>> changes) throws Exception;
}
