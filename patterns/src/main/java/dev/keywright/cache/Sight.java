package dev.keywright.cache;

import org.jspecify.annotations.Nullable;

/** What a read found under a key. */
final class Sight<V> {

    /** What it amounts to. */
    enum Kind {
        /** A value that can be used, if need be when its time is over. */
        VALUE,
        /** The knowledge that there is no value. */
        ABSENT,
        /** No value: the key is missing, or somebody loads. */
        NOTHING,
        /** Something that cannot be used: damaged, of another schema, of a tag that was invalidated. */
        WORTHLESS
    }

    private static final byte[] NONE = {};

    final Kind kind;
    final @Nullable V value;
    /** What is left of the key's life; {@link Long#MAX_VALUE} when that was not asked. */
    final long leftMillis;
    /** How long loading it took. */
    final long costMillis;
    /** Whether it is past its time, or may be loaded anew before. */
    final boolean renewable;
    /** {@link Entry#startOf} what is worthless, else empty. */
    final byte[] worthless;

    private final @Nullable Entry entry;

    private Sight(
            Kind kind,
            @Nullable V value,
            long leftMillis,
            long costMillis,
            boolean renewable,
            byte[] worthless,
            @Nullable Entry entry) {
        this.kind = kind;
        this.value = value;
        this.leftMillis = leftMillis;
        this.costMillis = costMillis;
        this.renewable = renewable;
        this.worthless = worthless;
        this.entry = entry;
    }

    static <V> Sight<V> value(V value, Entry entry, long leftMillis) {
        return new Sight<>(Kind.VALUE, value, leftMillis, entry.costMillis(), entry.isRenewable(), NONE, entry);
    }

    static <V> Sight<V> absent(long leftMillis) {
        return new Sight<>(Kind.ABSENT, null, leftMillis, 0, false, NONE, null);
    }

    static <V> Sight<V> nothing() {
        return new Sight<>(Kind.NOTHING, null, 0, 0, false, NONE, null);
    }

    static <V> Sight<V> worthless(byte[] bytes) {
        return new Sight<>(Kind.WORTHLESS, null, 0, 0, false, Entry.startOf(bytes), null);
    }

    /** {@link Entry#startOf} what was found, so that it may be overwritten; empty where there is nothing to overwrite. */
    byte[] start() {
        return entry == null ? worthless : Entry.startOf(entry.bytes());
    }
}
