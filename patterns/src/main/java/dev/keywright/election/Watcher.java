package dev.keywright.election;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks who leads, when a message says that it has changed, when the lease would be over, and now and then. One look at a time, and the
 * listener is part of it, so that what it is told is in order and never old.
 */
final class Watcher implements Subscription {

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(5);
    private static final long SHORTEST_PAUSE = 20;
    private static final long PAUSE_WITHOUT = TimeUnit.SECONDS.toMillis(1);

    private final LeaderElection election;
    private final Consumer<Optional<Leader>> listener;
    private Optional<Leader> told = Optional.empty();
    private boolean toldOnce;
    private @Nullable Subscription messages;
    private @Nullable Future<?> alarm;
    private boolean looking;
    private boolean again;
    private boolean closed;

    Watcher(LeaderElection election, Consumer<Optional<Leader>> listener) {
        this.election = election;
        this.listener = listener;
    }

    void start() {
        news();
        election.lessee.executor().execute(this::listen);
    }

    private void listen() {
        Subscription opened;
        try {
            opened = election.lessee.connection().listen(election.keys.news(), message -> news());
        } catch (KeywrightException e) { // without messages, as without the right to listen, it looks by itself
            return;
        }
        synchronized (this) {
            if (!closed) {
                messages = opened;
                opened = null;
            }
        }
        if (opened != null) {
            opened.close();
        }
        news(); // what was published before is made up for
    }

    private synchronized void news() {
        if (looking) {
            again = true;
        } else if (!isOver()) {
            looking = true;
            if (alarm != null) {
                alarm.cancel(false);
            }
            election.lessee.executor().execute(this::look);
        }
    }

    private boolean isOver() {
        return closed || election.lessee.leases().isClosed();
    }

    private void look() {
        long pause = PAUSE_WITHOUT;
        try {
            List<Reply> replies = election.lessee.connection().batch(election.keys.look(), election.deadline());
            Optional<Leader> leader = election.leader(replies.get(0));
            if (leader.isPresent()) {
                pause = Math.max(SHORTEST_PAUSE, Math.min(replies.get(1).number() + 1, LONGEST_PAUSE));
            }
            tell(leader);
        } catch (KeywrightException e) {
            // it will look again
        } finally {
            lookAgain(pause);
        }
    }

    private void tell(Optional<Leader> leader) {
        synchronized (this) {
            if (closed || toldOnce && leader.equals(told)) {
                return;
            }
            toldOnce = true;
            told = leader;
        }
        listener.accept(leader);
    }

    private synchronized void lookAgain(long pauseMillis) {
        looking = false;
        if (again) {
            again = false;
            news();
        } else if (!isOver()) {
            alarm = election.lessee.leases().later(this::news, TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        }
    }

    @Override
    public void close() {
        Subscription listening;
        synchronized (this) {
            closed = true;
            listening = messages;
            messages = null;
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
        if (listening != null) {
            listening.close();
        }
    }
}
