package dev.keywright.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One connection that subscribes at one node, from its opening to its loss. Its events come on the transport's thread. */
final class PubSubLink implements RedisPubSubListener<byte[], byte[]>, RedisConnectionStateListener {

    private final PubSubNodes owner;
    private final Endpoint place;
    private final RedisURI uri;
    private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private volatile long heard = System.nanoTime();
    private volatile boolean asking;
    /** Whether a message came since the last beat, which is a sign of life too: answers wait behind messages. */
    private volatile boolean spoke;

    private final AtomicBoolean lost = new AtomicBoolean();

    PubSubLink(PubSubNodes owner, Endpoint place, RedisURI uri) {
        this.owner = owner;
        this.place = place;
        this.uri = uri;
    }

    Endpoint place() {
        return place;
    }

    boolean isReady() {
        return connection != null && !lost.get();
    }

    void open() {
        CompletionStage<?> unused = owner.client
                .connectPubSubAsync(ByteArrayCodec.INSTANCE, uri)
                .whenComplete((made, away) -> {
                    if (made == null) {
                        drop(Failures.cannotConnect(place.toString(), away).getMessage());
                        return;
                    }
                    made.addListener((RedisPubSubListener<byte[], byte[]>) this);
                    made.addListener((RedisConnectionStateListener) this);
                    heard = System.nanoTime();
                    connection = made;
                    if (lost.get()) {
                        close(made);
                    } else if (made.isOpen()) {
                        owner.ready(this);
                    } else {
                        drop("the connection broke");
                    }
                });
    }

    /** Asks for what is published there; the answer comes to {@link PubSubNodes#confirmed} or {@link PubSubNodes#refused}. */
    void subscribe(PubSub.Kind kind, byte[] name) {
        StatefulRedisPubSubConnection<byte[], byte[]> made = connection;
        if (made != null) {
            RedisPubSubAsyncCommands<byte[], byte[]> commands = made.async();
            CompletionStage<Void> asked = switch (kind) {
                case CHANNEL -> commands.subscribe(name);
                case PATTERN -> commands.psubscribe(name);
                case SHARDED -> commands.ssubscribe(name);
            };
            CompletionStage<?> unused = asked.whenComplete((done, failure) -> {
                if (failure instanceof RedisCommandExecutionException refusal) {
                    owner.refused(this, kind, name, Failures.reason(refusal));
                }
            });
        }
    }

    void unsubscribe(PubSub.Kind kind, byte[] name) {
        StatefulRedisPubSubConnection<byte[], byte[]> made = connection;
        if (made != null) {
            RedisPubSubAsyncCommands<byte[], byte[]> commands = made.async();
            CompletionStage<?> unused = switch (kind) {
                case CHANNEL -> commands.unsubscribe(name);
                case PATTERN -> commands.punsubscribe(name);
                case SHARDED -> commands.sunsubscribe(name);
            };
        }
    }

    /** Asks for a sign of life, or gives up waiting for one. */
    void beat(Duration patience) {
        StatefulRedisPubSubConnection<byte[], byte[]> made = connection;
        if (spoke) {
            spoke = false;
            heard = System.nanoTime();
        }
        if (System.nanoTime() - heard > patience.toNanos()) {
            drop("no answer in " + Failures.words(patience));
        } else if (made != null && !asking) {
            asking = true;
            CompletionStage<?> unused = made.async().ping().whenComplete((pong, failure) -> {
                if (failure == null) {
                    heard = System.nanoTime();
                }
                asking = false;
            });
        }
    }

    void drop(@Nullable String why) {
        if (lost.compareAndSet(false, true)) { // no lock: that of the owner may be held already
            owner.lost(this, place + ": " + why);
            StatefulRedisPubSubConnection<byte[], byte[]> made = connection;
            if (made != null) {
                close(made);
            }
        }
    }

    private void close(StatefulRedisPubSubConnection<byte[], byte[]> made) {
        if (!owner.isClosed()) { // else all connections are closed together
            CompletionStage<?> unused = made.closeAsync();
        }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
        drop("the connection broke");
    }

    // --- what the server tells

    private void message(PubSub.Kind kind, byte[] name, byte[] channel, byte[] payload) {
        if (!spoke) {
            spoke = true;
        }
        owner.message(this, kind, name, channel, payload);
    }

    @Override
    public void message(byte[] channel, byte[] payload) {
        message(PubSub.Kind.CHANNEL, channel, channel, payload);
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] payload) {
        message(PubSub.Kind.PATTERN, pattern, channel, payload);
    }

    @Override
    public void smessage(byte[] channel, byte[] payload) {
        message(PubSub.Kind.SHARDED, channel, channel, payload);
    }

    @Override
    public void subscribed(byte[] channel, long count) {
        owner.confirmed(this, PubSub.Kind.CHANNEL, channel);
    }

    @Override
    public void psubscribed(byte[] pattern, long count) {
        owner.confirmed(this, PubSub.Kind.PATTERN, pattern);
    }

    @Override
    public void ssubscribed(byte[] channel, long count) {
        owner.confirmed(this, PubSub.Kind.SHARDED, channel);
    }

    @Override
    public void unsubscribed(byte[] channel, long count) {
        owner.ended(this, PubSub.Kind.CHANNEL, channel);
    }

    @Override
    public void punsubscribed(byte[] pattern, long count) {
        owner.ended(this, PubSub.Kind.PATTERN, pattern);
    }

    @Override
    public void sunsubscribed(byte[] channel, long count) {
        owner.ended(this, PubSub.Kind.SHARDED, channel);
    }
}
