package dev.keywright.ops.backup;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that do the parts of one job at the same time. The first that fails ends the others: what they have {@link #opened} is
 * closed under them, and none works any more when {@link #run} returns.
 */
final class Crew {

    private static final int MOST = 4;

    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * Does all parts; the results come in no order.
     *
     * @throws ExecutionException with the first failure
     */
    <T> List<T> run(List<Callable<T>> parts) throws ExecutionException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, Math.min(parts.size(), MOST)));
        try {
            ExecutorCompletionService<T> running = new ExecutorCompletionService<>(threads);
            parts.forEach(running::submit);
            List<T> results = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Future<T> done = running.take();
                results.add(done.get());
            }
            return results;
        } finally {
            stop();
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    private void stop() {
        stopped = true;
        open.forEach(Crew::close);
    }

    private static void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.HOURS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a part waits for without noticing an interrupt, such as a connection; it is closed when another part fails. */
    <C extends Closeable> C opened(C resource) throws IOException {
        open.add(resource);
        requireGoingOn();
        return resource;
    }

    /** Ends a part when another has failed. */
    void requireGoingOn() throws IOException {
        if (stopped) {
            open.forEach(Crew::close);
            throw new IOException("given up, because another part failed");
        }
    }

    private static void close(Closeable resource) {
        try {
            resource.close();
        } catch (IOException closedAnyway) {
            // Nobody uses it any more.
        }
    }
}
