package dev.keywright.inventory;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Gives back the units of holds that are over, again and again, on a daemon thread, until it is closed. */
public final class Sweeper implements AutoCloseable {

    private final Inventory inventory;
    private final ScheduledThreadPoolExecutor executor;

    Sweeper(Inventory inventory, Duration pause) {
        if (pause.compareTo(Duration.ofMillis(1)) < 0 || pause.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("The pause is " + pause + "; give 1 ms to 1 day");
        }
        this.inventory = inventory;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "keywright-sweep");
            thread.setDaemon(true);
            return thread;
        });
        var unused = executor.scheduleWithFixedDelay(this::sweep, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        try {
            long unused = inventory.sweep();
        } catch (KeywrightException away) {
            // the next time
        }
    }

    /** Ends it; a sweep that is under way goes on to its end. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
