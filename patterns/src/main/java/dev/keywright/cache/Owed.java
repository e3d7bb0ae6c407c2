package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Keys that a write of this process left in doubt, because Redis did not answer: they are invalidated in the background until Redis says
 * that it was done, and until then this process does not look what they hold. At most {@value #MOST}; what this process owes when it
 * ends is lost, and the time to live decides.
 */
final class Owed implements AutoCloseable {

    private static final int MOST = 100_000;
    private static final int AT_ONCE = 500;
    private static final long SHORTEST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final Connection connection;
    private final Shelf shelf;
    private final Background background;
    private final Duration deadline;
    private final Map<String, Long> owed = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private long number;
    private boolean paying;

    Owed(Connection connection, Shelf shelf, Background background, Duration deadline) {
        this.connection = connection;
        this.shelf = shelf;
        this.background = background;
        this.deadline = deadline;
    }

    boolean includes(String text) {
        return !owed.isEmpty() && owed.containsKey(text);
    }

    /** What a call gets that would look at such a key. */
    KeywrightException.Unavailable inDoubt(String where) {
        return new KeywrightException.Unavailable(
                "A write of this process is in doubt, and Redis has not answered since (" + where + "). Try again.",
                false);
    }

    synchronized void add(List<String> texts) {
        for (String text : texts) {
            if (owed.size() < MOST) {
                owed.put(text, number++); // a new number, so that one that is being paid is paid once more
            }
        }
        if (!paying && closed.getCount() > 0) {
            try {
                paying = true;
                background.execute(this::pay);
            } catch (RejectedExecutionException busy) {
                paying = false; // the next one that is added starts it
            }
        }
    }

    private void pay() {
        try {
            for (long pause = SHORTEST_PAUSE_MILLIS; !isPaid(); ) {
                if (payOnce()) {
                    pause = SHORTEST_PAUSE_MILLIS;
                } else if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                } else {
                    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isPaid() {
        paying = !owed.isEmpty();
        return !paying;
    }

    private boolean payOnce() {
        List<Map.Entry<String, Long>> some = new ArrayList<>();
        for (Map.Entry<String, Long> each : owed.entrySet()) {
            if (some.size() < AT_ONCE) {
                some.add(Map.entry(each.getKey(), each.getValue()));
            }
        }
        try {
            Errand.batch(
                            some.stream()
                                    .map(each -> shelf.invalidate(each.getKey()))
                                    .toList(),
                            connection,
                            deadline)
                    .forEach(reply -> reply.orThrow("invalidating again"));
        } catch (KeywrightException stillAway) {
            return false;
        }
        some.forEach(each -> owed.remove(each.getKey(), each.getValue()));
        return true;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
