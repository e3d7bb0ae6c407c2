package dev.keywright.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls that are read-only to replicas in turn, all others to the master; to the master too when no replica is good.
 *
 * <p>A replica is good while it says so itself: master and replicas are asked for {@code INFO replication} every second, and what
 * one said counts for {@link #GOOD_FOR}. It must be a replica, have the same replication history as the master (names and
 * addresses may differ from place to place, the id of a history does not), and have heard of its master within {@link #SILENCE}.
 * So an old primary that comes back is not read from before it follows the new one. While the master does not answer, its last
 * answer counts, and replicas are read from on.
 */
final class ReplicaReads implements RedisChannelWriter {

    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    /** How long a replica's answer counts, from the moment it was asked. */
    static final Duration GOOD_FOR = Duration.ofSeconds(3);
    /** The longest time without news of its master that is taken for none being there. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Command INFO =
            Command.named("INFO").argument("replication").buildRepeatable();

    private final RedisChannelWriter master;
    private final Plant plant;
    private final RedisClient client;
    private final Function<Endpoint, RedisURI> uris;
    private final boolean masterToo;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Endpoint, Node> nodes = new LinkedHashMap<>();
    private volatile List<Node> replicas = List.of();
    private volatile boolean closed;
    private @Nullable Endpoint place;
    /** The id of the history that the master writes; unknown until it has told. */
    private @Nullable String history;

    /** @param uris how to reach a node */
    ReplicaReads(RedisChannelWriter master, Plant plant, Function<Endpoint, RedisURI> uris) {
        this.master = master;
        this.plant = plant;
        this.client = plant.client();
        this.uris = uris;
        this.masterToo = plant.options.readFrom() == ReadFrom.ANY;
        askAgain();
    }

    /** A server that is connected or will be, and what it said of itself. */
    private static final class Node {

        final Endpoint place;
        final CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connecting;
        /** Completes when it has said something, or cannot. */
        final CompletableFuture<@Nullable Void> heard = new CompletableFuture<>();

        private volatile long goodUntil = System.nanoTime();
        private @Nullable Said said;

        Node(Endpoint place, CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connecting) {
            this.place = place;
            this.connecting = connecting;
        }

        boolean isConnected() {
            return connecting.isDone()
                    && !connecting.isCompletedExceptionally()
                    && connecting.join().isOpen();
        }

        boolean isGood() {
            return goodUntil - System.nanoTime() > 0 && isConnected();
        }

        RedisChannelWriter writer() {
            return Nodes.writerOf(connecting.join());
        }

        void judge(@Nullable String history) {
            goodUntil = said != null && said.isGood(history) ? said.asked + GOOD_FOR.toNanos() : System.nanoTime();
        }

        /** What it said before a break is void: it may have started anew, with old data. */
        void forget() {
            said = null;
            judge(null);
        }

        void close() {
            CompletableFuture<?> unused = connecting.thenCompose(StatefulRedisConnection::closeAsync);
        }
    }

    /** What a node said of itself, and when it was asked. */
    private record Said(boolean isReplica, String history, long silentSeconds, long asked) {

        static Said of(InfoText info, long asked) {
            boolean up = info.text("master_link_status").equals("up");
            return new Said(
                    info.text("role").equals("slave"),
                    info.text("master_replid"),
                    info.number(up ? "master_last_io_seconds_ago" : "master_link_down_since_seconds"),
                    asked);
        }

        /** A replica that has not heard of its master since it started says -1. */
        boolean isGood(@Nullable String ofMaster) {
            return isReplica && history.equals(ofMaster) && silentSeconds >= 0 && silentSeconds <= SILENCE.toSeconds();
        }
    }

    /**
     * Reads from these replicas of this master, as far as they are good, and from no others. Connects without waiting; a node that
     * does not answer is tried again the next time.
     */
    synchronized void use(Endpoint newMaster, Collection<Endpoint> wanted) {
        Set<Endpoint> all = new LinkedHashSet<>(wanted);
        all.add(newMaster);
        nodes.values().removeIf(node -> {
            boolean gone = !all.contains(node.place);
            if (gone) {
                node.close();
            }
            return gone || node.connecting.isCompletedExceptionally();
        });
        if (!newMaster.equals(place)) {
            place = newMaster;
            history = null;
            nodes.values().forEach(Node::forget);
        }
        all.forEach(each -> nodes.computeIfAbsent(each, this::connect));
        replicas = nodes.values().stream()
                .filter(node -> !node.place.equals(newMaster))
                .toList();
        nodes.values().forEach(this::ask);
    }

    private Node connect(Endpoint to) {
        Node node = new Node(
                to, client.connectAsync(ByteArrayCodec.INSTANCE, uris.apply(to)).toCompletableFuture());
        CompletableFuture<?> unused = node.connecting.whenComplete((connection, away) -> {
            if (away != null) {
                plant.tally.trouble(String.valueOf(
                        Failures.cannotConnect(to.toString(), away).getMessage()));
                node.heard.complete(null);
                return;
            }
            connection.addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                    voided(node);
                }
            });
            ask(node);
        });
        return node;
    }

    private synchronized void voided(Node node) {
        node.forget();
    }

    private void askAgain() {
        if (!closed) {
            all().forEach(this::ask);
            plant.timer.newTimeout(ring -> askAgain(), ASK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private synchronized List<Node> all() {
        return List.copyOf(nodes.values());
    }

    private void ask(Node node) {
        if (!node.isConnected()) {
            return;
        }
        long asked = System.nanoTime();
        Line line = new Line(node.writer(), node.place.toString(), plant, new Tally(), Judge.AS_IT_IS, false);
        CompletionStage<Reply> unused = line.send(INFO, GOOD_FOR).whenComplete((reply, failure) -> {
            if (reply != null) {
                heard(node, reply, asked);
            }
            node.heard.complete(null);
        });
    }

    private synchronized void heard(Node node, Reply reply, long asked) {
        if (reply instanceof Reply.Failure refusal) {
            plant.tally.trouble("Nothing is read from " + node.place
                    + " as a replica, because it does not say whom it follows: " + refusal.message() + ".");
            return;
        }
        Said said = Said.of(InfoText.of(reply, "INFO"), asked);
        node.said = said;
        if (!node.place.equals(place)) {
            node.judge(history);
        } else if (!said.isReplica()) {
            history = said.history();
            replicas.forEach(replica -> replica.judge(history));
        }
    }

    /** Waits until all of them have said how they are, or failed. */
    void await(Duration patience) {
        CompletableFuture.allOf(all().stream().map(node -> node.heard).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    private RedisChannelWriter choose(RedisCommand<?, ?, ?> command) {
        if (!(command instanceof Call call) || !call.command.readOnly()) {
            return master;
        }
        List<Node> now = replicas;
        int choices = now.size() + (masterToo ? 1 : 0);
        for (int i = 0; i < choices; i++) {
            int chosen = Math.floorMod(turn.getAndIncrement(), choices);
            if (chosen == now.size()) {
                return master;
            }
            if (now.get(chosen).isGood()) {
                return now.get(chosen).writer();
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
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        closed = true;
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
