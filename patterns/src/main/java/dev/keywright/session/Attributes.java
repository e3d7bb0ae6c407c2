package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How attributes are stored: the codec's format, and what it wrote. */
record Attributes<V>(Codec<V> codec) {

    private static final int FORMAT = 1;

    static byte[] field(String name) {
        return Text.joined(new byte[] {'a', ':'}, Text.bytes("name of the attribute", name));
    }

    static byte[] index(String name) {
        return ("i:" + name).getBytes(UTF_8);
    }

    byte[] written(V value) {
        return Text.joined(new byte[] {codec.format()}, codec.encode(value));
    }

    private V read(byte[] bytes) {
        return codec.decode(bytes[0], bytes, FORMAT, bytes.length - FORMAT);
    }

    /** Those that can be read. */
    Map<String, V> readable(Map<String, SessionRecord.Bytes> stored) {
        Map<String, V> readable = new HashMap<>();
        stored.forEach((name, bytes) -> {
            try {
                readable.put(name, read(bytes.bytes));
            } catch (RuntimeException unreadable) { // whatever the codec throws
                // the others are worth having
            }
        });
        return readable;
    }

    /** An attribute of one session: read when it is asked for, and then the same object each time. */
    static final class Cell<V> {

        private final byte @Nullable [] bytes;
        private @Nullable V value;

        private Cell(byte @Nullable [] bytes, @Nullable V value) {
            this.bytes = bytes;
            this.value = value;
        }

        static <V> Cell<V> of(V value) {
            return new Cell<>(null, value);
        }

        static <V> Cell<V> stored(SessionRecord.Bytes bytes) {
            return new Cell<>(bytes.bytes, null);
        }

        V value(String name, Attributes<V> attributes) {
            V known = value;
            if (known == null) {
                try {
                    known = attributes.read(Optional.ofNullable(bytes).orElseThrow());
                } catch (IllegalArgumentException e) {
                    throw new KeywrightException.Misused(
                            "The attribute " + name + " of a session cannot be read. " + e.getMessage()
                                    + ". Set or remove it, or let the codec allow its class.",
                            e);
                }
                value = known;
            }
            return known;
        }
    }
}
