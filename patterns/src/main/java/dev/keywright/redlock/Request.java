package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.lease.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One wish for the lock. Each try asks as another owner, so that the undoing of one that failed never touches the next.
 *
 * <p>A try has two rounds. The first takes the lock and collects a token from each master that grants it, higher than those kept there. The
 * second has the highest of them kept, which a master does only where the lock is the owner's, or free, and if it kept no such token before.
 * Two majorities have a master in common, and on it the later hold has the higher token: so tokens grow, whatever the clocks say.
 *
 * <p>Several that ask at the same time can split the votes, so that none of them has a majority. The pause before the next try is drawn from
 * a time that grows with each such try and with how long it kept the votes, which is long when masters are silent: so one of them soon asks
 * alone.
 */
final class Request {

    private static final int MOST_SPLITS = 8;

    private final QuorumLock lock;
    private final long start = Lease.now();
    private final Duration wait;
    private final CompletableFuture<Optional<RedlockHold>> result = new CompletableFuture<>();
    private final Runnable farewell = this::closed;
    private volatile String story = "";
    private volatile long triedAt;
    private volatile int splits;

    Request(QuorumLock lock, Duration wait) {
        RedlockOptions.checkWait(wait);
        this.lock = lock;
        this.wait = wait;
        lock.masters.whenClosed(farewell);
        tryOnce();
    }

    CompletionStage<Optional<RedlockHold>> result() {
        return result;
    }

    Optional<RedlockHold> await() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            KeywrightException.Unavailable interrupted = new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + lock.keys.where() + "). It was not acquired.", false, e);
            if (!fail(interrupted)) { // it came at the same moment
                CompletionStage<Void> unused = result.thenAccept(hold -> hold.ifPresent(RedlockHold::close));
            }
            Thread.currentThread().interrupt();
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException why) {
                throw why;
            }
            throw new IllegalStateException(e);
        }
    }

    private boolean fail(Throwable why) {
        lock.masters.forget(farewell);
        return result.completeExceptionally(why);
    }

    private void closed() {
        fail(new KeywrightException.Unavailable(
                "The Redlock was closed while the lock was waited for (" + lock.keys.where() + ").", false));
    }

    private void tryOnce() {
        if (result.isDone()) {
            return;
        }
        String owner = lock.masters.newOwner();
        long askedAt = Lease.now();
        triedAt = askedAt;
        Round taking = lock.acquireRound(owner);
        then(taking, votes -> {
            if (votes.isMajority(Vote.Kind.YES)) {
                keep(owner, votes.highest(), askedAt, taking);
            } else {
                undo(owner, 0, List.of(taking));
                refused(votes);
            }
        });
    }

    private void then(Round round, Consumer<Round.Result> next) {
        CompletionStage<Void> unused = round.decided().thenAccept(next).exceptionally(bug -> {
            fail(bug);
            return null;
        });
    }

    private void keep(String owner, long token, long askedAt, Round taking) {
        Round keeping = lock.keepRound(owner, token, lock.options.lease());
        then(keeping, votes -> {
            RedlockHold hold = new RedlockHold(lock, owner, token, taking);
            if (votes.isMajority(Vote.Kind.YES) && hold.begin(askedAt)) {
                lock.masters.forget(farewell);
                if (!result.complete(Optional.of(hold))) {
                    hold.releaseQuietly();
                }
                return;
            }
            undo(owner, token, List.of(taking, keeping));
            refused(votes);
        });
    }

    /** On every master where the owner may have the lock, or get it late. */
    private void undo(String owner, long token, List<Round> rounds) {
        for (int i = 0; i < lock.masters.all.size(); i++) {
            Master master = lock.masters.all.get(i);
            CompletionStage<Boolean> open = CompletableFuture.completedStage(false);
            for (Round round : rounds) {
                open = open.thenCombine(round.of(i), (before, vote) -> before || vote.open());
            }
            CompletionStage<Void> unused = open.thenAccept(is -> {
                if (is) {
                    long until = Lease.now() + lock.options.lease().toNanos();
                    lock.tellRelease(master, owner, token, until);
                }
            });
        }
    }

    private void refused(Round.Result votes) {
        story = votes.isMajority(Vote.Kind.YES) ? "the lease was over when the masters had answered" : votes.story();
        long left = wait.toNanos() - (Lease.now() - start);
        if (votes.isMajority(Vote.Kind.NEVER)) {
            fail(new KeywrightException.Misused(
                    "The lock cannot be had (" + lock.keys.where() + "): " + story + ". Mend what they say."));
        } else if (left > 0) {
            splits = votes.isMajority(Vote.Kind.TAKEN) ? 0 : Math.min(splits + 1, MOST_SPLITS);
            Future<?> unused = lock.masters.later(this::tryOnce, Math.min(left, pause()));
        } else if (votes.areEnough() && !votes.isMajority(Vote.Kind.YES)) {
            lock.masters.forget(farewell);
            result.complete(Optional.empty());
        } else {
            fail(refusal());
        }
    }

    private long pause() {
        long longest = lock.options.retryPause().toNanos();
        long more = splits * Math.max(longest, Lease.now() - triedAt);
        return ThreadLocalRandom.current().nextLong(longest / 2, longest + more);
    }

    /** Why there is no hold. */
    KeywrightException.Unavailable refusal() {
        return new KeywrightException.Unavailable(
                "The lock was not had within " + wait.toMillis() + " ms (" + lock.keys.where() + "): " + story
                        + ". Try again later, or wait longer.",
                false);
    }
}
