package dev.keywright.job;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Adds the jobs of threads that come at the same time with one script. While a script is under way those that come wait, and
 * then the first of them sends the jobs of all. Who comes alone sends at once and waits for nobody.
 */
final class Together {

    private static final int MOST_BYTES = 1 << 18;

    private final JobKeys keys;
    private final ArrayDeque<Caller> waiting = new ArrayDeque<>(); // guarded by this
    private boolean isUnderWay; // guarded by this

    Together(JobKeys keys) {
        this.keys = keys;
    }

    /** A thread and its job. */
    private static final class Caller {

        final Draft draft;
        final Thread thread = Thread.currentThread();
        volatile @Nullable List<Caller> crew; // whose jobs it is to send, its own first
        volatile @Nullable Enqueued added;
        volatile @Nullable KeywrightException failure;

        Caller(Draft draft) {
            this.draft = draft;
        }

        boolean isWaiting() {
            return crew == null && added == null && failure == null;
        }

        void settle(@Nullable Enqueued answer, @Nullable KeywrightException failed) {
            added = answer;
            failure = failed;
            LockSupport.unpark(thread);
        }
    }

    Enqueued add(Draft draft) {
        Caller caller = new Caller(draft);
        if (!mayGo(caller)) {
            await(caller);
        }
        List<Caller> crew = caller.crew;
        if (crew != null) {
            try {
                send(crew);
            } finally {
                handOver();
            }
        }
        KeywrightException failure = caller.failure;
        if (failure != null) {
            throw failure;
        }
        Enqueued added = caller.added;
        if (added == null) {
            throw unanswered(true);
        }
        return added;
    }

    private synchronized boolean mayGo(Caller caller) {
        if (isUnderWay) {
            waiting.add(caller);
            return false;
        }
        isUnderWay = true;
        caller.crew = List.of(caller);
        return true;
    }

    /** Until its job was added by another thread, or it is to send itself. */
    private void await(Caller caller) {
        long end = System.nanoTime() + keys.deadline.toNanos();
        while (caller.isWaiting()) {
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                giveUp(caller);
                return;
            }
            LockSupport.parkNanos(this, left);
        }
    }

    private synchronized void giveUp(Caller caller) {
        if (waiting.remove(caller)) {
            caller.settle(null, unanswered(false));
        }
    }

    private KeywrightException.Unavailable unanswered(boolean sent) {
        String why = Thread.currentThread().isInterrupted()
                ? "The thread was interrupted"
                : "No answer in " + keys.deadline.toMillis() + " ms";
        return new KeywrightException.Unavailable(
                why + " (" + keys.stem + "). "
                        + (sent ? "The job may have been added; ask again with its id." : "The job was not added."),
                sent);
    }

    private void send(List<Caller> crew) {
        List<Draft> drafts = crew.stream().map(caller -> caller.draft).toList();
        try {
            Reply reply = keys.call(keys.enqueue(drafts, keys.options.maxWaiting()));
            if (crew.size() > 1 && JobKeys.isFull(reply)) {
                crew.forEach(caller -> send(List.of(caller))); // there may be room for some
                return;
            }
            List<Enqueued> added = keys.added(drafts, reply);
            for (int i = 0; i < crew.size(); i++) {
                crew.get(i).settle(added.get(i), null);
            }
        } catch (KeywrightException e) {
            fail(crew, e);
        } finally {
            crew.stream()
                    .filter(caller -> caller.added == null && caller.failure == null)
                    .forEach(caller -> {
                        caller.settle(null, unanswered(true)); // an Error, which the thread it came to throws
                    });
        }
    }

    /** That one thread was interrupted concerns no other: their jobs go again, which changes nothing where they were added. */
    private void fail(List<Caller> crew, KeywrightException failure) {
        boolean interrupted = Thread.interrupted();
        crew.get(0).settle(null, failure);
        List<Caller> others = crew.subList(1, crew.size());
        if (interrupted && !others.isEmpty()) {
            send(others);
        } else {
            others.forEach(caller -> caller.settle(null, copy(failure)));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static KeywrightException copy(KeywrightException failure) {
        String why = String.valueOf(failure.getMessage());
        return failure instanceof KeywrightException.Unavailable away
                ? new KeywrightException.Unavailable(why, away.outcomeUnknown(), away)
                : new KeywrightException.Misused(why, failure);
    }

    private synchronized void handOver() {
        List<Caller> crew = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && crew.size() < JobKeys.MOST && bytes < MOST_BYTES) {
            Caller next = waiting.remove();
            crew.add(next);
            bytes += next.draft.bytes();
        }
        isUnderWay = !crew.isEmpty();
        if (isUnderWay) {
            crew.get(0).crew = crew;
            LockSupport.unpark(crew.get(0).thread);
        }
    }
}
