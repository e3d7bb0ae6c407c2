package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One server; with reads from replicas also those that it names itself. */
final class StandaloneNodes implements Nodes {

    private final Plant plant;
    private final RedisURI uri;
    private final RedisClient client;
    private final RedisChannelWriter writer;
    private final Line line;
    private final @Nullable ReplicaReads reads;
    private @Nullable Watch watch;
    /** Whom the server copied when it was last asked. */
    private volatile Optional<Endpoint> primary = Optional.empty();

    private StandaloneNodes(Plant plant, RedisURI uri, RedisClient client, RedisChannelWriter writer) {
        this.plant = plant;
        this.uri = uri;
        this.client = client;
        this.line = new Line(writer, plant.uri.toString(), plant, new Tally(), Judge.AS_IT_IS, true);
        this.reads = plant.options.readFrom() == ReadFrom.MASTER ? null : new ReplicaReads(writer, plant, this::uriOf);
        this.writer = reads == null ? writer : reads;
    }

    static StandaloneNodes connect(Plant plant) {
        RedisURI uri = ClientUri.all(plant.uri, plant.options).get(0);
        RedisClient client = plant.client();
        client.addListener(plant.pulse);
        StatefulRedisConnection<byte[], byte[]> shared = client.connect(ByteArrayCodec.INSTANCE, uri);
        return new StandaloneNodes(plant, uri, client, Nodes.writerOf(shared));
    }

    private RedisURI uriOf(Endpoint node) {
        return ClientUri.of(plant.uri, node, plant.options);
    }

    private Endpoint self() {
        return new Endpoint(uri.getHost(), uri.getPort());
    }

    private RoleReply role() {
        return RoleReply.of(line.call(RoleReply.COMMAND, plant.options.connectTimeout()));
    }

    /** Asks whether this is a master or a replica, and goes on asking where replicas are read. */
    void learnRole() {
        try {
            look();
        } catch (KeywrightException.Misused notAllowed) {
            return; // ROLE is a right of its own; without it, the server is taken as it is
        }
        if (reads != null) {
            reads.await(plant.options.connectTimeout());
            watch = new Watch(plant, this::look);
        }
    }

    private Endpoint look() {
        RoleReply role = role();
        primary = role.master();
        if (reads != null) {
            reads.use(self(), role.replicas());
        }
        return self();
    }

    @Override
    public RedisChannelWriter writer() {
        return writer;
    }

    @Override
    public RedisURI nodeFor(byte @Nullable [] key) {
        return uri;
    }

    @Override
    public List<RedisURI> masters() {
        return List.of(uri);
    }

    @Override
    public StatefulRedisPubSubConnection<byte[], byte[]> pubSub() {
        return client.connectPubSub(ByteArrayCodec.INSTANCE, uri);
    }

    @Override
    public Topology topology() {
        RoleReply role = role();
        return switch (role.word()) {
            case "sentinel" -> new Topology(Topology.Kind.SENTINEL, List.of());
            case "master" -> {
                List<Topology.Node> nodes = new ArrayList<>(List.of(Topology.Node.master(self())));
                role.replicas().forEach(replica -> nodes.add(Topology.Node.replica(replica, self())));
                yield new Topology(Topology.Kind.STANDALONE, nodes);
            }
            default ->
                new Topology(
                        Topology.Kind.REPLICA,
                        List.of(Topology.Node.replica(self(), role.master().orElse(self()))));
        };
    }

    @Override
    public @Nullable Reply judge(Reply.Failure failure) {
        if (reads != null && (failure.is("LOADING") || failure.is("MASTERDOWN"))) {
            return null; // a replica's; the next one in turn may serve
        }
        return failure.is("READONLY") && primary.isPresent()
                ? new Reply.Failure(failure.message() + " This node is a replica; the primary is " + primary.get())
                : failure;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        if (reads != null) {
            reads.close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
