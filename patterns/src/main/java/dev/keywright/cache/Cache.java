package dev.keywright.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Values kept in Redis under a name, shared by every process that uses the same name. Made by {@code Keywright.cache}; what it does beyond
 * keeping values (loading, refreshing, writing through or behind, copies in this process) is chosen there.
 * <ul>
 *   <li>Threads: any number.
 *   <li>Stale fills: what a load brings is stored only if nobody wrote or invalidated the key since the load began.
 *   <li>Deadline: no call waits for Redis longer than the cache's deadline; a load takes what the loader takes.
 *   <li>Failure: what a call does when Redis does not answer is the cache's {@link WhenAway}.
 * </ul>
 */
public interface Cache<K, V> extends AutoCloseable {

    /** The value, loaded when it is missing and the cache has a loader; null when there is none. */
    @Nullable
    V get(K key);

    /** The value, loaded by this loader when it is missing; one load at a time among all processes. */
    @Nullable
    V get(K key, Loader<? super K, ? extends V> loader);

    /** The value with what it is worth; loads as {@link #get(Object)} does. */
    Optional<Found<V>> find(K key);

    /** The value if it is there; nothing is loaded. */
    @Nullable
    V getIfPresent(K key);

    /** The values of those keys that have one, in the order of the keys; one round trip per node, missing ones loaded together. */
    Map<K, V> getAll(Collection<? extends K> keys);

    /** The values that are there; nothing is loaded. */
    Map<K, V> getAllPresent(Collection<? extends K> keys);

    void put(K key, V value);

    /** As {@link #put(Object, Object)}, for so long instead of the cache's TTL. */
    void put(K key, V value, Duration ttl);

    void putAll(Map<? extends K, ? extends V> values);

    /** Whether there was no value and this one is stored now. */
    boolean putIfAbsent(K key, V value);

    /** Forgets the value here and everywhere; loads under way will not bring an older one back. Where it belongs it stays. */
    void invalidate(K key);

    /** Removes the value from where it belongs too, in a cache that writes through or behind; else as {@link #invalidate}. */
    void remove(K key);

    void invalidateAll(Collection<? extends K> keys);

    /** Forgets every value that carries the tag, at once and whatever their number; one command. */
    void invalidateTag(String tag);

    CompletionStage<@Nullable V> getAsync(K key);

    CompletionStage<@Nullable V> getIfPresentAsync(K key);

    CompletionStage<Map<K, V>> getAllAsync(Collection<? extends K> keys);

    CompletionStage<Void> putAsync(K key, V value);

    CompletionStage<Void> invalidateAsync(K key);

    CacheStats stats();

    /** What waits to be written behind, where the cache does that. */
    Optional<WriteBehind<K, V>> writeBehind();

    /** Ends what runs in the background. Values stay in Redis; changes not yet written behind stay there too, for the next process. */
    @Override
    void close();
}
