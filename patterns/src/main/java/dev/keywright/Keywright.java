package dev.keywright;

import dev.keywright.autocomplete.Autocomplete;
import dev.keywright.autocomplete.AutocompleteOptions;
import dev.keywright.cache.CacheBuilder;
import dev.keywright.cart.CartOptions;
import dev.keywright.cart.Carts;
import dev.keywright.codec.Codec;
import dev.keywright.codec.KeyCodec;
import dev.keywright.compare.CompareAndSet;
import dev.keywright.compare.CompareOptions;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Problem;
import dev.keywright.counter.CounterOptions;
import dev.keywright.counter.EventCounters;
import dev.keywright.election.ElectionOptions;
import dev.keywright.election.LeaderElection;
import dev.keywright.feed.FeedOptions;
import dev.keywright.feed.Feeds;
import dev.keywright.flag.FeatureFlags;
import dev.keywright.flag.FlagOptions;
import dev.keywright.follow.FollowOptions;
import dev.keywright.follow.Follows;
import dev.keywright.geo.GeoIndex;
import dev.keywright.geo.GeoOptions;
import dev.keywright.inventory.Inventory;
import dev.keywright.inventory.InventoryOptions;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.keyspace.Keyspace;
import dev.keywright.leaderboard.Leaderboard;
import dev.keywright.leaderboard.LeaderboardOptions;
import dev.keywright.leaderboard.ShardedLeaderboard;
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
import dev.keywright.presence.Presence;
import dev.keywright.presence.PresenceOptions;
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
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.stream.EventStream;
import dev.keywright.stream.PartitionedStream;
import dev.keywright.stream.StreamOptions;
import dev.keywright.tag.TagOptions;
import dev.keywright.tag.Tags;
import dev.keywright.unique.SeenFilter;
import dev.keywright.unique.SeenOptions;
import dev.keywright.unique.Uniques;
import dev.keywright.unique.UniquesOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<String, FeatureFlags> flags = new ConcurrentHashMap<>();
    private final Map<List<Object>, EventCounters> counters = new ConcurrentHashMap<>();
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
     * Sessions that all processes share which use the same name. Costs nothing until one is saved or asked for.
     *
     * @param name any but empty, without braces
     * @param attributes how values of attributes are stored; {@code Codecs.java(Object.class, Cart.class)} for objects of a list of classes
     */
    public <V> SessionStore<V> sessions(String name, Codec<V> attributes) {
        return sessions(name, SessionOptions.DEFAULTS, attributes);
    }

    public <V> SessionStore<V> sessions(String name, SessionOptions options, Codec<V> attributes) {
        need(SessionStore.NEEDS);
        return new SessionStore<>(connection, name, options, attributes);
    }

    /**
     * A board of members by score, of all time. Same name and options, same board, in every process.
     *
     * @param name any but empty
     */
    public Leaderboard leaderboard(String name) {
        return leaderboard(name, LeaderboardOptions.DEFAULTS);
    }

    /** As {@link #leaderboard(String)}, with other ties, ranks or range of scores, a window, or a limit. */
    public Leaderboard leaderboard(String name, LeaderboardOptions options) {
        need(Leaderboard.NEEDS);
        return new Leaderboard(connection, name, options);
    }

    /**
     * A board in parts, for what is too big for one key.
     *
     * @param name any but empty
     * @param parts how many; the same in every process, always
     */
    public ShardedLeaderboard shardedLeaderboard(String name, int parts) {
        need(ShardedLeaderboard.NEEDS);
        return new ShardedLeaderboard(connection, name, parts, Optional.empty());
    }

    /**
     * Users that are online, with one device or several. Close it to take the devices of this process offline.
     *
     * @param name any but empty; the same in all processes
     */
    public Presence presence(String name) {
        return presence(name, PresenceOptions.DEFAULTS);
    }

    public Presence presence(String name, PresenceOptions options) {
        need(Presence.NEEDS);
        return new Presence(connection, name, options);
    }

    /**
     * Feature flags, evaluated in this process and told to all that use the same name. The first call reads them, and listens until it is
     * closed, or this is; the same object is returned until then, with the options it was made with. Where Redis may be away when the
     * application starts, see {@link FeatureFlags#opening}.
     *
     * @param name any but empty
     */
    public FeatureFlags flags(String name) {
        return flags(name, FlagOptions.DEFAULTS);
    }

    public FeatureFlags flags(String name, FlagOptions options) {
        need(FeatureFlags.NEEDS);
        return flags.compute(
                name,
                (same, there) ->
                        there == null || there.isClosed() ? new FeatureFlags(connection, name, options) : there);
    }

    /**
     * How many different members there were, per subject and day. Same name, same members, in every process.
     *
     * @param name any but empty, without braces
     */
    public Uniques uniques(String name) {
        return uniques(name, UniquesOptions.DEFAULTS);
    }

    public Uniques uniques(String name, UniquesOptions options) {
        need(Uniques.NEEDS);
        return new Uniques(connection, name, options);
    }

    /**
     * Whether a member was seen before, in a few bits for each. Same name and options, same members, in every process.
     *
     * @param name any but empty, without braces
     */
    public SeenFilter seen(String name, SeenOptions options) {
        need(SeenFilter.NEEDS);
        return new SeenFilter(connection, name, options);
    }

    /**
     * How often things happened, by minute, hour and day. Same name, same counts, in every process. What waits in this process is written
     * when this is closed. The same object again for the same name and options, so that all sums of a process come together.
     *
     * @param name any but empty, without braces
     */
    public EventCounters counters(String name) {
        return counters(name, CounterOptions.DEFAULTS);
    }

    public EventCounters counters(String name, CounterOptions options) {
        need(EventCounters.NEEDS);
        return counters.compute(
                List.of(name, options),
                (key, known) ->
                        known == null || known.isClosed() ? new EventCounters(connection, name, options) : known);
    }

    /**
     * Feeds of the newest items.
     *
     * @param name of what they are about; any text but empty and without braces
     */
    public Feeds feeds(String name, FeedOptions options) {
        need(Feeds.NEEDS);
        return new Feeds(connection, name, options);
    }

    /**
     * Who follows whom, with {@link FollowOptions#DEFAULTS}.
     *
     * @param name of the graph; any text but empty and without braces
     */
    public Follows follows(String name) {
        return follows(name, FollowOptions.DEFAULTS);
    }

    public Follows follows(String name, FollowOptions options) {
        need(Follows.NEEDS);
        return new Follows(connection, name, options);
    }

    /**
     * Items with tags, with {@link TagOptions#DEFAULTS}.
     *
     * @param name of the catalog; any text but empty and without braces
     */
    public Tags tags(String name) {
        return tags(name, TagOptions.DEFAULTS);
    }

    public Tags tags(String name, TagOptions options) {
        need(Tags.NEEDS);
        return new Tags(connection, name, options);
    }

    /** Shopping carts, one per user or guest, with {@link CartOptions#DEFAULTS}. Costs nothing until one is changed. */
    public Carts carts(String name) {
        return carts(name, CartOptions.DEFAULTS);
    }

    /** @param name any but empty, without braces */
    public Carts carts(String name, CartOptions options) {
        need(Carts.NEEDS);
        return new Carts(connection, name, options);
    }

    /** Suggestions for what was typed so far, with {@link AutocompleteOptions#DEFAULTS}. Costs nothing until a term is added. */
    public Autocomplete autocomplete(String name) {
        return autocomplete(name, AutocompleteOptions.DEFAULTS);
    }

    /** @param name any but empty, without braces */
    public Autocomplete autocomplete(String name, AutocompleteOptions options) {
        need(Autocomplete.NEEDS);
        return new Autocomplete(connection, name, options);
    }

    /**
     * Places, and things that move, on a map. Same name, same places, in every process.
     *
     * @param name any but empty, without braces
     */
    public GeoIndex geo(String name) {
        return geo(name, GeoOptions.DEFAULTS);
    }

    public GeoIndex geo(String name, GeoOptions options) {
        need(GeoIndex.NEEDS);
        return new GeoIndex(connection, name, options);
    }

    /** Work on many keys: loading them, and expiring or removing those that fit a pattern. */
    public Keyspace keyspace() {
        need(Keyspace.NEEDS);
        return new Keyspace(connection);
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

    /** @throws KeywrightException when counts of {@link #counters} could not be written any more; everything is closed all the same */
    @Override
    public void close() {
        List<KeywrightException> troubles = new ArrayList<>();
        for (EventCounters each : counters.values()) {
            try {
                each.close();
            } catch (KeywrightException e) {
                troubles.add(e);
            }
        }
        flags.values().forEach(FeatureFlags::close);
        topics.close();
        lessee.close();
        locks.close();
        connection.close();
        if (!troubles.isEmpty()) {
            throw troubles.get(0);
        }
    }

    @Override
    public String toString() {
        return "Keywright at " + connection;
    }
}
