package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Needs;
import dev.keywright.lease.Lessee;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What all locks over one connection share. Users call {@code Keywright.lock}. Threads: any number. */
public final class Locks implements AutoCloseable {

    private static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "GET",
                            "SET",
                            "DEL",
                            "EXISTS",
                            "SETRANGE",
                            "PTTL",
                            "PEXPIRE",
                            "ZADD",
                            "ZRANGE",
                            "ZREM",
                            "ZSCORE",
                            "HGET",
                            "HSET",
                            "HDEL",
                            "PUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE"),
                    List.of("lock:*"))
            .withChannels(Lessee.CHANNELS)
            .thatLast();

    private static final Needs CONFIRMED = NEEDS.and(Needs.of(List.of("WAIT"), List.of()));

    /** Which of the locks of this process: those with other options are asked for by themselves. */
    private record Name(String name, LockOptions options) {}

    final Lessee lessee;
    private final Confirmations confirmations;
    private final Map<Name, Gate> gates = new ConcurrentHashMap<>();
    private final Nests nests = new Nests();
    private final Nests reads = new Nests();
    private final Nests writes = new Nests();

    public Locks(Lessee lessee) {
        this.lessee = lessee;
        this.confirmations = new Confirmations(lessee.connection());
    }

    /** The lock of that name; costs nothing until it is acquired, and leaves nothing behind afterwards. */
    public DistributedLock lock(String name, LockOptions options) {
        ServerLock lock = new ServerLock(this, new LockKeys(name, options.fair()), options);
        return options.reentrant() ? new ReentrantLock(lock, nests) : lock;
    }

    /** The lock of that name for many readers or one writer; it has nothing to do with the plain lock of the name. */
    public DistributedReadWriteLock readWriteLock(String name, LockOptions options) {
        return ServerReadWriteLock.of(this, name, options, reads, writes);
    }

    /** The locks of these names, to be had together. */
    public DistributedMultiLock multiLock(Collection<String> names, LockOptions options) {
        return new OrderedLocks(this, names, options);
    }

    Gate gate(String name, LockOptions options) {
        Name key = new Name(name, options);
        return gates.computeIfAbsent(key, none -> new Gate(gone -> gates.remove(key, gone)));
    }

    /** How many locks of this process are held, asked for or waited for; fair ones, which do not queue here, aside. */
    int busyGates() {
        return gates.size();
    }

    Duration deadline(LockOptions options) {
        return lessee.deadline(options.deadline());
    }

    /** Frees what an owner may have, and ends its waiting; nobody waits for it, and it is tried until the lease would be over. */
    void freeLater(LockScripts keys, String owner, boolean waited, LockOptions options) {
        lessee.freeLater(keys.release(owner.getBytes(US_ASCII), waited), deadline(options), options.lease());
    }

    /** Waits until the replicas have it that the options ask for, if any; one that they do not have is freed, and this fails. */
    LockHold confirmed(LockHold hold) {
        Possession possession = hold.possession();
        LockOptions options = possession.options;
        if (options.replicas().isPresent()) {
            try {
                confirmations.await(
                        possession.keys,
                        possession.owner,
                        options,
                        options.replicas().get(),
                        deadline(options));
            } catch (RuntimeException e) {
                hold.releaseQuietly();
                throw e;
            }
        }
        return hold;
    }

    @Override
    public void close() {
        confirmations.close();
    }

    /** What locks with these options need of the servers. */
    public static Needs needs(LockOptions options) {
        return options.replicas().isPresent() ? CONFIRMED : NEEDS;
    }
}
