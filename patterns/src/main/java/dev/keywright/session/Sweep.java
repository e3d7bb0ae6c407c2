package dev.keywright.session;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds sessions that have ended, tells of them and then forgets them. A lease keeps others from doing the same; who dies in between
 * leaves it to them.
 */
final class Sweep<V> {

    private static final int AT_ONCE = 100;
    private static final int MOST_UNTOLD = 10_000;

    private final SessionPort port;
    private final Attributes<V> attributes;
    private final long lease;
    private final List<Ear> ears = new CopyOnWriteArrayList<>();
    private final Object oneAtATime = new Object();

    Sweep(SessionPort port, Attributes<V> attributes, Duration lease) {
        this.port = port;
        this.lease = lease.toMillis();
        this.attributes = attributes;
    }

    Listening listen(SessionListener<V> listener, Duration pause) {
        if (port.options.keep().isZero()) {
            throw new KeywrightException.Misused("The " + port.where
                    + " do not keep what has ended, so nobody can be told. Say SessionOptions.withKeep in"
                    + " every process.");
        }
        if (pause.compareTo(Duration.ofMillis(1)) < 0 || pause.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("The pause is " + pause + "; give 1 ms to 1 day");
        }
        return new Ear(listener, pause);
    }

    void created(StoredSession<V> session) {
        ears.forEach(ear -> ear.tell(session));
    }

    /** All parts; those that cannot be reached leave the others alone. */
    long all() {
        synchronized (oneAtATime) {
            List<Ear> telling =
                    List.copyOf(ears); // one that is closed meanwhile hears no more, and nothing is forgotten unheard
            long ended = 0;
            Optional<RuntimeException> trouble = Optional.empty();
            for (int part = 0; part < SessionKeys.PARTS && isOpen(telling); part++) {
                try {
                    ended += part(part, telling);
                } catch (RuntimeException e) { // also of what is no session of ours
                    trouble = Optional.of(e);
                }
            }
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return ended;
        }
    }

    private boolean isOpen(List<Ear> telling) {
        return ears.containsAll(telling);
    }

    private long part(int part, List<Ear> telling) {
        long ended = 0;
        List<SessionHandle> due;
        do {
            due = handles(port.call(port.keys.due(part, AT_ONCE)));
            if (!due.isEmpty()) {
                ended += end(handles(port.call(port.keys.take(part, lease, due))), telling);
            }
        } while (due.size() == AT_ONCE && isOpen(telling));
        return ended;
    }

    private static List<SessionHandle> handles(Reply reply) {
        return reply.items().stream()
                .map(each -> new SessionHandle(each.text()))
                .toList();
    }

    /** Those for which there is no time within the lease are left to the next look. */
    private long end(List<SessionHandle> taken, List<Ear> telling) {
        long start = System.nanoTime();
        List<Optional<SessionRecord>> records = port.stored(taken);
        long ended = 0;
        for (int i = 0; i < taken.size(); i++) {
            boolean isInTime = System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(lease / 2);
            EndedSession<V> session = ended(taken.get(i), records.get(i));
            if (isInTime && isOpen(telling) && telling.stream().allMatch(ear -> ear.hears(session))) {
                forget(session, records.get(i).isPresent());
                ended++;
            }
        }
        return ended;
    }

    /** @param hasRecord otherwise what has its key is no session, and stays */
    private void forget(EndedSession<V> session, boolean hasRecord) {
        List<Command> forgetting = new ArrayList<>();
        session.indexes()
                .forEach((index, value) -> forgetting.add(
                        port.keys.forget(index, value, List.of(session.handle().text()))));
        if (hasRecord) {
            forgetting.add(port.keys.drop(session.handle()));
        }
        forgetting.add(port.keys.forgetDue(session.handle()));
        List<Reply> unused = port.connection.batch(forgetting, port.deadline);
    }

    private EndedSession<V> ended(SessionHandle handle, Optional<SessionRecord> kept) {
        return kept.map(record -> new EndedSession<>(
                        handle,
                        reason(record.why()),
                        Optional.of(Instant.ofEpochMilli(record.created())),
                        Optional.of(Instant.ofEpochMilli(record.accessed())),
                        record.indexes(),
                        attributes.readable(record.attributes())))
                .orElseGet(() -> new EndedSession<>(
                        handle, EndedSession.Reason.EXPIRED, Optional.empty(), Optional.empty(), Map.of(), Map.of()));
    }

    private static EndedSession.Reason reason(String why) {
        return why.isEmpty() ? EndedSession.Reason.EXPIRED : EndedSession.Reason.valueOf(why.toUpperCase(Locale.ROOT));
    }

    /** One listener, and its thread. */
    private final class Ear implements Listening {

        private final SessionListener<V> listener;
        private final long pause;
        private final ScheduledThreadPoolExecutor thread;

        Ear(SessionListener<V> listener, Duration pause) {
            this.listener = listener;
            this.pause = pause.toMillis();
            this.thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread daemon = new Thread(task, "keywright-" + port.where.replace(' ', '-'));
                daemon.setDaemon(true);
                return daemon;
            });
            thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // who is closed hears nothing
            ears.add(this);
            var unused = thread.scheduleWithFixedDelay(this::look, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void look() {
            if (port.connection.isClosed()) {
                close();
                return;
            }
            try {
                if (isOpen(List.of(this)) && !port.call(port.keys.turn(pause)).isNothing()) {
                    long unused = all();
                }
            } catch (RuntimeException | Error trouble) {
                // the next time; what gets out of here ends all looks
            }
        }

        /** What a listener throws is its own; the session is told again when the lease is over. */
        boolean hears(EndedSession<V> session) {
            try {
                listener.ended(session);
                return true;
            } catch (RuntimeException | Error wrong) {
                return false;
            }
        }

        void tell(StoredSession<V> session) {
            if (thread.getQueue().size() < MOST_UNTOLD) { // a listener that hangs must not fill the memory
                thread.execute(() -> begun(session));
            }
        }

        private void begun(StoredSession<V> session) {
            synchronized (oneAtATime) {
                try {
                    listener.created(session);
                } catch (RuntimeException | Error wrong) {
                    // at most once
                }
            }
        }

        @Override
        public void close() {
            ears.remove(this);
            thread.shutdown();
        }
    }
}
