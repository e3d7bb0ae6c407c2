package dev.keywright.expert.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Threads that each send one operation after the other and wait for its answer before the next. */
final class Callers implements AutoCloseable {

    static final int COUNT = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(COUNT, work -> {
        Thread thread = new Thread(work, "keywright-evidence-caller");
        thread.setDaemon(true);
        return thread;
    });

    /** All callers at the same work, each with a tally of its own; returns when the last one is done. */
    Tally together(Consumer<Tally> work, Patience patience) {
        long start = Patience.now();
        List<Tally> tallies = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Tally own = new Tally();
            tallies.add(own);
            running.add(threads.submit(() -> work.accept(own)));
        }
        awaitAll(running, patience);
        Tally all = new Tally();
        tallies.forEach(all::add);
        all.lasted(Patience.now() - start);
        return all;
    }

    /** An interrupt makes the callers stop, and is kept until they have: nobody may still write when the cleaning begins. */
    private static void awaitAll(List<Future<?>> running, Patience patience) {
        boolean interrupted = false;
        for (Future<?> one : running) {
            boolean ended = false;
            while (!ended) {
                try {
                    one.get();
                    ended = true;
                } catch (InterruptedException stop) {
                    interrupted = true;
                    patience.callOff();
                } catch (ExecutionException fault) {
                    throw new IllegalStateException("a caller broke down", fault);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
