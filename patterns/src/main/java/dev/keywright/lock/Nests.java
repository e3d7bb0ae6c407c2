package dev.keywright.lock;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which thread of this process has which reentrant lock, and how many times over. */
final class Nests {

    private record Key(Thread thread, String name) {}

    /** The hold of one thread. */
    static final class Nest {

        final Hold hold;
        private final Key key;
        private int depth = 1;

        private Nest(Hold hold, Key key) {
            this.hold = hold;
            this.key = key;
        }
    }

    private final Map<Key, Nest> nests = new ConcurrentHashMap<>();

    /** Of the calling thread. */
    @Nullable
    Nest find(String name) {
        return nests.get(new Key(Thread.currentThread(), name));
    }

    Nest first(String name, Hold hold) {
        Nest nest = new Nest(hold, new Key(Thread.currentThread(), name));
        nests.put(nest.key, nest);
        return nest;
    }

    /** One level more; false when its outermost one is over. */
    synchronized boolean enter(Nest nest) {
        if (nest.depth == 0) {
            return false;
        }
        nest.depth++;
        return true;
    }

    /** Whether that was the outermost one. */
    synchronized boolean leave(Nest nest) {
        nest.depth--;
        if (nest.depth > 0) {
            return false;
        }
        nests.remove(nest.key, nest);
        return true;
    }
}
