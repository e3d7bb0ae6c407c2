package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.event.AskRedirectionEvent;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.cluster.event.MovedRedirectionEvent;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.Event;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Masters that share the hash slots, with replicas. The map of slots is fetched anew every 30 s, and within a second after a
 * sign of change: MOVED, ASK, CLUSTERDOWN, a node that stays away or silent.
 */
final class ClusterNodes implements Nodes {

    private static final Duration REFRESH_EVERY = Duration.ofSeconds(30);
    private static final Duration REFRESH_AT_MOST_EVERY = Duration.ofSeconds(1);

    /** Error replies that say: not here, or not yet; and certainly not run. */
    private static final Set<String> PASSING =
            Set.of("TRYAGAIN", "CLUSTERDOWN", "MOVED", "ASK", "LOADING", "MASTERDOWN");

    private final RedisClusterClient client;
    private final StatefulRedisClusterConnection<byte[], byte[]> shared;
    private final Plant plant;
    private final AtomicLong refreshed = new AtomicLong(System.nanoTime());

    private ClusterNodes(
            Plant plant, RedisClusterClient client, StatefulRedisClusterConnection<byte[], byte[]> shared) {
        this.plant = plant;
        this.client = client;
        this.shared = shared;
        plant.resources.eventBus().get().subscribe(this::heard);
    }

    /** Connects to every master that answers, so that no first call has to wait for it. */
    static ClusterNodes connect(Plant plant) {
        RedisClusterClient client = RedisClusterClient.create(plant.resources, ClientUri.all(plant.uri, plant.options));
        client.setOptions(settings(plant));
        client.addListener(plant.pulse);
        StatefulRedisClusterConnection<byte[], byte[]> shared = client.connect(ByteArrayCodec.INSTANCE);
        shared.setReadFrom(
                switch (plant.options.readFrom()) {
                    case MASTER -> io.lettuce.core.ReadFrom.UPSTREAM;
                    case REPLICA -> io.lettuce.core.ReadFrom.REPLICA_PREFERRED;
                    case ANY -> io.lettuce.core.ReadFrom.ANY;
                });
        CompletableFuture.allOf(shared.getPartitions().stream()
                        .filter(node -> !node.getSlots().isEmpty())
                        .map(RedisClusterNode::getUri)
                        .map(uri -> shared.getConnectionAsync(uri.getHost(), uri.getPort()))
                        .map(connected -> connected.handle((connection, away) -> connection))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        return new ClusterNodes(plant, client, shared);
    }

    private static ClusterClientOptions settings(Plant plant) {
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(REFRESH_EVERY)
                        .adaptiveRefreshTriggersTimeout(REFRESH_AT_MOST_EVERY)
                        .build());
        builder.readOnlyCommands(command -> command instanceof Call call && call.command.readOnly());
        return plant.settings(builder).build();
    }

    private void heard(Event event) {
        if (event instanceof MovedRedirectionEvent || event instanceof AskRedirectionEvent) {
            plant.tally.redirects.increment();
        } else if (event instanceof ClusterTopologyChangedEvent changed) {
            Map<String, RedisClusterNode> before = new HashMap<>();
            changed.before().forEach(node -> before.put(node.getNodeId(), node));
            for (RedisClusterNode node : changed.after()) {
                RedisClusterNode earlier = before.get(node.getNodeId());
                if (earlier != null && isMaster(node) && !isMaster(earlier) && earlier.getSlaveOf() != null) {
                    promoted(before.get(earlier.getSlaveOf()), node);
                }
            }
            plant.pulse.tell(new ConnectionEvent.TopologyChanged(topology(changed.after())));
        }
    }

    private void promoted(@Nullable RedisClusterNode from, RedisClusterNode to) {
        if (from != null) {
            plant.pulse.tell(new ConnectionEvent.MasterChanged(endpoint(from), endpoint(to)));
        }
    }

    private static boolean isMaster(RedisClusterNode node) {
        return node.getRole().isUpstream();
    }

    private static Endpoint endpoint(RedisClusterNode node) {
        return new Endpoint(node.getUri().getHost(), node.getUri().getPort());
    }

    @Override
    public RedisChannelWriter writer() {
        return Nodes.writerOf(shared);
    }

    @Override
    public RedisURI nodeFor(byte @Nullable [] key) {
        RedisClusterNode node = key == null
                ? shared.getPartitions().stream()
                        .filter(each -> !each.getSlots().isEmpty())
                        .findFirst()
                        .orElse(null)
                : shared.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
        if (node == null) {
            throw new KeywrightException.Unavailable("No master serves the slot. Check CLUSTER INFO.", false);
        }
        return uriOf(node);
    }

    @Override
    public List<RedisURI> masters() {
        return shared.getPartitions().stream()
                .filter(node -> isMaster(node) && !node.getSlots().isEmpty())
                .map(this::uriOf)
                .toList();
    }

    /** As the user of our URI; what the cluster tells of its nodes has no user. */
    private RedisURI uriOf(RedisClusterNode node) {
        return ClientUri.of(plant.uri, endpoint(node), plant.options);
    }

    @Override
    public StatefulRedisPubSubConnection<byte[], byte[]> pubSub() {
        return client.connectPubSub(ByteArrayCodec.INSTANCE);
    }

    @Override
    public Topology topology() {
        return topology(List.copyOf(shared.getPartitions()));
    }

    private static Topology topology(List<RedisClusterNode> nodes) {
        Map<String, Endpoint> places = new HashMap<>();
        nodes.forEach(node -> places.put(node.getNodeId(), endpoint(node)));
        return new Topology(
                Topology.Kind.CLUSTER,
                nodes.stream()
                        .map(node -> new Topology.Node(
                                node.getUri().getHost(),
                                node.getUri().getPort(),
                                isMaster(node) ? Topology.Role.MASTER : Topology.Role.REPLICA,
                                node.getSlots().size(),
                                Optional.of(node.getNodeId()),
                                Optional.ofNullable(node.getSlaveOf()).map(places::get)))
                        .toList());
    }

    @Override
    public @Nullable Reply judge(Reply.Failure failure) {
        if (!PASSING.contains(failure.code())) {
            return failure;
        }
        if (failure.is("CLUSTERDOWN")) {
            silence();
        }
        return null;
    }

    @Override
    public void silence() {
        long last = refreshed.get();
        if (System.nanoTime() - last > REFRESH_AT_MOST_EVERY.toNanos()
                && refreshed.compareAndSet(last, System.nanoTime())) {
            client.refreshPartitionsAsync();
        }
    }

    @Override
    public void close() {
        shared.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
