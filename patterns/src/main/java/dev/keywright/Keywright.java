package dev.keywright;

import dev.keywright.cache.CacheBuilder;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.compare.CompareAndSet;
import dev.keywright.compare.CompareOptions;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Problem;
import dev.keywright.election.ElectionOptions;
import dev.keywright.election.LeaderElection;
import dev.keywright.inventory.Inventory;
import dev.keywright.inventory.InventoryOptions;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.lease.Lessee;
import dev.keywright.limit.LimitOptions;
import dev.keywright.limit.Quota;
import dev.keywright.limit.RateLimiter;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.DistributedMultiLock;
import dev.keywright.lock.DistributedReadWriteLock;
import dev.keywright.lock.LockOptions;
import dev.keywright.lock.Locks;
import dev.keywright.once.Once;
import dev.keywright.once.OnceOptions;
import dev.keywright.pubsub.DurableOptions;
import dev.keywright.pubsub.DurableTopic;
import dev.keywright.pubsub.Topic;
import dev.keywright.pubsub.TopicPattern;
import dev.keywright.pubsub.Topics;
import dev.keywright.queue.BoundedQueue;
import dev.keywright.queue.DelayedQueue;
import dev.keywright.queue.QueueOptions;
import dev.keywright.queue.ReliableQueue;
import dev.keywright.script.CheckedScript;
import dev.keywright.script.FunctionLibrary;
import dev.keywright.script.Script;
import dev.keywright.semaphore.DistributedSemaphore;
import dev.keywright.semaphore.SemaphoreOptions;
import dev.keywright.stream.EventStream;
import dev.keywright.stream.PartitionedStream;
import dev.keywright.stream.StreamOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The front door: a connection, and the patterns that work over it.
 *
 * <pre>{@code
 * try (Keywright kw = Keywright.connect("redis://localhost:6379")) {
 *     RateLimiter api = kw.rateLimiter("api", Quota.slidingWindow(100, Duration.ofMinutes(1)));
 *     if (api.tryAcquire("user:1001") instanceof Decision.Refused refused) { ... }
 * }
 * }</pre>
 *
 * One instance serves a whole application, any number of threads. Works on Redis 7.0 or newer and Valkey 7.2 or newer:
 * standalone, under Sentinel, and Cluster; the URI says which, see {@link Connection}.
 */
public final class Keywright implements AutoCloseable {

    private final Connection connection;
    private final Lessee lessee;
    private final Locks locks;
    private final Topics topics;
    private final List<Needs> needs = new CopyOnWriteArrayList<>();

    private Keywright(Connection connection) {
        this.connection = connection;
        this.lessee = new Lessee(connection);
        this.locks = new Locks(lessee);
        this.topics = new Topics(connection);
    }

    /** @throws KeywrightException.Unavailable when no server answers there */
    public static Keywright connect(String uri) {
        return connect(uri, ConnectionOptions.DEFAULTS);
    }

    /** @throws KeywrightException.Unavailable when no server answers there */
    public static Keywright connect(String uri, ConnectionOptions options) {
        return new Keywright(Connection.open(uri, options));
    }

    /** A limiter over the quota, or over several of which all must grant. Same name, same permits, in every process. */
    public RateLimiter rateLimiter(String name, Quota quota, Quota... more) {
        return rateLimiter(name, LimitOptions.DEFAULTS, quota, more);
    }

    public RateLimiter rateLimiter(String name, LimitOptions options, Quota quota, Quota... more) {
        List<Quota> quotas = new ArrayList<>();
        quotas.add(quota);
        quotas.addAll(List.of(more));
        need(RateLimiter.NEEDS);
        return new RateLimiter(connection, name, options, quotas);
    }

    /**
     * Begins a cache; {@code build()} makes it. Same name, same values, in every process.
     *
     * @param name letters, digits, '.', '_' and '-'
     * @param keys how keys are written
     * @param values how values are stored
     */
    public <K, V> CacheBuilder<K, V> cache(String name, KeyCodec<K> keys, Codec<V> values) {
        return new CacheBuilder<>(connection, name, keys, values, this::need);
    }

    /**
     * Values that are written only when they are still what the writer takes them for. Same name, same values, in every process.
     *
     * @param name any but empty, without braces
     */
    public <K, V> CompareAndSet<K, V> compareAndSet(String name, KeyCodec<K> keys, Codec<V> values) {
        return compareAndSet(name, CompareOptions.DEFAULTS, keys, values);
    }

    public <K, V> CompareAndSet<K, V> compareAndSet(
            String name, CompareOptions options, KeyCodec<K> keys, Codec<V> values) {
        need(CompareAndSet.NEEDS);
        return new CompareAndSet<>(connection, name, keys, values, options);
    }

    /**
     * Idempotency keys: work that is asked for many times and has one recorded outcome per key, in every process that uses the same
     * name.
     *
     * @param name any but empty, without braces
     * @param results how results are stored
     */
    public <V> Once<V> once(String name, Codec<V> results) {
        return once(name, OnceOptions.DEFAULTS, results);
    }

    public <V> Once<V> once(String name, OnceOptions options, Codec<V> results) {
        need(Once.NEEDS);
        return new Once<>(connection, name, options, results);
    }

    /**
     * A lock that all processes share which use the same name. Costs nothing until it is acquired.
     *
     * @param name any but empty
     */
    public DistributedLock lock(String name) {
        return lock(name, LockOptions.DEFAULTS);
    }

    public DistributedLock lock(String name, LockOptions options) {
        needLocks(options);
        return locks.lock(name, options);
    }

    /**
     * A lock for many readers or one writer, shared by all processes that use the same name. It has nothing to do with the plain lock of
     * that name.
     *
     * @param name any but empty
     */
    public DistributedReadWriteLock readWriteLock(String name) {
        return readWriteLock(name, LockOptions.DEFAULTS);
    }

    /** @param options those who wait get their turn in the order they came, also when these do not say fair */
    public DistributedReadWriteLock readWriteLock(String name, LockOptions options) {
        needLocks(options);
        return locks.readWriteLock(name, options);
    }

    /**
     * The locks of these names, held together or not at all.
     *
     * @param names at least one, in any order; one that is given twice counts once
     */
    public DistributedMultiLock multiLock(Collection<String> names) {
        return multiLock(names, LockOptions.DEFAULTS);
    }

    public DistributedMultiLock multiLock(Collection<String> names, LockOptions options) {
        needLocks(options);
        return locks.multiLock(names, options);
    }

    /**
     * Permits that all processes share which use the same name. Costs nothing until some are acquired.
     *
     * @param name any but empty
     * @param permits how many there are in all, unless {@link DistributedSemaphore#changePermits} stored another number
     */
    public DistributedSemaphore semaphore(String name, int permits) {
        return semaphore(name, permits, SemaphoreOptions.DEFAULTS);
    }

    public DistributedSemaphore semaphore(String name, int permits, SemaphoreOptions options) {
        need(DistributedSemaphore.NEEDS);
        return new DistributedSemaphore(lessee, name, permits, options);
    }

    /**
     * One leader at a time among all processes that use the same name. Costs nothing until somebody campaigns or watches.
     *
     * @param name any but empty
     */
    public LeaderElection election(String name) {
        return election(name, ElectionOptions.DEFAULTS);
    }

    public LeaderElection election(String name, ElectionOptions options) {
        need(LeaderElection.NEEDS);
        return new LeaderElection(lessee, name, options);
    }

    /**
     * Units of products that are reserved, sold and given back. Same name, same units, in every process.
     *
     * @param name any but empty
     */
    public Inventory inventory(String name) {
        return inventory(name, InventoryOptions.DEFAULTS);
    }

    public Inventory inventory(String name, InventoryOptions options) {
        need(Inventory.NEEDS);
        return new Inventory(connection, name, options);
    }

    /**
     * Messages to whoever listens at this moment, at most once. Same name, same topic, in every process.
     *
     * @param name any but empty
     * @param codec how messages are written; nothing else goes over the wire
     */
    public <T> Topic<T> topic(String name, Codec<T> codec) {
        need(Topics.NEEDS);
        return topics.topic(name, codec);
    }

    /**
     * All topics whose names fit a pattern, to listen to.
     *
     * @param pattern such as {@code orders.*}
     */
    public <T> TopicPattern<T> topics(String pattern, Codec<T> codec) {
        need(Topics.NEEDS.withChannels(
                List.of("topic:*", "topic:" + pattern))); // rights on patterns are compared letter by letter
        return topics.matching(pattern, codec);
    }

    /**
     * As {@link #topic}, carried by the nodes of one hash slot instead of all of a Cluster. It has nothing to do with the plain topic of
     * that name.
     *
     * @param name any but empty; those that share a hash tag, such as <code>{eu}orders</code>, share a node
     */
    public <T> Topic<T> shardedTopic(String name, Codec<T> codec) {
        need(Topics.NEEDS);
        return topics.sharded(name, codec);
    }

    /**
     * A topic whose messages are kept for a while and can be read again. It has nothing to do with the plain topic of that name.
     *
     * @param name any but empty
     */
    public <T> DurableTopic<T> durableTopic(String name, Codec<T> codec) {
        return durableTopic(name, DurableOptions.DEFAULTS, codec);
    }

    public <T> DurableTopic<T> durableTopic(String name, DurableOptions options, Codec<T> codec) {
        need(DurableTopic.NEEDS);
        return topics.durable(name, options, codec);
    }

    /**
     * Events that are kept for a time, and handled by groups of workers, each at least once. Same name, same events, in every process.
     *
     * @param name any but empty
     * @param values how values are stored
     */
    public <T> EventStream<T> stream(String name, Codec<T> values) {
        return stream(name, values, StreamOptions.DEFAULTS);
    }

    public <T> EventStream<T> stream(String name, Codec<T> values, StreamOptions options) {
        need(EventStream.NEEDS);
        return new EventStream<>(connection, name, options, values);
    }

    /**
     * A stream in parts that lie on different masters of a Cluster, and that the workers of a group share.
     *
     * @param parts how many; the same in every process, always
     */
    public <T> PartitionedStream<T> partitionedStream(String name, int parts, Codec<T> values) {
        return partitionedStream(name, parts, values, StreamOptions.DEFAULTS);
    }

    public <T> PartitionedStream<T> partitionedStream(String name, int parts, Codec<T> values, StreamOptions options) {
        need(PartitionedStream.NEEDS);
        return new PartitionedStream<>(lessee, name, parts, options, values);
    }

    /**
     * Jobs that workers of any process do, each at least once. Same name, same jobs, in every process. Costs nothing until it is used.
     *
     * @param name any but empty
     */
    public JobQueue jobs(String name) {
        return jobs(name, JobOptions.DEFAULTS);
    }

    public JobQueue jobs(String name, JobOptions options) {
        need(JobQueue.NEEDS);
        return new JobQueue(lessee, name, options);
    }

    /**
     * A queue whose entries are handled at least once, by consumers of any process. Same name, same entries, in every process. Costs
     * nothing until it is used.
     *
     * @param name any but empty
     * @param codec how entries are stored
     */
    public <T> ReliableQueue<T> queue(String name, Codec<T> codec) {
        return queue(name, codec, QueueOptions.DEFAULTS);
    }

    public <T> ReliableQueue<T> queue(String name, Codec<T> codec, QueueOptions options) {
        need(ReliableQueue.NEEDS);
        return new ReliableQueue<>(lessee, name, options, codec);
    }

    /** A queue in which no more than so many entries wait; {@link #queue} of that name, seen by its senders. */
    public <T> BoundedQueue<T> boundedQueue(String name, int capacity, Codec<T> codec) {
        return new BoundedQueue<>(queue(name, codec), capacity);
    }

    /** Entries that are due later; then they are in the {@link #queue} of that name. */
    public <T> DelayedQueue<T> delayedQueue(String name, Codec<T> codec) {
        return new DelayedQueue<>(queue(name, codec));
    }

    /**
     * A Lua script of one's own, from the resources beside a class. Calls are checked against its header; see {@link CheckedScript}.
     *
     * @throws KeywrightException.Misused when its header does not say what it takes, or not what the code does
     */
    public CheckedScript script(Class<?> beside, String file) {
        need(CheckedScript.NEEDS);
        return CheckedScript.of(connection, Script.beside(beside, file));
    }

    /** As {@link #script(Class, String)}, from a file, which may be {@linkplain CheckedScript#watched watched} for changes. */
    public CheckedScript script(Path file) {
        need(CheckedScript.NEEDS.and(Needs.of(List.of("SCRIPT LOAD"), List.of())));
        return CheckedScript.of(connection, file);
    }

    /**
     * A library of Redis Functions of one's own, from the resources beside a class. {@link FunctionLibrary#install()} brings it to the
     * servers.
     *
     * @throws KeywrightException.Misused when it does not say its name, its version and what its functions take
     */
    public FunctionLibrary functions(Class<?> beside, String file) {
        need(FunctionLibrary.NEEDS);
        return FunctionLibrary.of(connection, Script.beside(beside, file));
    }

    /**
     * Looks whether the servers are what the patterns made so far need, or all of them when none was made: version, rights,
     * eviction policy, persistence where messages are kept, slots. Costs some round trips to every master; for the start of an application.
     *
     * @return what is missing, with the remedy; empty when all is well
     */
    public List<Problem> check() {
        return connection.check(
                needs.stream().reduce(Needs::and).orElseGet(() -> RateLimiter.NEEDS.and(CacheBuilder.NEEDS)));
    }

    private void needLocks(LockOptions options) {
        need(Locks.needs(options));
    }

    private void need(Needs more) {
        if (!needs.contains(more)) { // they are few, and mostly the very same
            needs.add(more);
        }
    }

    /** The port under the patterns, for commands of one's own. */
    public Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        topics.close();
        lessee.close();
        locks.close();
        connection.close();
    }

    @Override
    public String toString() {
        return "Keywright at " + connection;
    }
}
