package dev.keywright.stream;

import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges what was handled, many in one XACK. While the worker is about to ask for more they wait to go along with that; else they go at
 * once, one XACK at a time, and what comes meanwhile goes with the next. Those whose answer is lost go again until there is one.
 * Threads: any number.
 */
final class Acknowledgements {

    private static final long AGAIN_MILLIS = 200;
    private static final int MOST = 1_000;

    private final Membership membership;
    private final ScheduledExecutorService clock;
    private final Set<EventId> waiting = new LinkedHashSet<>();
    private final Set<EventId> underWay = new LinkedHashSet<>();
    private boolean rides;
    private boolean sends;

    Acknowledgements(Membership membership, ScheduledExecutorService clock) {
        this.membership = membership;
        this.clock = clock;
    }

    synchronized void add(EventId id) {
        waiting.add(id);
        if (!rides) {
            send();
        }
    }

    /** Whether it was handled, and the server may not know yet. */
    synchronized boolean contains(EventId id) {
        return waiting.contains(id) || underWay.contains(id);
    }

    /** What comes now waits for {@link #ride}. */
    synchronized void waitForRide() {
        rides = true;
    }

    /** What comes from now on, and what waits, goes at once. */
    synchronized void goAtOnce() {
        rides = false;
        send();
    }

    /** Sends what waits over the session, which is about to ask for more. */
    synchronized void ride(Session session) {
        rides = false;
        if (!waiting.isEmpty()) {
            List<EventId> ids = take();
            session.send(membership.acknowledge(ids), membership.stream.deadline)
                    .whenComplete((reply, failure) -> answered(ids, reply, false));
        }
    }

    private List<EventId> take() {
        List<EventId> ids = new ArrayList<>();
        for (EventId id : waiting) {
            if (ids.size() == MOST) {
                break;
            }
            ids.add(id);
        }
        ids.forEach(waiting::remove);
        underWay.addAll(ids);
        return ids;
    }

    private synchronized void send() {
        if (!sends && !waiting.isEmpty()) {
            sends = true;
            List<EventId> ids = take();
            membership
                    .stream
                    .connection
                    .send(membership.acknowledge(ids), membership.stream.deadline)
                    .whenComplete((reply, failure) -> answered(ids, reply, true));
        }
    }

    private synchronized void answered(List<EventId> ids, @Nullable Reply reply, boolean sent) {
        ids.forEach(underWay::remove);
        boolean done = reply instanceof Reply.Whole;
        if (!done) {
            waiting.addAll(ids);
        }
        if (sent) {
            sends = false;
        }
        if (done && !rides) {
            send();
        } else if (!done && !clock.isShutdown()) {
            ScheduledFuture<?> unused = clock.schedule(this::goAtOnce, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
        notifyAll();
    }

    /** Waits until the server has them all, at most so long. */
    synchronized void await(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!(waiting.isEmpty() && underWay.isEmpty()) && System.nanoTime() - end < 0) {
            wait(10);
        }
    }
}
