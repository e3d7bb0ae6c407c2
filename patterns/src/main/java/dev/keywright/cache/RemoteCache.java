package dev.keywright.cache;

import dev.keywright.connection.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@link Cache} over a {@link Shelf}; puts the parts together. {@link Reads} reads, {@link Writes} writes. */
final class RemoteCache<K, V> implements Cache<K, V> {

    private final Connection connection;
    private final Texts<K> texts;
    private final @Nullable Loader<? super K, ? extends V> loader;
    private final @Nullable Copies<K, V> copies;
    private final @Nullable WriteBehind<K, V> behind;
    private final Background background;
    private final Wakes wakes;
    private final Owed owed;
    private final Tally tally = new Tally();
    private final Reads<K, V> reads;
    private final Writes<K, V> writes;

    RemoteCache(CacheBuilder<K, V> builder) {
        String name = builder.name;
        this.connection = builder.connection;
        this.texts = new Texts<>(name, builder.keys);
        this.loader = builder.loader == null ? single(builder.bulkLoader) : builder.loader;
        this.copies = builder.near == null ? null : Copies.open(connection, name, builder.near);
        this.behind = builder.laterWriter == null ? null : behind(builder, builder.laterWriter);
        Shelf shelf = behind == null ? new PlainShelf(name) : behind.shelf();
        Packer<V> packer = new Packer<>(builder);
        Tags<K> tags = builder.tags == null ? null : new Tags<>(name, builder.tags, 2 * packer.longestLife());
        Reader<K, V> reader = new Reader<>(builder, shelf, tags, copies, tally);
        this.background = new Background(name, builder.executor);
        this.wakes = new Wakes(connection, "cache:" + name + "!wake", background);
        this.owed = new Owed(connection, shelf, background, builder.deadline);
        Loads<K, V> loads = new Loads<>(builder, shelf, reader, packer, tags, wakes, tally);
        this.reads = new Reads<>(builder, texts, reader, loads, copies, owed, background, tally);
        this.writes = new Writes<>(builder, texts, shelf, packer, reader, loads, tags, owed, background, tally);
    }

    private static <K, V> WriteBehind<K, V> behind(CacheBuilder<K, V> builder, Writer<K, V> writer) {
        return new WriteBehind<>(
                builder.connection, builder.name, builder.keys, builder.codec, builder.schema, writer, builder.behind);
    }

    private static <K, V> @Nullable Loader<? super K, ? extends V> single(@Nullable BulkLoader<K, V> bulk) {
        return bulk == null ? null : key -> bulk.loadAll(Set.of(key)).get(key);
    }

    @Override
    public @Nullable V get(K key) {
        return reads.get(key, loader);
    }

    @Override
    public @Nullable V get(K key, Loader<? super K, ? extends V> loader) {
        return reads.get(key, loader);
    }

    @Override
    public Optional<Found<V>> find(K key) {
        return reads.find(key, loader);
    }

    @Override
    public @Nullable V getIfPresent(K key) {
        return reads.get(key, null);
    }

    @Override
    public Map<K, V> getAll(Collection<? extends K> keys) {
        return reads.getAll(keys, loader);
    }

    @Override
    public Map<K, V> getAllPresent(Collection<? extends K> keys) {
        return reads.getAll(keys, null);
    }

    @Override
    public void put(K key, V value) {
        writes.put(key, value);
    }

    @Override
    public void put(K key, V value, Duration ttl) {
        writes.put(key, value, ttl);
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> values) {
        writes.putAll(values);
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        return writes.putIfAbsent(key, value);
    }

    @Override
    public void invalidate(K key) {
        writes.invalidate(key);
    }

    @Override
    public void remove(K key) {
        writes.remove(key);
    }

    @Override
    public void invalidateAll(Collection<? extends K> keys) {
        writes.invalidateAll(keys);
    }

    @Override
    public void invalidateTag(String tag) {
        writes.invalidateTag(tag);
    }

    @Override
    public CompletionStage<@Nullable V> getAsync(K key) {
        return reads.getLater(key, loader);
    }

    @Override
    public CompletionStage<@Nullable V> getIfPresentAsync(K key) {
        return reads.getLater(key, null);
    }

    @Override
    public CompletionStage<Map<K, V>> getAllAsync(Collection<? extends K> keys) {
        return reads.getAllLater(keys, loader);
    }

    @Override
    public CompletionStage<Void> putAsync(K key, V value) {
        return writes.putAsync(key, value);
    }

    @Override
    public CompletionStage<Void> invalidateAsync(K key) {
        return writes.invalidateAsync(key);
    }

    @Override
    public CacheStats stats() {
        return tally.stats(copies == null ? 0 : copies.near.stats().hits());
    }

    @Override
    public Optional<WriteBehind<K, V>> writeBehind() {
        return Optional.ofNullable(behind);
    }

    @Override
    public void close() {
        texts.close();
        if (behind != null) {
            behind.close();
        }
        owed.close();
        wakes.close();
        background.close();
        if (copies != null) {
            copies.close();
        }
    }

    @Override
    public String toString() {
        return texts.where() + " at " + connection;
    }
}
