package dev.keywright.pubsub;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.PubSub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/** All topics over one connection: they share its subscriptions and the threads of their listeners. Threads: any number. */
public final class Topics implements AutoCloseable {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "PING",
                            "PUBLISH",
                            "SPUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE",
                            "PSUBSCRIBE",
                            "PUNSUBSCRIBE",
                            "SSUBSCRIBE",
                            "SUNSUBSCRIBE"),
                    List.of())
            .withChannels(List.of("topic:*"));

    private static final int MOST_THREADS = 256;

    private final Connection connection;
    private final Map<Key, Feed<?>> feeds = new ConcurrentHashMap<>();
    private final List<Tail<?>> tails = new CopyOnWriteArrayList<>();
    private final ForkJoinPool listeners = pool();

    /** The same channel read by the same codec is decoded once. */
    private record Key(Channel channel, Codec<?> codec) {}

    public Topics(Connection connection) {
        this.connection = connection;
    }

    /** Threads start when all others are busy, so one that sleeps in a listener does not hold up the others; idle ones end. */
    private static ForkJoinPool pool() {
        return new ForkJoinPool(
                MOST_THREADS,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("keywright-topics-" + thread.getPoolIndex());
                    return thread;
                },
                null,
                true,
                0,
                MOST_THREADS,
                1,
                null,
                10,
                TimeUnit.SECONDS);
    }

    public <T> Topic<T> topic(String name, Codec<T> codec) {
        return new Topic<>(this, new Channel(PubSub.Kind.CHANNEL, name), codec);
    }

    public <T> Topic<T> sharded(String name, Codec<T> codec) {
        return new Topic<>(this, new Channel(PubSub.Kind.SHARDED, name), codec);
    }

    public <T> TopicPattern<T> matching(String pattern, Codec<T> codec) {
        return new TopicPattern<>(this, new Channel(PubSub.Kind.PATTERN, pattern), codec);
    }

    public <T> DurableTopic<T> durable(String name, DurableOptions options, Codec<T> codec) {
        return new DurableTopic<>(this, name, options, codec);
    }

    Connection connection() {
        return connection;
    }

    Duration timeout() {
        return connection.options().timeout();
    }

    Executor listeners() {
        return listeners;
    }

    // --- feeds

    @SuppressWarnings("unchecked") // the codec is part of the key
    <T> CompletionStage<AtMostOnceSubscription> join(Channel channel, Codec<T> codec, Mailbox<T> mailbox) {
        Feed<?> joined = feeds.compute(new Key(channel, codec), (key, standing) -> {
            Feed<?> feed = standing == null ? new Feed<>(connection.pubSub(), channel, codec) : standing;
            feed.members++;
            return feed;
        });
        return ((Feed<T>) joined).admit(mailbox);
    }

    @SuppressWarnings("unchecked") // the codec is part of the key
    <T> void leave(Channel channel, Codec<T> codec, Mailbox<T> mailbox) {
        feeds.computeIfPresent(new Key(channel, codec), (key, feed) -> {
            ((Feed<T>) feed).dismiss(mailbox);
            if (--feed.members > 0) {
                return feed;
            }
            feed.unsubscribe();
            return null;
        });
    }

    void add(Tail<?> tail) {
        tails.add(tail);
    }

    void remove(Tail<?> tail) {
        tails.remove(tail);
    }

    /** Ends all subscriptions; what waits is handed over. The connection stays open. */
    @Override
    public void close() {
        for (Feed<?> feed : feeds.values()) {
            feed.unsubscribe();
            feed.over();
        }
        feeds.clear();
        tails.forEach(Tail::over);
        tails.clear();
        listeners.shutdown();
    }
}
