package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.lease.Lease;
import dev.keywright.lock.Hold;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a majority granted. It is valid until a moment that is reckoned from before the masters were asked, by this process's
 * monotonic clock, less what clocks may differ in that time.
 */
final class RedlockHold implements Hold {

    private static final long NEVER = Long.MAX_VALUE;
    private static final long LEAST_DRIFT = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_MARGIN = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        ASKED,
        HELD,
        ENDED,
        LOST
    }

    private final QuorumLock lock;
    private final String owner;
    private final long token;
    private final Round taking;
    private final long renewUntil;
    private final CompletableFuture<Lost> loss = new CompletableFuture<>();
    private final Runnable farewell = this::closed;
    private State state = State.ASKED;
    private long askedAt = Long.MIN_VALUE;
    private long end;
    private long renewAt = NEVER;
    private @Nullable Future<?> alarm;

    private void closed() {
        lose(Lost.CLOSED);
    }

    /** @param taking the round that took the lock; some masters may still be about to answer it */
    RedlockHold(QuorumLock lock, String owner, long token, Round taking) {
        this.lock = lock;
        this.owner = owner;
        this.token = token;
        this.taking = taking;
        this.renewUntil =
                lock.options.renewed() ? Lease.now() + lock.options.longest().toNanos() : Long.MIN_VALUE;
    }

    /** A hundredth and 2 ms for clocks that run at different speeds; the loss is told a tenth early, a second at most. */
    static long reserve(long lease) {
        return Math.max(lease / 100 + LEAST_DRIFT, Math.min(lease / 10, LONGEST_MARGIN));
    }

    // --- its time

    /** The masters were asked at that time; false when it is over already. */
    synchronized boolean begin(long asked) {
        setEnd(asked, lock.options.lease().toNanos());
        if (Lease.now() >= end) {
            return false;
        }
        state = State.HELD;
        lock.masters.whenClosed(farewell);
        setAlarm();
        return true;
    }

    /** What was asked later counts, in whatever order answers come. */
    private void setEnd(long asked, long lease) {
        if (asked >= askedAt) {
            askedAt = asked;
            end = asked + lease - reserve(lease);
            renewAt = asked + lease / 3 < renewUntil ? asked + lease / 3 : NEVER;
        }
    }

    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = lock.masters.later(this::look, Math.max(1, Math.min(end, renewAt) - Lease.now()));
    }

    /** Does what is due, on the thread of the clock. */
    private void look() {
        boolean renew;
        boolean over;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            over = Lease.now() >= end;
            renew = !over && Lease.now() >= renewAt;
            if (renew) { // without an answer it is asked again until it is over
                renewAt = Lease.now() + lock.options.lease().toNanos() / 10;
            }
            if (!over) {
                setAlarm();
            }
        }
        if (over) {
            lose(whyOver());
        } else if (renew) {
            CompletionStage<Boolean> unused = ask(lock.options.lease());
        }
    }

    private synchronized Lost whyOver() {
        return lock.options.renewed() && renewAt == NEVER ? Lost.TOO_LONG : Lost.LEASE_OVER;
    }

    /** Lets the lease begin anew on a majority, while it is still valid. */
    private CompletionStage<Boolean> ask(Duration lease) {
        long asked = Lease.now();
        return lock.keepRound(owner, token, lease).decided().thenApply(votes -> {
            if (votes.isMajority(Vote.Kind.YES)) {
                return extended(asked, lease.toNanos());
            }
            if (votes.isMajority(Vote.Kind.TAKEN)) {
                lose(Lost.TAKEN);
                return false;
            }
            String story = "It was not extended (" + lock.keys.where() + "): " + votes.story() + ".";
            throw votes.isMajority(Vote.Kind.NEVER)
                    ? new KeywrightException.Misused(story)
                    : new KeywrightException.Unavailable(story, true);
        });
    }

    private boolean extended(long asked, long lease) {
        synchronized (this) {
            if (state != State.HELD) {
                return false;
            }
            if (Lease.now() < end) {
                setEnd(asked, lease);
                setAlarm();
                return Lease.now() < end;
            }
        }
        lose(whyOver());
        return false;
    }

    /** Tells of the loss, unless it was lost or released before. */
    private void lose(Lost why) {
        if (end(State.LOST)) {
            if (why != Lost.CLOSED) {
                lock.masters.all.forEach(this::tell);
            }
            lock.masters.executor().execute(() -> loss.complete(why)); // its listeners may take their time
        }
    }

    private synchronized boolean end(State how) {
        if (state != State.HELD) {
            return false;
        }
        state = how;
        lock.masters.forget(farewell);
        if (alarm != null) {
            alarm.cancel(false);
        }
        return true;
    }

    private void tell(Master master) {
        long until = Lease.now() + lock.options.lease().toNanos();
        lock.tellRelease(master, owner, token, until);
    }

    // --- for users

    @Override
    public long token() {
        return token;
    }

    @Override
    public boolean isHeld() {
        return !remaining().isZero();
    }

    @Override
    public synchronized Duration remaining() {
        return state == State.HELD ? Duration.ofNanos(Math.max(0, end - Lease.now())) : Duration.ZERO;
    }

    @Override
    public CompletionStage<Lost> lost() {
        return loss.minimalCompletionStage();
    }

    @Override
    public void requireHeld() {
        if (!isHeld()) {
            throw lock.keys.lost(token);
        }
    }

    @Override
    public boolean extend(Duration lease) {
        RedlockOptions.checkLease(lease);
        return isHeld() && joined(ask(lease));
    }

    @Override
    public boolean release() {
        return joined(releaseAsync());
    }

    /** On all masters; those that do not answer are told again in the background until the lease is over. */
    @Override
    public CompletionStage<Boolean> releaseAsync() {
        boolean held = isHeld();
        if (!end(State.ENDED)) {
            return CompletableFuture.completedStage(false);
        }
        Round round = lock.releaseRound(owner, token, taking);
        for (int i = 0; i < lock.masters.all.size(); i++) {
            Master master = lock.masters.all.get(i);
            CompletionStage<Void> unused = round.of(i).thenAccept(vote -> {
                if (vote.is(Vote.Kind.AWAY)) {
                    tell(master);
                }
            });
        }
        return round.decided().thenApplyAsync(votes -> wasHeld(votes, held), lock.masters.executor());
    }

    /** Where some masters did not answer the others may not prove either, and this process's clock says it. */
    private boolean wasHeld(Round.Result votes, boolean held) {
        if (votes.isMajority(Vote.Kind.YES) || votes.isMajority(Vote.Kind.TAKEN)) {
            return votes.isMajority(Vote.Kind.YES);
        }
        if (votes.areEnough()) {
            return held;
        }
        throw new KeywrightException.Unavailable(
                "It may not be released everywhere yet (" + lock.keys.where() + "): " + votes.story()
                        + ". It ends with its lease at the latest.",
                true);
    }

    void releaseQuietly() {
        CompletionStage<Boolean> unused = releaseAsync();
    }

    private static boolean joined(CompletionStage<Boolean> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KeywrightException why) {
                throw why;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            release();
        } catch (KeywrightException.Unavailable away) {
            // it is not renewed any more, and ends with its lease
        }
    }

    @Override
    public String toString() {
        return "hold " + token + " of " + lock.keys.where();
    }
}
