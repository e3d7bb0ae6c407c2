package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The servers behind a {@link LettuceConnection} and what differs between ways they belong together. */
sealed interface Nodes {

    int SLOTS = 16_384;

    AbstractRedisClient client();

    StatefulConnection<byte[], byte[]> shared();

    /** The node that serves the key; any master when there is no key. */
    RedisURI nodeFor(byte @Nullable [] key);

    StatefulRedisPubSubConnection<byte[], byte[]> pubSub();

    Topology topology();

    /** Where commands are handed to Lettuce, below its thousand methods. */
    default RedisChannelWriter writer() {
        return writerOf(shared());
    }

    static RedisChannelWriter writerOf(StatefulConnection<byte[], byte[]> connection) {
        return ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    }

    /** One server. */
    record Standalone(RedisClient client, RedisURI uri, StatefulRedisConnection<byte[], byte[]> shared)
            implements Nodes {

        static Standalone connect(RedisClient client, RedisURI uri) {
            return new Standalone(client, uri, client.connect(ByteArrayCodec.INSTANCE, uri));
        }

        @Override
        public RedisURI nodeFor(byte @Nullable [] key) {
            return uri;
        }

        @Override
        public StatefulRedisPubSubConnection<byte[], byte[]> pubSub() {
            return client.connectPubSub(ByteArrayCodec.INSTANCE, uri);
        }

        @Override
        public Topology topology() {
            List<Object> role = shared.sync().role();
            boolean master = "master".equals(new String((byte[]) role.get(0), US_ASCII));
            return new Topology(
                    Topology.Kind.STANDALONE,
                    List.of(new Topology.Node(
                            uri.getHost(),
                            uri.getPort(),
                            master ? Topology.Role.MASTER : Topology.Role.REPLICA,
                            master ? SLOTS : 0)));
        }
    }

    /** Masters that share the hash slots, with replicas. */
    record Cluster(RedisClusterClient client, StatefulRedisClusterConnection<byte[], byte[]> shared) implements Nodes {

        /** Connects to every master, so that no first call has to wait for it. */
        static Cluster connect(RedisClusterClient client) {
            StatefulRedisClusterConnection<byte[], byte[]> shared = client.connect(ByteArrayCodec.INSTANCE);
            CompletableFuture.allOf(shared.getPartitions().stream()
                            .filter(node -> !node.getSlots().isEmpty())
                            .map(node -> shared.getConnectionAsync(node.getNodeId()))
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            return new Cluster(client, shared);
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
            return node.getUri();
        }

        @Override
        public StatefulRedisPubSubConnection<byte[], byte[]> pubSub() {
            return client.connectPubSub(ByteArrayCodec.INSTANCE);
        }

        @Override
        public Topology topology() {
            return new Topology(
                    Topology.Kind.CLUSTER,
                    shared.getPartitions().stream()
                            .map(node -> new Topology.Node(
                                    node.getUri().getHost(),
                                    node.getUri().getPort(),
                                    node.getRole().isUpstream() ? Topology.Role.MASTER : Topology.Role.REPLICA,
                                    node.getSlots().size()))
                            .toList());
        }
    }
}
