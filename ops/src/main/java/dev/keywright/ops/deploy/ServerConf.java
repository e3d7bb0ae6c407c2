package dev.keywright.ops.deploy;

import dev.keywright.ops.persistence.Persistence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The directives of one server, each with its reason, by the rules that hold for the deployment. */
final class ServerConf {

    private final Deployment deployment;
    private final Room room;
    private final Map<String, Setting> lines = new LinkedHashMap<>();

    private ServerConf(Deployment deployment) {
        this.deployment = deployment;
        this.room = Room.of(deployment);
    }

    /** For a node on a machine of its own: everything that concerns this node is in the file. */
    static List<Setting> ofHost(Deployment deployment, Node node) {
        ServerConf conf = new ServerConf(deployment);
        conf.addresses(node);
        conf.shared("/var/lib/redis/" + deployment.name() + "/" + node.name(), "/etc/redis/" + deployment.name());
        conf.add("supervised", "auto", "under systemd it says when it is ready; elsewhere it says nothing");
        node.primary().ifPresent(primary -> conf.follows(node, primary));
        return conf.settings();
    }

    /** For every node in a container alike: address, announcement and primary are arguments of the start script. */
    static List<Setting> ofContainer(Deployment deployment) {
        ServerConf conf = new ServerConf(deployment);
        conf.add("bind", "* -::*", "every address of the container; the network around it decides who gets here");
        conf.port(deployment.port());
        conf.shared("/data", "/run/secrets");
        return conf.settings();
    }

    private List<Setting> settings() {
        deployment.settings().forEach(setting -> lines.put(setting.directive(), setting));
        return List.copyOf(lines.values());
    }

    private void add(String directive, String value, String why) {
        lines.put(directive, new Setting(directive, value, why));
    }

    private void addresses(Node node) {
        boolean local = deployment.isLocal();
        add(
                "bind",
                local ? "127.0.0.1" : "127.0.0.1 " + node.host(),
                local ? "this machine alone; give --hosts for others" : "this machine and its address in the cluster");
        port(node.port());
        if (deployment.isCluster()) {
            add(
                    "cluster-port",
                    Integer.toString(node.busPort()),
                    "where nodes talk to each other; open it between them");
            announce("cluster-announce-ip", node);
        } else if (deployment.replicas() > 0) {
            announce("replica-announce-ip", node);
        }
    }

    /** CLUSTER MEET knows no names, so a host given by name is left to be found out. */
    private void announce(String directive, Node node) {
        if (!directive.startsWith("cluster") || node.host().matches("[0-9.]+|.*:.*")) {
            add(directive, node.host(), "the address others are told, whatever networks this machine has");
        }
    }

    private void port(int port) {
        if (deployment.tls()) {
            add("port", "0", "no port without TLS");
            add("tls-port", Integer.toString(port), "where clients connect");
        } else {
            add("port", Integer.toString(port), "where clients connect");
        }
    }

    private void follows(Node node, Node primary) {
        if (!deployment.isCluster()) {
            add("replicaof", primary.host() + " " + primary.port(), node.name() + " copies " + primary.name());
        }
    }

    private void shared(String folder, String secrets) {
        access(folder, secrets);
        memory();
        persistence(deployment.persistence());
        if (deployment.replicas() > 0) {
            replication();
        }
        if (deployment.isCluster()) {
            cluster();
        }
        watching();
        add("include", secrets + "/auth.conf", "masteruser and masterauth, made by secrets.sh; a replica needs them");
    }

    private void access(String folder, String secrets) {
        add("protected-mode", "yes", "without users nobody gets in from outside");
        add("aclfile", secrets + "/users.acl", "who may do what, with hashes of passwords; made by secrets.sh");
        add("enable-debug-command", "no", "DEBUG can crash the server");
        add("enable-module-command", "no", "MODULE LOAD runs foreign code");
        if (deployment.tls()) {
            String tls = secrets + "/tls-";
            add("tls-cert-file", tls + "server.crt", "this server's certificate");
            add("tls-key-file", tls + "server.key", "its key");
            add("tls-ca-cert-file", tls + "ca.crt", "who signed the certificates of the others");
            add("tls-auth-clients", "optional", "clients prove themselves by user and password");
            add("tls-replication", "yes", "replicas connect by TLS");
            if (deployment.isCluster()) {
                add("tls-cluster", "yes", "the cluster bus uses TLS");
            }
        }
        add("maxclients", "10000", "needs that many file descriptors and 32 more; the unit allows them");
        add("tcp-backlog", "511", "connections that wait to be accepted; somaxconn must be as high");
        add("tcp-keepalive", "60", "connections whose other end is gone are closed after two minutes");
        add("timeout", "0", "idle clients stay; pools hold connections open on purpose");
        add("dir", folder, "where data lies; make it the server's own");
    }

    private void memory() {
        add(
                "maxmemory",
                Bytes.conf(deployment.maxmemoryBytes()),
                "what the data may take; the machine needs " + Bytes.conf(room.ramBytes()) + ": " + room.why());
        String policy = deployment.eviction();
        add(
                "maxmemory-policy",
                policy,
                policy.equals("noeviction")
                        ? "a full server refuses writes loudly instead of dropping data"
                        : "what goes first when memory is full");
        if (policy.endsWith("lru") || policy.endsWith("lfu") || policy.endsWith("ttl")) {
            add("maxmemory-samples", "10", "nearly the true order, for a little more time per eviction");
        }
        add("maxmemory-clients", "5%", "clients that hold too much in buffers are cut off before they fill the memory");
        for (String event : List.of("eviction", "expire", "server-del", "user-del", "user-flush")) {
            add("lazyfree-lazy-" + event, "yes", "big values are freed by a background thread");
        }
    }

    private void persistence(Persistence kept) {
        add(
                "save",
                kept.snapshots() ? kept.savePoints() : "\"\"",
                kept.snapshots()
                        ? "a snapshot after an hour with 1 change, 5 minutes with 100, 1 minute with 10,000"
                        : "no snapshots by time");
        add("appendonly", kept.appendonly(), kept.log() ? "every write is logged" : "no log of writes");
        if (kept.log()) {
            add(
                    "appendfsync",
                    kept.fsync(),
                    kept == Persistence.AOF_ALWAYS
                            ? "on disk before the reply"
                            : "on disk once a second: a crash loses about one second, two at worst");
            add("no-appendfsync-on-rewrite", "no", "the log reaches the disk during a rewrite, too");
            add("auto-aof-rewrite-percentage", "100", "the log is rewritten when it has doubled");
            add("auto-aof-rewrite-min-size", "64mb", "and not before it is this large");
        }
        if (kept.snapshots()) {
            add("stop-writes-on-bgsave-error", "yes", "when snapshots fail, writes stop instead of being lost later");
            add("rdbchecksum", "yes", "a damaged snapshot is noticed when it is loaded");
        }
    }

    private void replication() {
        add("repl-backlog-size", Bytes.conf(room.backlogBytes()), "a replica that was away briefly needs no full copy");
        add(
                "client-output-buffer-limit",
                "replica " + Bytes.conf(room.replicaLimitBytes()) + " " + Bytes.conf(room.replicaLimitBytes() / 4)
                        + " 60",
                "more than the backlog, else a slow replica copies everything again and again");
        add("repl-diskless-sync", "yes", "a full copy goes straight to the replica, not through the disk");
        add("repl-diskless-sync-delay", "5", "replicas that come within 5 s share one copy");
        add("replica-read-only", "yes", "a write to a replica would be lost");
        add("replica-serve-stale-data", "yes", "a replica that is cut off answers from what it has");
        add("replica-lazy-flush", "yes", "old data goes in the background before a full copy is loaded");
        if (deployment.replicas() >= 2) {
            add("min-replicas-to-write", "1", "a primary that is cut off from all replicas stops taking writes");
            add("min-replicas-max-lag", "10", "a replica counts when it was heard within 10 s; it bounds what is lost");
        }
        add("shutdown-timeout", "10", "at its end a primary waits 10 s for replicas to have everything");
    }

    private void cluster() {
        add("cluster-enabled", "yes", "a node of a cluster");
        add("cluster-config-file", "nodes.conf", "its view of the cluster, written by itself; one for each node");
        add(
                "cluster-node-timeout",
                Integer.toString(deployment.silenceSeconds() * 1000),
                "a primary silent for this many milliseconds is failed over; expect half as long again until writes go"
                        + " on");
        add("cluster-require-full-coverage", "no", "when one shard is lost the others go on");
        add("cluster-replica-validity-factor", "10", "a replica cut off for more than ten timeouts does not take over");
        add("cluster-migration-barrier", "1", "a spare replica moves to a primary that has none");
    }

    private void watching() {
        add("slowlog-log-slower-than", "10000", "commands over 10 ms are kept in the slow log");
        add("slowlog-max-len", "1024", "enough of them to see a pattern");
        add("latency-monitor-threshold", "100", "LATENCY DOCTOR has history when it is needed");
        add("logfile", "\"\"", "to standard output; the system keeps it");
    }
}
