package dev.keywright.once;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread that sends signs of life for all attempts; it starts when needed and ends when idle. It never waits for answers. */
final class LifeSigns {

    private final ScheduledThreadPoolExecutor executor;

    LifeSigns(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "keywright-once-" + name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
    }

    /** A failure of the work ends it; it is asked for again and again until then. */
    ScheduledFuture<?> every(Duration pause, Runnable work) {
        return executor.scheduleWithFixedDelay(work, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }
}
