package dev.keywright.cache;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads under way that others may share; see {@link CacheBuilder#mergeReads}. */
final class Merges<T> {

    private final Duration deadline;
    private final Map<String, CompletableFuture<T>> reads = new ConcurrentHashMap<>();

    Merges(Duration deadline) {
        this.deadline = deadline;
    }

    /** What this read answers, or another one of the same key that is under way. */
    T read(String text, Supplier<T> read) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> other = reads.putIfAbsent(text, mine);
        if (other != null) {
            T shared = await(other);
            return shared == null ? read.get() : shared;
        }
        try {
            T answer = read.get();
            reads.remove(text, mine);
            mine.complete(answer);
            return answer;
        } catch (RuntimeException e) {
            reads.remove(text, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** Null when the other one's read failed, for reasons that may be his own. */
    private @Nullable T await(CompletableFuture<T> other) {
        try {
            return other.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable("Interrupted while waiting (GET); nothing was changed.", false);
        }
    }

    /** Lets nobody share what was sent until now. */
    void detach(String text) {
        reads.remove(text);
    }

    void detachAll() {
        reads.clear();
    }
}
