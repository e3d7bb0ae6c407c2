package dev.keywright.jcache;

import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/** What happened to an entry. */
final class Event<K, V> extends CacheEntryEvent<K, V> {

    private final K key;
    private final @Nullable V value;
    private final @Nullable V oldValue;

    Event(Cache<K, V> cache, EventType type, K key, @Nullable V value, @Nullable V oldValue) {
        super(cache, type);
        this.key = key;
        this.value = value;
        this.oldValue = oldValue;
    }

    @Override
    public K getKey() {
        return key;
    }

    @Override
    public @Nullable V getValue() {
        return value;
    }

    @Override
    public @Nullable V getOldValue() {
        return oldValue;
    }

    @Override
    public boolean isOldValueAvailable() {
        return oldValue != null;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrap.as(this, type);
    }
}
