package dev.keywright.cache;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Tracking;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The copies of one cache in this process, and the connections over which their changes are told. */
final class Copies<K, V> implements AutoCloseable {

    final Near<K, V> near;
    final Tracking tracking;

    private Copies(Near<K, V> near, Tracking tracking) {
        this.near = near;
        this.tracking = tracking;
    }

    static <K, V> Copies<K, V> open(Connection connection, String name, NearOptions options) {
        Near<K, V> near = Near.of(options);
        Tracking.Mode mode = switch (options.mode()) {
            case OPT_IN -> new Tracking.Mode.OptIn();
            case BROADCAST -> new Tracking.Mode.Broadcast(List.of("cache:" + name + ':', "cache:" + name + '!'));
        };
        try {
            return new Copies<>(near, connection.tracking(mode, near));
        } catch (RuntimeException e) {
            near.close();
            throw e;
        }
    }

    @Nullable
    V getIfPresent(K key) {
        return near.getIfPresent(key);
    }

    @Override
    public void close() {
        tracking.close();
        near.close();
    }
}
