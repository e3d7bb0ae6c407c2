package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Connection} over Lettuce: opens and closes; {@link Nodes} knows the servers, {@link Line} makes the calls. */
final class LettuceConnection implements Connection {

    private static final int CALLBACK_THREADS = 16;
    private static final long TIMER_TICK_MILLIS = 5;
    /** What Lettuce says at times instead of the server's own reason, a wrong password for one: worth asking again. */
    private static final String HUNG_UP = "Connection closed prematurely";

    private static final int ATTEMPTS = 3;

    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);

    private final Address address;
    private final ConnectionOptions options;
    private final Plant plant;
    private final Nodes nodes;
    private final Line line;
    private @Nullable Channels channels;
    private boolean closed;

    private LettuceConnection(Address address, ConnectionOptions options, Plant plant, Nodes nodes) {
        this.address = address;
        this.options = options;
        this.plant = plant;
        this.nodes = nodes;
        this.line = new Line(nodes.writer(), address.toString(), options, plant.timer, plant.callbacks, true);
    }

    static LettuceConnection open(Address address, ConnectionOptions options) {
        for (int attempt = 1; ; attempt++) {
            Plant plant = new Plant(options);
            try {
                return new LettuceConnection(address, options, plant, connect(address, options, plant));
            } catch (RedisException | CompletionException e) {
                plant.close();
                String reason = reason(e);
                if (!reason.equals(HUNG_UP) || attempt == ATTEMPTS) {
                    throw cannotConnect(address, reason);
                }
            }
        }
    }

    private static Nodes connect(Address address, ConnectionOptions options, Plant plant) {
        return switch (address.kind()) {
            case STANDALONE -> {
                RedisClient client = RedisClient.create(plant.resources);
                client.setOptions(shared(ClientOptions.builder(), options).build());
                yield Nodes.Standalone.connect(
                        client, address.toLettuce(options).get(0));
            }
            case CLUSTER -> {
                RedisClusterClient client = RedisClusterClient.create(plant.resources, address.toLettuce(options));
                ClusterClientOptions.Builder cluster = ClusterClientOptions.builder()
                        .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                                .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                                .build());
                shared(cluster, options);
                client.setOptions(cluster.build());
                yield Nodes.Cluster.connect(client);
            }
        };
    }

    /** What every connection shares. Rejecting while disconnected also means that Lettuce never replays; see {@link Line}. */
    private static ClientOptions.Builder shared(ClientOptions.Builder builder, ConnectionOptions options) {
        return builder.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(options.maxInFlight())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.connectTimeout())
                        .keepAlive(true)
                        .build());
    }

    private static String reason(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static KeywrightException cannotConnect(Address address, String reason) {
        if (reason.startsWith("WRONGPASS") || reason.startsWith("NOAUTH") || reason.startsWith("NOPERM")) {
            return new KeywrightException.Misused(
                    "Redis at " + address + " refused the user or password: " + reason + ".");
        }
        return new KeywrightException.Unavailable(
                "No Redis at " + address + " (" + reason + "). Start it, or check host, port and TLS.", false);
    }

    @Override
    public Reply call(Command command, Duration timeout) {
        return line.call(command, timeout);
    }

    @Override
    public CompletionStage<Reply> send(Command command, Duration timeout) {
        return line.send(command, timeout);
    }

    @Override
    public List<Reply> batch(List<Command> commands, Duration timeout) {
        return line.batch(commands, timeout);
    }

    @Override
    public Session dedicated() {
        return session(null);
    }

    @Override
    public Session dedicated(byte[] key) {
        return session(key);
    }

    private Session session(byte @Nullable [] key) {
        RedisClient client = RedisClient.create(plant.resources);
        client.setOptions(
                shared(ClientOptions.builder(), options).autoReconnect(false).build());
        try {
            StatefulRedisConnection<byte[], byte[]> own = client.connect(ByteArrayCodec.INSTANCE, nodes.nodeFor(key));
            return new Session(
                    client,
                    new Line(Nodes.writerOf(own), address.toString(), options, plant.timer, plant.callbacks, false));
        } catch (RedisException e) {
            client.shutdown(Duration.ZERO, Duration.ZERO);
            throw cannotConnect(address, reason(e));
        }
    }

    @Override
    public Subscription listen(String channel, Consumer<byte[]> listener) {
        return channels().listen(channel, listener);
    }

    private synchronized Channels channels() {
        if (channels == null) {
            channels = new Channels(nodes.pubSub(), plant.callbacks);
        }
        return channels;
    }

    @Override
    public Topology topology() {
        return nodes.topology();
    }

    @Override
    public Connection node(String host, int port) {
        return open(address.only(host, port), options);
    }

    @Override
    public ConnectionOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return address.toString();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        line.close();
        nodes.shared().close();
        nodes.client().shutdown(Duration.ZERO, Duration.ofSeconds(2));
        plant.close();
    }

    /** The threads behind one connection. */
    private static final class Plant {

        final ClientResources resources;
        final HashedWheelTimer timer = new HashedWheelTimer(
                new DefaultThreadFactory("keywright-timer", true), TIMER_TICK_MILLIS, TimeUnit.MILLISECONDS);
        final Executor callbacks;
        private final @Nullable ForkJoinPool ownPool;

        Plant(ConnectionOptions options) {
            this.resources = DefaultClientResources.builder()
                    .commandLatencyRecorder(CommandLatencyRecorder.disabled())
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

        void close() {
            resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
            timer.stop();
            if (ownPool != null) {
                ownPool.shutdown();
            }
        }
    }
}
