package dev.keywright.ops.deploy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page on how to operate a deployment, in the product's own commands. */
final class OperatePage {

    private final Facts facts;
    private final Deployment deployment;
    private final Layout layout;
    private final Map<String, String> values = new HashMap<>();

    OperatePage(Facts facts) {
        this.facts = facts;
        this.deployment = facts.deployment();
        this.layout = facts.layout();
    }

    String text() {
        String summary = facts.value("summary");
        values.put("summary-sentence", summary.substring(0, 1).toUpperCase(Locale.ROOT) + summary.substring(1) + ".");
        values.put("uri", uri("app", "PASSWORD"));
        values.put("operator-uri", uri(User.OPERATOR, "$(cat secrets/operator.password)"));
        values.put("lint-file", deployment.isCluster() ? "cluster/node-1.conf" : facts.value("first") + ".conf");
        values.put("persistence-text", persistence());
        values.put("failure-text", failure());
        places();
        restarts();
        values.put("grow", grow());
        values.put("limits", limits().stream().map(line -> "- " + line).collect(Collectors.joining("\n")));
        values.put(
                "users",
                deployment.users().stream()
                        .map(user -> "- `" + user.name() + "`: " + user.why())
                        .collect(Collectors.joining("\n")));
        return facts.fill("OPERATE.md", values);
    }

    private void places() {
        Map<String, List<String>> processes = Hosts.processes(layout);
        values.put(
                "where-text",
                deployment.isLocal()
                        ? "all on one machine, for a trial"
                        : processes.entrySet().stream()
                                .map(host -> host.getKey() + ": " + String.join(", ", host.getValue()))
                                .collect(Collectors.joining("; ")));
        values.put(
                "installs",
                processes.entrySet().stream()
                        .map(host ->
                                "   - " + host.getKey() + ": `sh install.sh " + String.join(" ", host.getValue()) + "`")
                        .collect(Collectors.joining("\n")));
        values.put("redeploy", redeploy());
        values.put(
                "gather",
                deployment.isCluster()
                        ? "When all run, from one of them: `sh create-cluster.sh`. It may be repeated."
                        : "When all run, from one of them: `sh await.sh`. It ends when everything is whole.");
        values.put("gather-command", deployment.isCluster() ? "keywright cluster check" : "sh await.sh");
    }

    private String redeploy() {
        return "DIR --topology " + deployment.topology().name().toLowerCase(Locale.ROOT) + " --name "
                + deployment.name();
    }

    private void restarts() {
        values.put("unit", "redis-" + deployment.name());
        values.put("last", layout.servers().get(layout.servers().size() - 1).name());
        boolean volatileData = facts.is("volatile");
        values.put(
                "stop-text",
                volatileData
                        ? "Nothing is kept: what it held is gone unless a replica has it."
                        : "It writes what is to be kept and lets replicas catch up first.");
        values.put(
                "rolling-text",
                switch (deployment.topology()) {
                    case STANDALONE -> ". There is no replica: clients wait while it restarts.";
                    case REPLICA -> ". Clients wait while the primary restarts.";
                    case SENTINEL ->
                        ", after `SENTINEL FAILOVER " + deployment.name()
                                + "` on a Sentinel has made it a replica, so that clients hardly wait.";
                    case CLUSTER ->
                        deployment.replicas() == 0
                                ? ". Without replicas their slots are away meanwhile."
                                : ", after `CLUSTER FAILOVER` on its replica has made it a replica, so that no write"
                                        + " is lost.";
                });
    }

    private String persistence() {
        return switch (deployment.persistence()) {
            case NONE -> "nothing; a restart begins empty";
            case RDB -> "`rdb`: snapshots; a crash loses minutes";
            case AOF_EVERYSEC -> "`aof-everysec`: a crash loses about a second, two at worst";
            case AOF_ALWAYS -> "`aof-always`: a crash loses no acknowledged write of a server that comes back";
            case RDB_AOF -> "`rdb+aof`: a crash loses about a second, two at worst; snapshots to copy away";
        };
    }

    private String failure() {
        int silence = deployment.silenceSeconds();
        return switch (deployment.topology()) {
            case STANDALONE -> "everything waits until it is back";
            case REPLICA -> "replicas go on reading; a person makes one of them the primary (`REPLICAOF NO ONE`)";
            case SENTINEL ->
                "Sentinels fail over: expect about " + (silence + 1) + " to " + (silence + 3) + " s without writes";
            case CLUSTER ->
                deployment.replicas() == 0
                        ? "its slots are away until it is back; other shards go on"
                        : "its replica takes over: expect about " + Math.round(silence * 1.3 + 0.5) + " to "
                                + Math.round(silence * 1.7 + 0.5) + " s without writes to that shard; others go on";
        };
    }

    private String grow() {
        String memory = "More memory: raise `maxmemory` in the files and, on the running servers,"
                + " `CONFIG SET maxmemory`, after the machine or container was given more.";
        return switch (deployment.topology()) {
            case STANDALONE -> memory + " Copies: deploy again with `--topology replica` or `sentinel`.";
            case REPLICA, SENTINEL ->
                memory + " More readers: deploy again with more `--replicas` and install the new ones. More writes than"
                        + " one server takes: `--topology cluster`.";
            case CLUSTER ->
                "More shards: start two empty nodes, then `keywright cluster plan URI --add h:p` prints which slots"
                        + " move and how large they are; `--apply` moves them while clients go on. " + memory;
        };
    }

    private List<String> limits() {
        boolean copied = deployment.replicas() > 0;
        String failover = "Replication is asynchronous: a failover may lose writes that were acknowledged just before."
                + " `WAIT` narrows this, nothing closes it.";
        String disk = "The loss of the machine with its disk loses the data. Copy backups to another place.";
        String local = "All runs on one machine: what survives here is a process, not the machine.";
        String empty =
                "Nothing is on disk: when all servers of a shard end, its data is gone. A restarted primary waits"
                        + " for a failover first, as far as there is one.";
        return Stream.of(
                        copied ? failover : disk,
                        deployment.isLocal() ? local : "",
                        facts.is("volatile") ? empty : "",
                        deployment.isCluster()
                                ? "Commands on several keys need all of them in one slot: use a hash tag, such as"
                                        + " `{user:1}:cart`."
                                : "",
                        deployment.topology() == Deployment.Topology.REPLICA
                                ? "Nobody fails over by itself. `--topology sentinel` does."
                                : "")
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private String uri(String user, String password) {
        String scheme = deployment.tls() ? "rediss" : "redis";
        String who = "://" + user + ":" + password + "@";
        return switch (deployment.topology()) {
            case STANDALONE, REPLICA -> scheme + who + layout.servers().get(0).address();
            case SENTINEL -> scheme + "-sentinel" + who + addresses(layout.sentinels()) + "#" + deployment.name();
            case CLUSTER -> scheme + "-cluster" + who + addresses(layout.primaries());
        };
    }

    private static String addresses(List<Node> nodes) {
        return nodes.stream().map(Node::address).collect(Collectors.joining(","));
    }
}
