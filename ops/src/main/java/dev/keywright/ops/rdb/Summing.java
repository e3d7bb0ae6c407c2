package dev.keywright.ops.rdb;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The checksum of what is read, a buffer at a time, on a thread of its own while the next buffer is read. What fits into one buffer
 * needs no thread. For the one thread that reads.
 */
final class Summing implements AutoCloseable {

    private final Crc64 crc = new Crc64();
    private CompletableFuture<?> pending = CompletableFuture.completedFuture(null);
    private byte[] spare = new byte[0];
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread one = new Thread(work, "keywright-checksum");
        one.setDaemon(true);
        return one;
    });

    /** Takes a buffer, of which these bytes count; returns another of that size, to be handed in next. */
    byte[] exchange(byte[] buffer, int from, int length) {
        pending.join();
        pending = CompletableFuture.runAsync(() -> crc.update(buffer, from, length), thread);
        byte[] free = spare.length == buffer.length ? spare : new byte[buffer.length];
        spare = buffer;
        return free;
    }

    /** Adds bytes, and waits until all are in the sum. */
    void add(byte[] bytes, int from, int length) {
        pending.join();
        crc.update(bytes, from, length);
    }

    long value() {
        pending.join();
        return crc.value();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
