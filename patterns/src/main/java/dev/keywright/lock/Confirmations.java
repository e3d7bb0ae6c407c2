package dev.keywright.lock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether replicas have a lock. WAIT holds up its connection and knows only what was written over it, so the lease is begun anew over a
 * session of its own, after the acquire, and WAIT is for that. Sessions are kept for the locks used last, {@value #MOST} at most.
 */
final class Confirmations implements AutoCloseable {

    private static final int MOST = 16;

    private final Connection connection;
    private final Map<String, Session> idle = new LinkedHashMap<>();
    private boolean closed;

    Confirmations(Connection connection) {
        this.connection = connection;
    }

    /**
     * Waits for them; blocks.
     *
     * @throws KeywrightException.Unavailable when they are too few, or nobody knows
     */
    void await(LockScripts keys, byte[] owner, LockOptions options, LockOptions.Replicas wanted, Duration deadline) {
        Session session = take(keys.name());
        try {
            if (session == null) {
                session = connection.dedicated(keys.routingKey());
            }
            boolean held = keys.isGranted(
                    session.call(keys.extend(owner, options.lease()).byText(), deadline));
            Command wait = Command.named("WAIT")
                    .argument(wanted.atLeast())
                    .argument(wanted.within().toMillis())
                    .build();
            long replicas = keys.checked(session.call(wait, deadline.plus(wanted.within())))
                    .number();
            if (held) { // else it may lead to a master of the past
                giveBack(keys.name(), session);
                session = null;
            }
            if (!held) {
                throw new KeywrightException.Unavailable(
                        "The lock was lost again while replicas were asked (" + keys.where() + ").", false);
            }
            if (replicas < wanted.atLeast()) {
                throw new KeywrightException.Unavailable(
                        "Within " + wanted.within().toMillis() + " ms " + replicas + " of " + wanted.atLeast()
                                + " replicas had the lock, so it was freed again (" + keys.where()
                                + "). Look at the replicas, or ask for fewer.",
                        false);
            }
        } finally {
            if (session != null) { // it broke
                session.close();
            }
        }
    }

    private synchronized @Nullable Session take(String name) {
        return idle.remove(name);
    }

    private void giveBack(String name, Session session) {
        Session surplus = session;
        synchronized (this) {
            if (!closed) {
                surplus = idle.put(name, session);
                Iterator<Session> oldest = idle.values().iterator();
                if (surplus == null && idle.size() > MOST) {
                    surplus = oldest.next();
                    oldest.remove();
                }
            }
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.values().forEach(Session::close);
        idle.clear();
    }
}
