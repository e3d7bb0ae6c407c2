package dev.keywright.ops.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.persistence.Persistence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which servers are to run, how they stand to each other and what they promise. Immutable; a deployment that exists is a valid one,
 * and what is wrong with one that is not is said all at once.
 *
 * @param name a word that names files, units, containers and the Sentinels' master
 * @param topology how the servers stand to each other
 * @param shards primaries that share the keys; 1 unless it is a cluster
 * @param replicas copies of each primary
 * @param sentinels processes that watch and fail over; 0 unless the topology is sentinel
 * @param quorum Sentinels that must agree that the primary is down; 0 unless the topology is sentinel
 * @param port where the first server listens; those that share its host come after it
 * @param maxmemoryBytes what each server may hold
 * @param eviction {@code maxmemory-policy}
 * @param persistence what each server keeps on disk
 * @param product the server program
 * @param tls whether clients, replicas and the cluster bus speak TLS
 * @param silenceSeconds how long a primary may be silent before it counts as dead
 * @param users who may connect
 * @param settings further directives; they win over those of the rules
 * @param hosts machines to spread the servers over; empty: all on this machine, for a trial
 */
public record Deployment(
        String name,
        Topology topology,
        int shards,
        int replicas,
        int sentinels,
        int quorum,
        int port,
        long maxmemoryBytes,
        String eviction,
        Persistence persistence,
        Product product,
        boolean tls,
        int silenceSeconds,
        List<User> users,
        List<Setting> settings,
        List<String> hosts) {

    /** The name of the document that {@link #read} looks for in a folder. */
    public static final String FILE = "deployment.json";

    /** How the servers stand to each other. */
    public enum Topology {
        /** One server. */
        @JsonProperty("standalone")
        STANDALONE,
        /** A primary and its copies; a person fails over. */
        @JsonProperty("replica")
        REPLICA,
        /** A primary and its copies, watched by Sentinels that fail over. */
        @JsonProperty("sentinel")
        SENTINEL,
        /** Primaries that share the hash slots, each with copies that take over. */
        @JsonProperty("cluster")
        CLUSTER
    }

    private static final Set<String> POLICIES = Set.of(
            "noeviction",
            "allkeys-lru",
            "allkeys-lfu",
            "allkeys-random",
            "volatile-lru",
            "volatile-lfu",
            "volatile-random",
            "volatile-ttl");
    private static final Set<String> OURS = Set.of(
            "port",
            "tls-port",
            "bind",
            "dir",
            "include",
            "aclfile",
            "requirepass",
            "masterauth",
            "masteruser",
            "user",
            "replicaof",
            "slaveof",
            "daemonize",
            "pidfile",
            "logfile",
            "supervised",
            "unixsocket",
            "sentinel");
    private static final int MOST_PORT = 45_000;
    private static final int MOST_NODES = 200;
    private static final long LEAST_MEMORY = 32L << 20;

    public Deployment {
        users = complete(users, topology);
        settings = List.copyOf(settings);
        hosts = List.copyOf(hosts);
        List<String> problems = new ArrayList<>();
        checkShape(problems, topology, shards, replicas, sentinels, quorum, hosts);
        check(
                problems,
                name.matches("[a-z]([a-z0-9-]{0,28}[a-z0-9])?"),
                "name is \"" + name + "\"; give up to 30 small letters, digits and dashes, a letter first");
        check(
                problems,
                port >= 1024 && port <= MOST_PORT,
                "port is " + port + "; give 1024 to " + MOST_PORT
                        + ", since the cluster bus lies 10,000 above it and Sentinels 20,000");
        check(
                problems,
                maxmemoryBytes >= LEAST_MEMORY,
                "maxmemory is " + Bytes.conf(maxmemoryBytes) + "; give at least 32mb for each server");
        check(
                problems,
                POLICIES.contains(eviction),
                "eviction is \"" + eviction + "\"; give one of "
                        + POLICIES.stream().sorted().toList());
        check(
                problems,
                silenceSeconds >= 1 && silenceSeconds <= 60,
                "silence is " + silenceSeconds + " s; give 1 to 60: less fails over for nothing, more is an outage");
        checkNames(problems, users, settings, hosts);
        if (!problems.isEmpty()) {
            throw new OpsException("This deployment cannot be: " + String.join("; ", problems) + ".");
        }
    }

    /** Reads {@value #FILE} in a folder that {@code keywright deploy} wrote. */
    public static Deployment read(Path folder) {
        return Document.read(folder.resolve(FILE), Deployment.class);
    }

    /** A deployment of the topology's usual shape, to be changed and then built. */
    public static Draft of(Topology topology) {
        return new Draft(topology);
    }

    boolean isCluster() {
        return topology == Topology.CLUSTER;
    }

    boolean isWatched() {
        return topology == Topology.SENTINEL;
    }

    boolean isLocal() {
        return hosts.isEmpty();
    }

    /** Servers that hold data. */
    public int servers() {
        return shards * (1 + replicas);
    }

    private static List<User> complete(List<User> given, Topology topology) {
        Stream<User> needed = topology == Topology.SENTINEL
                ? Stream.concat(User.NEEDED.stream(), Stream.of(User.WATCHING))
                : User.NEEDED.stream();
        List<String> names = given.stream().map(User::name).toList();
        return Stream.concat(given.stream(), needed.filter(user -> !names.contains(user.name())))
                .toList();
    }

    private static void checkShape(
            List<String> problems,
            Topology topology,
            int shards,
            int replicas,
            int sentinels,
            int quorum,
            List<String> hosts) {
        boolean cluster = topology == Topology.CLUSTER;
        boolean watched = topology == Topology.SENTINEL;
        check(
                problems,
                cluster ? shards >= 3 : shards == 1,
                "shards is " + shards + "; give "
                        + (cluster ? "3 or more, the fewest that can elect" : "1, or topology cluster"));
        check(problems, replicas >= 0 && replicas <= 5, "replicas is " + replicas + "; give 0 to 5 for each primary");
        check(
                problems,
                topology != Topology.STANDALONE || replicas == 0,
                "replicas is " + replicas + "; a standalone server has none, topology replica does");
        check(
                problems,
                topology != Topology.REPLICA && !watched || replicas >= 1,
                "replicas is " + replicas + "; give 1 or more, else there is nothing to fail over to");
        check(
                problems,
                shards * (1 + replicas) <= MOST_NODES,
                "there are " + shards * (1 + replicas) + " servers; give at most " + MOST_NODES);
        if (watched) {
            check(
                    problems,
                    sentinels >= 3 && sentinels % 2 == 1,
                    "sentinels is " + sentinels + "; give 3, 5 or 7, so that a majority is left when one dies");
            check(
                    problems,
                    quorum >= 2 && quorum <= sentinels / 2 + 1,
                    "quorum is " + quorum + "; give 2 to " + (sentinels / 2 + 1) + ", the majority");
        } else {
            check(problems, sentinels == 0 && quorum == 0, "sentinels and quorum belong to topology sentinel alone");
        }
        int apart = Math.max(1 + replicas, cluster ? 3 : watched ? sentinels : 1);
        check(
                problems,
                hosts.isEmpty() || hosts.size() >= apart,
                "there are " + hosts.size() + " hosts; give " + apart
                        + " or more, else the loss of one takes a primary with its copies or the majority");
    }

    private static void checkNames(
            List<String> problems, List<User> users, List<Setting> settings, List<String> hosts) {
        for (User user : users) {
            check(
                    problems,
                    user.isPlain(),
                    "user " + user.name() + " is not plain; give a name of small letters and digits, rules without"
                            + " passwords, on, off and quotes, and a reason of one line");
        }
        check(
                problems,
                users.stream().map(User::name).distinct().count() == users.size(),
                "a user stands twice; give every user once");
        for (Setting setting : settings) {
            check(
                    problems,
                    setting.isPlain(),
                    "directive " + setting.directive() + " is no line of configuration; give a name in small letters, a"
                            + " value and a reason, each on one line");
            check(
                    problems,
                    !OURS.contains(setting.directive()),
                    "directive " + setting.directive() + " follows from the deployment; leave it out");
        }
        for (String host : hosts) {
            check(
                    problems,
                    host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]{2,45}"),
                    "host \"" + host + "\" is no name and no address; give one such as 10.0.0.1 or redis-1.example");
        }
        check(problems, hosts.stream().distinct().count() == hosts.size(), "a host stands twice; give every host once");
    }

    private static void check(List<String> problems, boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    /** A deployment in the making. Not for several threads. */
    public static final class Draft {

        private final Topology topology;
        private String name = "redis";
        private int shards;
        private int replicas;
        private int sentinels;
        private int quorum;
        private int port = 6379;
        private long maxmemoryBytes = 1L << 30;
        private String eviction = "noeviction";
        private Persistence persistence = Persistence.AOF_EVERYSEC;
        private Product product = Product.DEFAULT;
        private boolean tls;
        private int silenceSeconds = 5;
        private List<User> users = User.DEFAULTS;
        private List<Setting> settings = List.of();
        private List<String> hosts = List.of();

        private Draft(Topology topology) {
            this.topology = topology;
            this.shards = topology == Topology.CLUSTER ? 3 : 1;
            this.replicas = switch (topology) {
                case STANDALONE -> 0;
                case REPLICA, CLUSTER -> 1;
                case SENTINEL -> 2;
            };
            sentinels(topology == Topology.SENTINEL ? 3 : 0);
        }

        public Draft name(String newName) {
            name = newName;
            return this;
        }

        public Draft shards(int count) {
            shards = count;
            return this;
        }

        public Draft replicas(int count) {
            replicas = count;
            return this;
        }

        /** Sets the quorum to their majority, too. */
        public Draft sentinels(int count) {
            sentinels = count;
            quorum = count == 0 ? 0 : count / 2 + 1;
            return this;
        }

        public Draft quorum(int count) {
            quorum = count;
            return this;
        }

        public Draft port(int number) {
            port = number;
            return this;
        }

        public Draft maxmemoryBytes(long bytes) {
            maxmemoryBytes = bytes;
            return this;
        }

        public Draft eviction(String policy) {
            eviction = policy;
            return this;
        }

        public Draft persistence(Persistence kind) {
            persistence = kind;
            return this;
        }

        public Draft product(Product which) {
            product = which;
            return this;
        }

        public Draft tls(boolean on) {
            tls = on;
            return this;
        }

        public Draft silenceSeconds(int seconds) {
            silenceSeconds = seconds;
            return this;
        }

        public Draft users(List<User> all) {
            users = all;
            return this;
        }

        public Draft settings(List<Setting> all) {
            settings = all;
            return this;
        }

        public Draft hosts(List<String> all) {
            hosts = all;
            return this;
        }

        /** @throws OpsException that lists all that is wrong */
        public Deployment build() {
            return new Deployment(
                    name,
                    topology,
                    shards,
                    replicas,
                    sentinels,
                    quorum,
                    port,
                    maxmemoryBytes,
                    eviction,
                    persistence,
                    product,
                    tls,
                    silenceSeconds,
                    users,
                    settings,
                    hosts);
        }
    }
}
