package dev.keywright.cache;

import dev.keywright.KeywrightException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One load of one key in this process, and those who joined it instead of loading themselves. */
final class Flight<V> {

    /**
     * What a load brought.
     *
     * @param certain whether it was so at the end of the load, not only at its beginning: nobody wrote or forgot the key meanwhile
     */
    record Landing<V>(@Nullable V value, boolean stale, boolean certain) {}

    private final CompletableFuture<Landing<V>> landing = new CompletableFuture<>();
    private volatile int stage;
    private volatile @Nullable Thread owner;

    /** The calling thread goes on with it. */
    void owned() {
        owner = Thread.currentThread();
    }

    boolean isOwn() {
        return owner == Thread.currentThread();
    }

    /** The owner says so before he asks Redis or the loader: what comes back may be older than who joins from here on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // nobody but the owner
    void nextStage() {
        stage++;
    }

    /** Who joined at an earlier stage than that of the landing can take it: it was asked for after he came. */
    int stage() {
        return stage;
    }

    CompletableFuture<Landing<V>> landing() {
        return landing;
    }

    /** Tells those who joined; that the owner was interrupted concerns none of them, they look again. */
    void fail(Throwable failure) {
        landing.completeExceptionally(Thread.currentThread().isInterrupted() ? new InterruptedException() : failure);
    }

    /** What the owner brought, or null when he took too long or gave up. */
    @Nullable
    Landing<V> await(long millis) {
        try {
            return landing.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                return null;
            }
            throw LoadFailures.raised(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting for a value that another thread loads; nothing was changed.", false);
        }
    }
}
