package dev.keywright.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Redis Cluster on 127.0.0.1; the 16,384 hash slots are shared evenly among the masters, in order.
 * <ul>
 *   <li>Start: some 2.2 s, of which 2 s are Redis's own pause before a cluster accepts writes; replicas attach meanwhile.
 *   <li>Made over the wire: CLUSTER SET-CONFIG-EPOCH, ADDSLOTSRANGE, MEET, REPLICATE, then waits until all nodes tell the same story.
 *   <li>Nodes: the masters of the start first, then their first replicas, then their second ones.
 *   <li>Failure: a killed master's replica takes over some 4 s later; without replicas its slots are unreachable until
 *       {@link Standalone#restart()}.
 * </ul>
 */
public final class Cluster implements Redis {

    private static final int REDIRECTS = 5;
    private static final int KEYS_AT_ONCE = 100;
    private static final Duration AGREEMENT = Duration.ofSeconds(30);
    private static final Duration MIGRATION = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final List<Standalone> nodes;
    private final String password;

    private Cluster(Fleet fleet, String password) {
        this.fleet = fleet;
        this.nodes = fleet.nodes();
        this.password = password;
    }

    /** Starts a cluster of so many masters, 1 or more, without replicas. */
    public static Cluster start(int masters) {
        return start(masters, ServerOptions.DEFAULTS);
    }

    /** As {@link #start(int)}; every node gets the options. */
    public static Cluster start(int masters, ServerOptions options) {
        if (masters < 1) {
            throw new IllegalArgumentException("masters is " + masters + "; give 1 or more");
        }
        return start(masters, 0, options);
    }

    /** Starts a cluster of so many shards, 1 or more, each a master with so many replicas. */
    public static Cluster start(int shards, int replicasPerShard) {
        return start(shards, replicasPerShard, ServerOptions.DEFAULTS);
    }

    public static Cluster start(int shards, int replicasPerShard, ServerOptions options) {
        if (shards < 1 || replicasPerShard < 0) {
            throw new IllegalArgumentException("shards is " + shards + " and replicasPerShard is " + replicasPerShard
                    + "; give 1 or more shards and 0 or more replicas");
        }
        Map<String, String> defaults = Replication.defaults(options);
        defaults.put("cluster-enabled", "yes");
        defaults.put("cluster-config-file", "nodes.conf");
        defaults.put("cluster-announce-ip", "127.0.0.1");
        defaults.put("cluster-node-timeout", replicasPerShard == 0 ? "5000" : "2000");
        int count = shards * (1 + replicasPerShard);
        Fleet fleet = Fleet.start(new Fleet.Plan(Topology.CLUSTER, count, options, defaults));
        try {
            Cluster cluster = new Cluster(fleet, options.directives().getOrDefault("requirepass", ""));
            if (!fleet.resumed()) {
                cluster.join(shards);
            }
            cluster.awaitAgreement();
            return cluster;
        } catch (RuntimeException failure) {
            fleet.discard();
            throw failure;
        }
    }

    /** The slot of a key: that of its hash tag, the part between the first braces, where there is one. */
    public static int slotOf(String key) {
        return HashSlot.of(key);
    }

    @Override
    public String uri() {
        return nodes.get(0).uri("-cluster", addresses(), "");
    }

    @Override
    public Topology topology() {
        return Topology.CLUSTER;
    }

    @Override
    public List<Standalone> nodes() {
        return nodes;
    }

    /** The masters there are now, of those nodes that answer, in the order of {@link #nodes()}; one without slots counts, too. */
    public List<Standalone> masters() {
        Map<Standalone, ClusterEntry> selves = selves();
        Map<Integer, Standalone> owners = owners(selves);
        return selves.entrySet().stream()
                .filter(self -> self.getValue().is("master"))
                .filter(self -> self.getValue().slots().isEmpty() || owners.containsValue(self.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The replicas of that master, of those nodes that answer. */
    public List<Standalone> replicasOf(Standalone master) {
        Map<Standalone, ClusterEntry> selves = selves();
        ClusterEntry self = selves.get(master);
        String id = self == null ? id(master.port()) : self.id();
        return selves.entrySet().stream()
                .filter(other -> other.getValue().master().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** @throws ServerException when no node that answers owns the slot */
    public Standalone ownerOf(int slot) {
        if (slot < 0 || slot >= HashSlot.COUNT) {
            throw new IllegalArgumentException("slot is " + slot + "; give 0 to " + (HashSlot.COUNT - 1));
        }
        Standalone owner = owners(selves()).get(slot);
        if (owner == null) {
            throw new ServerException("No node that answers owns slot " + slot + " (" + addresses()
                    + "). Restart its master, or wait for awaitAgreement().");
        }
        return owner;
    }

    /** What stands between the nodes of {@link ServerOptions#withPartitions()}. */
    public Network network() {
        return fleet.network();
    }

    @Override
    public String command(String... words) {
        Standalone node =
                nodes.stream().filter(Standalone::isRunning).findFirst().orElse(nodes.get(0));
        for (int redirect = 0; redirect < REDIRECTS; redirect++) {
            Reply reply = node.ask(words);
            if (!(reply instanceof Reply.Failed failed)) {
                return reply.text();
            }
            if (!failed.is("MOVED")) {
                throw node.refused(failed, words);
            }
            node = at(Integer.parseInt(failed.text().substring(failed.text().lastIndexOf(':') + 1)));
        }
        throw new ServerException("The cluster goes on redirecting (" + words[0] + " on " + addresses()
                + "). Wait for awaitAgreement().");
    }

    /** Empties the masters and waits until the replicas are empty, too. */
    @Override
    public void flushAll() {
        for (Standalone master : masters()) {
            master.flushAll();
            List<Standalone> replicas = replicasOf(master);
            if (!Deadline.in(AGREEMENT).await(() -> Role.inSync(master, replicas))) {
                throw new ServerException("The replicas of " + master + " do not follow it within "
                        + AGREEMENT.toSeconds() + " s. Is one of them frozen?");
            }
        }
    }

    /**
     * Makes that replica the master of its shard. Its master hands over without losing a write where it runs; else the replica is
     * told to take over with what it has. Returns when all nodes that run agree.
     *
     * @throws ServerException when the node is no replica, or they do not agree within 30 s
     */
    public void failover(Standalone replica) {
        ClusterEntry self = self(replica)
                .filter(entry -> entry.is("slave"))
                .orElseThrow(() ->
                        new ServerException("This is no replica (" + replica + "). Take one of replicasOf(master)."));
        boolean masterRuns =
                selves().values().stream().anyMatch(entry -> entry.id().equals(self.master()));
        String[] failover = {"CLUSTER", "FAILOVER"};
        String[] force = {"CLUSTER", "FAILOVER", "FORCE"};
        replica.command(masterRuns ? failover : force);
        if (!Deadline.in(AGREEMENT).await(() -> Role.isPrimary(replica))) {
            throw new ServerException("The replica did not become a master within " + AGREEMENT.toSeconds() + " s ("
                    + replica + "). Its log says: " + Log.reason(replica.log()));
        }
        awaitAgreement();
    }

    /**
     * Moves a slot and its keys to another master, live: SETSLOT IMPORTING there, MIGRATING here, MIGRATE key by key, then SETSLOT
     * NODE, there first so that the slot is never without an owner. Does nothing when it lies there already.
     *
     * @throws ServerException when a step is refused; the slot may then be left open between the two
     */
    public void migrateSlot(int slot, Standalone to) {
        Standalone from = ownerOf(slot);
        if (from == to) {
            return;
        }
        String number = Integer.toString(slot);
        String source = id(from.port());
        String target = id(to.port());
        to.command("CLUSTER", "SETSLOT", number, "IMPORTING", source);
        from.command("CLUSTER", "SETSLOT", number, "MIGRATING", target);
        moveKeys(number, from, to);
        to.command("CLUSTER", "SETSLOT", number, "NODE", target);
        for (Standalone master : masters()) {
            if (master != to) {
                master.command("CLUSTER", "SETSLOT", number, "NODE", target);
            }
        }
        awaitAgreement();
    }

    private void moveKeys(String slot, Standalone from, Standalone to) {
        String count = Integer.toString(KEYS_AT_ONCE);
        for (String keys = from.command("CLUSTER", "GETKEYSINSLOT", slot, count);
                !keys.isEmpty();
                keys = from.command("CLUSTER", "GETKEYSINSLOT", slot, count)) {
            List<String> words = new ArrayList<>(List.of("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "", "0"));
            words.add(Long.toString(MIGRATION.toMillis()));
            if (!password.isEmpty()) {
                words.addAll(List.of("AUTH", password));
            }
            words.add("KEYS");
            words.addAll(keys.lines().toList());
            Reply reply = from.ask(MIGRATION, words.toArray(String[]::new));
            if (reply instanceof Reply.Failed failed) {
                throw from.refused(failed, "MIGRATE");
            }
        }
    }

    /**
     * Waits until every node that runs says that the cluster is whole, all list the same masters, slots and replicas, no slot belongs
     * to a node that does not run, and the replicas are connected; needed after a node was killed, frozen or restarted.
     *
     * @throws ServerException when they do not within 30 s
     */
    public void awaitAgreement() {
        String[] seen = {""};
        boolean agreed = Deadline.in(AGREEMENT).await(() -> {
            List<String> stories = Replication.running(nodes).stream()
                    .map(this::story)
                    .distinct()
                    .toList();
            seen[0] = String.join(" | ", stories);
            return stories.size() == 1 && stories.get(0).startsWith("ok ");
        });
        if (!agreed) {
            throw new ServerException("The nodes do not agree after " + AGREEMENT.toSeconds() + " s (" + addresses()
                    + ": " + seen[0] + "). Is one of them killed or frozen?");
        }
    }

    @Override
    public String log() {
        return fleet.log();
    }

    @Override
    public void close() {
        fleet.close();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "redis-cluster://" + addresses();
    }

    private String addresses() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** Gives every master its slots and an epoch of its own, so that none has to be settled later, and makes all meet. */
    private void join(int shards) {
        for (int i = 0; i < nodes.size(); i++) {
            Standalone node = nodes.get(i);
            if (i < shards) {
                int first = (int) ((long) HashSlot.COUNT * i / shards);
                int last = (int) ((long) HashSlot.COUNT * (i + 1) / shards) - 1;
                node.command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
                node.command("CLUSTER", "ADDSLOTSRANGE", Integer.toString(first), Integer.toString(last));
            }
            for (Standalone earlier : nodes.subList(0, i)) {
                node.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(earlier.port()));
            }
        }
        for (int i = shards; i < nodes.size(); i++) {
            replicate(nodes.get(i), nodes.get(i % shards).command("CLUSTER", "MYID"));
        }
    }

    /** A node can follow a master once it knows it. */
    private void replicate(Standalone replica, String masterId) {
        Reply[] last = new Reply[1];
        boolean follows = Deadline.in(AGREEMENT).await(() -> {
            last[0] = replica.ask("CLUSTER", "REPLICATE", masterId);
            return !(last[0] instanceof Reply.Failed);
        });
        if (!follows) {
            throw new ServerException(last[0].text() + " (CLUSTER REPLICATE on " + replica + "). Start again.");
        }
    }

    /** What a node believes, without what differs from node to node. */
    private String story(Standalone node) {
        try {
            String info = node.command("CLUSTER", "INFO");
            List<ClusterEntry> entries = ClusterEntry.all(node.command("CLUSTER", "NODES"));
            String doubt = doubt(node, info, entries);
            return doubt.isEmpty()
                    ? "ok "
                            + entries.stream()
                                    .filter(entry -> running(entry.port()))
                                    .map(ClusterEntry::facts)
                                    .sorted()
                                    .collect(Collectors.joining("; "))
                    : "127.0.0.1:" + node.port() + " " + doubt;
        } catch (ServerException silent) {
            return String.valueOf(silent.getMessage());
        }
    }

    /** Why a node's view is not one to agree on; empty when it is. */
    private String doubt(Standalone node, String info, List<ClusterEntry> entries) {
        Predicate<ClusterEntry> runs = entry -> running(entry.port());
        if (!Info.field(info, "cluster_state").equals("ok")
                || !Info.field(info, "cluster_slots_ok").equals(Integer.toString(HashSlot.COUNT))) {
            return "sees state " + Info.field(info, "cluster_state");
        }
        if (entries.stream().filter(runs).count() != Replication.running(nodes).size()) {
            return "does not know all nodes";
        }
        if (entries.stream()
                .filter(runs)
                .anyMatch(entry -> !Stream.of("fail", "fail?", "handshake", "noaddr")
                        .filter(entry::is)
                        .toList()
                        .isEmpty())) {
            return "takes a node that runs for dead";
        }
        if (entries.stream()
                .filter(runs.negate())
                .anyMatch(entry -> !entry.slots().isEmpty())) {
            return "waits for the slots of a node that does not run";
        }
        boolean linked = Role.of(node).filter(Role::connected).isPresent();
        return linked ? "" : "is a replica whose link is down";
    }

    private boolean running(int port) {
        return nodes.stream().anyMatch(node -> node.port() == port && node.isRunning());
    }

    /** What each node that answers says of itself, in the order of the nodes. */
    private Map<Standalone, ClusterEntry> selves() {
        Map<Standalone, ClusterEntry> selves = new LinkedHashMap<>();
        nodes.forEach(node -> self(node).ifPresent(self -> selves.put(node, self)));
        return selves;
    }

    private static Optional<ClusterEntry> self(Standalone node) {
        return view(node).stream().filter(entry -> entry.is("myself")).findFirst();
    }

    private static List<ClusterEntry> view(Standalone node) {
        if (!node.isRunning()) {
            return List.of();
        }
        try {
            Reply reply = node.ask(Fleet.PROBE, "CLUSTER", "NODES");
            return reply instanceof Reply.Text text ? ClusterEntry.all(text.text()) : List.of();
        } catch (ServerException silent) {
            return List.of();
        }
    }

    /** Of two that claim a slot, the one with the later epoch has it: the other was cut off when it was replaced. */
    private static Map<Integer, Standalone> owners(Map<Standalone, ClusterEntry> selves) {
        Map<Integer, Standalone> owners = new LinkedHashMap<>();
        selves.entrySet().stream()
                .filter(self -> self.getValue().is("master"))
                .sorted(Comparator.comparingLong(self -> self.getValue().epoch()))
                .forEach(self -> self.getValue().slots().stream().forEach(slot -> owners.put(slot, self.getKey())));
        return owners;
    }

    /** The id of a node, running or not, as the first that knows it tells. */
    private String id(int port) {
        return nodes.stream()
                .flatMap(node -> view(node).stream())
                .filter(entry -> entry.port() == port)
                .map(ClusterEntry::id)
                .findFirst()
                .orElseThrow(() -> new ServerException(
                        "No node knows 127.0.0.1:" + port + " (" + addresses() + "). Name a node of this cluster."));
    }

    private Standalone at(int port) {
        return nodes.stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow(() -> new ServerException(
                        "127.0.0.1:" + port + " is no node of this cluster (" + addresses() + "). Start a new one."));
    }
}
