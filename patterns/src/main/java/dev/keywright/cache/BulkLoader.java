package dev.keywright.cache;

import java.util.Map;
import java.util.Set;

/** Fetches many values at once; see {@link Loader}. */
@FunctionalInterface
public interface BulkLoader<K, V> {

    /** The values; keys that have none are left out. */
    Map<K, V> loadAll(Set<K> keys) throws Exception;
}
