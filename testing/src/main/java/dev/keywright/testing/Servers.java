package dev.keywright.testing;

import dev.keywright.server.Redis;
import dev.keywright.server.ServerException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All servers that the tests of this JVM share: lent to one test at a time, closed when the last test has run. */
final class Servers implements AutoCloseable {

    private final Map<Kind, Deque<Baseline>> idle = new HashMap<>();

    /** Servers as new: the ones given back last, where that is possible, so that tests run one after the other meet the same ones. */
    Loan borrow(Kind kind, boolean forOneTest) {
        Baseline known = kind.fresh() ? null : takeIdle(kind);
        if (known != null) {
            try {
                known.restore();
                return new Loan(this, kind, known, forOneTest);
            } catch (ServerException spoiled) {
                known.redis().close();
            }
        }
        Redis started = kind.start();
        try {
            return new Loan(this, kind, new Baseline(started), forOneTest);
        } catch (ServerException failure) {
            started.close();
            throw failure;
        }
    }

    void giveBack(Kind kind, Baseline servers) {
        if (kind.fresh()) {
            servers.redis().close();
            return;
        }
        synchronized (this) {
            idle.computeIfAbsent(kind, none -> new ArrayDeque<>()).push(servers);
        }
    }

    private synchronized @Nullable Baseline takeIdle(Kind kind) {
        Deque<Baseline> candidates = idle.get(kind);
        return candidates == null ? null : candidates.poll();
    }

    @Override
    public synchronized void close() {
        idle.values().forEach(kind -> kind.forEach(servers -> servers.redis().close()));
        idle.clear();
    }
}
