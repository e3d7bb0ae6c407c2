package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hands published messages to listeners, each listener's in order and never on the transport's thread. A listener that is
 * more than {@value #BACKLOG} messages behind misses the oldest.
 */
final class Channels {

    private static final int BACKLOG = 10_000;

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final Executor callbacks;
    private final Map<String, List<Listening>> listeners = new ConcurrentHashMap<>();

    Channels(StatefulRedisPubSubConnection<byte[], byte[]> connection, Executor callbacks) {
        this.connection = connection;
        this.callbacks = callbacks;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                for (Listening listening : listeners.getOrDefault(new String(channel, UTF_8), List.of())) {
                    listening.offer(message.clone());
                }
            }
        });
    }

    /** Returns once the server confirmed. */
    synchronized Subscription listen(String channel, Consumer<byte[]> listener) {
        Listening listening = new Listening(listener);
        List<Listening> all = listeners.computeIfAbsent(channel, none -> new CopyOnWriteArrayList<>());
        all.add(listening);
        if (all.size() == 1) {
            connection.sync().subscribe(channel.getBytes(UTF_8));
        }
        return () -> leave(channel, listening);
    }

    private synchronized void leave(String channel, Listening listening) {
        List<Listening> all = listeners.getOrDefault(channel, List.of());
        if (all.remove(listening) && all.isEmpty()) {
            listeners.remove(channel);
            connection.sync().unsubscribe(channel.getBytes(UTF_8));
        }
    }

    /** One listener and what it has yet to see. */
    private final class Listening implements Runnable {

        private final Consumer<byte[]> listener;
        private final Queue<byte[]> backlog = new ArrayDeque<>();
        private boolean running;

        Listening(Consumer<byte[]> listener) {
            this.listener = listener;
        }

        void offer(byte[] message) {
            synchronized (backlog) {
                if (backlog.size() == BACKLOG) {
                    backlog.remove();
                }
                backlog.add(message);
                if (running) {
                    return;
                }
                running = true;
            }
            callbacks.execute(this);
        }

        @Override
        public void run() {
            byte[] message;
            synchronized (backlog) {
                message = backlog.remove();
            }
            try {
                listener.accept(message);
            } finally {
                boolean more;
                synchronized (backlog) {
                    more = !backlog.isEmpty();
                    running = more;
                }
                if (more) {
                    callbacks.execute(this);
                }
            }
        }
    }
}
