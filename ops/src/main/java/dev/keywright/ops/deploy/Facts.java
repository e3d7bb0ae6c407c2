package dev.keywright.ops.deploy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the templates may ask of a deployment. */
final class Facts {

    private static final long MB = 1L << 20;
    /** A slow disk or network brings this much of a data set into memory each second. */
    private static final long LOADED_PER_SECOND = 50 * MB;

    private final Deployment deployment;
    private final Layout layout;
    private final Room room;
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();

    Facts(Deployment deployment, Layout layout) {
        this.deployment = deployment;
        this.layout = layout;
        this.room = Room.of(deployment);
        flags();
        general();
        sizes();
        secrets();
    }

    Deployment deployment() {
        return deployment;
    }

    Layout layout() {
        return layout;
    }

    Room room() {
        return room;
    }

    String fill(String template) {
        return Template.fill(template, values, flags);
    }

    String fill(String template, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(more);
        return Template.fill(template, all, flags);
    }

    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** The files below {@code secrets} that processes read, besides those for people. */
    List<String> secretFiles() {
        Stream<String> files = Stream.of("users.acl", "auth.conf", "operator.password", "monitor.password");
        if (deployment.isWatched()) {
            files = Stream.concat(files, Stream.of("sentinel-auth.conf", "sentinels.password"));
        }
        if (deployment.tls()) {
            files = Stream.concat(files, Stream.of("tls-ca.crt", "tls-server.crt", "tls-server.key"));
        }
        return files.toList();
    }

    private void flags() {
        flag("cluster", deployment.isCluster());
        flag("watched", deployment.isWatched());
        flag("standalone", deployment.topology() == Deployment.Topology.STANDALONE);
        flag("copied", deployment.replicas() > 0 && !deployment.isCluster());
        flag("fails-over", deployment.replicas() > 0 && (deployment.isCluster() || deployment.isWatched()));
        flag("tls", deployment.tls());
        flag("local", deployment.isLocal());
        flag(
                "volatile",
                !deployment.persistence().log() && !deployment.persistence().snapshots());
    }

    private void flag(String name, boolean set) {
        if (set) {
            flags.add(name);
        }
    }

    boolean is(String flag) {
        return flags.contains(flag);
    }

    private void general() {
        Product product = deployment.product();
        values.put("name", deployment.name());
        values.put("summary", summary());
        values.put("product", product.toString());
        values.put("image", product.image());
        values.put("server", product.server());
        values.put("documentation", product.name().equals("valkey") ? "valkey.io/docs" : "redis.io/docs");
        values.put("cli", cli("/run/secrets"));
        values.put("port", Integer.toString(deployment.port()));
        values.put("bus-port", Integer.toString(deployment.port() + Node.BUS_OFFSET));
        values.put("sentinel-port", Integer.toString(SentinelConf.sentinelPort(deployment)));
        values.put("quorum", Integer.toString(deployment.quorum()));
        values.put("sentinels-count", Integer.toString(deployment.sentinels()));
        values.put("count", Integer.toString(deployment.servers()));
        values.put("first", layout.servers().get(0).name());
        values.put("eviction", deployment.eviction());
    }

    /** How a script calls the client, given where the secrets are. */
    String cli(String secrets) {
        String tls = deployment.tls() ? " --tls --cacert \"" + secrets + "/tls-ca.crt\"" : "";
        return deployment.product().client() + tls;
    }

    private void sizes() {
        long data = deployment.maxmemoryBytes();
        boolean kept = !is("volatile");
        long loading = 30 + data / LOADED_PER_SECOND;
        values.put("maxmemory", Bytes.conf(data));
        values.put("ram", Bytes.conf(room.ramBytes()));
        values.put("ram-mb", Long.toString(room.ramBytes() / MB));
        values.put("ram-why", room.why());
        values.put("loading-seconds", Long.toString(loading));
        values.put("startup-tries", Long.toString(loading / 5 + 1));
        values.put("stop-seconds", Long.toString(60 + (kept ? data / LOADED_PER_SECOND : 0)));
        values.put("disk-mb", Long.toString(Math.max(1024, (kept ? 3 : 1) * data / MB)));
        values.put(
                "disk-why",
                kept
                        ? "three times maxmemory: while one is rewritten the old copy stays"
                        : "nothing is kept but what the server itself writes down");
    }

    private void secrets() {
        List<User> users = deployment.users();
        Stream<String> passwords =
                users.stream().map(user -> "password " + user.name() + " \"${" + user.variable() + ":-}\"");
        Stream<String> all = deployment.isWatched()
                ? Stream.concat(passwords, Stream.of("password sentinels \"${SENTINELS_PASSWORD:-}\""))
                : passwords;
        values.put("passwords", all.collect(Collectors.joining("\n")));
        values.put("variables", users.stream().map(User::variable).collect(Collectors.joining(", ")));
        values.put(
                "acl",
                users.stream()
                        .map(user -> "user " + user.name() + " on #$(hash " + user.name() + ") " + user.rules())
                        .collect(Collectors.joining("\n")));
        values.put("secret-files", String.join(" ", secretFiles()));
        values.put("secret-names", String.join(", ", secretFiles()));
        values.put("sans", Containers.names(deployment, layout));
    }

    /** {@code 3 shards with a replica each, rdb+aof, noeviction, 2gb each}. */
    private String summary() {
        int replicas = deployment.replicas();
        String copies =
                replicas == 0 ? "without replicas" : "with " + (replicas == 1 ? "a replica" : replicas + " replicas");
        String shape = switch (deployment.topology()) {
            case STANDALONE -> "one server";
            case REPLICA -> "a primary " + copies;
            case SENTINEL -> "a primary " + copies + ", watched by " + deployment.sentinels() + " Sentinels";
            case CLUSTER ->
                "a cluster of " + deployment.shards() + " shards " + (replicas == 0 ? copies : copies + " each");
        };
        return shape + ", " + Bytes.conf(deployment.maxmemoryBytes()) + " each, " + deployment.eviction()
                + ", persistence " + deployment.persistence();
    }
}
