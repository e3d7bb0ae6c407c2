package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Four threads that write keys of their own, one after the other, until closed. */
final class Writers implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final int THREADS = 4;

    /** A write that was acknowledged, and when it began. */
    record Written(String key, long begun) {}

    final Queue<Written> acknowledged = new ConcurrentLinkedQueue<>();
    final Queue<KeywrightException> failures = new ConcurrentLinkedQueue<>();
    /** Anything else, such as an error reply. */
    final Queue<Object> surprises = new ConcurrentLinkedQueue<>();

    private final AtomicLong slowestNanos = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final Connection connection;
    private volatile boolean stopped;

    Writers(Connection connection, String prefix) {
        this.connection = connection;
        for (int t = 0; t < THREADS; t++) {
            String mine = prefix + t + ":";
            Thread thread = new Thread(() -> write(mine));
            threads.add(thread);
            thread.start();
        }
    }

    private void write(String prefix) {
        for (int i = 0; !stopped; i++) {
            long start = System.nanoTime();
            String key = prefix + i;
            try {
                Reply reply = connection.call(
                        Command.named("SET").key(key).argument("v").build(), DEADLINE);
                if (reply instanceof Reply.Text) {
                    acknowledged.add(new Written(key, start));
                } else {
                    surprises.add(reply);
                }
            } catch (KeywrightException.Unavailable e) {
                failures.add(e);
            } catch (RuntimeException e) {
                surprises.add(e);
            }
            slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
        }
    }

    /** Waits until so many more writes were acknowledged. */
    void awaitMore(int count) {
        int before = acknowledged.size();
        await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() >= before + count);
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /** Which of the acknowledged keys whose writing began after that moment the connection does not find. */
    Set<String> missingSince(long moment) {
        List<String> keys = acknowledged.stream()
                .filter(written -> written.begun() >= moment)
                .map(Written::key)
                .toList();
        List<Reply> found = connection.batch(
                keys.stream().map(key -> Command.named("GET").key(key).build()).toList(), Duration.ofSeconds(20));
        Set<String> missing = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < keys.size(); i++) {
            if (found.get(i).isNothing()) {
                missing.add(keys.get(i));
            }
        }
        return missing;
    }

    void assertNothingStrange() {
        assertThat(surprises.stream().limit(3).map(Object::toString).collect(Collectors.joining("; ")))
                .isEmpty();
        assertThat(slowest()).as("slowest call").isLessThan(DEADLINE.plusSeconds(4));
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
