package dev.keywright.cache;

import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what a cache does beyond keeping values; every option composes with the others. Made by {@code Keywright.cache}; not for use by
 * several threads, while what {@link #build} makes is.
 */
public final class CacheBuilder<K, V> {

    /** What a cache asks of its servers that neither keeps copies in the process nor writes behind. */
    public static final Needs NEEDS = CacheNeeds.PLAIN;

    static final Duration LONGEST = Duration.ofDays(3660);

    final Connection connection;
    final String name;
    final KeyCodec<K> keys;
    final Codec<V> codec;
    private final Consumer<? super Needs> told;
    Duration ttl = Duration.ofMinutes(10);
    double jitter = 0.15;
    Duration absentTtl = Duration.ofSeconds(10);
    Duration staleIfError = Duration.ZERO;
    Duration refreshAhead = Duration.ZERO;
    double refreshEarly;
    Duration loadTimeout = Duration.ofSeconds(10);
    Duration failurePause = Duration.ofSeconds(1);
    Duration deadline;
    WhenAway whenAway = WhenAway.LOAD;
    boolean mergeReads;
    int schema;
    int maxValueBytes = 16 << 20;

    @Nullable
    Executor executor;

    @Nullable
    Loader<? super K, ? extends V> loader;

    @Nullable
    BulkLoader<K, V> bulkLoader;

    @Nullable
    Writer<K, V> writer;

    @Nullable
    Writer<K, V> laterWriter;

    WriteBehindOptions behind = WriteBehindOptions.DEFAULTS;

    @Nullable
    NearOptions near;

    @Nullable
    Function<? super K, ? extends Collection<String>> tags;

    /**
     * Users call {@code Keywright.cache}.
     *
     * @param told is told what the cache asks of its servers, when it is built
     */
    public CacheBuilder(
            Connection connection, String name, KeyCodec<K> keys, Codec<V> codec, Consumer<? super Needs> told) {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "The name '" + name + "' of a cache may have letters, digits, '.', '_' and '-'; give one or more");
        }
        this.connection = connection;
        this.name = name;
        this.keys = keys;
        this.codec = codec;
        this.told = told;
        this.deadline = connection.options().timeout();
    }

    /** How long a value is good; 10 minutes unless said. */
    public CacheBuilder<K, V> ttl(Duration ttl) {
        this.ttl = within("ttl", ttl, Duration.ofMillis(1));
        return this;
    }

    /**
     * By how much of its length a time to live may be shortened, 0 to 1, so that values stored together do not expire together; 0.15
     * unless said, 0 for none.
     */
    public CacheBuilder<K, V> jitter(double ratio) {
        this.jitter = ratio("jitter", ratio);
        return this;
    }

    /** Loads what is missing. */
    public CacheBuilder<K, V> readThrough(Loader<? super K, ? extends V> loader) {
        this.loader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** Loads what is missing, many at once where many are asked for. */
    public CacheBuilder<K, V> readThroughAll(BulkLoader<K, V> loader) {
        this.bulkLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /**
     * Writes where values belong before they are cached; what the writer throws reaches the caller, and nothing is cached. Removals go
     * the same way. A value is cached only if no other writer was at work on its key, so an older one never stays.
     */
    public CacheBuilder<K, V> writeThrough(Writer<K, V> writer) {
        this.writer = Objects.requireNonNull(writer, "writer");
        return this;
    }

    /** As {@link #writeBehind(Writer, WriteBehindOptions)} with {@link WriteBehindOptions#DEFAULTS}. */
    public CacheBuilder<K, V> writeBehind(Writer<K, V> writer) {
        return writeBehind(writer, WriteBehindOptions.DEFAULTS);
    }

    /**
     * Writes where values belong later, in batches; see {@link WriteBehind}. A put returns when Redis has the value and the change.
     * Cannot be combined with {@link #writeThrough} and {@link #tags}.
     */
    public CacheBuilder<K, V> writeBehind(Writer<K, V> writer, WriteBehindOptions options) {
        this.laterWriter = Objects.requireNonNull(writer, "writer");
        this.behind = options;
        return this;
    }

    /** As {@link #near(NearOptions)} with {@link NearOptions#DEFAULTS}. */
    public CacheBuilder<K, V> near() {
        return near(NearOptions.DEFAULTS);
    }

    /** Keeps copies of values in this process, each good until the server tells of a change. Callers get the same object. */
    public CacheBuilder<K, V> near(NearOptions options) {
        this.near = options;
        return this;
    }

    /** How long it is remembered that a loader found nothing; 10 seconds unless said, zero for not at all. */
    public CacheBuilder<K, V> rememberAbsent(Duration ttl) {
        this.absentTtl = within("rememberAbsent", ttl, Duration.ZERO);
        return this;
    }

    /**
     * How long after its time a value is kept, to be shown when nothing newer can be had: the loader fails, or Redis cannot take part any
     * more. {@link Found#stale()} tells. Zero, that is not at all, unless said.
     */
    public CacheBuilder<K, V> staleIfError(Duration hardLimit) {
        this.staleIfError = within("staleIfError", hardLimit, Duration.ZERO);
        return this;
    }

    /**
     * A value that is read in the last so much of its time is loaded anew in the background, by one process; the caller gets the old one
     * at once. So a key that is read at least that often never makes anybody wait, and one that is not read is not refreshed.
     */
    public CacheBuilder<K, V> refreshAhead(Duration before) {
        this.refreshAhead = within("refreshAhead", before, Duration.ZERO);
        return this;
    }

    /**
     * Loads anew in the background with a chance that grows as the end of a value's time comes near, sooner the longer loading takes
     * (XFetch: Vattani, Chierichetti, Lowenstein 2015). 1 is a good factor, more is sooner; 0, that is never, unless said.
     */
    public CacheBuilder<K, V> refreshEarly(double factor) {
        if (!(factor >= 0 && factor <= 1000)) {
            throw new IllegalArgumentException("refreshEarly is " + factor + "; give 0 to 1000");
        }
        this.refreshEarly = factor;
        return this;
    }

    /**
     * After how long a load, or a write through, counts as dead, so that somebody else may try; what it brings later is not stored. Give
     * more than the slowest takes; 10 seconds unless said.
     */
    public CacheBuilder<K, V> loadTimeout(Duration timeout) {
        this.loadTimeout = within("loadTimeout", timeout, Duration.ofMillis(1));
        return this;
    }

    /** What {@link #loadTimeout(Duration)} was told, or else what holds without it. */
    public Duration loadTimeout() {
        return loadTimeout;
    }

    /** How long after a failed load an old value is shown without another try; 1 second unless said. */
    public CacheBuilder<K, V> failurePause(Duration pause) {
        this.failurePause = within("failurePause", pause, Duration.ofMillis(1));
        return this;
    }

    /** How long a call waits for Redis; the connection's timeout unless said. */
    public CacheBuilder<K, V> deadline(Duration deadline) {
        this.deadline = within("deadline", deadline, Duration.ofMillis(1));
        return this;
    }

    /** What reading does when Redis does not answer; {@link WhenAway#LOAD} unless said. */
    public CacheBuilder<K, V> whenAway(WhenAway whenAway) {
        this.whenAway = whenAway;
        return this;
    }

    /**
     * Lets callers who ask for the same key at the same time share one read. An answer may then have been given by the server up to one
     * round trip before the call began, yet never before a write that this process had made by then.
     */
    public CacheBuilder<K, V> mergeReads() {
        this.mergeReads = true;
        return this;
    }

    /**
     * The tags of a key, made from the key alone, up to 255. {@link Cache#invalidateTag} forgets all values of a tag at once. Costs a read
     * of each tag's version, in the same flush.
     */
    public CacheBuilder<K, V> tags(Function<? super K, ? extends Collection<String>> tags) {
        this.tags = Objects.requireNonNull(tags, "tags");
        return this;
    }

    /** The version of the stored class, 0 to 65,535: values stored under another one are loaded anew instead of read. 0 unless said. */
    public CacheBuilder<K, V> schemaVersion(int version) {
        if (version < 0 || version > 0xffff) {
            throw new IllegalArgumentException("schemaVersion is " + version + "; give 0 to 65535");
        }
        this.schema = version;
        return this;
    }

    /** The largest value that is stored, encoded; 16 MiB unless said. A larger one cannot be put, and is loaded each time. */
    public CacheBuilder<K, V> maxValueBytes(int bytes) {
        if (bytes < 1 || bytes > 500 << 20) {
            throw new IllegalArgumentException("maxValueBytes is " + bytes + "; give 1 byte to 500 MiB");
        }
        this.maxValueBytes = bytes;
        return this;
    }

    /** Runs the loads of asynchronous calls and refreshes; up to 32 daemon threads of the cache's own unless said. */
    public CacheBuilder<K, V> executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    public Cache<K, V> build() {
        if (ttl.plus(staleIfError).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("ttl and staleIfError are longer than 10 years together; give less");
        }
        if (!refreshAhead.isZero() && refreshAhead.compareTo(ttl) >= 0) {
            throw new IllegalArgumentException(
                    "refreshAhead is " + refreshAhead + " of a ttl of " + ttl + "; give less than the ttl");
        }
        if ((!refreshAhead.isZero() || refreshEarly > 0) && loader == null && bulkLoader == null) {
            throw new IllegalArgumentException("There is nothing to refresh with; give a loader with readThrough");
        }
        if (laterWriter != null && (writer != null || tags != null)) {
            throw new IllegalArgumentException("writeBehind cannot be combined with "
                    + (writer != null ? "writeThrough" : "tags") + "; choose one");
        }
        told.accept(CacheNeeds.of(this));
        return new RemoteCache<>(this);
    }

    /** Whether values are loaded anew while they are still there. */
    boolean isRenewable() {
        return !staleIfError.isZero() || !refreshAhead.isZero() || refreshEarly > 0;
    }

    private static Duration within(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(option + " is " + value + "; give "
                    + (least.isZero() ? "zero" : least.toMillis() + " ms") + " to 10 years");
        }
        return value;
    }

    private static double ratio(String option, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(option + " is " + value + "; give 0 or more, less than 1");
        }
        return value;
    }
}
