package dev.keywright.stream;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that takes what is new, over a connection of its own. When that breaks it opens another one, and takes up first what the server
 * says it has: after a restart that is what it had before, after a broken connection what was lost on the way.
 */
final class Taker<T> {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final long RIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long NOT_NOW_MILLIS = 20;
    private static final int PAGE = 64;

    private final Work<T> work;
    private final Membership membership;
    private final Connection connection;
    private final Thread thread;
    private final Runnable gone;
    private final Duration wait;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile @Nullable Session session;

    /** @param gone to be run when the connection was closed under the worker, on a thread of its own */
    Taker(Work<T> work, Runnable gone) {
        this.work = work;
        this.gone = gone;
        this.membership = work.membership;
        this.connection = membership.stream.connection;
        Duration quarter = work.options.idle().dividedBy(4);
        this.wait = quarter.compareTo(LONGEST_WAIT) < 0 ? quarter : LONGEST_WAIT;
        this.thread = Work.daemons("keywright-stream-taker").newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        int failures = 0;
        boolean isRestart = work.options.consumer().isPresent();
        while (!stopped) {
            if (connection.isClosed()) {
                Work.daemons("keywright-stream-end").newThread(gone).start();
                return;
            }
            try (Session open = connection.dedicated(membership.stream.key)) {
                session = open;
                membership.join();
                takeUp(isRestart);
                isRestart = false;
                while (!isOver()) {
                    take(open);
                    work.tally.taking(null);
                    failures = 0;
                    if (work.missesSome()) {
                        takeUp(false);
                    }
                }
            } catch (RuntimeException e) { // whatever it is, the next connection may go better
                failures++;
                failed(e, failures);
            } catch (InterruptedException e) {
                return; // only stop() ends it, so the process does
            } finally {
                if (!connection.isClosed()) {
                    work.acknowledgements.goAtOnce();
                }
            }
        }
    }

    /** Also seen while handlers hang and nothing is asked of the server. */
    private boolean isOver() {
        return stopped || connection.isClosed();
    }

    private void failed(RuntimeException failure, int failures) {
        if (stopped) {
            return;
        }
        work.tally.taking(failure);
        Duration pause = StreamWorker.pause(failures, FIRST_PAUSE, LONGEST_PAUSE);
        try {
            boolean unused = stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeUp(boolean counts) throws InterruptedException {
        EventId from = EventId.FIRST;
        List<Membership.Pending> page;
        do {
            page = work.takeUp(from, PAGE, counts);
            if (!page.isEmpty()) {
                from = page.get(page.size() - 1).id().next();
            }
            while (work.hand.awaitRoom(LONGEST_WAIT.toNanos()) == 0 && !isOver()) {
                // handlers are busy
            }
        } while (page.size() == PAGE && !isOver());
    }

    private void take(Session open) throws InterruptedException {
        int room = work.hand.awaitRoom(RIDE_NANOS);
        if (room == 0) {
            work.acknowledgements.goAtOnce();
            room = work.hand.awaitRoom(LONGEST_WAIT.toNanos());
        }
        if (!work.mayBegin()) { // it is about to be stopped, or given more time
            work.acknowledgements.goAtOnce();
            boolean unused = stopping.await(NOT_NOW_MILLIS, TimeUnit.MILLISECONDS);
        } else if (room > 0 && !stopped) {
            work.acknowledgements.ride(open);
            long askedAt = System.nanoTime();
            List<Entry> entries =
                    membership.read(open.call(membership.next(room, wait), wait.plus(membership.stream.deadline)));
            if (!entries.isEmpty()) {
                work.acknowledgements.waitForRide();
                work.take(entries, askedAt);
            }
        }
    }

    /** Nothing is taken any more when this returns, or the thread hangs on the network and will not hand out what it gets. */
    void stop() throws InterruptedException {
        stopped = true;
        stopping.countDown();
        Session open = session;
        if (open != null) {
            open.close();
        }
        thread.join(membership.stream.deadline.toMillis() + 1);
    }
}
