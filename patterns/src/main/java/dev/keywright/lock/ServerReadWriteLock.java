package dev.keywright.lock;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.Optional;

/** Two locks that stand on the same keys; those who wait do so at the server, which knows the order of both. */
final class ServerReadWriteLock implements DistributedReadWriteLock {

    private final DistributedLock read;
    private final DistributedLock write;

    private ServerReadWriteLock(DistributedLock read, DistributedLock write) {
        this.read = read;
        this.write = write;
    }

    /** @param reads and writes say which thread has which side, when reentrant */
    static ServerReadWriteLock of(Locks locks, String name, LockOptions options, Nests reads, Nests writes) {
        LockOptions fair = options.withFair(true);
        ServerLock read = new ServerLock(locks, new ReadWriteKeys(name, false), fair);
        ServerLock write = new ServerLock(locks, new ReadWriteKeys(name, true), fair);
        if (!options.reentrant()) {
            return new ServerReadWriteLock(read, write);
        }
        WriteSide nested = new WriteSide(write, writes, reads);
        return new ServerReadWriteLock(new ReadSide(read, reads, nested), nested);
    }

    @Override
    public String name() {
        return read.name();
    }

    @Override
    public DistributedLock read() {
        return read;
    }

    @Override
    public DistributedLock write() {
        return write;
    }

    @Override
    public String toString() {
        return read + ", " + write;
    }

    /** A thread that writes reads with the hold it has. */
    private static final class ReadSide extends ReentrantLock {

        private final WriteSide writing;

        ReadSide(ServerLock lock, Nests reads, WriteSide writing) {
            super(lock, reads);
            this.writing = writing;
        }

        @Override
        public Optional<Hold> tryAcquire(Duration wait) {
            return writing.isHeldHere() ? writing.tryAcquire(wait) : super.tryAcquire(wait);
        }
    }

    /** A thread that reads cannot write. */
    private static final class WriteSide extends ReentrantLock {

        private final Nests reads;

        WriteSide(ServerLock lock, Nests writes, Nests reads) {
            super(lock, writes);
            this.reads = reads;
        }

        @Override
        public Optional<Hold> tryAcquire(Duration wait) {
            if (reads.find(name()) != null) {
                throw new KeywrightException.Misused("This thread reads, and would wait for itself to write (" + this
                        + "). Release the read lock first, then look again whether what was read is still so.");
            }
            return super.tryAcquire(wait);
        }
    }
}
