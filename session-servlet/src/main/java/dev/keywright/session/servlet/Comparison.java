package dev.keywright.session.servlet;

import dev.keywright.codec.Codec;
import dev.keywright.session.StoredSession;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds attributes of one request that were changed without being set. */
final class Comparison {

    private static final byte[] NEVER_SAVED = {};

    private final Optional<Codec<Object>> codec;
    private final Map<String, byte[]> before = new ConcurrentHashMap<>();

    Comparison(Optional<Codec<Object>> codec) {
        this.codec = codec;
    }

    /** An attribute goes to the application, which may change it from now on. */
    void given(String name, Object value) {
        if (codec.isPresent() && !before.containsKey(name)) {
            before.put(name, codec.get().encode(value));
        }
    }

    void set(String name) {
        if (codec.isPresent()) {
            before.put(name, NEVER_SAVED);
        }
    }

    void removed(String name) {
        before.remove(name);
    }

    /** Sets again what has changed, for it is about to be saved. */
    boolean setsChanged(StoredSession<Object> stored) {
        boolean changed = false;
        for (Map.Entry<String, byte[]> each : before.entrySet()) {
            Optional<Object> value = stored.attribute(each.getKey());
            if (value.isPresent()) {
                byte[] now = codec.orElseThrow().encode(value.get());
                if (!Arrays.equals(now, each.getValue())) {
                    stored.set(each.getKey(), value.get());
                    each.setValue(now);
                    changed = true;
                }
            }
        }
        return changed;
    }
}
