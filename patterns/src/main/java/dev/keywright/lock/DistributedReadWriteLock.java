package dev.keywright.lock;

/**
 * One lock for all processes that use the same name, with two sides: many who read, or one who writes.
 *
 * <pre>{@code
 * DistributedReadWriteLock prices = kw.readWriteLock("prices");
 * prices.read().withLock(Duration.ofSeconds(5), hold -> load());
 * prices.write().withLock(Duration.ofSeconds(5), hold -> store(rows, hold.token()));
 * }</pre>
 *
 * What {@link DistributedLock} says of waiting, loss, failure and clocks is so for both sides. Beyond it:
 *
 * <ul>
 *   <li>Order: always fair. A writer that waits lets no reader in that came later, so readers cannot starve it, nor writers them; asking
 *       once, without waiting, does not overtake either. One that waits and dies stands in the way for 5 s at most.
 *   <li>Leases: every read hold has its own; what a dead reader had ends by itself while others read on.
 *   <li>Tokens: those of write holds grow as those of a lock do. A read hold has the token of the last write hold before it, so readers
 *       that hold it together have the same one, and a store that refuses lower tokens refuses a reader that is late.
 *   <li>Again in one thread: unless reentrant, who asks while it holds either side waits for itself until the wait is over; so does one
 *       who reads already, when a writer waits in between. With {@link LockOptions#withReentrant} a thread gets the side again that it has,
 *       and inside its own write hold reads with that hold.
 *   <li>Upgrade: there is none, as two readers that want to write would wait for each other. When reentrant, a thread that reads and asks
 *       to write is refused at once. Release, write, and look again whether what was read is still so.
 *   <li>Commands: as a lock, one EVALSHA to acquire, to release, to renew.
 * </ul>
 */
public interface DistributedReadWriteLock {

    String name();

    /** The side of which there may be many holds at a time, while nobody writes. */
    DistributedLock read();

    /** The side of which there is one hold, while nobody reads. */
    DistributedLock write();
}
