package dev.keywright.presence;

import dev.keywright.KeywrightException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A device of a user that is online until it is closed. Its heartbeats are sent in the background, together with those of all others of
 * the process. Threads: any number.
 *
 * <p>A device belongs to who brought it online last: when another process, or another call, does so with the same user and device, this
 * session {@linkplain #isReplaced() is replaced}, and to close it has no effect. So a client that is already connected elsewhere stays
 * online when its old connection is given up.
 */
public final class OnlineSession implements AutoCloseable {

    private enum State {
        OPEN,
        CLOSED,
        REPLACED
    }

    private final Presence presence;
    private final String user;
    private final String device;
    final byte[] userBytes;
    final byte[] deviceBytes;
    final byte[] owner;
    final int partition;

    private State state = State.OPEN;
    private boolean returning; // a heartbeat is under way that may bring the device back
    private CompletableFuture<Void> afterwards = new CompletableFuture<>();
    private volatile long certain;

    OnlineSession(Presence presence, String user, String device, byte[] owner) {
        this.presence = presence;
        this.user = user;
        this.device = device;
        this.userBytes = presence.words.written("user", user);
        this.deviceBytes = presence.words.written("device", device);
        this.owner = owner;
        this.partition = presence.partition(userBytes);
        this.certain = System.nanoTime();
    }

    public String user() {
        return user;
    }

    public String device() {
        return device;
    }

    /**
     * Whether the server has the device online for certain, by the clock of this process and the last heartbeat that was answered. Asks no
     * server.
     */
    public synchronized boolean isOnline() {
        return state == State.OPEN && certain - System.nanoTime() > 0;
    }

    /** Whether the same device came online through another session; learned with the next heartbeat. Asks no server. */
    public synchronized boolean isReplaced() {
        return state == State.REPLACED;
    }

    /** @param since when the heartbeat was sent, so that the server counts from a later moment */
    void answered(long since) {
        certain = since + presence.options.ttl().toNanos();
    }

    synchronized void replaced() {
        if (state == State.OPEN) {
            state = State.REPLACED;
        }
    }

    synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    /** Before a heartbeat that may bring it back; whoever closes the session meanwhile waits for {@link #returned}. */
    synchronized boolean returns() {
        returning = state == State.OPEN;
        return returning;
    }

    void returned() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            returning = false;
            waiting = afterwards;
            afterwards = new CompletableFuture<>();
        }
        waiting.completeAsync(() -> null);
    }

    /** What to wait for before it leaves; null when there is nothing to do. */
    private synchronized @Nullable CompletableFuture<Void> ends() {
        presence.forget(this);
        if (state != State.OPEN) {
            return null;
        }
        state = State.CLOSED;
        return returning ? afterwards : CompletableFuture.completedFuture(null);
    }

    /** Ends it when nothing is under way any more that may bring it back; whether the server is to be told. */
    boolean endsNow() {
        CompletableFuture<Void> before = ends();
        if (before == null) {
            return false;
        }
        before.join();
        return true;
    }

    /**
     * Takes the device offline, and the user when it was the last one. 1 EVALSHA; nothing the second time, or when it was replaced.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; then the device is offline when its TTL is over
     */
    public void leave() {
        if (endsNow()) {
            presence.leave(this);
        }
    }

    /** As {@link #leave()}, without blocking. */
    public CompletionStage<Void> leaveAsync() {
        CompletableFuture<Void> before = ends();
        return before == null
                ? CompletableFuture.completedStage(null)
                : before.thenCompose(ready -> presence.leaveLater(this));
    }

    /** As {@link #leave()}, without a word when Redis is away: the device is offline when its TTL is over. */
    @Override
    public void close() {
        try {
            leave();
        } catch (KeywrightException.Unavailable away) {
            // no more heartbeats are sent
        }
    }

    @Override
    public String toString() {
        return "a device in " + presence;
    }
}
