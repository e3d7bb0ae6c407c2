package dev.keywright.connection;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Hands things to one listener, in order, one after the other, on an executor. A listener that is more than {@value #BACKLOG}
 * behind misses the oldest.
 */
final class Deliveries<T> implements Runnable {

    private static final int BACKLOG = 10_000;

    private final Executor executor;
    private final Consumer<? super T> listener;
    private final Queue<T> backlog = new ArrayDeque<>();
    private boolean running;

    Deliveries(Executor executor, Consumer<? super T> listener) {
        this.executor = executor;
        this.listener = listener;
    }

    void offer(T thing) {
        synchronized (backlog) {
            if (backlog.size() == BACKLOG) {
                backlog.remove();
            }
            backlog.add(thing);
            if (running) {
                return;
            }
            running = true;
        }
        execute(executor, this);
    }

    @Override
    public void run() {
        T thing;
        synchronized (backlog) {
            thing = backlog.remove();
        }
        try {
            listener.accept(thing);
        } finally {
            boolean more;
            synchronized (backlog) {
                more = !backlog.isEmpty();
                running = more;
            }
            if (more) {
                execute(executor, this);
            }
        }
    }

    /** An executor that refuses work must not lose it, nor may it be done on this thread. */
    static void execute(Executor executor, Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(work);
        }
    }
}
