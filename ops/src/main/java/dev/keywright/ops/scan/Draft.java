package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.analysis.Shape;
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
