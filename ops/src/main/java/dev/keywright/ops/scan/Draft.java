package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.analysis.Shape;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A key while its facts come in. */
final class Draft {

    /** What became of a name. */
    enum Fate {
        READ,
        VANISHED,
        DENIED,
        MOVED
    }

    private static final Set<KeyType> STRINGS = Set.of(KeyType.STRING);
    private static final Set<KeyType> STRINGS_AND_MODULES = Set.of(KeyType.STRING, KeyType.MODULE);
    private static final Set<KeyType> HASHES_AND_SETS = Set.of(KeyType.HASH, KeyType.SET);
    private static final Set<KeyType> COLLECTIONS = Set.of(KeyType.HASH, KeyType.SET, KeyType.ZSET, KeyType.LIST);
    private static final Set<KeyType> ALL = Set.of(KeyType.values());

    private static final long SEED = 0x9E3779B97F4A7C15L;

    final byte[] name;
    final byte[] framed;
    final long hash;

    Fate fate = Fate.READ;
    KeyType type = KeyType.MODULE;
    Encoding encoding = Encoding.UNKNOWN;
    long bytes;
    long elements = Key.UNKNOWN;
    long expiresAtMillis = Key.NEVER;
    long idleSeconds = Key.UNKNOWN;
    int frequency = Key.UNKNOWN;

    @Nullable
    Shape shape;
    /** Whether its value is looked at. */
    boolean looked;

    Draft(byte[] name, long hash) {
        this.name = name;
        this.framed = Phrase.framed(name);
        this.hash = hash;
    }

    /** What lies in memory like this. */
    private static Set<KeyType> types(Encoding encoding) {
        return switch (encoding) {
            case INT, EMBSTR -> STRINGS;
            case RAW -> STRINGS_AND_MODULES;
            case INTSET -> Set.of(KeyType.SET);
            case SKIPLIST -> Set.of(KeyType.ZSET);
            case QUICKLIST -> Set.of(KeyType.LIST);
            case STREAM -> Set.of(KeyType.STREAM);
            case LISTPACKEX -> Set.of(KeyType.HASH);
            case HASHTABLE -> HASHES_AND_SETS;
            case LISTPACK, ZIPLIST -> COLLECTIONS;
            case UNKNOWN -> ALL;
        };
    }

    /**
     * Takes the type from the encoding; false where that may belong to several.
     *
     * @param plain whether there are no modules' types
     */
    boolean typed(boolean plain) {
        Set<KeyType> types = plain && encoding == Encoding.RAW ? STRINGS : types(encoding);
        if (types.size() > 1) {
            return false;
        }
        type = types.iterator().next();
        return true;
    }

    /** Whether type and encoding can be those of one value. */
    boolean typeFits() {
        return types(encoding).contains(type);
    }

    /** Of a name, always the same, from 0 on; spread evenly, so that names below a part of the range are that part of all. */
    static long hash(byte[] name) {
        long hash = SEED ^ name.length;
        for (byte each : name) {
            hash = (hash ^ (each & 0xff)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return (hash ^ (hash >>> 33)) >>> 1;
    }

    /** Below it lies this share of all hashes. */
    static long below(double ratio) {
        return ratio >= 1 ? Long.MAX_VALUE : (long) (ratio * Long.MAX_VALUE);
    }

    Key key(int database) {
        return new Key(
                database,
                ByteString.of(name),
                type,
                encoding,
                bytes,
                elements,
                expiresAtMillis,
                idleSeconds,
                frequency,
                shape);
    }
}
