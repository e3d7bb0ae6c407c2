package dev.keywright.ops.watch;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Topology;
import dev.keywright.ops.config.Linter;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every server of a deployment, again and again, each over a connection of its own.
 * <ul>
 *   <li>Cost of a look: five PINGs, INFO, and two short logs per server; no key is read.
 *   <li>A server that hangs costs nobody else anything: it is told as silent, with its last figures, until it answers. Once it is
 *       known to be silent it is hardly waited for.
 *   <li>A Sentinel's own port leads to what it watches, if that is one master.
 *   <li>Servers that join are found within seconds; one that left is forgotten after ten minutes of silence.
 *   <li>One thread looks; another may close.
 * </ul>
 */
public final class Watcher implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration IMPATIENCE = Duration.ofMillis(500);
    private static final String CONNECT = "connectTimeout";
    private static final Duration SEARCH_EVERY = Duration.ofSeconds(5);
    private static final int ASKED_FIRST = 3;
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    /** Who is there and how they belong together. */
    private record Found(String kind, Map<Node, String> shards) {}

    /** A server that is watched, and the look under way. */
    private static final class Watched {

        private final NodeProbe probe;
        private String shard;
        private volatile NodeSample last;
        private long heard = System.nanoTime();
        private boolean asked;
        private @Nullable CompletableFuture<NodeSample> look;

        Watched(NodeProbe probe, String shard) {
            this.probe = probe;
            this.shard = shard;
            this.last = NodeSample.unknown(probe.node().toString(), shard, "was not asked yet");
        }

        boolean isKnownSilent() {
            return asked && !last.isUp();
        }

        boolean isSilentFor(Duration time) {
            return System.nanoTime() - heard > time.toNanos();
        }
    }

    private final RedisUri place;
    private final Access access;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "keywright-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Node, Watched> nodes = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Connection> seeker = new AtomicReference<>();
    private final String uri;
    private String kind;
    private long searched;
    private volatile boolean closed;
    private @Nullable CompletableFuture<Found> search;

    private Watcher(String uri) {
        this.place = RedisUri.parse(uri);
        this.uri = hasty(uri, place);
        this.access = Access.of(uri);
        this.kind = place.kind().name().toLowerCase(Locale.ROOT);
    }

    /** One node that hangs shall not hold up the look at the others. */
    private static String hasty(String uri, RedisUri place) {
        if (place.option(CONNECT).isPresent()) {
            return uri;
        }
        int hash = uri.indexOf('#', uri.lastIndexOf('@') + 1);
        int end = hash < 0 ? uri.length() : hash;
        char before = uri.indexOf('?', uri.lastIndexOf('@') + 1) < 0 ? '?' : '&';
        return uri.substring(0, end) + before + CONNECT + "=3s" + uri.substring(end);
    }

    /** @throws KeywrightException when no server answers there now */
    public static Watcher open(String uri) {
        try {
            return answered(uri);
        } catch (KeywrightException.Misused e) {
            List<String> watched = Linter.watchedBehind(uri, e);
            if (watched.size() != 1) {
                throw e;
            }
            return answered(watched.get(0));
        }
    }

    private static Watcher answered(String uri) {
        Watcher watcher = new Watcher(uri);
        try {
            watcher.take(watcher.find());
            return watcher;
        } catch (KeywrightException e) {
            watcher.close();
            throw e;
        }
    }

    /**
     * Begins also when nobody answers yet.
     *
     * @throws KeywrightException.Misused when a Sentinel of several masters was named as if it were a server
     */
    public static Watcher patient(String uri) {
        try {
            return open(uri);
        } catch (KeywrightException.Misused e) {
            if (!Linter.watchedBehind(uri, e).isEmpty()) {
                throw e;
            }
        } catch (KeywrightException.Unavailable notYet) {
            // It is looked for again and again.
        }
        Watcher watcher = new Watcher(uri);
        if (watcher.place.kind() != Topology.Kind.SENTINEL) {
            watcher.add(watcher.named());
        }
        return watcher;
    }

    /** Asks all servers at once and waits so long at most; who has not answered by then is told as silent. */
    public Sample sample(Duration patience) {
        search();
        long end = System.nanoTime() + patience.toNanos();
        nodes.values().stream().filter(node -> node.look == null).forEach(this::begin);
        List<NodeSample> samples = new ArrayList<>();
        for (Watched node : nodes.values()) {
            long left = end - System.nanoTime();
            samples.add(take(node, node.isKnownSilent() ? Math.min(left, IMPATIENCE.toNanos()) : left));
        }
        samples.sort(Comparator.comparing((NodeSample node) -> Integer.parseInt(node.shard()))
                .thenComparing(node -> node.info().isReplica())
                .thenComparing(NodeSample::address));
        return new Sample(place.toString(), kind, Instant.now(), samples);
    }

    private void begin(Watched node) {
        String shard = node.shard;
        node.look = CompletableFuture.supplyAsync(() -> node.probe.look(shard), threads);
    }

    private static NodeSample take(Watched node, long nanos) {
        CompletableFuture<NodeSample> look = node.look;
        try {
            if (look == null) {
                return node.last;
            }
            NodeSample seen = look.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            node.look = null;
            node.last = seen.isUp() || !node.last.isKnown()
                    ? seen
                    : node.last.silent(seen.trouble().orElse("?"));
            node.heard = seen.isUp() ? System.nanoTime() : node.heard;
        } catch (TimeoutException silent) {
            node.last = node.last.silent("does not answer");
        } catch (ExecutionException e) {
            node.look = null;
            node.last = node.last.silent(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        node.asked = true;
        return node.last;
    }

    // --- who is there

    private void search() {
        CompletableFuture<Found> running = search;
        if (running == null) {
            if (System.nanoTime() - searched > SEARCH_EVERY.toNanos()) {
                search = CompletableFuture.supplyAsync(this::find, threads);
            }
        } else if (running.isDone()) {
            search = null;
            searched = System.nanoTime();
            if (!running.isCompletedExceptionally()) {
                take(running.join());
            }
        }
    }

    private void take(Found found) {
        kind = found.kind();
        searched = System.nanoTime();
        add(found.shards());
        nodes.entrySet().removeIf(entry -> {
            Watched node = entry.getValue();
            boolean gone = !found.shards().containsKey(entry.getKey()) && node.isSilentFor(FORGET_AFTER);
            if (gone) {
                node.probe.close();
            }
            return gone;
        });
    }

    private void add(Map<Node, String> shards) {
        shards.forEach((node, shard) ->
                nodes.computeIfAbsent(node, address -> new Watched(new NodeProbe(address, access, PATIENCE), shard))
                        .shard = shard);
    }

    /** Those the URI names. */
    private Map<Node, String> named() {
        Map<Node, String> hosts = new LinkedHashMap<>();
        place.hosts().forEach(host -> hosts.put(new Node(host.host(), host.port()), "0"));
        return hosts;
    }

    /**
     * A cluster tells over a bare connection, since a client waits for each of its nodes. Else it is asked over a client that is
     * kept; a new one is made when it led nowhere.
     */
    private Found find() {
        if (seeker.get() == null
                && place.kind() != Topology.Kind.SENTINEL
                && place.option("topology").isEmpty()) {
            Optional<ClusterRoster> cluster = ClusterRoster.ask(threads, askedFirst(), access, PATIENCE);
            if (cluster.isPresent()) {
                return new Found("cluster", cluster.get().shards());
            }
        }
        return foundByClient();
    }

    /** Some that answered lately; those the URI names when none did. */
    private Collection<Node> askedFirst() {
        List<Node> up = nodes.entrySet().stream()
                .filter(entry -> entry.getValue().last.isUp())
                .map(Map.Entry::getKey)
                .limit(ASKED_FIRST)
                .toList();
        return up.isEmpty() ? named().keySet() : up;
    }

    private Found foundByClient() {
        try {
            Connection connection = seeker.get();
            if (connection == null) {
                connection = Connection.open(uri);
                seeker.set(connection);
                if (closed) {
                    forget();
                }
            }
            return found(connection.topology());
        } catch (KeywrightException e) {
            forget();
            if (String.valueOf(e.getMessage()).contains("NOPERM") && place.kind() == Topology.Kind.STANDALONE) {
                return new Found("standalone", named());
            }
            throw e;
        }
    }

    private void forget() {
        Connection connection = seeker.getAndSet(null);
        if (connection != null) {
            connection.close();
        }
    }

    private static Found found(Topology topology) {
        Map<Node, String> all = new LinkedHashMap<>();
        topology.nodes().forEach(node -> all.put(new Node(node.host(), node.port()), "0"));
        return new Found(topology.kind().name().toLowerCase(Locale.ROOT), all);
    }

    /** Where it leads, with the password. */
    String uri() {
        return uri;
    }

    /** Ends the connections; a look under way ends with them. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        forget();
        nodes.values().forEach(node -> node.probe.close());
    }

    /** Where it looks, without user and password. */
    @Override
    public String toString() {
        return place.toString();
    }
}
