package dev.keywright.cache;

import org.jspecify.annotations.Nullable;

/**
 * Fetches what is cached from where it belongs. Runs on the thread of the caller, or on the cache's executor for asynchronous
 * calls and refreshes; never on a transport thread.
 */
@FunctionalInterface
public interface Loader<K, V> {

    /** The value, or null when there is none. What it throws reaches everybody who waits for this load. */
    @Nullable
    V load(K key) throws Exception;
}
