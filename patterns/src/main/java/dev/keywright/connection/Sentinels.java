package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the master that Sentinels watch.
 *
 * <p>Before any connection is made, Sentinels are asked for the master, and the node itself confirms by ROLE that it is one. A
 * switch is noticed by {@code +promoted-slave} and {@code +switch-master}, which Sentinels publish; and should that be missed, by
 * asking again when the connection breaks, when a write is refused as READONLY, when a node is silent, and every ten seconds. Then connections to
 * the old master are dropped, even if it still lives, and made again to the new one. What a Sentinel says that lags behind the
 * others (by its configuration epoch) is not followed while a newer master is there.
 */
final class Sentinels implements AutoCloseable {

    /** A replica is the master now; and, which may be much later, all Sentinels and replicas follow. */
    private static final byte[][] SWITCHES = {"+promoted-slave".getBytes(UTF_8), "+switch-master".getBytes(UTF_8)};
    /** A Sentinel or node that takes longer is passed over; it is asked again later. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration BETWEEN_FIRST_LOOKS = Duration.ofMillis(50);

    /**
     * What one Sentinel said.
     *
     * @param epoch the configuration it knows of; the greater the newer
     */
    record Found(long epoch, Endpoint master, List<Endpoint> replicas, List<Endpoint> sentinels) {
        private boolean hasSameNodes(Found other) {
            return master.equals(other.master) && Set.copyOf(replicas).equals(Set.copyOf(other.replicas));
        }

        Topology topology() {
            List<Topology.Node> nodes = new ArrayList<>(List.of(Topology.Node.master(master)));
            replicas.forEach(replica -> nodes.add(Topology.Node.replica(replica, master)));
            return new Topology(Topology.Kind.SENTINEL, nodes);
        }
    }

    private final Plant plant;
    private final String name;
    private final Watch watch;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final RedisClient ears;
    private final Map<Endpoint, CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> heard =
            new ConcurrentHashMap<>();
    /** Who knew last comes first. */
    private volatile List<Endpoint> sentinels;

    private volatile @Nullable Found found;
    /** Whether a Sentinel has named a master yet. */
    private volatile boolean named;

    private volatile BiConsumer<Endpoint, List<Endpoint>> replicaReader = (master, replicas) -> {};

    Sentinels(Plant plant) {
        this.plant = plant;
        this.name = plant.uri.master().orElseThrow();
        this.sentinels = plant.uri.hosts();
        this.ears = plant.client();
        this.watch = new Watch(plant, () -> look().master());
    }

    /** The first look; a master that is only about to be one gets as long as a connection may take. */
    void open() {
        long deadline = System.nanoTime() + plant.options.connectTimeout().toNanos();
        while (true) {
            try {
                look();
                return;
            } catch (KeywrightException.Unavailable e) {
                if (!named || System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(BETWEEN_FIRST_LOOKS.toNanos());
        }
    }

    Found found() {
        return Objects.requireNonNull(found);
    }

    /** The master as it is now or, while there is none, once there is one. */
    CompletableFuture<Endpoint> next() {
        return watch.next();
    }

    /** Has the master looked for, without waiting. */
    void lookAgain() {
        watch.soon();
    }

    /** A client whose connection leads to the master, whichever that is. */
    Follower follower() {
        Follower follower = new Follower(plant, uriOf(sentinels.get(0)), () -> next().copy(), () -> found().master());
        followers.add(follower);
        return follower;
    }

    /** @param reader is told the master and its replicas, now and after each look */
    void readReplicas(BiConsumer<Endpoint, List<Endpoint>> reader) {
        replicaReader = reader;
        reader.accept(found().master(), found().replicas());
    }

    RedisURI uriOf(Endpoint node) {
        return ClientUri.of(plant.uri, node, plant.options);
    }

    // --- asking

    private synchronized Found look() {
        KeywrightException complaint = null;
        Found older = null;
        for (Endpoint sentinel : sentinels) {
            try {
                Found answer = ask(sentinel);
                named = true;
                confirm(answer.master());
                if (found == null || answer.epoch() >= found().epoch()) {
                    prefer(sentinel);
                    return adopt(answer);
                }
                older = answer;
            } catch (KeywrightException e) {
                complaint = complaint instanceof KeywrightException.Misused ? complaint : e;
            }
        }
        if (older != null) {
            return stands(found().master()) ? found() : adopt(older);
        }
        throw Objects.requireNonNull(complaint);
    }

    private Found ask(Endpoint sentinel) {
        RedisURI uri = ClientUri.of(plant.uri.sentinel(sentinel), sentinel, plant.options);
        uri.setTimeout(patience());
        try (Session session = plant.probe(uri, "the Sentinel " + sentinel)) {
            if (!(session.call(sentinel("MASTER", name), patience()) instanceof Reply.Items master)) {
                throw unknownMaster(session, sentinel);
            }
            // Unlike MASTER, this names a promoted replica before the other replicas follow it.
            List<Reply> address = session.call(sentinel("GET-MASTER-ADDR-BY-NAME", name), patience())
                    .orThrow("SENTINEL GET-MASTER-ADDR-BY-NAME")
                    .items();
            return new Found(
                    fields(master).number("config-epoch"),
                    RoleReply.endpoint(address.get(0), address.get(1)),
                    nodes(session, "REPLICAS").stream()
                            .filter(replica -> isUsable(replica.text("flags")))
                            .map(Sentinels::endpoint)
                            .toList(),
                    nodes(session, "SENTINELS").stream()
                            .map(Sentinels::endpoint)
                            .toList());
        }
    }

    private List<InfoText> nodes(Session session, String which) {
        return session.call(sentinel(which, name), patience()).orThrow("SENTINEL " + which).items().stream()
                .map(Sentinels::fields)
                .toList();
    }

    private KeywrightException unknownMaster(Session session, Endpoint sentinel) {
        Reply all = session.call(sentinel("MASTERS"), patience());
        if (all instanceof Reply.Failure failure && Failures.isRefusal(failure)) {
            return new KeywrightException.Misused("The Sentinel " + sentinel + " refused the user or password: "
                    + failure.message() + ". Say sentinelUser and sentinelPassword in the URI, and allow SENTINEL.");
        }
        if (!(all instanceof Reply.Items masters)) {
            return new KeywrightException.Misused(sentinel + " does not answer as a Sentinel ("
                    + (all instanceof Reply.Failure failure ? failure.message() : "SENTINEL MASTERS")
                    + "). Give the hosts and ports of Sentinels, or use redis://.");
        }
        return new KeywrightException.Misused("The Sentinel " + sentinel + " knows no master \"" + name
                + "\". It knows: " + String.join(", ", names(masters)) + ". Put one of these after '#'.");
    }

    /** The names of the masters in an answer to {@code SENTINEL MASTERS}. */
    static List<String> names(Reply.Items masters) {
        return masters.items().stream()
                .map(master -> fields(master).text("name"))
                .sorted()
                .toList();
    }

    static Command sentinel(String... words) {
        Command.Builder command = Command.named("SENTINEL");
        for (String word : words) {
            command.argument(word);
        }
        return command.buildRepeatable();
    }

    private static InfoText fields(Reply alternating) {
        List<Reply> parts = alternating.items();
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put(parts.get(i).text(), parts.get(i + 1).text());
        }
        return new InfoText(fields);
    }

    private static Endpoint endpoint(InfoText node) {
        return new Endpoint(node.text("ip"), (int) node.number("port"));
    }

    private static boolean isUsable(String flags) {
        return Set.of(flags.split(",")).stream().noneMatch(Set.of("s_down", "o_down", "disconnected")::contains);
    }

    /** Lets the node say itself that it is a master; one that does not let us ask is believed. */
    private void confirm(Endpoint master) {
        RedisURI uri = uriOf(master);
        uri.setTimeout(patience());
        try (Session session = plant.probe(uri, master.toString())) {
            Reply role = session.call(RoleReply.COMMAND, patience());
            boolean allowed = !(role instanceof Reply.Failure failure && failure.is("NOPERM"));
            if (allowed && !RoleReply.of(role).isMaster()) {
                throw new KeywrightException.Unavailable(
                        "Sentinels name " + master + " as master \"" + name
                                + "\", and it is none yet. Wait for the failover to end.",
                        false);
            }
        }
    }

    private boolean stands(Endpoint master) {
        try {
            confirm(master);
            return true;
        } catch (KeywrightException.Misused refused) {
            return true; // it is there, and does not let us ask
        } catch (KeywrightException away) {
            return false;
        }
    }

    private Duration patience() {
        return plant.options.connectTimeout().compareTo(PATIENCE) < 0 ? plant.options.connectTimeout() : PATIENCE;
    }

    // --- following

    private Found adopt(Found answer) {
        Found before = found;
        found = answer;
        sentinels = known(plant.uri.hosts(), sentinels, answer.sentinels());
        heard.keySet().stream().filter(each -> !sentinels.contains(each)).forEach(this::hearNoMore);
        sentinels.forEach(this::hear);
        if (before != null && !before.master().equals(answer.master())) {
            followers.forEach(follower -> follower.leaveUnless(answer.master()));
            plant.pulse.tell(new ConnectionEvent.MasterChanged(before.master(), answer.master()));
        }
        if (before != null && !before.hasSameNodes(answer)) {
            plant.pulse.tell(new ConnectionEvent.TopologyChanged(answer.topology()));
        }
        replicaReader.accept(answer.master(), answer.replicas());
        return answer;
    }

    /**
     * Those of the URI, the one that answered and those it names; who was learned and is named no more has left.
     *
     * @param before all known so far, the one that answered first
     */
    static List<Endpoint> known(List<Endpoint> ofUri, List<Endpoint> before, List<Endpoint> named) {
        Set<Endpoint> valid = new LinkedHashSet<>(ofUri);
        valid.add(before.get(0));
        valid.addAll(named);
        Set<Endpoint> known = new LinkedHashSet<>(before);
        known.retainAll(valid);
        known.addAll(valid);
        return List.copyOf(known);
    }

    private synchronized void prefer(Endpoint sentinel) {
        Set<Endpoint> all = new LinkedHashSet<>(List.of(sentinel));
        all.addAll(sentinels);
        sentinels = List.copyOf(all);
    }

    /** Listens to a Sentinel once, for as long as this lasts; tries again at the next look when it does not answer. */
    private void hear(Endpoint sentinel) {
        if (heard.containsKey(sentinel)) {
            return;
        }
        RedisURI uri = ClientUri.of(plant.uri.sentinel(sentinel), sentinel, plant.options);
        CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> ear =
                ears.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
        heard.put(sentinel, ear);
        CompletionStage<?> unused = ear.thenCompose(made -> hear(sentinel, made))
                .exceptionally(away -> {
                    heard.remove(sentinel, ear);
                    return null;
                });
    }

    private void hearNoMore(Endpoint sentinel) {
        CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> ear = heard.remove(sentinel);
        if (ear != null) {
            CompletionStage<?> unused = ear.thenCompose(StatefulRedisPubSubConnection::closeAsync);
        }
    }

    private CompletionStage<Void> hear(Endpoint sentinel, StatefulRedisPubSubConnection<byte[], byte[]> ear) {
        ear.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                if (List.of(new String(message, UTF_8).split(" ")).contains(name)) {
                    plant.callbacks.execute(() -> {
                        prefer(sentinel);
                        watch.hurry();
                    });
                }
            }
        });
        return ear.async().subscribe(SWITCHES).whenComplete((subscribed, refused) -> {
            if (refused != null) {
                CompletableFuture<?> unused = ear.closeAsync();
            }
        });
    }

    @Override
    public void close() {
        watch.close();
        followers.forEach(follower -> follower.shutdown(Duration.ZERO, Duration.ofSeconds(2)));
        ears.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
