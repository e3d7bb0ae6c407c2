package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Delivery;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** One name on all masters; see {@link Request} for how it is acquired. */
final class QuorumLock implements DistributedLock {

    final Masters masters;
    final RedlockKeys keys;
    final RedlockOptions options;

    QuorumLock(Masters masters, RedlockKeys keys, RedlockOptions options) {
        this.masters = masters;
        this.keys = keys;
        this.options = options;
    }

    // --- what is asked of all masters

    Round acquireRound(String owner) {
        Script.Invocation question = keys.acquire(owner, options);
        return Round.ask(
                masters.all,
                master -> master.askIfHeard(question, options.nodeTimeout())
                        .thenApply((Reply reply) -> Vote.ofAcquire(reply, master.toString())));
    }

    Round keepRound(String owner, long token, Duration lease) {
        Script.Invocation question = keys.keep(owner, token, lease);
        Duration most = lease.dividedBy(5);
        Duration timeout = options.nodeTimeout().compareTo(most) > 0 ? most : options.nodeTimeout();
        return Round.ask(masters.all, master -> masters.vote(master, question, timeout));
    }

    /** To each master after it answered what took the lock, or was silent for too long: else that could come later, and stay. */
    Round releaseRound(String owner, long token, Round taking) {
        Script.Invocation question = keys.release(owner, token);
        return Round.ask(
                masters.all,
                master -> taking.of(masters.all.indexOf(master))
                        .thenCompose(any -> masters.vote(master, question, options.nodeTimeout())));
    }

    /** In the background. */
    void tellRelease(Master master, String owner, long token, long until) {
        masters.tell(master, keys.release(owner, token), options.nodeTimeout(), until);
    }

    // --- for users

    @Override
    public String name() {
        return keys.name();
    }

    @Override
    public Optional<Hold> tryAcquire(Duration wait) {
        return new Request(this, wait).await().map(Function.identity());
    }

    @Override
    public CompletionStage<Optional<Hold>> tryAcquireAsync(Duration wait) {
        CompletionStage<Optional<RedlockHold>> given =
                new Request(this, wait).result().thenApplyAsync(hold -> hold, masters.executor());
        return Delivery.of(given, RedlockHold::releaseQuietly);
    }

    @Override
    public Hold acquire(Duration wait) {
        Request request = new Request(this, wait);
        return request.await().orElseThrow(request::refusal);
    }

    @Override
    public <T, X extends Exception> T withLock(Duration wait, Action<T, X> action) throws X {
        try (Hold hold = acquire(wait)) {
            T result = action.run(hold);
            if (!released(hold)) {
                throw keys.lost(hold.token());
            }
            return result;
        }
    }

    private static boolean released(Hold hold) {
        boolean held = hold.isHeld();
        try {
            return hold.release();
        } catch (KeywrightException.Unavailable away) {
            return held; // the action was over in time; the lock ends with its lease
        }
    }

    @Override
    public String toString() {
        return keys.where();
    }
}
