package dev.keywright.once;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The right to do the work of one key, for as long as its lease. It ends with {@link #complete}, {@link #fail} or {@link #free}; one that
 * is left alone ends with its lease, and the next one gets the key.
 *
 * <p>The lease is watched by the clock of this process, which only runs forward, from before the server was asked; but a process that
 * was paused learns of the end only afterwards. So guard the effect: write it with {@link #token()}, and refuse older ones, or in one
 * transaction with its key, see {@code OnceTable}. Threads: any number.
 */
public final class Attempt<V> implements Begin<V> {

    private final Records<V> records;
    private final String key;
    private final byte[] owner;
    private final long token;
    private final long begun;
    private final long leaseNanos;
    private final LifeSigns signs;
    private volatile long leaseEnd;
    private volatile boolean finished;
    private volatile boolean lost;
    private @Nullable ScheduledFuture<?> beat;

    Attempt(Records<V> records, LifeSigns signs, String key, byte[] owner, long token, long begun) {
        this.records = records;
        this.signs = signs;
        this.key = key;
        this.owner = owner;
        this.token = token;
        this.begun = begun;
        this.leaseNanos = records.options.lease().toNanos();
        this.leaseEnd = begun + leaseNanos;
    }

    /** Higher than that of every attempt for this key before; a fencing token. */
    public long token() {
        return token;
    }

    /** What is left of the lease, less a tenth of it for good measure; zero when it is over, lost or finished. */
    public Duration remaining() {
        long left = leaseEnd - System.nanoTime() - leaseNanos / 10;
        return finished || lost || left < 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    public boolean isHeld() {
        return !remaining().isZero();
    }

    /** @throws KeywrightException.Lost when the lease is over, and another attempt may have begun */
    public void requireHeld() {
        if (!isHeld()) {
            throw lost();
        }
    }

    boolean isFinished() {
        return finished;
    }

    /** Sends signs of life from now on, until the attempt ends, or {@link OnceOptions#longest()} after it began. */
    public synchronized Attempt<V> keepAlive() {
        if (beat == null && !finished) {
            beat = signs.every(Duration.ofNanos(leaseNanos / 3), this::beat);
        }
        return this;
    }

    private void beat() {
        long now = System.nanoTime();
        if (finished || lost || now - begun > records.options.longest().toNanos()) {
            quiet();
            return;
        }
        records.extend(key, owner).send(records.connection, records.deadline).thenAccept(reply -> extended(reply, now));
    }

    /** No signs of life from now on. */
    synchronized void quiet() {
        if (beat != null) {
            beat.cancel(false);
        }
    }

    private boolean extended(Reply reply, long askedAt) {
        boolean granted = records.isGranted(reply);
        if (granted) {
            leaseEnd = askedAt + leaseNanos;
        } else {
            lost = true;
        }
        return granted;
    }

    /**
     * Lets the lease begin anew.
     *
     * @return false when another attempt has the key, or the record is gone
     * @throws KeywrightException.Unavailable when Redis did not answer; may be asked again
     */
    public boolean extend() {
        long now = System.nanoTime();
        return extended(records.extend(key, owner).call(records.connection, records.deadline), now);
    }

    public CompletionStage<Boolean> extendAsync() {
        long now = System.nanoTime();
        return records.extend(key, owner)
                .send(records.connection, records.deadline)
                .thenApply(reply -> extended(reply, now));
    }

    /**
     * Records the result, which every retry gets until it expires. May be asked again when the answer was lost.
     *
     * @throws KeywrightException.Lost when another attempt has the key, or the record is gone; nothing was recorded
     * @throws KeywrightException.Unavailable when Redis did not answer; the result may have been recorded
     */
    public void complete(V result) {
        finish(records.complete(key, owner, result));
    }

    public CompletionStage<Void> completeAsync(V result) {
        return finishLater(records.complete(key, owner, result));
    }

    /**
     * Records that it failed for good, which every retry is told until it expires. As {@link #complete} else.
     *
     * @param reason for those who ask again; it is stored
     */
    public void fail(String reason) {
        finish(records.fail(key, owner, reason));
    }

    public CompletionStage<Void> failAsync(String reason) {
        return finishLater(records.fail(key, owner, reason));
    }

    /** Frees the key: it was not done, and the next one may begin at once. As {@link #complete} else. */
    public void free() {
        finish(records.free(key, owner));
    }

    public CompletionStage<Void> freeAsync() {
        return finishLater(records.free(key, owner));
    }

    private void finish(Script.Invocation invocation) {
        finished(invocation.call(records.connection, records.deadline));
    }

    private CompletionStage<Void> finishLater(Script.Invocation invocation) {
        return invocation.send(records.connection, records.deadline).thenAccept(this::finished);
    }

    private void finished(Reply reply) {
        if (!records.isGranted(reply)) {
            lost = true;
            quiet();
            throw lost();
        }
        finished = true;
        quiet();
    }

    private KeywrightException.Lost lost() {
        return new KeywrightException.Lost("The attempt with token " + token
                + " is over: it has ended, its lease has, or its record is gone (" + records.where()
                + "). Stop; the key decides who goes on.");
    }

    /** Frees the key if it can, so that nobody has to wait for the end of the lease. */
    void abandon() {
        quiet();
        abandon(records, key, owner);
    }

    static void abandon(Records<?> records, String key, byte[] owner) {
        records.free(key, owner)
                .send(records.connection, records.deadline)
                .exceptionally(away -> Reply.Nothing.NOTHING);
    }

    @Override
    public String toString() {
        return "attempt " + token + " of " + records.where();
    }
}
