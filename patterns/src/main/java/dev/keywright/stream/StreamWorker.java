package dev.keywright.stream;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Handles the events of a stream for a group, until it is closed. All workers of a group share the work; each event is handled at least
 * once, whoever crashes.
 * <ul>
 *   <li>Commands: one XREADGROUP that waits on a connection of the worker's own, with the acknowledgements of what was handled in the same
 *       flush (XACK). Each second one look for what dead workers had ({@code claim.lua}), each third of {@link WorkerOptions#idle()} a sign
 *       of life for all it has ({@code keep.lua}), each ten seconds trimming and a look for dead consumers. No polling.
 *   <li>Acknowledged is what a handler returned from, and nothing else. What it throws for comes again after a pause, up to
 *       {@link WorkerOptions#attempts()} times; then, and at once when it cannot be read, it goes to {@link EventStream#deadLetters} with
 *       its cause, in one script. A crash counts as an attempt.
 *   <li>Duplicates: an event is handled twice only when its worker gave no sign of life for {@link WorkerOptions#idle()}, or crashed between
 *       handling and acknowledging. Handlers must bear that; see {@code Once}.
 *   <li>Threads: handlers run on threads of the worker's own. Failure: while Redis is away it tries again, with pauses of up to a second.
 * </ul>
 */
public final class StreamWorker<T> implements AutoCloseable {

    private static final int PAGE = 256;

    private final Work<T> work;
    private final Taker<T> taker;
    private final Upkeep<T> upkeep;
    private boolean closed;

    StreamWorker(
            StreamCommands stream,
            Codec<T> codec,
            String group,
            WorkerOptions options,
            BatchHandler<T> handler,
            int batch) {
        this(stream, codec, group, options, handler, batch, () -> true);
    }

    /** @param gate whether handlers may begin */
    StreamWorker(
            StreamCommands stream,
            Codec<T> codec,
            String group,
            WorkerOptions options,
            BatchHandler<T> handler,
            int batch,
            BooleanSupplier gate) {
        if (batch < 1 || batch > 1_024) {
            throw new IllegalArgumentException("The batch is " + batch + "; give 1 to 1024 events");
        }
        if (batch > 1 && options.keepsKeyOrder()) {
            throw new IllegalArgumentException(
                    "Batches do not keep the order of keys; handle events one by one, or give up the order");
        }
        Membership membership =
                new Membership(stream, group, options.consumer().orElseGet(Consumers::newName), options);
        this.work = new Work<>(membership, codec, options, handler, batch, gate);
        this.upkeep = new Upkeep<>(work);
        this.taker = new Taker<>(work, this::abandon);
        try {
            membership.join();
        } catch (KeywrightException.Unavailable away) {
            work.tally.taking(away); // the taker tries again
        }
        upkeep.start();
        taker.start();
    }

    /** The name it has in the group. */
    public String consumer() {
        return work.membership.consumer;
    }

    public WorkerStats stats() {
        return work.tally.stats(work.hand.size());
    }

    /**
     * Takes nothing more, gives the handlers that are busy {@link WorkerOptions#grace()} to finish, acknowledges what was handled, gives the
     * rest back so that others take it at once, and leaves the group unless something of its own is still there.
     */
    @Override
    public void close() {
        end(work.options.grace(), true);
    }

    /** Another one has the same consumer's name now, or the connection was closed: handlers are told, and nothing is given back. */
    void abandon() {
        end(Duration.ZERO, false);
    }

    private synchronized void end(Duration grace, boolean givesBack) {
        if (closed) {
            return;
        }
        closed = true;
        boolean interrupted = Thread.interrupted(); // what was handled is acknowledged nevertheless
        try {
            work.refuse();
            if (!givesBack) {
                work.interrupt();
            }
            taker.stop();
            work.finish(grace);
            if (givesBack) {
                giveBack();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            upkeep.stop();
            work.end();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the server says that this consumer has, and no handler is busy with. */
    private void giveBack() {
        try {
            Set<EventId> given = new HashSet<>();
            giveBack(given);
            if (!work.membership.leave()) { // the last answer may have come in between
                giveBack(given);
                boolean unused = work.membership.leave();
            }
        } catch (KeywrightException away) {
            work.tally.keeping(away); // others take it over when it has been idle for long enough
        }
    }

    private void giveBack(Set<EventId> given) {
        EventId from = EventId.FIRST;
        List<Membership.Pending> page;
        do {
            page = work.membership.own(from, PAGE);
            Map<EventId, Integer> attempts = new LinkedHashMap<>();
            for (Membership.Pending each : page) {
                from = each.id().next();
                OptionalInt count = work.attemptsOf(each);
                if (count.isPresent() && given.add(each.id())) {
                    attempts.put(each.id(), count.getAsInt());
                }
            }
            work.membership.giveBack(attempts);
        } while (page.size() == PAGE);
    }

    @Override
    public String toString() {
        return work.membership.where("StreamWorker " + consumer());
    }

    /** How long to wait after a failure: a little, twice as long each time. */
    static Duration pause(int failures, Duration first, Duration longest) {
        Duration pause = first.multipliedBy(1L << Math.min(20, failures - 1));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
