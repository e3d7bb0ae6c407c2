package dev.keywright.cache;

import java.util.Optional;

/**
 * A change that the database refuses.
 *
 * @param value what was to be stored; absent when the key was to be removed, or {@code readable} says no
 * @param version as in {@link Change#version()}
 * @param attempts how often it was tried by itself
 * @param cause what the writer threw, in words
 * @param readable whether the value could be read with the cache's codec
 */
public record DeadLetter<K, V>(K key, Optional<V> value, long version, int attempts, String cause, boolean readable) {}
