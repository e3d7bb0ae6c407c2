package dev.keywright.ops.optimize;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What other users of a server feel: a PING every 10 ms on a connection of its own. Any thread may look. */
final class Probe implements AutoCloseable {

    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private final Wire wire;
    private final Thread thread;
    private final List<Long> seen = new ArrayList<>();
    private long asked;
    private volatile boolean ended;

    private Probe(Wire wire) {
        this.wire = wire;
        this.thread = new Thread(this::ask, "keywright-probe");
        thread.setDaemon(true);
    }

    static Probe start(Node node, Access access) throws IOException {
        Probe probe = new Probe(Wire.open(node, access));
        probe.thread.start();
        return probe;
    }

    private void ask() {
        try {
            while (!ended) {
                long begun = System.nanoTime();
                note(begun, -1);
                wire.call("PING");
                note(0, System.nanoTime() - begun);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            // Whoever works on the server notices as well, and says so.
        }
    }

    private synchronized void note(long open, long took) {
        asked = open;
        if (took >= 0) {
            seen.add(took);
        }
    }

    /** Nine of ten answers since the last call came within this time; one that is still owed counts with its age. */
    synchronized Duration percentile90() {
        List<Long> window = new ArrayList<>(seen);
        seen.clear();
        if (asked != 0) {
            long age = System.nanoTime() - asked;
            if (window.isEmpty() || age > PAUSE_NANOS) {
                window.add(age);
            }
        }
        Collections.sort(window);
        return window.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(window.get((int) Math.min(window.size() - 1L, window.size() * 9L / 10)));
    }

    @Override
    public void close() {
        ended = true;
        wire.close();
    }
}
