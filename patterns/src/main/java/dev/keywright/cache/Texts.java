package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.codec.KeyCodec;
import java.util.ArrayList;
import java.util.List;

/** The keys of one cache as texts, as long as the cache is open. */
final class Texts<K> {

    private final String name;
    private final KeyCodec<K> keys;
    private volatile boolean closed;

    Texts(String name, KeyCodec<K> keys) {
        this.name = name;
        this.keys = keys;
    }

    String of(K key) {
        ensureOpen();
        String text = keys.text().apply(key);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("The text of a key is empty (" + where() + "); give one that is not");
        }
        return text;
    }

    List<String> all(List<K> all) {
        List<String> texts = new ArrayList<>(all.size());
        all.forEach(key -> texts.add(of(key)));
        return texts;
    }

    /** @throws KeywrightException.Misused when the cache was closed */
    void ensureOpen() {
        if (closed) {
            throw new KeywrightException.Misused("The cache " + name + " was closed. Build another one.");
        }
    }

    void close() {
        closed = true;
    }

    /** For messages. */
    String where() {
        return "cache " + name;
    }
}
