package dev.keywright.jcache;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/** Where values come from and go to: the user's loader and writer, with what they throw wrapped as JCache wants it. */
final class Origin<K, V> {

    private final @Nullable CacheLoader<K, V> loader;
    private final @Nullable CacheWriter<? super K, ? super V> writer;
    private final boolean readThrough;
    private final boolean writeThrough;

    Origin(CompleteConfiguration<K, V> configuration) {
        Factory<CacheLoader<K, V>> loaders = configuration.getCacheLoaderFactory();
        Factory<CacheWriter<? super K, ? super V>> writers = configuration.getCacheWriterFactory();
        this.loader = loaders == null ? null : loaders.create();
        this.writer = writers == null ? null : writers.create();
        this.readThrough = configuration.isReadThrough() && loader != null;
        this.writeThrough = configuration.isWriteThrough() && writer != null;
    }

    boolean readsThrough() {
        return readThrough;
    }

    boolean loads() {
        return loader != null;
    }

    /** The value, when the cache reads through and there is one. */
    @Nullable
    V load(K key) {
        if (!readThrough || loader == null) {
            return null;
        }
        try {
            return loader.load(key);
        } catch (CacheLoaderException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CacheLoaderException(e);
        }
    }

    Map<K, V> loadAll(Collection<? extends K> keys) {
        if (loader == null || keys.isEmpty()) {
            return Map.of();
        }
        try {
            return loader.loadAll(List.copyOf(keys));
        } catch (CacheLoaderException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CacheLoaderException(e);
        }
    }

    void write(K key, V value) {
        if (writeThrough && writer != null) {
            wrapped(() -> writer.write(new Item<>(key, value)));
        }
    }

    void delete(K key) {
        if (writeThrough && writer != null) {
            wrapped(() -> writer.delete(key));
        }
    }

    /** What is left in the collection afterwards was not written. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the writer takes entries of supertypes
    @Nullable
    CacheWriterException writeAll(Collection<Item<K, V>> entries) {
        if (!writeThrough || writer == null) {
            entries.clear();
            return null;
        }
        try {
            ((CacheWriter) writer).writeAll((Collection<Cache.Entry>) (Collection) entries);
            entries.clear();
            return null;
        } catch (RuntimeException e) {
            return e instanceof CacheWriterException known ? known : new CacheWriterException(e);
        }
    }

    /** What is left in the collection afterwards was not deleted. */
    @Nullable
    CacheWriterException deleteAll(Collection<K> keys) {
        if (!writeThrough || writer == null || keys.isEmpty()) {
            keys.clear();
            return null;
        }
        try {
            writer.deleteAll(keys);
            keys.clear();
            return null;
        } catch (RuntimeException e) {
            return e instanceof CacheWriterException known ? known : new CacheWriterException(e);
        }
    }

    private static void wrapped(Runnable action) {
        try {
            action.run();
        } catch (CacheWriterException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CacheWriterException(e);
        }
    }

    void close() {
        Audience.closeQuietly(loader);
        Audience.closeQuietly(writer);
    }
}
