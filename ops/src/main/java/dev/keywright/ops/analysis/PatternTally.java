package dev.keywright.ops.analysis;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the keys of one pattern add up to. One thread. */
final class PatternTally {

    private static final long MINUTE = 60_000;
    private static final long COLD_SECONDS = 7 * 86_400;
    private static final long FROZEN_SECONDS = 30 * 86_400;

    private final EnumCounts<KeyType> types = new EnumCounts<>(KeyType.class);
    private final EnumCounts<Encoding> encodings = new EnumCounts<>(Encoding.class);
    private final Histogram sizes = new Histogram();
    private final Histogram elements = new Histogram();

    private long keys;
    private long bytes;
    private double squares;
    private long nameBytes;
    private long textKeys;
    private long textBytes;
    private long expiring;
    private long expiringBytes;
    private long coldKeys;
    private long coldBytes;
    private long frozenKeys;
    private long frozenBytes;
    private long badNames;
    /** The minute in which most keys expire, if it is more than half of them; found by letting minutes outvote each other. */
    private long minute;

    private long votes;
    private @Nullable Ages ttls;
    private @Nullable Ages idles;
    private @Nullable ShapeTally shapes;
    private long exampleHash = Long.MAX_VALUE;
    private @Nullable ByteString example;

    void add(Key key, long hash, long now, boolean badName) {
        keys++;
        bytes += key.bytes();
        squares += (double) key.bytes() * key.bytes();
        nameBytes += key.name().length();
        types.add(key.type(), 1);
        encodings.add(key.encoding(), 1);
        sizes.add(key.bytes());
        if (badName) {
            badNames++;
        }
        if (key.type() == KeyType.STRING) {
            if (key.elements() >= 0) {
                textKeys++;
                textBytes += key.elements();
            }
        } else if (key.elements() >= 0) {
            elements.add(key.elements());
        }
        if (key.expires()) {
            expires(key, now);
        }
        if (key.idleSeconds() >= 0) {
            idle(key);
        }
        if (hash < exampleHash || example == null) {
            exampleHash = hash;
            example = key.name();
        }
    }

    private void expires(Key key, long now) {
        expiring++;
        expiringBytes += key.bytes();
        if (ttls == null) {
            ttls = new Ages();
        }
        ttls.add(Math.max(0, key.expiresAtMillis() - now) / 1_000, key.bytes());
        vote(key.expiresAtMillis() / MINUTE, 1);
    }

    private void vote(long forMinute, long many) {
        if (votes == 0) {
            minute = forMinute;
        }
        votes += forMinute == minute ? many : -many;
        if (votes < 0) {
            minute = forMinute;
            votes = -votes;
        }
    }

    private void idle(Key key) {
        if (idles == null) {
            idles = new Ages();
        }
        idles.add(key.idleSeconds(), key.bytes());
        if (!key.expires() && key.idleSeconds() > COLD_SECONDS) {
            coldKeys++;
            coldBytes += key.bytes();
            if (key.idleSeconds() > FROZEN_SECONDS) {
                frozenKeys++;
                frozenBytes += key.bytes();
            }
        }
    }

    ShapeTally openShapes() {
        if (shapes == null) {
            shapes = new ShapeTally();
        }
        return shapes;
    }

    void add(PatternTally other) {
        types.add(other.types);
        encodings.add(other.encodings);
        sizes.add(other.sizes);
        elements.add(other.elements);
        keys += other.keys;
        bytes += other.bytes;
        squares += other.squares;
        nameBytes += other.nameBytes;
        textKeys += other.textKeys;
        textBytes += other.textBytes;
        expiring += other.expiring;
        expiringBytes += other.expiringBytes;
        coldKeys += other.coldKeys;
        coldBytes += other.coldBytes;
        frozenKeys += other.frozenKeys;
        frozenBytes += other.frozenBytes;
        badNames += other.badNames;
        vote(other.minute, other.votes);
        ttls = together(ttls, other.ttls);
        idles = together(idles, other.idles);
        if (other.shapes != null) {
            openShapes().add(other.shapes);
        }
        if (other.exampleHash < exampleHash) {
            exampleHash = other.exampleHash;
            example = other.example;
        }
    }

    private static @Nullable Ages together(@Nullable Ages one, @Nullable Ages other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        one.add(other);
        return one;
    }

    long keys() {
        return keys;
    }

    long bytes() {
        return bytes;
    }

    /** The sum of the squared bytes of keys. */
    double squares() {
        return squares;
    }

    long nameBytes() {
        return nameBytes;
    }

    /** The mean length of the strings of which it is known; 0 without any. */
    double meanTextBytes() {
        return textKeys == 0 ? 0 : (double) textBytes / textKeys;
    }

    /** Whether the length of any string is known. */
    boolean knowsTexts() {
        return textKeys > 0;
    }

    long expiring() {
        return expiring;
    }

    long expiringBytes() {
        return expiringBytes;
    }

    /** Keys without a TTL that nobody used for a week. */
    long coldKeys() {
        return coldKeys;
    }

    long coldBytes() {
        return coldBytes;
    }

    /** Keys without a TTL that nobody used for a month. */
    long frozenKeys() {
        return frozenKeys;
    }

    long frozenBytes() {
        return frozenBytes;
    }

    long badNames() {
        return badNames;
    }

    /** Since 1970: when more than half of the keys with a TTL expire, if there is such a minute. */
    long likelyMinute() {
        return minute;
    }

    long keys(KeyType type) {
        return types.of(type);
    }

    long keys(Encoding encoding) {
        return encodings.of(encoding);
    }

    Histogram sizes() {
        return sizes;
    }

    Histogram elements() {
        return elements;
    }

    Optional<Ages> ttls() {
        return Optional.ofNullable(ttls);
    }

    Optional<Ages> idles() {
        return Optional.ofNullable(idles);
    }

    Optional<ShapeTally> shapes() {
        return Optional.ofNullable(shapes);
    }

    /** One of the keys, always the same. */
    ByteString example() {
        return example == null ? ByteString.of("") : example;
    }
}
