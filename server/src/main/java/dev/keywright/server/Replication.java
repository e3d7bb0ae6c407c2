package dev.keywright.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A primary and its replicas on 127.0.0.1; nobody but {@link #promote} fails over.
 * <ul>
 *   <li>Start: well under a second; every replica has read all by then.
 *   <li>Failure: a killed primary stays the primary until a replica is promoted; when it comes back after that, it has to be told
 *       {@code REPLICAOF}.
 * </ul>
 */
public final class Replication implements Redis {

    private static final Duration SYNC = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final List<Standalone> nodes;
    private volatile Standalone primary;

    private Replication(Fleet fleet) {
        this.fleet = fleet;
        this.nodes = fleet.nodes();
        this.primary = nodes.get(0);
    }

    /** Starts a primary and so many replicas, 0 or more. */
    public static Replication start(int replicas) {
        return start(replicas, ServerOptions.DEFAULTS);
    }

    /** As {@link #start(int)}; every node gets the options. */
    public static Replication start(int replicas, ServerOptions options) {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas is " + replicas + "; give 0 or more");
        }
        Fleet fleet = Fleet.start(new Fleet.Plan(Topology.REPLICA, replicas + 1, options, defaults(options)));
        try {
            Replication replication = new Replication(fleet);
            if (fleet.resumed()) {
                replication.primary();
            } else {
                follow(replication.replicas(), replication.primary);
            }
            replication.awaitInSync();
            return replication;
        } catch (RuntimeException failure) {
            fleet.discard();
            throw failure;
        }
    }

    /** Directives of a node that may become a primary or a replica. */
    static Map<String, String> defaults(ServerOptions options) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("repl-diskless-sync-delay", "0");
        String password = options.directives().get("requirepass");
        if (password != null) {
            defaults.put("masterauth", password);
        }
        return defaults;
    }

    /** Makes replicas of the nodes, now and after a restart. */
    static void follow(List<Standalone> replicas, Standalone primary) {
        for (Standalone replica : replicas) {
            replica.command("REPLICAOF", "127.0.0.1", Integer.toString(primary.port()));
            replica.command("CONFIG", "REWRITE");
        }
    }

    @Override
    public String uri() {
        return primary().uri();
    }

    @Override
    public Topology topology() {
        return Topology.REPLICA;
    }

    /** The one that was promoted last, or else the first that says it is one. */
    public Standalone primary() {
        Standalone known = primary;
        if (Role.of(known).filter(role -> !role.primary()).isPresent()) {
            nodes.stream().filter(Role::isPrimary).findFirst().ifPresent(node -> primary = node);
        }
        return primary;
    }

    /** All nodes but the primary, also those that do not run. */
    public List<Standalone> replicas() {
        Standalone now = primary();
        return nodes.stream().filter(node -> node != now).toList();
    }

    @Override
    public List<Standalone> nodes() {
        return nodes;
    }

    /** What stands between the nodes of {@link ServerOptions#withPartitions()}. */
    public Network network() {
        return fleet.network();
    }

    /**
     * Waits until every replica that runs is connected to the primary and has read all that it has written.
     *
     * @throws ServerException when they have not within 30 s
     */
    public void awaitInSync() {
        if (!Deadline.in(SYNC).await(() -> Role.inSync(primary(), running(replicas())))) {
            throw new ServerException("The replicas are not in sync after " + SYNC.toSeconds() + " s (" + this
                    + "). Is one of them frozen, cut off or following another server?");
        }
    }

    /**
     * Makes that replica the primary, and replicas of all others that run. A primary that runs takes no writes meanwhile and hands
     * over all it has, so that no write is lost; of one that does not run, the replica has what it had received.
     *
     * @throws ServerException when the node is no replica, or is not in sync within 30 s
     */
    public void promote(Standalone replica) {
        Standalone before = primary();
        if (replica == before || !nodes.contains(replica)) {
            throw new ServerException(
                    "This is no replica (" + replica + "). Promote one of " + running(replicas()) + ".");
        }
        if (before.isRunning()) {
            before.command("CLIENT", "PAUSE", Long.toString(SYNC.toMillis()), "WRITE");
        }
        try {
            if (before.isRunning() && !Deadline.in(SYNC).await(() -> Role.inSync(before, List.of(replica)))) {
                throw new ServerException("The replica does not catch up within " + SYNC.toSeconds() + " s (" + replica
                        + "). Thaw it, or kill the primary first to give up what the replica has not received.");
            }
            replica.command("REPLICAOF", "NO", "ONE");
            replica.command("CONFIG", "REWRITE");
            primary = replica;
            follow(running(replicas()), replica);
        } finally {
            if (before.isRunning()) {
                before.command("CLIENT", "UNPAUSE");
            }
        }
    }

    @Override
    public String command(String... words) {
        return primary().command(words);
    }

    /** Also waits until the replicas are empty. */
    @Override
    public void flushAll() {
        primary().flushAll();
        awaitInSync();
    }

    @Override
    public String log() {
        return fleet.log();
    }

    @Override
    public void close() {
        fleet.close();
    }

    @Override
    public String toString() {
        List<String> ports = new ArrayList<>();
        nodes.forEach(node -> ports.add("127.0.0.1:" + node.port()));
        return "replication " + String.join(",", ports);
    }

    static List<Standalone> running(List<Standalone> nodes) {
        return nodes.stream().filter(Standalone::isRunning).toList();
    }
}
