package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link Connection} over Lettuce: opens and closes; {@link Nodes} knows the servers, {@link Line} makes the calls. */
final class LettuceConnection implements Connection {

    /** What Lettuce says at times instead of the server's own reason, a wrong password for one: worth asking again. */
    private static final String HUNG_UP = "Connection closed prematurely";

    private static final int ATTEMPTS = 3;

    private final RedisUri uri;
    private final ConnectionOptions options;
    private final Plant plant;
    private final Nodes nodes;
    private final Line line;
    private final List<TrackingNodes> trackings = new CopyOnWriteArrayList<>();
    private @Nullable Channels channels;
    private @Nullable PubSubNodes pubSub;
    private volatile boolean closed;

    private LettuceConnection(Plant plant, Nodes nodes) {
        this.uri = plant.uri;
        this.options = plant.options;
        this.plant = plant;
        this.nodes = nodes;
        this.line = new Line(nodes.writer(), uri.toString(), plant, plant.tally, nodes, true);
    }

    /** Opens what the URI describes, and finds out by asking what it does not say. */
    static LettuceConnection open(RedisUri uri, ConnectionOptions options) {
        LettuceConnection connection = connect(uri, uri.options().over(options));
        if (uri.kind() != Topology.Kind.STANDALONE) {
            return connection;
        }
        try {
            return connection.recognised();
        } catch (KeywrightException e) {
            connection.close();
            throw e;
        }
    }

    private static LettuceConnection connect(RedisUri uri, ConnectionOptions options) {
        for (int attempt = 1; ; attempt++) {
            Plant plant = new Plant(uri, options);
            try {
                return new LettuceConnection(plant, nodes(plant));
            } catch (KeywrightException e) {
                plant.close();
                throw e;
            } catch (RedisException | CompletionException e) {
                plant.close();
                if (!Failures.reason(e).equals(HUNG_UP) || attempt == ATTEMPTS) {
                    throw Failures.cannotConnect(uri.toString(), e);
                }
            }
        }
    }

    private static Nodes nodes(Plant plant) {
        return switch (plant.uri.kind()) {
            case STANDALONE, REPLICA -> StandaloneNodes.connect(plant);
            case SENTINEL -> SentinelNodes.connect(plant);
            case CLUSTER -> ClusterNodes.connect(plant);
        };
    }

    /** This connection, or the one that the server behind it calls for. */
    private LettuceConnection recognised() {
        Reply info = call(Command.named("INFO").argument("server").buildRepeatable(), options.connectTimeout());
        String mode = info instanceof Reply.Text ? InfoText.of(info, "INFO").mode() : "";
        if (mode.equals("sentinel")) {
            throw sentinelFound();
        }
        if (mode.equals("cluster") && !uri.options().standalone()) {
            close();
            return connectCluster();
        }
        ((StandaloneNodes) nodes).learnRole();
        return this;
    }

    private LettuceConnection connectCluster() {
        try {
            return connect(uri.asCluster(), options);
        } catch (KeywrightException.Unavailable e) {
            throw new KeywrightException.Unavailable(
                    "Redis at " + uri
                            + " is a node of a Cluster, and the addresses that its nodes announce cannot be"
                            + " reached (" + e.getMessage()
                            + ") Set cluster-announce-ip, or add ?topology=standalone to use this node alone.",
                    false,
                    e);
        }
    }

    private KeywrightException.Misused sentinelFound() {
        Reply masters = call(Sentinels.sentinel("MASTERS"), options.connectTimeout());
        List<String> names = masters instanceof Reply.Items items ? Sentinels.names(items) : List.of();
        Endpoint place = uri.hosts().get(0);
        String scheme = uri.tls() ? "rediss-sentinel://" : "redis-sentinel://";
        return new KeywrightException.Misused("A Sentinel answers at " + uri + ", and no data is there. Use "
                + scheme + place + "#" + (names.isEmpty() ? "NAME" : names.get(0))
                + (names.size() > 1 ? " (or " + String.join(", ", names.subList(1, names.size())) + ")" : "")
                + ", with the user and password of the master before the host.");
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
        return plant.session(nodes.nodeFor(null), uri.toString(), plant.tally);
    }

    @Override
    public Session dedicated(byte[] key) {
        return plant.session(nodes.nodeFor(key), uri.toString(), plant.tally);
    }

    @Override
    public Subscription listen(String channel, Consumer<byte[]> listener) {
        return channels().listen(channel, listener);
    }

    private synchronized Channels channels() {
        if (channels == null) {
            try {
                channels = new Channels(nodes.pubSub(), plant.callbacks);
            } catch (RedisException e) {
                throw Failures.cannotConnect(uri.toString(), e);
            }
        }
        return channels;
    }

    @Override
    public synchronized PubSub pubSub() {
        if (pubSub == null) {
            pubSub = new PubSubNodes(plant, nodes);
        }
        return pubSub;
    }

    @Override
    public Tracking tracking(Tracking.Mode mode, Tracking.Listener listener) {
        TrackingNodes tracking = new TrackingNodes(plant, nodes, line, mode, listener, trackings::remove);
        trackings.add(tracking);
        tracking.open();
        return tracking;
    }

    @Override
    public Topology topology() {
        return nodes.topology();
    }

    @Override
    public Connection node(String host, int port) {
        return connect(uri.only(new Endpoint(host, port)), options.withReadFrom(ReadFrom.MASTER));
    }

    @Override
    public Subscription events(Consumer<? super ConnectionEvent> listener) {
        return plant.pulse.listen(listener);
    }

    @Override
    public Health health() {
        return plant.pulse.health();
    }

    @Override
    public Counters counters() {
        return plant.tally.counters(line.waiting());
    }

    @Override
    public List<ReplicaLag> staleness() {
        List<ReplicaLag> lags = new ArrayList<>();
        for (RedisURI master : nodes.masters()) {
            Endpoint node = new Endpoint(master.getHost(), master.getPort());
            try (Session session = plant.probe(master, node.toString())) {
                Command info = Command.named("INFO").argument("replication").build();
                lags.addAll(ReplicaLag.in(InfoText.of(session.call(info, options.timeout()), "INFO"), node));
            }
        }
        return lags;
    }

    @Override
    public List<Problem> check(Needs needs) {
        return SelfCheck.of(needs, nodes.masters(), plant);
    }

    @Override
    public ConnectionOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean interrupted = Thread.interrupted(); // the transport would stop half way
        try {
            line.close();
            plant.pulse.close();
            trackings.forEach(TrackingNodes::close);
            if (pubSub != null) {
                pubSub.close();
            }
            nodes.close();
        } finally {
            plant.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
