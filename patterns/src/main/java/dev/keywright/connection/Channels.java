package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Hands published messages to listeners, each listener's in order and never on the transport's thread. */
final class Channels {

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final Executor callbacks;
    private final Map<String, List<Deliveries<byte[]>>> listeners = new ConcurrentHashMap<>();

    Channels(StatefulRedisPubSubConnection<byte[], byte[]> connection, Executor callbacks) {
        this.connection = connection;
        this.callbacks = callbacks;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                for (Deliveries<byte[]> listening : listeners.getOrDefault(new String(channel, UTF_8), List.of())) {
                    listening.offer(message.clone());
                }
            }
        });
    }

    /** Returns once the server confirmed. */
    synchronized Subscription listen(String channel, Consumer<byte[]> listener) {
        Deliveries<byte[]> listening = new Deliveries<>(callbacks, listener);
        List<Deliveries<byte[]>> all = listeners.computeIfAbsent(channel, none -> new CopyOnWriteArrayList<>());
        all.add(listening);
        if (all.size() == 1) {
            try {
                connection.sync().subscribe(channel.getBytes(UTF_8));
            } catch (RedisException refused) {
                listeners.remove(channel);
                throw Failures.notSubscribed(channel, refused);
            }
        }
        return () -> leave(channel, listening);
    }

    private synchronized void leave(String channel, Deliveries<byte[]> listening) {
        List<Deliveries<byte[]>> all = listeners.getOrDefault(channel, List.of());
        if (all.remove(listening) && all.isEmpty()) {
            listeners.remove(channel);
            RedisFuture<?> unused = connection
                    .async()
                    .unsubscribe(channel.getBytes(UTF_8)); // who is not connected is not subscribed either
        }
    }
}
