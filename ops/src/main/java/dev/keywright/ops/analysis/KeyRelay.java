package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hands keys in batches to a sink on a thread of its own, so that reading goes on while they are counted. The order stays; some
 * thousand keys are under way at most. Closing waits until all have arrived, and throws what the sink threw.
 */
public final class KeyRelay implements KeySink, AutoCloseable {

    private static final int BATCH_KEYS = 1_024;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int WAITING = 4;
    private static final List<Key> END = List.of();

    private final KeySink sink;
    private final BlockingQueue<List<Key>> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread counting;
    private List<Key> batch = new ArrayList<>(BATCH_KEYS);
    private int batchBytes;
    private volatile @Nullable Throwable fault;

    /** @param sink called from the other thread alone, until this is closed */
    public KeyRelay(KeySink sink) {
        this.sink = sink;
        this.counting = new Thread(this::count, "keywright-keys");
        counting.setDaemon(true);
        counting.start();
    }

    @Override
    public void key(Key key) {
        batch.add(key);
        batchBytes += key.name().length();
        if (batch.size() == BATCH_KEYS || batchBytes >= BATCH_BYTES) {
            hand(batch);
            batch = new ArrayList<>(BATCH_KEYS);
            batchBytes = 0;
        }
    }

    private void count() {
        List<Key> keys = taken();
        while (!keys.isEmpty()) {
            if (fault == null) {
                try {
                    keys.forEach(sink::key);
                } catch (RuntimeException | Error e) {
                    fault = e;
                }
            }
            keys = taken();
        }
    }

    private List<Key> taken() {
        while (true) {
            try {
                return waiting.take();
            } catch (InterruptedException nobodyDoes) {
                // The thread is this object's own.
            }
        }
    }

    private void hand(List<Key> keys) {
        boolean interrupted = false;
        while (true) {
            try {
                waiting.put(keys);
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!batch.isEmpty()) {
            hand(batch);
        }
        hand(END);
        boolean interrupted = false;
        while (counting.isAlive()) {
            try {
                counting.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (fault instanceof Error error) {
            throw error;
        }
        if (fault instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
