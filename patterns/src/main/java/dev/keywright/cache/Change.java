package dev.keywright.cache;

import java.util.Optional;

/**
 * A change on its way to the database.
 *
 * @param value the new value; absent when the key was removed
 * @param version grows with every change of the key; a row that has a higher one must not be touched. 0 when the cache counts none
 */
public record Change<K, V>(K key, Optional<V> value, long version) {

    public boolean isRemoval() {
        return value.isEmpty();
    }
}
