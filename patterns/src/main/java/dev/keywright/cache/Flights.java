package dev.keywright.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loads under way in this process, at most one per key that can be joined. A load can be joined until it is stored, or until this
 * process writes or forgets the key: who asks afterwards must not get what was loaded before.
 */
final class Flights<V> {

    private final Map<String, Flight<V>> flights = new ConcurrentHashMap<>();

    /** The load that can be joined; null when mine is the one from now on. */
    @Nullable
    Flight<V> join(String text, Flight<V> mine) {
        return flights.putIfAbsent(text, mine);
    }

    /** Lets nobody join it any more. */
    void close(String text, Flight<V> flight) {
        flights.remove(text, flight);
    }

    /** Lets nobody join what is under way now. */
    void detach(String text) {
        if (!flights.isEmpty()) {
            flights.remove(text);
        }
    }

    void detachAll() {
        flights.clear();
    }
}
