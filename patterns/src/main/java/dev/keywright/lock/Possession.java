package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lease;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The lock as the server gave it to this process: one lease, and tokens for the holds that follow each other in it. Ends once, by the
 * release of a hold or by loss.
 */
final class Possession {

    /** How often and how long the lock stays in this process while others of it wait: then other processes have their chance. */
    static final int MOST_HOLDS = 64;

    private static final long LONGEST_RUN = TimeUnit.MILLISECONDS.toNanos(20);

    final Locks locks;
    final LockScripts keys;
    final LockOptions options;
    final byte[] owner;
    private final String name;
    final Lease lease;
    private final @Nullable Gate gate;
    private final int tokens;
    private final long start = Lease.now();
    private final AtomicBoolean passed = new AtomicBoolean();
    private volatile boolean mayLast; // an extension without an answer may have come
    private int holds = 1;
    private @Nullable LockHold current;

    /** @param gate null when the lock is not handed on in this process */
    Possession(Locks locks, LockScripts keys, LockOptions options, String name, @Nullable Gate gate) {
        this.locks = locks;
        this.keys = keys;
        this.options = options;
        this.name = name;
        this.owner = name.getBytes(US_ASCII);
        this.gate = gate;
        this.tokens =
                gate != null && options.renewed() && !options.longest().isZero() && gate.isWaitedAt() ? MOST_HOLDS : 1;
        Duration renewFor = options.renewed() ? options.longest() : Duration.ZERO;
        this.lease = new Lease(options.lease(), renewFor, lasting -> keys.extend(owner, lasting), this::lost);
    }

    /** How many tokens come with the lease: more than one only when somebody waits here already, so that they stay near the clock. */
    int tokens() {
        return tokens;
    }

    /** The first hold, of what was asked for at that time. */
    LockHold granted(long token, long askedAt) {
        LockHold hold = new LockHold(this, token);
        synchronized (this) {
            current = hold;
        }
        lease.granted(askedAt);
        locks.lessee.leases().granted(lease);
        return hold;
    }

    private boolean mayHandOn() {
        return holds < tokens && Lease.now() - start < LONGEST_RUN && lease.remaining() > lease.nanos() / 2;
    }

    /** Lets it last at least so long from now. */
    void extend(Duration lasting) {
        long askedAt = Lease.now();
        try {
            Reply reply = keys.extend(owner, lasting).call(locks.lessee.connection(), locks.deadline(options));
            if (!keys.isGranted(reply)) {
                locks.lessee.leases().forget(lease);
                lease.lose(Lost.TAKEN);
                return;
            }
        } catch (KeywrightException.Unavailable away) {
            mayLast = mayLast || away.outcomeUnknown();
            throw away;
        }
        lease.extended(askedAt, lasting);
        locks.lessee.leases().granted(lease);
        if (lease.remaining() == 0) { // it was lost before the answer came, and lasts on the server
            locks.freeLater(keys, name, false, options);
        }
    }

    private void lost(Lost why) {
        if (mayLast) {
            locks.freeLater(keys, name, false, options);
        }
        LockHold holder;
        synchronized (this) {
            holder = current;
            current = null;
        }
        passTurn();
        if (holder != null) {
            locks.lessee.executor().execute(() -> holder.lost(why)); // its listeners may take their time
        }
    }

    /** Whether this hold has the lock, as far as this process knows. */
    synchronized boolean isCurrent(LockHold hold) {
        return current == hold;
    }

    /** What is left to do after a hold was given back. */
    enum Return {
        /** It was lost, or given back before. */
        NOT_HELD,
        /** Another one in this process has it. */
        HANDED_ON,
        /** The server is to be told. */
        FREED
    }

    Return giveBack(LockHold hold) {
        if (gate == null) {
            return end(hold);
        }
        synchronized (gate) { // always before this one: the gate asks for the next hold
            synchronized (this) {
                if (current == hold && mayHandOn() && gate.isWaitedAt()) {
                    LockHold next = new LockHold(this, hold.token() + 1);
                    if (gate.handOn(next)) {
                        holds++;
                        current = next;
                        return Return.HANDED_ON;
                    }
                }
                return end(hold);
            }
        }
    }

    private synchronized Return end(LockHold hold) {
        if (current != hold || !lease.end()) {
            return Return.NOT_HELD;
        }
        current = null;
        locks.lessee.leases().forget(lease);
        return Return.FREED;
    }

    /** Frees what was over before it began, without a word on loss; the turn stays with the one who asked. */
    void abandon(LockHold hold) {
        if (end(hold) == Return.FREED) {
            locks.freeLater(keys, name, false, options);
        }
    }

    /** Tells the server, and lets the next one of this process have its turn. */
    boolean free() {
        try {
            return keys.isGranted(keys.release(owner, false).call(locks.lessee.connection(), locks.deadline(options)));
        } catch (KeywrightException.Unavailable away) {
            locks.freeLater(keys, name, false, options);
            throw away;
        } finally {
            passTurn();
        }
    }

    CompletionStage<Boolean> freeLater() {
        return answerToRelease().thenApplyAsync(keys::isGranted, locks.lessee.executor()); // users may block there
    }

    /** For one who does not wait for the answer. */
    void freeUnawaited() {
        CompletionStage<Reply> unused = answerToRelease();
    }

    private CompletionStage<Reply> answerToRelease() {
        CompletionStage<Reply> answer =
                keys.release(owner, false).send(locks.lessee.connection(), locks.deadline(options));
        passTurn(); // what is asked from now on comes after the release
        return answer.thenApply(keys::checked).whenComplete((reply, away) -> {
            if (away != null) {
                locks.freeLater(keys, name, false, options);
            }
        });
    }

    /** Ends the turn in this process; once. */
    void passTurn() {
        if (gate != null && passed.compareAndSet(false, true)) {
            gate.pass();
        }
    }
}
