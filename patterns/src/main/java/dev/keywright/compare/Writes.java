package dev.keywright.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Puts calls into the words of the scripts, and reads what they answer. A value is stored as {@code version SPACE format bytes}.
 */
final class Writes<K, V> {

    private static final Script SET = Script.beside(CompareAndSet.class, "set.lua");
    private static final Script DELETE = Script.beside(CompareAndSet.class, "delete.lua");
    private static final byte[] NOTHING = {};

    private final String name;
    private final KeyCodec<K> keys;
    private final Codec<V> codec;
    private final KeySpace space;
    private final byte[] memory;

    Writes(String name, KeyCodec<K> keys, Codec<V> codec, CompareOptions options) {
        this.name = name;
        this.keys = keys;
        this.codec = codec;
        this.space = KeySpace.of("cas", name);
        this.memory = number(options.callMemory().toMillis());
    }

    /** What a value must be for a write to happen. */
    static final class Condition {

        private final String word;
        private final byte[] expected;

        private Condition(String word, byte[] expected) {
            this.word = word;
            this.expected = expected;
        }

        static Condition absent() {
            return new Condition("absent", NOTHING);
        }

        static Condition version(long version) {
            if (version < 1) {
                throw new IllegalArgumentException(
                        "The version is " + version + "; give one that was read or written, which is 1 or more");
            }
            return new Condition("version", number(version));
        }

        private byte[] wordBytes() {
            return word.getBytes(UTF_8);
        }
    }

    Condition value(V expected) {
        return new Condition("value", bytes(expected));
    }

    String key(K key) {
        return space.key(keys.text().apply(key), "value");
    }

    private byte[][] keys(K key, String call) {
        String tag = keys.text().apply(key);
        return new byte[][] {
            space.key(tag, "value").getBytes(UTF_8),
            space.key(tag, "call:" + call).getBytes(UTF_8)
        };
    }

    Script.Invocation set(K key, Condition condition, V value, Lifetime lifetime, String call) {
        return SET.with(
                        keys(key, call),
                        condition.wordBytes(),
                        condition.expected,
                        bytes(value),
                        number(millis(lifetime)),
                        memory)
                .repeatable();
    }

    Script.Invocation delete(K key, Condition condition, String call) {
        return DELETE.with(keys(key, call), condition.wordBytes(), condition.expected, memory)
                .repeatable();
    }

    private static long millis(Lifetime lifetime) {
        if (lifetime instanceof Lifetime.Limited limited) {
            return limited.time().toMillis();
        }
        return lifetime instanceof Lifetime.Kept ? -1 : 0;
    }

    private byte[] bytes(V value) {
        byte[] encoded = codec.encode(value);
        byte[] bytes = new byte[encoded.length + 1];
        bytes[0] = codec.format();
        System.arraycopy(encoded, 0, bytes, 1, encoded.length);
        return bytes;
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    Outcome<V> outcome(Reply reply) {
        List<Reply> items = reply.orThrow(where()).items();
        if (items.get(0).number() == 1) {
            return new Outcome.Applied<>(items.get(1).number());
        }
        return new Outcome.Refused<>(
                items.size() > 1 ? Optional.of(versioned(items.get(1).bytes())) : Optional.empty());
    }

    /** What GET answered. */
    Optional<Versioned<V>> found(Reply reply) {
        return reply.orThrow(where()).isNothing() ? Optional.empty() : Optional.of(versioned(reply.bytes()));
    }

    private Versioned<V> versioned(byte[] stored) {
        int digits = 0;
        while (digits < stored.length && stored[digits] >= '0' && stored[digits] <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 18 || digits + 2 > stored.length || stored[digits] != ' ') {
            throw new KeywrightException.Misused("A key of " + where()
                    + " holds something else than a value with a version. Something else writes it; give one"
                    + " of the two another name.");
        }
        int start = digits + 2;
        long version = Long.parseLong(new String(Arrays.copyOf(stored, digits), UTF_8));
        try {
            return new Versioned<>(codec.decode(stored[digits + 1], stored, start, stored.length - start), version);
        } catch (IllegalArgumentException e) {
            throw new KeywrightException.Misused(
                    "A value of " + where() + " cannot be read by this codec. Use the one it was written with.", e);
        }
    }

    String where() {
        return "compare and set " + name;
    }
}
