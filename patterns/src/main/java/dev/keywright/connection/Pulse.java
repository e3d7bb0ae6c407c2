package dev.keywright.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hears of every connection that is made or broken and tells it as news of nodes: a node is connected while at least one
 * connection to it stands. Connections that only look at a topology are left out; they speak in another codec.
 */
final class Pulse implements RedisConnectionStateListener {

    private static final String SILENT_END = "the other side ended the connection";

    private final Executor callbacks;
    private final Tally tally;
    private final List<Deliveries<ConnectionEvent>> listeners = new CopyOnWriteArrayList<>();

    private final Map<RedisChannelHandler<?, ?>, Endpoint> standing = new LinkedHashMap<>();
    private final Set<RedisChannelHandler<?, ?>> seen = Collections.newSetFromMap(new WeakHashMap<>());
    private final Map<RedisChannelHandler<?, ?>, String> troubles = new WeakHashMap<>();
    private boolean closed;

    Pulse(Executor callbacks, Tally tally) {
        this.callbacks = callbacks;
        this.tally = tally;
    }

    Subscription listen(Consumer<? super ConnectionEvent> listener) {
        Deliveries<ConnectionEvent> deliveries = new Deliveries<>(callbacks, listener);
        listeners.add(deliveries);
        return () -> listeners.remove(deliveries);
    }

    synchronized void tell(ConnectionEvent event) {
        if (!closed) {
            listeners.forEach(listener -> listener.offer(event));
        }
    }

    synchronized Health health() {
        return new Health(standing.values().stream().distinct().toList(), tally.lastFailure());
    }

    /** What follows is the connection's own end, and no news. */
    synchronized void close() {
        closed = true;
    }

    @Override
    public synchronized void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        if (!isOurs(connection) || !(address instanceof InetSocketAddress remote)) {
            return;
        }
        Endpoint node = new Endpoint(remote.getHostString(), remote.getPort());
        boolean first = !standing.containsValue(node);
        standing.put(connection, node);
        if (!seen.add(connection)) {
            tally.reconnects.increment();
        }
        if (first) {
            tell(new ConnectionEvent.Connected(node));
        }
    }

    @Override
    public synchronized void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        Endpoint node = standing.remove(connection);
        String trouble = troubles.remove(connection);
        if (node == null || closed) {
            return;
        }
        String reason = trouble == null ? SILENT_END : trouble;
        tally.trouble("The connection to " + node + " broke: " + reason + ".");
        if (!standing.containsValue(node)) {
            tell(new ConnectionEvent.Disconnected(node, reason));
        }
    }

    @Override
    public synchronized void onRedisExceptionCaught(RedisChannelHandler<?, ?> connection, Throwable cause) {
        String message = cause.getMessage();
        troubles.put(connection, message == null ? cause.getClass().getSimpleName() : message);
    }

    private static boolean isOurs(RedisChannelHandler<?, ?> connection) {
        return connection instanceof StatefulConnection<?, ?> stateful && stateful.getCodec() instanceof ByteArrayCodec;
    }
}
