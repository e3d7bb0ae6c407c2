package dev.keywright.connection;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.DefaultEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The client of one connection that leads to whichever node is the master. Every time it connects it asks where that is, and
 * waits until somebody knows; so a switch is nothing but a broken connection, with the same fate for calls in flight.
 */
final class Follower extends RedisClient {

    private final Supplier<CompletionStage<Endpoint>> guide;
    private final Supplier<Endpoint> master;
    private volatile @Nullable Endpoint target;
    private volatile @Nullable RedisChannelHandler<?, ?> connection;

    /**
     * @param guide asks for the master
     * @param master the one that was found last
     */
    Follower(Plant plant, RedisURI form, Supplier<CompletionStage<Endpoint>> guide, Supplier<Endpoint> master) {
        super(plant.resources, form);
        this.guide = guide;
        this.master = master;
        setOptions(plant.settings(ClientOptions.builder()).build());
        addListener(plant.pulse);
        addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> made, SocketAddress address) {
                connection = made;
                leaveUnless(Follower.this.master.get()); // the master may have changed while the connection was made
            }
        });
    }

    @Override
    protected Mono<SocketAddress> getSocketAddress(RedisURI uri) {
        return Mono.fromCompletionStage(guide).map(node -> {
            target = node;
            return InetSocketAddress.createUnresolved(node.host(), node.port());
        });
    }

    /** Drops the connection if it leads, or is about to lead, somewhere else; it is made again at once. */
    void leaveUnless(Endpoint node) {
        RedisChannelHandler<?, ?> made = connection;
        if (made != null && !node.equals(target)) {
            ((DefaultEndpoint) made.getChannelWriter()).disconnect();
        }
    }
}
