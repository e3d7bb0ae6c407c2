package dev.keywright.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where loads run that nobody waits for on a thread of his own: those of asynchronous calls, and refreshes. The user's executor, or up to
 * {@value #THREADS} daemon threads that start when needed and end when idle.
 */
final class Background implements AutoCloseable {

    private static final int THREADS = 32;
    private static final int IDLE_SECONDS = 10;

    private final @Nullable ThreadPoolExecutor own;
    private final Executor executor;

    Background(String name, @Nullable Executor users) {
        if (users == null) {
            this.own = pool(name);
            this.executor = own;
        } else {
            this.own = null;
            this.executor = users;
        }
    }

    private static ThreadPoolExecutor pool(String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "keywright-cache-" + name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** @throws java.util.concurrent.RejectedExecutionException when closed, or when the user's executor is full */
    void execute(Runnable work) {
        executor.execute(work);
    }

    /** What the work gives or throws, later. */
    <T> CompletionStage<T> supply(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, executor);
    }

    /** What runs goes on to its end; what waits for a thread too. */
    @Override
    public void close() {
        if (own != null) {
            own.shutdown();
        }
    }
}
