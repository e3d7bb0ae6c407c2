package dev.keywright.jcache;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of one cache in this process. Synchronous ones are told before the call returns, the others later, one event after the
 * other.
 */
final class Audience<K, V> {

    private final List<Listening<K, V>> all = new CopyOnWriteArrayList<>();
    private final Executor later;

    Audience(Executor later) {
        this.later = later;
    }

    /** One that listens. */
    private record Listening<K, V>(
            CacheEntryListenerConfiguration<K, V> configuration,
            CacheEntryListener<? super K, ? super V> listener,
            @Nullable CacheEntryEventFilter<? super K, ? super V> filter) {

        boolean wants(EventType type) {
            return switch (type) {
                case CREATED -> listener instanceof CacheEntryCreatedListener;
                case UPDATED -> listener instanceof CacheEntryUpdatedListener;
                case REMOVED -> listener instanceof CacheEntryRemovedListener;
                case EXPIRED -> listener instanceof CacheEntryExpiredListener;
            };
        }

        @SuppressWarnings("unchecked") // wants() has looked
        void tell(CacheEntryEvent<? extends K, ? extends V> event) {
            if (filter != null && !filter.evaluate(event)) {
                return;
            }
            Iterable<CacheEntryEvent<? extends K, ? extends V>> one = List.of(event);
            switch (event.getEventType()) {
                case CREATED -> ((CacheEntryCreatedListener<K, V>) listener).onCreated(one);
                case UPDATED -> ((CacheEntryUpdatedListener<K, V>) listener).onUpdated(one);
                case REMOVED -> ((CacheEntryRemovedListener<K, V>) listener).onRemoved(one);
                case EXPIRED -> ((CacheEntryExpiredListener<K, V>) listener).onExpired(one);
            }
        }
    }

    void add(CacheEntryListenerConfiguration<K, V> configuration) {
        Factory<CacheEntryEventFilter<? super K, ? super V>> filters = configuration.getCacheEntryEventFilterFactory();
        all.add(new Listening<>(
                configuration,
                configuration.getCacheEntryListenerFactory().create(),
                filters == null ? null : filters.create()));
    }

    void remove(CacheEntryListenerConfiguration<K, V> configuration) {
        List<Listening<K, V>> leaving = all.stream()
                .filter(each -> each.configuration().equals(configuration))
                .toList();
        all.removeAll(leaving);
        leaving.forEach(Audience::close);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void tell(CacheEntryEvent<K, V> event) {
        for (Listening<K, V> each : all) {
            if (!each.wants(event.getEventType())) {
                continue;
            }
            if (each.configuration().isSynchronous()) {
                try {
                    each.tell(event);
                } catch (CacheEntryListenerException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw new CacheEntryListenerException(e);
                }
            } else {
                later.execute(() -> each.tell(event));
            }
        }
    }

    void close() {
        all.forEach(Audience::close);
    }

    private static void close(Listening<?, ?> each) {
        closeQuietly(each.listener());
        closeQuietly(each.filter());
    }

    /** What users hand in is theirs; when it fails to close, the cache closes all the same. */
    static void closeQuietly(@Nullable Object customisation) {
        if (customisation instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (Exception ignored) {
                // nobody could do anything about it
            }
        }
    }
}
