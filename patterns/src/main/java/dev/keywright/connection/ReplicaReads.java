package dev.keywright.connection;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ConnectionFacade;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Sends calls that are read-only to replicas in turn, all others to the master; to the master too when no replica is connected. */
final class ReplicaReads implements RedisChannelWriter {

    private final RedisChannelWriter master;
    private final RedisClient client;
    private final Function<Endpoint, RedisURI> uris;
    private final boolean masterToo;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Endpoint, CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> connections =
            new LinkedHashMap<>();
    private volatile List<CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> replicas = List.of();

    /** Takes the client over. */
    ReplicaReads(RedisChannelWriter master, RedisClient client, Function<Endpoint, RedisURI> uris, ReadFrom from) {
        this.master = master;
        this.client = client;
        this.uris = uris;
        this.masterToo = from == ReadFrom.ANY;
    }

    /** Connects to these replicas and to no others, without waiting; one that does not answer is tried again the next time. */
    synchronized void use(Collection<Endpoint> wanted) {
        connections.entrySet().removeIf(each -> {
            boolean gone = !wanted.contains(each.getKey());
            if (gone) {
                CompletableFuture<?> unused = each.getValue().thenCompose(StatefulRedisConnection::closeAsync);
            }
            return gone || each.getValue().isCompletedExceptionally();
        });
        for (Endpoint replica : wanted) {
            connections.computeIfAbsent(
                    replica,
                    place -> client.connectAsync(ByteArrayCodec.INSTANCE, uris.apply(place))
                            .toCompletableFuture());
        }
        replicas = List.copyOf(connections.values());
    }

    /** Waits until all of them have answered or failed. */
    void await(Duration patience) {
        CompletableFuture.allOf(replicas.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(away -> null)
                .join();
    }

    private RedisChannelWriter choose(RedisCommand<?, ?, ?> command) {
        if (!(command instanceof Call call) || !call.command.readOnly()) {
            return master;
        }
        List<CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> now = replicas;
        int choices = now.size() + (masterToo ? 1 : 0);
        for (int i = 0; i < choices; i++) {
            int chosen = Math.floorMod(turn.getAndIncrement(), choices);
            if (chosen == now.size()) {
                return master;
            }
            CompletableFuture<StatefulRedisConnection<byte[], byte[]>> replica = now.get(chosen);
            if (replica.isDone()
                    && !replica.isCompletedExceptionally()
                    && replica.join().isOpen()) {
                return Nodes.writerOf(replica.join());
            }
        }
        return master;
    }

    @Override
    public <K, V, T> RedisCommand<K, V, T> write(RedisCommand<K, V, T> command) {
        return choose(command).write(command);
    }

    @Override
    public <K, V> Collection<RedisCommand<K, V, ?>> write(Collection<? extends RedisCommand<K, V, ?>> commands) {
        Map<RedisChannelWriter, List<RedisCommand<K, V, ?>>> shares = new LinkedHashMap<>();
        for (RedisCommand<K, V, ?> command : commands) {
            shares.computeIfAbsent(choose(command), none -> new ArrayList<>()).add(command);
        }
        shares.forEach(RedisChannelWriter::write);
        return new ArrayList<>(commands);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return client.shutdownAsync();
    }

    @Override
    public void setConnectionFacade(ConnectionFacade facade) {
        master.setConnectionFacade(facade);
    }

    @Override
    public ClientResources getClientResources() {
        return master.getClientResources();
    }

    @Override
    public void setAutoFlushCommands(boolean autoFlush) {
        master.setAutoFlushCommands(autoFlush);
    }

    @Override
    public void flushCommands() {
        master.flushCommands();
    }
}
