package dev.keywright.connection;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all parts of one connection share: threads, counters, settings of the transport. */
final class Plant {

    private static final int CALLBACK_THREADS = 16;
    private static final long TIMER_TICK_MILLIS = 5;

    final RedisUri uri;
    final ConnectionOptions options;
    final ClientResources resources;
    final HashedWheelTimer timer = new HashedWheelTimer(
            new DefaultThreadFactory("keywright-timer", true), TIMER_TICK_MILLIS, TimeUnit.MILLISECONDS);
    final Executor callbacks;
    final Tally tally = new Tally();
    final Pulse pulse;
    private final @Nullable ForkJoinPool ownPool;

    Plant(RedisUri uri, ConnectionOptions options) {
        this.uri = uri;
        this.options = options;
        this.resources = DefaultClientResources.builder()
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .addressResolverGroup(new Names())
                .nettyCustomizer(new FlushTogether())
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(1), options.reconnectEvery(), 2, TimeUnit.MILLISECONDS))
                .build();
        if (options.callbacks().isPresent()) {
            this.ownPool = null;
            this.callbacks = options.callbacks().get();
        } else {
            this.ownPool = callbackPool();
            this.callbacks = ownPool;
        }
        this.pulse = new Pulse(callbacks, tally);
        timer.start(); // the first call would start it, and an interrupt at that moment would be lost
    }

    /** Threads start when needed and stop when idle; one that sleeps in a callback does not hold up the others. */
    private static ForkJoinPool callbackPool() {
        return new ForkJoinPool(
                CALLBACK_THREADS,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("keywright-callback-" + thread.getPoolIndex());
                    return thread;
                },
                null,
                true);
    }

    /** Applies what every connection shares. Rejecting while disconnected also means that Lettuce never replays; see {@link Line}. */
    <B extends ClientOptions.Builder> B settings(B builder) {
        builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(options.maxInFlight())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(sockets(options.connectTimeout()));
        ClientUri.sslOptions(uri).ifPresent(builder::sslOptions);
        return builder;
    }

    private static SocketOptions sockets(Duration connectTimeout) {
        return SocketOptions.builder()
                .connectTimeout(connectTimeout)
                .keepAlive(true)
                .build();
    }

    /** A client for any number of connections that are opened again when they break. */
    RedisClient client() {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(settings(ClientOptions.builder()).build());
        return client;
    }

    /** A connection to look at a node, made within the URI's timeout; its calls are not the user's and are not counted. */
    Session probe(RedisURI node, String where) {
        return session(node, where, new Tally());
    }

    /** A connection of the caller's own, to exactly that node. */
    Session session(RedisURI node, String where, Tally tally) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(settings(ClientOptions.builder())
                .autoReconnect(false)
                .socketOptions(sockets(node.getTimeout()))
                .build());
        try {
            RedisChannelWriter writer = Nodes.writerOf(client.connect(ByteArrayCodec.INSTANCE, node));
            return new Session(client, new Line(writer, where, this, tally, Judge.AS_IT_IS, false));
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw Failures.cannotConnect(where, e);
        }
    }

    void close() {
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        timer.stop();
        if (ownPool != null) {
            ownPool.shutdown();
        }
    }
}
