package dev.keywright.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The servers behind a {@link LettuceConnection} and what differs between ways they belong together. */
sealed interface Nodes extends Judge, AutoCloseable permits StandaloneNodes, SentinelNodes, ClusterNodes {

    /** Where commands are handed to Lettuce, below its thousand methods. */
    RedisChannelWriter writer();

    /** The node that serves the key; any master when there is no key. */
    RedisURI nodeFor(byte @Nullable [] key);

    /** As {@link #nodeFor}, from what is known already: nobody is asked. */
    default RedisURI homeOf(byte[] key) {
        return nodeFor(key);
    }

    /** Every node that takes writes; the one node where the connection leads to a replica. */
    List<RedisURI> masters();

    StatefulRedisPubSubConnection<byte[], byte[]> pubSub();

    Topology topology();

    @Override
    void close();

    static RedisChannelWriter writerOf(StatefulConnection<byte[], byte[]> connection) {
        return ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    }
}
