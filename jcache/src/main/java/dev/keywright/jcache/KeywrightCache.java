package dev.keywright.jcache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.EventType;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * One cache. Each change reads the entry and swaps it only if it is still the same, so it is atomic among all processes; whoever is too slow
 * looks again. An entry processor that is too slow runs again on what it sees then; its last run counts.
 * <ul>
 *   <li>Commands: get 1 x GET, and 1 x PEXPIRE when the policy gives life for reading; a change 1 x GET and 1 x EVALSHA of
 *       {@code swap.lua}, again while others are faster; what goes over all entries SCANs every master.
 *   <li>Threads: any number. Errors: {@link javax.cache.CacheException} with Keywright's own as its cause.
 * </ul>
 */
final class KeywrightCache<K, V> implements Cache<K, V> {

    private final KeywrightCacheManager manager;
    private final String name;
    private final MutableConfiguration<K, V> configuration;
    private final Cells cells;
    private final Marshal marshal;
    private final Executor executor;
    private final ExpiryPolicy expiry;
    private final Origin<K, V> origin;
    private final Audience<K, V> audience;
    private final Statistics statistics = new Statistics();
    private final Beans beans;
    private volatile boolean closed;

    KeywrightCache(
            KeywrightCacheManager manager,
            String name,
            MutableConfiguration<K, V> configuration,
            Cells cells,
            Marshal marshal,
            Executor executor,
            Executor events) {
        this.manager = manager;
        this.name = name;
        this.configuration = configuration;
        this.cells = cells;
        this.marshal = marshal;
        this.executor = executor;
        this.expiry = configuration.getExpiryPolicyFactory().create();
        this.origin = new Origin<>(configuration);
        this.audience = new Audience<>(events);
        configuration.getCacheEntryListenerConfigurations().forEach(audience::add);
        this.beans = new Beans(manager.getURI().toString(), name);
        manage(configuration.isManagementEnabled());
        count(configuration.isStatisticsEnabled());
    }

    // --- reading

    @Override
    public @Nullable V get(K key) {
        byte[] cell = cell(key);
        long start = System.nanoTime();
        byte[] seen = cells.read(cell);
        statistics.looked(seen != null);
        V value = seen == null ? load(key, cell) : read(cell, seen);
        statistics.tookToGet(start);
        return value;
    }

    private V read(byte[] cell, byte[] seen) {
        cells.touch(cell, Term.access(expiry));
        return value(seen);
    }

    private @Nullable V load(K key, byte[] cell) {
        V loaded = origin.load(key);
        if (loaded != null) {
            create(key, cell, loaded);
        }
        return loaded;
    }

    /** Stores what was loaded unless somebody stored something meanwhile. */
    private void create(K key, byte[] cell, V loaded) {
        Term term = Term.creation(expiry);
        if (!term.isOver() && cells.swap(cell, null, marshal.write(loaded), term)) {
            tell(EventType.CREATED, key, loaded, null);
        }
    }

    @Override
    public Map<K, V> getAll(Set<? extends K> keys) {
        ensureOpen();
        long start = System.nanoTime();
        List<K> asked = new ArrayList<>();
        List<byte[]> names = new ArrayList<>();
        for (K key : keys) {
            names.add(cell(key));
            asked.add(key);
        }
        List<byte @Nullable []> seen = cells.readAll(names);
        Map<K, V> found = new LinkedHashMap<>();
        Map<K, byte[]> missing = new LinkedHashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            byte[] bytes = seen.get(i);
            if (bytes == null) {
                missing.put(asked.get(i), names.get(i));
            } else {
                found.put(asked.get(i), read(names.get(i), bytes));
            }
        }
        statistics.looked(found.size(), missing.size());
        if (origin.readsThrough()) {
            origin.loadAll(missing.keySet()).forEach((key, loaded) -> {
                byte[] cell = missing.get(key);
                if (loaded != null && cell != null) {
                    create(key, cell, loaded);
                    found.put(key, loaded);
                }
            });
        }
        statistics.tookToGet(start);
        return found;
    }

    @Override
    public boolean containsKey(K key) {
        return cells.exists(cell(key));
    }

    @Override
    public void loadAll(Set<? extends K> keys, boolean replace, @Nullable CompletionListener listener) {
        ensureOpen();
        keys.forEach(key -> require(key, "key"));
        executor.execute(() -> {
            try {
                loadNow(keys, replace);
            } catch (RuntimeException e) {
                if (listener != null) {
                    listener.onException(e instanceof CacheLoaderException ? e : new CacheLoaderException(e));
                }
                return;
            }
            if (listener != null) {
                listener.onCompletion();
            }
        });
    }

    private void loadNow(Set<? extends K> keys, boolean replace) {
        if (!origin.loads()) {
            return;
        }
        Set<K> wanted = new LinkedHashSet<>();
        for (K key : keys) {
            if (replace || !cells.exists(cell(key))) {
                wanted.add(key);
            }
        }
        origin.loadAll(wanted).forEach((key, loaded) -> {
            if (key == null || loaded == null) {
                return;
            }
            byte[] cell = cell(key);
            if (replace) {
                retry(cell, seen -> store(key, cell, seen, loaded) ? true : null);
            } else {
                create(key, cell, loaded);
            }
        });
    }

    // --- writing

    @Override
    public void put(K key, V value) {
        byte[] cell = cell(key);
        require(value, "value");
        long start = System.nanoTime();
        origin.write(key, value);
        retry(cell, seen -> store(key, cell, seen, value) ? true : null);
        statistics.tookToPut(start);
    }

    /** Whether it was still as seen, and is stored. */
    private boolean store(K key, byte[] cell, byte @Nullable [] seen, V value) {
        Term term = seen == null ? Term.creation(expiry) : Term.update(expiry);
        if (seen == null && term.isOver()) {
            return true;
        }
        if (!cells.swap(cell, seen, term.isOver() ? null : marshal.write(value), term)) {
            return false;
        }
        statistics.put();
        tell(seen == null ? EventType.CREATED : EventType.UPDATED, key, value, seen);
        return true;
    }

    /** Whether it was still as seen, and is gone. */
    private boolean erase(K key, byte[] cell, byte[] seen) {
        if (!cells.swap(cell, seen, null, Term.UNCHANGED)) {
            return false;
        }
        statistics.removed();
        if (!audience.isEmpty()) {
            V old = value(seen);
            audience.tell(new Event<>(this, EventType.REMOVED, key, old, old));
        }
        return true;
    }

    /** Hands what is there to the attempt until one is done; null means that somebody else was faster. */
    private <R> R retry(byte[] cell, Function<byte @Nullable [], @Nullable R> attempt) {
        while (true) {
            R result = attempt.apply(cells.read(cell));
            if (result != null) {
                return result;
            }
        }
    }

    /** A result that may be missing, for {@link #retry}. */
    private record Outcome<T>(@Nullable T value) {}

    @Override
    public @Nullable V getAndPut(K key, V value) {
        byte[] cell = cell(key);
        require(value, "value");
        long start = System.nanoTime();
        origin.write(key, value);
        Outcome<V> old = retry(cell, seen -> store(key, cell, seen, value) ? outcome(seen) : null);
        statistics.looked(old.value() != null);
        statistics.tookToGet(start);
        statistics.tookToPut(start);
        return old.value();
    }

    private Outcome<V> outcome(byte @Nullable [] seen) {
        return new Outcome<>(seen == null ? null : value(seen));
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> entries) {
        ensureOpen();
        long start = System.nanoTime();
        List<Item<K, V>> left = new ArrayList<>();
        entries.forEach((key, value) -> {
            require(key, "key");
            require(value, "value");
            left.add(new Item<>(key, value));
        });
        List<Item<K, V>> wanted = List.copyOf(left);
        CacheWriterException failure = origin.writeAll(left);
        for (Item<K, V> each : wanted) {
            if (!left.contains(each)) {
                byte[] cell = cell(each.key());
                retry(cell, seen -> store(each.key(), cell, seen, each.value()) ? true : null);
            }
        }
        statistics.tookToPut(start);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        byte[] cell = cell(key);
        require(value, "value");
        long start = System.nanoTime();
        Once write = new Once(() -> origin.write(key, value));
        boolean stored = retry(cell, seen -> {
            if (seen != null) {
                return false;
            }
            write.run();
            return store(key, cell, null, value) ? true : null;
        });
        statistics.looked(!stored);
        if (stored) {
            statistics.tookToPut(start);
        }
        return stored;
    }

    /** The user's writer is called once, however often the swap has to be tried. */
    private static final class Once {

        private final Runnable action;
        private boolean done;

        Once(Runnable action) {
            this.action = action;
        }

        void run() {
            if (!done) {
                action.run();
                done = true;
            }
        }
    }

    @Override
    public boolean remove(K key) {
        byte[] cell = cell(key);
        long start = System.nanoTime();
        origin.delete(key);
        boolean removed = retry(cell, seen -> seen == null ? (Boolean) false : erase(key, cell, seen) ? true : null);
        if (removed) {
            statistics.tookToRemove(start);
        }
        return removed;
    }

    @Override
    public boolean remove(K key, V oldValue) {
        byte[] cell = cell(key);
        require(oldValue, "oldValue");
        long start = System.nanoTime();
        Once delete = new Once(() -> origin.delete(key));
        Outcome<Boolean> removed = retry(cell, seen -> {
            if (seen == null) {
                return new Outcome<>(null);
            }
            if (!value(seen).equals(oldValue)) {
                cells.touch(cell, Term.access(expiry));
                return new Outcome<>(false);
            }
            delete.run();
            return erase(key, cell, seen) ? new Outcome<>(true) : null;
        });
        statistics.looked(removed.value() != null);
        statistics.tookToGet(start);
        if (Boolean.TRUE.equals(removed.value())) {
            statistics.tookToRemove(start);
        }
        return Boolean.TRUE.equals(removed.value());
    }

    @Override
    public @Nullable V getAndRemove(K key) {
        byte[] cell = cell(key);
        long start = System.nanoTime();
        origin.delete(key);
        Outcome<V> old = retry(cell, seen -> seen == null || erase(key, cell, seen) ? outcome(seen) : null);
        statistics.looked(old.value() != null);
        statistics.tookToGet(start);
        if (old.value() != null) {
            statistics.tookToRemove(start);
        }
        return old.value();
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        byte[] cell = cell(key);
        require(oldValue, "oldValue");
        require(newValue, "newValue");
        long start = System.nanoTime();
        Once write = new Once(() -> origin.write(key, newValue));
        Outcome<Boolean> replaced = retry(cell, seen -> {
            if (seen == null) {
                return new Outcome<>(null);
            }
            if (!value(seen).equals(oldValue)) {
                cells.touch(cell, Term.access(expiry));
                return new Outcome<>(false);
            }
            write.run();
            return store(key, cell, seen, newValue) ? new Outcome<>(true) : null;
        });
        statistics.looked(replaced.value() != null);
        statistics.tookToGet(start);
        if (Boolean.TRUE.equals(replaced.value())) {
            statistics.tookToPut(start);
        }
        return Boolean.TRUE.equals(replaced.value());
    }

    @Override
    public boolean replace(K key, V value) {
        return getAndReplace(key, value) != null;
    }

    @Override
    public @Nullable V getAndReplace(K key, V value) {
        byte[] cell = cell(key);
        require(value, "value");
        long start = System.nanoTime();
        Once write = new Once(() -> origin.write(key, value));
        Outcome<V> old = retry(cell, seen -> {
            if (seen == null) {
                return new Outcome<>(null);
            }
            write.run();
            return store(key, cell, seen, value) ? outcome(seen) : null;
        });
        statistics.looked(old.value() != null);
        statistics.tookToGet(start);
        if (old.value() != null) {
            statistics.tookToPut(start);
        }
        return old.value();
    }

    @Override
    public void removeAll(Set<? extends K> keys) {
        ensureOpen();
        keys.forEach(key -> require(key, "key"));
        removeEach(keys);
    }

    @Override
    public void removeAll() {
        ensureOpen();
        removeEach(keys());
    }

    private void removeEach(Set<? extends K> keys) {
        long start = System.nanoTime();
        Set<K> left = new LinkedHashSet<>(keys);
        CacheWriterException failure = origin.deleteAll(left);
        for (K key : keys) {
            if (!left.contains(key)) {
                byte[] cell = cell(key);
                boolean unused = retry(cell, seen -> seen == null || erase(key, cell, seen) ? true : null);
            }
        }
        statistics.tookToRemove(start);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void clear() {
        ensureOpen();
        cells.clear();
    }

    // --- entry processors

    @Override
    public <T> @Nullable T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
        byte[] cell = cell(key);
        require(processor, "processor");
        long start = System.nanoTime();
        boolean[] counted = {false};
        Outcome<T> outcome = retry(cell, seen -> {
            if (!counted[0]) {
                statistics.looked(seen != null);
                statistics.tookToGet(start);
                counted[0] = true;
            }
            Draft<K, V> draft = new Draft<>(key, seen == null ? null : value(seen), origin);
            T result = process(processor, draft, arguments);
            return carryOut(draft, cell, seen) ? new Outcome<>(result) : null;
        });
        return outcome.value();
    }

    private static <K, V, T> @Nullable T process(
            EntryProcessor<K, V, T> processor, Draft<K, V> draft, Object... arguments) {
        try {
            return processor.process(draft, arguments);
        } catch (EntryProcessorException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new EntryProcessorException(e);
        }
    }

    private boolean carryOut(Draft<K, V> draft, byte[] cell, byte @Nullable [] seen) {
        K key = draft.getKey();
        V value = draft.value();
        switch (draft.wish()) {
            case ACCESS -> cells.touch(cell, Term.access(expiry));
            case LOAD -> {
                if (value != null) {
                    create(key, cell, value);
                }
            }
            case CREATE, UPDATE -> {
                if (value != null) {
                    origin.write(key, value);
                    return store(key, cell, seen, value);
                }
            }
            case REMOVE -> {
                origin.delete(key);
                return seen == null || erase(key, cell, seen);
            }
            case NOTHING -> {}
        }
        return true;
    }

    @Override
    public <T> Map<K, EntryProcessorResult<T>> invokeAll(
            Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments) {
        ensureOpen();
        keys.forEach(key -> require(key, "key"));
        require(processor, "processor");
        Map<K, EntryProcessorResult<T>> results = new HashMap<>();
        for (K key : keys) {
            try {
                T result = invoke(key, processor, arguments);
                if (result != null) {
                    results.put(key, () -> result);
                }
            } catch (EntryProcessorException e) {
                results.put(key, () -> {
                    throw e;
                });
            } catch (RuntimeException e) {
                results.put(key, () -> {
                    throw new EntryProcessorException(e);
                });
            }
        }
        return results;
    }

    // --- going over all

    private Set<K> keys() {
        Set<K> keys = new LinkedHashSet<>();
        cells.keys().forEach(bytes -> keys.add(key(bytes)));
        return keys;
    }

    @Override
    public Iterator<Entry<K, V>> iterator() {
        ensureOpen();
        return new Walk(cells.keys().iterator());
    }

    /** Over the keys that were there when it began; entries that have gone since are passed over. */
    private final class Walk implements Iterator<Entry<K, V>> {

        private final Iterator<byte[]> names;
        private byte @Nullable [] nextCell;
        private @Nullable Item<K, V> next;
        private @Nullable K last;

        Walk(Iterator<byte[]> names) {
            this.names = names;
        }

        @Override
        public boolean hasNext() {
            ensureOpen();
            while (next == null && names.hasNext()) {
                byte[] cell = names.next();
                byte[] seen = cells.read(cell);
                if (seen != null) {
                    nextCell = cell;
                    next = new Item<>(key(cell), value(seen));
                }
            }
            return next != null;
        }

        @Override
        public Entry<K, V> next() {
            if (!hasNext() || next == null || nextCell == null) {
                throw new NoSuchElementException();
            }
            Item<K, V> entry = next;
            next = null;
            last = entry.key();
            statistics.looked(true);
            cells.touch(nextCell, Term.access(expiry));
            return entry;
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("next() was not called since the last remove()");
            }
            boolean unused = KeywrightCache.this.remove(last);
            last = null;
        }
    }

    // --- keys, values, events

    private byte[] cell(K key) {
        ensureOpen();
        require(key, "key");
        return marshal.write(key);
    }

    private static void require(@Nullable Object object, String what) {
        if (object == null) {
            throw new NullPointerException(what);
        }
    }

    @SuppressWarnings("unchecked") // what is under this cache's name was put through it
    private K key(byte[] bytes) {
        return (K) marshal.read(bytes);
    }

    @SuppressWarnings("unchecked") // as above
    private V value(byte[] bytes) {
        return (V) marshal.read(bytes);
    }

    private void tell(EventType type, K key, V value, byte @Nullable [] old) {
        if (!audience.isEmpty()) {
            audience.tell(new Event<>(this, type, key, value, old == null ? null : value(old)));
        }
    }

    // --- the cache itself

    @Override
    public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
        if (type.isInstance(configuration)) {
            return type.cast(new MutableConfiguration<>(configuration));
        }
        throw new IllegalArgumentException("The configuration of cache " + name + " is no " + type.getName() + ".");
    }

    void manage(boolean on) {
        configuration.setManagementEnabled(on);
        if (on) {
            beans.show(Beans.Kind.CONFIGURATION, new Settings(configuration));
        } else {
            beans.hide(Beans.Kind.CONFIGURATION);
        }
    }

    void count(boolean on) {
        configuration.setStatisticsEnabled(on);
        statistics.on(on);
        if (on) {
            beans.show(Beans.Kind.STATISTICS, statistics);
        } else {
            beans.hide(Beans.Kind.STATISTICS);
        }
    }

    @Override
    public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
        ensureOpen();
        configuration.addCacheEntryListenerConfiguration(listener);
        audience.add(listener);
    }

    @Override
    public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
        ensureOpen();
        require(listener, "listener");
        configuration.removeCacheEntryListenerConfiguration(listener);
        audience.remove(listener);
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("Cache " + name + " is closed.");
        }
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public CacheManager getCacheManager() {
        return manager;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        manager.forget(name);
        beans.hide(Beans.Kind.CONFIGURATION);
        beans.hide(Beans.Kind.STATISTICS);
        audience.close();
        origin.close();
        Audience.closeQuietly(expiry);
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrap.as(this, type);
    }
}
