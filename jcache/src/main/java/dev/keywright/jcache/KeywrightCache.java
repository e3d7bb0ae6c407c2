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
import java.util.function.Consumer;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryListenerException;
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
 *   <li>Commands: get 1 x GET, and 1 x PEXPIRE when the policy gives life for reading; a load 1 x SET before it and 1 x EVALSHA of
 *       {@code swap.lua} after it; a change 1 x GET and 1 x EVALSHA, again while others are faster; what goes over all entries SCANs every
 *       master.
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
        cells.touch(cell, seen, Term.access(expiry));
        return value(seen);
    }

    private @Nullable V load(K key, byte[] cell) {
        Load load = new Load(key, cell);
        try {
            V loaded = load.run();
            if (loaded != null) {
                load.keep(loaded);
            }
            return loaded;
        } finally {
            load.end();
        }
    }

    /** One load of one entry, which is marked from before it begins until it is stored or ended. */
    private final class Load {

        private final K key;
        private final byte[] cell;
        private byte @Nullable [] mark;

        Load(K key, byte[] cell) {
            this.key = key;
            this.cell = cell;
        }

        @Nullable
        V run() {
            if (!origin.readsThrough()) {
                return null;
            }
            mark = cells.mark(cell);
            return origin.load(key);
        }

        void keep(V loaded) {
            create(key, cell, mark, loaded);
            mark = null;
        }

        void end() {
            cells.unmark(cell, mark);
        }
    }

    /** Stores what was loaded if its mark is still there: nobody has stored or removed anything meanwhile. */
    private void create(K key, byte[] cell, byte @Nullable [] mark, V loaded) {
        if (mark == null) {
            return;
        }
        Term term = Term.creation(expiry);
        if (cells.swap(cell, mark, term.isOver() ? null : marshal.write(loaded), term) && !term.isOver()) {
            tell(EventType.CREATED, key, loaded, null);
        }
    }

    /** Loads these and stores what there is of them. */
    private Map<K, V> loadAll(Map<K, byte[]> missing) {
        if (missing.isEmpty()) {
            return Map.of();
        }
        Map<K, byte @Nullable []> marks = new HashMap<>();
        Iterator<byte @Nullable []> each =
                cells.markAll(List.copyOf(missing.values())).iterator();
        missing.keySet().forEach(key -> marks.put(key, each.next()));
        Map<K, V> found = new LinkedHashMap<>();
        try {
            origin.loadAll(missing.keySet()).forEach((key, loaded) -> {
                if (loaded != null && missing.containsKey(key)) {
                    found.put(key, loaded);
                }
            });
        } finally {
            missing.forEach((key, cell) -> {
                if (!found.containsKey(key)) {
                    cells.unmark(cell, marks.get(key));
                }
            });
        }
        throwIf(forEach(missing.keySet(), null, key -> {
            V loaded = found.get(key);
            byte[] cell = missing.get(key);
            if (loaded != null && cell != null) {
                create(key, cell, marks.get(key), loaded);
            }
        }));
        return found;
    }

    /** A listener that fails leaves none of them undone; the first failure, with the later ones in it. */
    private static <T> @Nullable RuntimeException forEach(
            Iterable<? extends T> all, @Nullable RuntimeException before, Consumer<T> action) {
        RuntimeException first = before;
        for (T each : all) {
            try {
                action.accept(each);
            } catch (CacheEntryListenerException e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }

    private static void throwIf(@Nullable RuntimeException failure) {
        if (failure != null) {
            throw failure;
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
            found.putAll(loadAll(missing));
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
        if (!replace) {
            Map<K, byte[]> missing = new LinkedHashMap<>();
            for (K key : keys) {
                byte[] cell = cell(key);
                if (!cells.exists(cell)) {
                    missing.put(key, cell);
                }
            }
            Map<K, V> unused = loadAll(missing);
            return;
        }
        origin.loadAll(keys).forEach((key, loaded) -> {
            if (key != null && loaded != null) {
                byte[] cell = cell(key);
                retry(cell, seen -> store(key, cell, seen, loaded) ? true : null);
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
        return store(key, cell, seen, seen, value);
    }

    /** As above; when nothing was seen, there may be a mark that has to be there still. */
    private boolean store(K key, byte[] cell, byte @Nullable [] seen, byte @Nullable [] there, V value) {
        Term term = seen == null ? Term.creation(expiry) : Term.update(expiry);
        if (!cells.swap(cell, there, term.isOver() ? null : marshal.write(value), term)) {
            return false;
        }
        if (seen == null && term.isOver()) {
            return true;
        }
        statistics.put();
        tell(seen == null ? EventType.CREATED : EventType.UPDATED, key, value, seen);
        return true;
    }

    /** Whether it was still as seen, and is gone; a load that is under way will not be stored. */
    private boolean erase(K key, byte[] cell, byte @Nullable [] seen) {
        if (!cells.swap(cell, seen, null, Term.UNCHANGED)) {
            return false;
        }
        if (seen == null) {
            return true;
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
        RuntimeException first = forEach(wanted, failure, each -> {
            if (!left.contains(each)) {
                byte[] cell = cell(each.key());
                retry(cell, seen -> store(each.key(), cell, seen, each.value()) ? true : null);
            }
        });
        statistics.tookToPut(start);
        throwIf(first);
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        byte[] cell = cell(key);
        require(value, "value");
        long start = System.nanoTime();
        Once write = new Once(key, () -> origin.write(key, value));
        boolean stored = retry(cell, seen -> {
            if (seen != null) {
                write.mend(seen);
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

    /**
     * The user's writer is called once, however often the swap has to be tried. When nothing comes of the change because others were faster,
     * the writer is handed the value they left.
     */
    private final class Once {

        private final K key;
        private final Runnable action;
        private boolean done;

        Once(K key, Runnable action) {
            this.key = key;
            this.action = action;
        }

        void mend(byte[] seen) {
            if (done) {
                KeywrightCache.this.mend(key, seen);
            }
        }

        void run() {
            if (!done) {
                action.run();
                done = true;
            }
        }
    }

    /** Hands the writer what is really there; an entry that is gone may have expired, which is no reason to delete anything. */
    private void mend(K key, byte[] seen) {
        origin.write(key, value(seen));
    }

    @Override
    public boolean remove(K key) {
        byte[] cell = cell(key);
        long start = System.nanoTime();
        origin.delete(key);
        boolean removed = retry(cell, seen -> erase(key, cell, seen) ? (Boolean) (seen != null) : null);
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
        Once delete = new Once(key, () -> origin.delete(key));
        Outcome<Boolean> removed = retry(cell, seen -> {
            if (seen == null) {
                return new Outcome<>(null);
            }
            if (!value(seen).equals(oldValue)) {
                delete.mend(seen);
                cells.touch(cell, seen, Term.access(expiry));
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
        Outcome<V> old = retry(cell, seen -> erase(key, cell, seen) ? outcome(seen) : null);
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
        Once write = new Once(key, () -> origin.write(key, newValue));
        Outcome<Boolean> replaced = retry(cell, seen -> {
            if (seen == null) {
                return new Outcome<>(null);
            }
            if (!value(seen).equals(oldValue)) {
                write.mend(seen);
                cells.touch(cell, seen, Term.access(expiry));
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
        Once write = new Once(key, () -> origin.write(key, value));
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
        Set<K> keys = new LinkedHashSet<>();
        cells.sort(cells.keys(), entry -> keys.add(key(entry)), cells::forgetLoad);
        removeEach(keys);
    }

    private void removeEach(Set<? extends K> keys) {
        long start = System.nanoTime();
        Set<K> left = new LinkedHashSet<>(keys);
        CacheWriterException failure = origin.deleteAll(left);
        RuntimeException first = forEach(keys, failure, key -> {
            if (!left.contains(key)) {
                byte[] cell = cell(key);
                boolean unused = retry(cell, seen -> erase(key, cell, seen) ? true : null);
            }
        });
        statistics.tookToRemove(start);
        throwIf(first);
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
        boolean[] written = {false};
        Outcome<T> outcome = retry(cell, seen -> {
            if (!counted[0]) {
                statistics.looked(seen != null);
                statistics.tookToGet(start);
                counted[0] = true;
            }
            return attempt(new Load(key, cell), seen, written, processor, arguments);
        });
        return outcome.value();
    }

    /** One run of the processor; {@code written} tells of the runs before it that were too slow, but not for the writer. */
    private <T> @Nullable Outcome<T> attempt(
            Load load,
            byte @Nullable [] seen,
            boolean[] written,
            EntryProcessor<K, V, T> processor,
            Object... arguments) {
        Draft<K, V> draft = new Draft<>(load.key, seen == null ? null : value(seen), load::run);
        boolean changes = false;
        try {
            T result = process(processor, draft, arguments);
            changes = draft.changes();
            return carryOut(draft, load, seen, written) ? new Outcome<>(result) : null;
        } finally {
            load.end();
            if (written[0] && !changes && seen != null) {
                mend(load.key, seen);
            }
        }
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

    /** Whether it is done; otherwise somebody else was faster. */
    private boolean carryOut(Draft<K, V> draft, Load load, byte @Nullable [] seen, boolean[] written) {
        K key = load.key;
        byte[] cell = load.cell;
        V value = draft.value();
        switch (draft.wish()) {
            case ACCESS -> {
                if (seen != null) {
                    cells.touch(cell, seen, Term.access(expiry));
                }
            }
            case LOAD -> {
                if (value != null) {
                    load.keep(value);
                }
            }
            case CREATE, UPDATE -> {
                if (value != null) {
                    written[0] = true;
                    origin.write(key, value);
                    return store(key, cell, seen, seen == null ? load.mark : seen, value);
                }
            }
            case REMOVE -> {
                written[0] = true;
                origin.delete(key);
                return erase(key, cell, seen);
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

    @Override
    public Iterator<Entry<K, V>> iterator() {
        ensureOpen();
        return new Walk(cells.keys().iterator());
    }

    /** Over the keys that were there when it began; entries that have gone since are passed over. */
    private final class Walk implements Iterator<Entry<K, V>> {

        private final Iterator<byte[]> names;
        private byte @Nullable [] nextCell;
        private byte @Nullable [] nextSeen;
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
                    nextSeen = seen;
                    next = new Item<>(key(cell), value(seen));
                }
            }
            return next != null;
        }

        @Override
        public Entry<K, V> next() {
            if (!hasNext() || next == null || nextCell == null || nextSeen == null) {
                throw new NoSuchElementException();
            }
            Item<K, V> entry = next;
            next = null;
            last = entry.key();
            statistics.looked(true);
            cells.touch(nextCell, nextSeen, Term.access(expiry));
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

    private K key(byte[] bytes) {
        return typed(configuration.getKeyType(), marshal.read(bytes));
    }

    private V value(byte[] bytes) {
        return typed(configuration.getValueType(), marshal.read(bytes));
    }

    /** What another process put there may be of another type. */
    private <T> T typed(Class<T> type, Object stored) {
        if (!type.isInstance(stored)) {
            throw new CacheException("Cache " + name + " is made for " + type.getName() + ", and a "
                    + stored.getClass().getName() + " is stored. Give caches of one name the same types everywhere.");
        }
        return type.cast(stored);
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
