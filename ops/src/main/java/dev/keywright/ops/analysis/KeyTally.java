package dev.keywright.ops.analysis;

import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.wire.HashSlot;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Counts keys for one report: by type, encoding, database, slot and learned pattern; sizes, times, the largest, and what would take
 * less. One for each shard or thread; they are put together at the end.
 * <ul>
 *   <li>Memory: some 10 MB at most, however many keys there are ({@link PatternTree}).
 *   <li>Time: a quarter of a microsecond per key ({@code AnalysisMeasure}).
 *   <li>The order of keys does not matter, nor how they are spread over tallies, as far as {@link PatternTree} can see to it.
 *   <li>Threads: one; the report is made by whoever ended it.
 * </ul>
 */
public final class KeyTally implements KeySink {

    /** As many as a report lists of the largest, coldest and most used keys. */
    public static final int TOP = 100;

    static final long BIG_STRING = 10_000;
    static final long BIGGER_STRING = 100_000;
    static final long BIGGEST_STRING = 1_000_000;
    static final long MANY_ELEMENTS = 5_000;
    static final long BIG_COLLECTION = 50_000_000;
    static final long IMMOVABLE_BYTES = 512_000_000;
    static final long IMMOVABLE_ELEMENTS = 1_000_000;

    /** Keys of a kind, with one of them. */
    static final class Count {
        private long keys;
        private long bytes;
        private long largest = -1;
        private @Nullable Key example;

        private void add(Key key) {
            keys++;
            bytes += key.bytes();
            if (key.bytes() > largest) {
                largest = key.bytes();
                example = key;
            }
        }

        private void add(Count other) {
            keys += other.keys;
            bytes += other.bytes;
            if (other.largest > largest) {
                largest = other.largest;
                example = other.example;
            }
        }

        long keys() {
            return keys;
        }

        long bytes() {
            return bytes;
        }

        /** The one that takes most. */
        Optional<Key> example() {
            return Optional.ofNullable(example);
        }
    }

    /** Kinds of keys that are told one by one. */
    enum Kind {
        BIG_STRING,
        BIGGER_STRING,
        BIGGEST_STRING,
        MANY_ELEMENTS,
        BIG_COLLECTION,
        IMMOVABLE,
        BLANK_IN_NAME,
        QUOTE_IN_NAME,
        BINARY_NAME
    }

    private static final int FREQUENCIES = 256;

    private final long now;
    private final Limits limits;
    private final NameReader name = new NameReader();
    private final PatternTree patterns = new PatternTree();
    private final Map<KeyType, TypeTally> types = new EnumMap<>(KeyType.class);
    private final Databases databases = new Databases();
    /** Keys and bytes of each slot, side by side: keys come to slots by chance, so that each is a wait for memory. */
    private final long[] slots = new long[2 * HashSlot.COUNT];

    private final @Nullable ByteString[] slotTags = new @Nullable ByteString[HashSlot.COUNT];
    private final ExpiryCalendar calendar;
    private final Map<Kind, Count> kinds = new EnumMap<>(Kind.class);
    private final TopKeys largest = new TopKeys(TOP);
    private final TopKeys longest = new TopKeys(TOP);
    private final TopKeys coldest = new TopKeys(TOP);
    private final TopKeys hottest = new TopKeys(TOP);
    private final long[] frequencies = new long[FREQUENCIES];
    private final Deflater deflater = new Deflater();
    private long keys;

    /**
     * @param nowMillis since 1970: when the keys are looked at, or were
     * @param limits up to where the server keeps collections compact
     */
    public KeyTally(long nowMillis, Limits limits) {
        this.now = nowMillis;
        this.limits = limits;
        this.calendar = new ExpiryCalendar(nowMillis);
    }

    @Override
    public void key(Key key) {
        keys++;
        byte[] bytes = key.name().bytes();
        name.read(bytes);
        boolean bad = badName(key);
        int nodes = patterns.nodes();
        PatternTally pattern = patterns.tally(name);
        pattern.add(key, name.nameHash(), now, bad);
        Shape shape = key.shape();
        if (shape != null) {
            pattern.openShapes().add(name.nameHash(), key, shape, limits, deflater);
        }
        if (patterns.nodes() != nodes) {
            patterns.tend(name);
        }
        type(key.type()).add(key);
        databases.add(key);
        slot(bytes, key);
        size(key);
        if (key.expires()) {
            calendar.add(key.expiresAtMillis());
        }
        if (key.idleSeconds() > 0) {
            coldest.add(key.idleSeconds(), key);
        }
        if (key.frequency() >= 0) {
            frequencies[Math.min(FREQUENCIES - 1, key.frequency())]++;
            hottest.add(key.frequency(), key);
        }
    }

    private boolean badName(Key key) {
        int mask = name.mask();
        if ((mask & (Token.SPACE | Token.NEWLINE | Token.QUOTE | Token.CONTROL)) == 0 && !name.isBinary()) {
            return false;
        }
        if (name.isBinary()) {
            count(Kind.BINARY_NAME, key);
        } else if ((mask & (Token.SPACE | Token.NEWLINE)) != 0) {
            count(Kind.BLANK_IN_NAME, key);
        } else {
            count(Kind.QUOTE_IN_NAME, key);
        }
        return true;
    }

    private void slot(byte[] bytes, Key key) {
        int slot = HashSlot.of(bytes);
        slots[2 * slot]++;
        slots[2 * slot + 1] += key.bytes();
        if ((name.mask() & Token.BRACE) != 0 && HashSlot.isTagged(bytes)) {
            slotTags[slot] = first(slotTags[slot], key.name());
        }
    }

    private static @Nullable ByteString first(@Nullable ByteString one, @Nullable ByteString other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Arrays.compare(one.bytes(), other.bytes()) <= 0 ? one : other;
    }

    private void size(Key key) {
        largest.add(key.bytes(), key);
        long elements = key.elements();
        if (key.type() == KeyType.STRING) {
            if (key.bytes() > BIG_STRING) {
                count(
                        key.bytes() > BIGGEST_STRING
                                ? Kind.BIGGEST_STRING
                                : key.bytes() > BIGGER_STRING ? Kind.BIGGER_STRING : Kind.BIG_STRING,
                        key);
            }
        } else {
            if (elements > 0) {
                longest.add(elements, key);
            }
            if (key.bytes() > BIG_COLLECTION) {
                count(Kind.BIG_COLLECTION, key);
            } else if (elements > MANY_ELEMENTS) {
                count(Kind.MANY_ELEMENTS, key);
            }
        }
        if (key.bytes() > IMMOVABLE_BYTES || key.type() != KeyType.STRING && elements > IMMOVABLE_ELEMENTS) {
            count(Kind.IMMOVABLE, key);
        }
    }

    private void count(Kind kind, Key key) {
        kinds.computeIfAbsent(kind, any -> new Count()).add(key);
    }

    /** Takes over what another tally counted, which is not to be used any more. */
    public void add(KeyTally other) {
        keys += other.keys;
        patterns.add(other.patterns);
        other.types.forEach((type, more) -> type(type).add(more));
        databases.add(other.databases);
        for (int i = 0; i < slots.length; i++) {
            slots[i] += other.slots[i];
        }
        for (int i = 0; i < slotTags.length; i++) {
            slotTags[i] = first(slotTags[i], other.slotTags[i]);
        }
        calendar.add(other.calendar);
        other.kinds.forEach(
                (kind, count) -> kinds.computeIfAbsent(kind, any -> new Count()).add(count));
        largest.add(other.largest);
        longest.add(other.longest);
        coldest.add(other.coldest);
        hottest.add(other.hottest);
        for (int i = 0; i < FREQUENCIES; i++) {
            frequencies[i] += other.frequencies[i];
        }
    }

    /** Keys told so far. */
    public long keys() {
        return keys;
    }

    long nowMillis() {
        return now;
    }

    Limits limits() {
        return limits;
    }

    PatternTree patterns() {
        return patterns;
    }

    TypeTally type(KeyType type) {
        return types.computeIfAbsent(type, any -> new TypeTally());
    }

    Databases databases() {
        return databases;
    }

    long slotKeys(int slot) {
        return slots[2 * slot];
    }

    long slotBytes(int slot) {
        return slots[2 * slot + 1];
    }

    /** A key with a hash tag in that slot. */
    Optional<ByteString> slotTag(int slot) {
        return Optional.ofNullable(slotTags[slot]);
    }

    ExpiryCalendar calendar() {
        return calendar;
    }

    Optional<Count> kind(Kind kind) {
        return Optional.ofNullable(kinds.get(kind));
    }

    TopKeys largest() {
        return largest;
    }

    TopKeys longest() {
        return longest;
    }

    TopKeys coldest() {
        return coldest;
    }

    TopKeys hottest() {
        return hottest;
    }

    long frequencies(int counter) {
        return frequencies[counter];
    }
}
