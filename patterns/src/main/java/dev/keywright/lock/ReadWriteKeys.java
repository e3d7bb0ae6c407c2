package dev.keywright.lock;

import static dev.keywright.lock.LockKeys.bytes;
import static dev.keywright.lock.LockKeys.number;

import dev.keywright.lease.Lessee;
import dev.keywright.script.Script;
import java.time.Duration;

/** The keys of one side of a lock for many readers or one writer. */
final class ReadWriteKeys implements LockScripts {

    private static final Script ACQUIRE = Script.beside(ReadWriteKeys.class, "read-write-acquire.lua");
    private static final Script RELEASE = Script.beside(ReadWriteKeys.class, "read-write-release.lua");
    private static final Script EXTEND = Script.beside(ReadWriteKeys.class, "read-write-extend.lua");

    private final String name;
    private final boolean writes;
    private final byte[] side;
    private final byte[][] forAcquire;
    private final byte[][] forRelease;
    private final byte[][] forExtend;

    ReadWriteKeys(String name, boolean writes) {
        this.name = name;
        this.writes = writes;
        this.side = number(writes ? 1 : 0);
        String stem = LockKeys.stem(name) + ":rw";
        byte[] writer = bytes(stem);
        byte[] readers = bytes(stem + ":readers");
        byte[] writersWaiting = bytes(stem + ":writers");
        byte[] readersWaiting = bytes(stem + ":waiting");
        byte[] alive = bytes(stem + ":alive");
        this.forAcquire = new byte[][] {writer, readers, bytes(stem + ":fence"), writersWaiting, readersWaiting, alive};
        this.forRelease = new byte[][] {writer, readers, writersWaiting, readersWaiting, alive};
        this.forExtend = new byte[][] {writer, readers};
    }

    @Override
    public Script.Invocation acquire(byte[] owner, Duration lease, int tokens, Duration patience, long since) {
        return ACQUIRE.with(
                        forAcquire,
                        owner,
                        side,
                        number(lease.toMillis()),
                        number(patience.toMillis()),
                        number(since),
                        Lessee.CHANNEL)
                .repeatable();
    }

    @Override
    public Script.Invocation release(byte[] owner, boolean waited) {
        return RELEASE.with(forRelease, owner, side, number(waited ? 1 : 0), Lessee.CHANNEL);
    }

    @Override
    public Script.Invocation extend(byte[] owner, Duration lease) {
        return EXTEND.with(forExtend, owner, side, number(lease.toMillis())).repeatable();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] routingKey() {
        return forExtend[0];
    }

    @Override
    public String where() {
        return (writes ? "write lock " : "read lock ") + LockKeys.shown(name);
    }
}
