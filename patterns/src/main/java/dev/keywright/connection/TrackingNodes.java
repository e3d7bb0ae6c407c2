package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.netty.util.Timeout;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link Tracking} over all masters: sends each read over the {@link TrackedNode.Link} of its node, or else over the shared line. */
final class TrackingNodes implements Tracking {

    private static final Command CACHING =
            Command.named("CLIENT").argument("CACHING").argument("YES").build();

    private static final long LONGEST_BEAT = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_BEAT = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int BEATS_IN_A_TIMEOUT = 4;

    /** The node does not serve the key at this moment; what was read from it before stays true. */
    private static final Set<String> BETWEEN_NODES = Set.of("ASK", "TRYAGAIN");

    final Plant plant;
    final Mode mode;
    final Listener listener;
    final RedisClient client;
    private final Nodes nodes;
    private final Line shared;
    private final Consumer<TrackingNodes> leaver;
    private final long beatEvery;
    private final Map<Endpoint, TrackedNode> tracked = new ConcurrentHashMap<>();
    private final Subscription events;
    private volatile boolean closed;

    /** @param leaver is told when this is closed */
    TrackingNodes(Plant plant, Nodes nodes, Line shared, Mode mode, Listener listener, Consumer<TrackingNodes> leaver) {
        this.plant = plant;
        this.nodes = nodes;
        this.shared = shared;
        this.mode = mode;
        this.listener = listener;
        this.leaver = leaver;
        this.client = RedisClient.create(plant.resources);
        client.setOptions(
                plant.settings(ClientOptions.builder()).autoReconnect(false).build());
        this.beatEvery = Math.max(
                SHORTEST_BEAT, Math.min(LONGEST_BEAT, plant.options.timeout().toNanos() / BEATS_IN_A_TIMEOUT));
        this.events = plant.pulse.listen(this::heard);
    }

    /** Arms every master, and waits for those that answer. */
    void open() {
        long deadline = System.nanoTime() + plant.options.connectTimeout().toNanos();
        List<CompletableFuture<Void>> arming = nodes.masters().stream()
                .map(this::track)
                .map(TrackedNode::first)
                .toList();
        nextBeat();
        try {
            for (CompletableFuture<Void> armed : arming) {
                armed.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException.Misused refused) {
                close();
                throw refused;
            }
        } catch (TimeoutException away) {
            plant.tally.trouble("A node is not armed for tracking within "
                    + Failures.words(plant.options.connectTimeout()) + "; tried again in the background.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- nodes

    boolean isCluster() {
        return nodes instanceof ClusterNodes;
    }

    /** Whether a node that turns out to be a replica is the wrong one. */
    boolean wantsMasters() {
        return !(nodes instanceof StandaloneNodes);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isHome(Endpoint place) {
        return nodes.masters().stream().map(TrackingNodes::endpoint).anyMatch(place::equals);
    }

    void leave(TrackedNode node) {
        tracked.remove(node.place(), node);
    }

    void tellEnd() {
        Deliveries.execute(plant.callbacks, listener::ended);
    }

    private static Endpoint endpoint(RedisURI node) {
        return new Endpoint(node.getHost(), node.getPort());
    }

    private TrackedNode track(RedisURI home) {
        Endpoint place = endpoint(home);
        TrackedNode known = tracked.get(place);
        if (known != null) {
            return known;
        }
        TrackedNode mine = new TrackedNode(this, place, home);
        TrackedNode others = tracked.putIfAbsent(place, mine);
        if (others != null) {
            return others;
        }
        mine.open();
        return mine;
    }

    private TrackedNode.@Nullable Link linkFor(Command read) {
        byte[] key = read.routingKey();
        if (key == null || !read.repeatable()) {
            throw new IllegalArgumentException(
                    "A tracked read has a key and may be sent twice (" + read + "); build it with buildReadOnly()");
        }
        if (closed || Thread.currentThread() instanceof FastThreadLocalThread) {
            return null; // a transport's thread would write between the two halves of another read, see Link.write
        }
        try {
            return track(nodes.homeOf(key)).link();
        } catch (KeywrightException.Unavailable nobodyServesTheSlot) {
            return null;
        }
    }

    /** Whatever became of slots and roles: what was read before it is worthless. */
    private void heard(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.MasterChanged || event instanceof ConnectionEvent.TopologyChanged) {
            Set<Endpoint> homes =
                    nodes.masters().stream().map(TrackingNodes::endpoint).collect(Collectors.toSet());
            for (TrackedNode node : tracked.values()) {
                if (homes.contains(node.place())) {
                    node.renew();
                } else {
                    leave(node);
                    node.close();
                }
            }
            if (!closed) {
                nodes.masters().forEach(this::track);
            }
        }
    }

    private void nextBeat() {
        if (!closed) {
            plant.timer.newTimeout(
                    ring -> {
                        try {
                            tracked.values().forEach(node -> node.beat(plant.options.timeout()));
                        } finally {
                            nextBeat();
                        }
                    },
                    beatEvery,
                    TimeUnit.NANOSECONDS);
        }
    }

    /** The answer of a link, or null when another node has to be asked. */
    private @Nullable Reply answer(TrackedNode.Link link, @Nullable Object outcome) {
        if (outcome instanceof Reply.Failure failure && nodes.judge(failure) == null) {
            if (!BETWEEN_NODES.contains(failure.code())) {
                link.renew();
                nodes.silence();
            }
            return null;
        }
        return outcome instanceof Reply reply ? reply : null;
    }

    /** The words that let a server track the read after them, on one connection; only OPTIN has such. */
    private boolean needsCaching(List<Call> before, Command read) {
        if (mode instanceof Mode.Broadcast) {
            return false;
        }
        return before.isEmpty()
                || !Arrays.equals(before.get(before.size() - 1).command.routingKey(), read.routingKey());
    }

    // --- blocking

    /** A read on its way over a link; without one it has yet to be sent. */
    private record Sent(Command read, TrackedNode.@Nullable Link link, Bond bond, Line.Blocking call) {}

    @Override
    public Tracked call(Command read, Duration timeout) {
        return batch(List.of(read), timeout).get(0);
    }

    @Override
    public List<Tracked> batch(List<Command> reads, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<Sent> all = write(reads);
        List<@Nullable Tracked> answers = new ArrayList<>(all.size());
        List<Command> elsewhere = new ArrayList<>();
        for (Sent sent : all) {
            Reply reply = sent.link() == null ? null : answer(sent.link(), await(sent.call(), deadline));
            if (reply == null) {
                elsewhere.add(sent.read());
                answers.add(null);
            } else {
                answers.add(new Tracked(reply, sent.bond()));
            }
        }
        int answered = answers.size() - elsewhere.size();
        plant.tally.calls.add(answered);
        plant.tally.answered.add(answered);
        return elsewhere.isEmpty()
                ? whole(answers, List.of())
                : whole(answers, askShared(elsewhere, deadline, timeout));
    }

    private List<Sent> write(List<Command> reads) {
        List<Sent> all = new ArrayList<>(reads.size());
        Map<TrackedNode.Link, List<Call>> loads = new LinkedHashMap<>();
        for (Command read : reads) {
            TrackedNode.Link link = linkFor(read);
            Line.Blocking call = new Line.Blocking(read);
            all.add(new Sent(read, link, link == null ? Bond.NONE : link.bond(), call));
            if (link != null) {
                List<Call> load = loads.computeIfAbsent(link, none -> new ArrayList<>());
                if (needsCaching(load, read)) {
                    load.add(link.permission(CACHING));
                }
                load.add(call);
            }
        }
        loads.forEach(TrackedNode.Link::write);
        return all;
    }

    private static @Nullable Object await(Line.Blocking call, long deadline) {
        Object outcome = call.await(deadline);
        if (outcome == null) {
            call.cancel();
            outcome = call.outcome();
        }
        return outcome;
    }

    /** The rest, in what is left of the time. */
    private List<Reply> askShared(List<Command> reads, long deadline, Duration timeout) {
        long left = deadline - System.nanoTime();
        if (left > 0) {
            return shared.batch(reads, Duration.ofNanos(left));
        }
        KeywrightException late = Failures.noAnswer(reads.get(0), timeout);
        plant.tally.calls.increment();
        failed(late);
        throw late;
    }

    private void failed(KeywrightException late) {
        plant.tally.timedOut();
        plant.tally.failed(late);
        nodes.silence();
    }

    private static List<Tracked> whole(List<@Nullable Tracked> answers, List<Reply> others) {
        List<Tracked> whole = new ArrayList<>(answers.size());
        int next = 0;
        for (Tracked answer : answers) {
            whole.add(answer == null ? new Tracked(others.get(next++), Bond.NONE) : answer);
        }
        return whole;
    }

    // --- asynchronous

    @Override
    public CompletionStage<Tracked> send(Command read, Duration timeout) {
        TrackedNode.Link link = linkFor(read);
        if (link == null) {
            return sendShared(read, timeout);
        }
        Async call = new Async(read, link, timeout);
        call.alarm = plant.timer.newTimeout(ring -> call.cancel(), timeout.toNanos(), TimeUnit.NANOSECONDS);
        link.write(needsCaching(List.of(), read) ? List.of(link.permission(CACHING), call) : List.of(call));
        return call.future;
    }

    private CompletionStage<Tracked> sendShared(Command read, Duration timeout) {
        return shared.send(read, timeout).thenApply(reply -> new Tracked(reply, Bond.NONE));
    }

    /** A read whose caller went on. */
    private final class Async extends Call {

        final CompletableFuture<Tracked> future = new CompletableFuture<>();
        private final TrackedNode.Link link;
        private final Bond bond;
        private final Duration timeout;
        private final long deadline;
        private volatile @Nullable Timeout alarm;

        Async(Command read, TrackedNode.Link link, Duration timeout) {
            super(read);
            this.link = link;
            this.bond = link.bond();
            this.timeout = timeout;
            this.deadline = System.nanoTime() + timeout.toNanos();
        }

        @Override
        void settled() {
            Timeout ringing = alarm;
            if (ringing != null) {
                ringing.cancel();
            }
            Reply reply = answer(link, outcome());
            long left = deadline - System.nanoTime();
            if (reply != null) {
                plant.tally.calls.increment();
                plant.tally.answered.increment();
                Deliveries.execute(plant.callbacks, () -> future.complete(new Tracked(reply, bond)));
            } else if (left > 0) {
                CompletionStage<?> unused = sendShared(command, Duration.ofNanos(left))
                        .whenComplete((tracked, failure) -> {
                            if (failure == null) {
                                future.complete(tracked);
                            } else {
                                future.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
                            }
                        });
            } else {
                KeywrightException late = Failures.noAnswer(command, timeout);
                plant.tally.calls.increment();
                failed(late);
                Deliveries.execute(plant.callbacks, () -> future.completeExceptionally(late));
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        events.close();
        tracked.values().forEach(TrackedNode::close);
        tracked.clear();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        leaver.accept(this);
    }
}
