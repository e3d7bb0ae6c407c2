package dev.keywright.codec;

import java.util.UUID;
import java.util.function.Function;

/**
 * How the keys of a cache are written. Two keys that are not equal must not give the same text.
 *
 * @param <K> what callers ask by
 * @param text gives the text of a key; never empty
 * @param key gives the key back
 */
public record KeyCodec<K>(Function<K, String> text, Function<String, K> key) {

    public static final KeyCodec<String> STRING = new KeyCodec<>(key -> key, key -> key);
    public static final KeyCodec<Long> LONG = new KeyCodec<>(key -> Long.toString(key), Long::valueOf);
    public static final KeyCodec<Integer> INTEGER = new KeyCodec<>(key -> Integer.toString(key), Integer::valueOf);
    public static final KeyCodec<UUID> UUIDS = new KeyCodec<>(UUID::toString, UUID::fromString);
}
