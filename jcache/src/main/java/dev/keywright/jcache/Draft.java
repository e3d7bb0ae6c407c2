package dev.keywright.jcache;

import java.util.function.Supplier;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/** An entry in the hands of an entry processor; remembers what is to become of it. */
final class Draft<K, V> implements MutableEntry<K, V> {

    /** What the processor wants. */
    enum Wish {
        NOTHING,
        ACCESS,
        CREATE,
        LOAD,
        UPDATE,
        REMOVE
    }

    private final K key;
    private final @Nullable V before;
    private final Supplier<@Nullable V> loader;
    private @Nullable V value;
    private Wish wish = Wish.NOTHING;

    Draft(K key, @Nullable V before, Supplier<@Nullable V> loader) {
        this.key = key;
        this.before = before;
        this.loader = loader;
        this.value = before;
    }

    Wish wish() {
        return wish;
    }

    /** Whether the entry shall be another. */
    boolean changes() {
        return wish != Wish.NOTHING && wish != Wish.ACCESS;
    }

    @Nullable
    V value() {
        return value;
    }

    @Override
    public boolean exists() {
        return value != null;
    }

    @Override
    public void remove() {
        wish = wish == Wish.CREATE || wish == Wish.LOAD ? Wish.NOTHING : Wish.REMOVE;
        value = null;
    }

    @Override
    public void setValue(V next) {
        if (next == null) {
            throw new NullPointerException("value");
        }
        wish = before == null ? Wish.CREATE : Wish.UPDATE;
        value = next;
    }

    @Override
    public K getKey() {
        return key;
    }

    @Override
    public @Nullable V getValue() {
        if (wish == Wish.NOTHING) {
            if (value == null) {
                value = loader.get();
                wish = value == null ? Wish.NOTHING : Wish.LOAD;
            } else {
                wish = Wish.ACCESS;
            }
        }
        return value;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrap.as(this, type);
    }
}
