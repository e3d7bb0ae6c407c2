package dev.keywright.ops.backup;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A primary that keys are sent to, with the connection to it and the keys it has not answered for. A server may close a connection
 * that is idle for longer than its {@code timeout}, one second at least: one that has rested for half a second is made anew. So
 * what was asked must have been answered before a rest. Not for several threads.
 */
final class Owner implements AutoCloseable {

    private static final long REST_NANOS = Duration.ofMillis(500).toNanos();

    private final Node node;
    private final Access access;
    private final Deque<Entry> unanswered = new ArrayDeque<>();
    private long unansweredBytes;
    private @Nullable Wire wire;
    private int database;
    private long used;

    Owner(Node node, Access access) {
        this.node = node;
        this.access = access;
    }

    /** The connection, with the selected database. */
    Wire wire() throws IOException {
        if (hasRested() && unanswered.isEmpty()) {
            close();
        }
        Wire open = wire;
        if (open == null) {
            open = Wire.open(node, access);
            if (database > 0) {
                open.ask("SELECT", Integer.toString(database));
            }
            wire = open;
        }
        used = System.nanoTime();
        return open;
    }

    boolean hasRested() {
        return wire != null && System.nanoTime() - used > REST_NANOS;
    }

    void select(int number) throws IOException {
        if (number != database) {
            wire().ask("SELECT", Integer.toString(number));
            database = number;
        }
    }

    void flush() throws IOException {
        if (wire != null) {
            wire.flush();
        }
    }

    /** The server was asked something about this key. */
    void owes(Entry entry) {
        unanswered.add(entry);
        unansweredBytes += entry.payload().length;
    }

    boolean owesMoreThan(int keys, long bytes) {
        return unanswered.size() > keys || !unanswered.isEmpty() && unansweredBytes > bytes;
    }

    /** The key whose answer comes next on the {@link #answers}. */
    Entry next() {
        Entry next = unanswered.remove();
        unansweredBytes -= next.payload().length;
        return next;
    }

    /** The connection as it is. */
    Wire answers() throws IOException {
        if (wire == null) {
            throw new IOException("nothing was asked");
        }
        return wire;
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
