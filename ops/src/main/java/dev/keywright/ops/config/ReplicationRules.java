package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.SETTINGS;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import java.util.List;

/** Replicas and clusters: whether a failover keeps the data and the others running. */
final class ReplicationRules {

    private static final long SMALL_BACKLOG = 1_048_576;
    private static final long SHORT_TIMEOUT = 2000;
    private static final long LONG_TIMEOUT = 15_000;

    private ReplicationRules() {}

    static List<Rule> all() {
        return List.of(
                rule(
                        "repl-backlog-small",
                        WARNING,
                        "a small replication backlog",
                        "A replica that was away for longer than the backlog lasts needs a full synchronisation; under"
                                + " load that is a second.",
                        (subject, found) -> {
                            if (subject.isReplicated() && subject.number("repl-backlog-size") <= SMALL_BACKLOG) {
                                found.add(
                                        subject.place("repl-backlog-size"),
                                        "repl-backlog-size is " + Numbers.spoken(subject.number("repl-backlog-size"))
                                                + ".",
                                        subject.set("repl-backlog-size", "64mb")
                                                + ", or the bytes written in a minute.");
                            }
                        }),
                rule(
                        "replica-buffer-below-backlog",
                        WARNING,
                        "a replica's output limit below the backlog",
                        "A replica is cut off before it can use the backlog, asks again and is cut off again.",
                        (subject, found) -> {
                            long hard = subject.bufferLimit("replica").hardBytes();
                            if (hard > 0 && hard < subject.number("repl-backlog-size")) {
                                found.add(
                                        subject.place("client-output-buffer-limit"),
                                        "The hard limit of replicas is " + Numbers.spoken(hard)
                                                + " and repl-backlog-size is "
                                                + Numbers.spoken(subject.number("repl-backlog-size")) + ".",
                                        "client-output-buffer-limit replica " + 2 * subject.number("repl-backlog-size")
                                                + " 0 0");
                            }
                        }),
                rule(
                        "replica-buffer-small",
                        WARNING,
                        "a small output limit of replicas",
                        "What is written during a full synchronisation must fit, or it starts over for ever.",
                        (subject, found) -> {
                            long hard = subject.bufferLimit("replica").hardBytes();
                            if (subject.isReplicated() && hard > 0 && hard < 64L * 1024 * 1024) {
                                found.add(
                                        subject.place("client-output-buffer-limit"),
                                        "The hard limit of replicas is " + Numbers.spoken(hard) + ".",
                                        "client-output-buffer-limit replica 512mb 256mb 120");
                            }
                        }),
                rule(
                        "min-replicas-without-lag",
                        WARNING,
                        "min-replicas-to-write without a lag",
                        "With a lag of 0 the check is off, and a master that was cut off goes on accepting writes.",
                        (subject, found) -> {
                            if (subject.number("min-replicas-to-write") > 0
                                    && subject.number("min-replicas-max-lag") == 0) {
                                found.add(
                                        subject.place("min-replicas-max-lag"),
                                        "min-replicas-to-write is " + subject.number("min-replicas-to-write")
                                                + " and min-replicas-max-lag is 0.",
                                        subject.set("min-replicas-max-lag", "10"));
                            }
                        }),
                rule(
                        "replica-writable",
                        WARNING,
                        "a replica that accepts writes",
                        "What is written to it vanishes at the next synchronisation and never reaches the master.",
                        (subject, found) -> {
                            if (subject.is("replica-read-only", "no")) {
                                found.add(
                                        subject.place("replica-read-only"),
                                        "replica-read-only is no.",
                                        subject.set("replica-read-only", "yes"));
                            }
                        }),
                rule(
                        "password-without-masterauth",
                        ERROR,
                        "a password, and none for the master",
                        "All servers of a set share one password; a server that becomes a replica cannot log in, and"
                                + " replication never starts.",
                        (subject, found) -> {
                            if (subject.isReplicated()
                                    && !subject.text("requirepass").isEmpty()
                                    && subject.text("masterauth").isEmpty()) {
                                found.add(
                                        subject.isReplica() ? ERROR : WARNING,
                                        subject.place("requirepass"),
                                        "requirepass is given and masterauth is not.",
                                        "Give masterauth with the same password.");
                            }
                        }),
                rule(
                        "repl-timeout-below-ping",
                        ERROR,
                        "repl-timeout not above repl-ping-replica-period",
                        "Links that are idle break again and again.",
                        (subject, found) -> {
                            if (subject.number("repl-timeout") <= subject.number("repl-ping-replica-period")) {
                                found.add(
                                        subject.place("repl-timeout"),
                                        "repl-timeout is " + subject.number("repl-timeout")
                                                + " s and repl-ping-replica-period is "
                                                + subject.number("repl-ping-replica-period") + " s.",
                                        subject.set("repl-timeout", "60"));
                            }
                        }),
                rule(
                        "master-without-persistence",
                        WARNING,
                        "a replicated store that keeps nothing on disk",
                        "A master that restarts empty before a failover makes its replicas empty as well.",
                        (subject, found) -> {
                            if (subject.isReplicated() && !subject.persists()) {
                                found.add(
                                        subject.place("save"),
                                        "The server is replicated, save is empty and appendonly is no.",
                                        "Switch AOF or snapshots on, or forbid the service to restart the server by"
                                                + " itself.");
                            }
                        }),
                rule(
                        "replica-priority-zero",
                        INFO,
                        "a server that is never promoted",
                        "When it is so on every replica, no failover is possible.",
                        (subject, found) -> {
                            if (subject.number("replica-priority") == 0) {
                                found.add(
                                        subject.place("replica-priority"),
                                        "replica-priority is 0.",
                                        "Leave at least one replica with " + subject.set("replica-priority", "100")
                                                + ".");
                            }
                        }),
                rule(
                        "diskless-load-swapdb",
                        WARNING,
                        "a replica that keeps old and new data at once",
                        "During a full synchronisation it needs twice the memory.",
                        (subject, found) -> {
                            if (subject.is("repl-diskless-load", "swapdb")) {
                                found.add(
                                        subject.place("repl-diskless-load"),
                                        "repl-diskless-load is swapdb.",
                                        subject.set("repl-diskless-load", "on-empty-db"));
                            }
                        }),
                rule(
                        "replica-of-loopback",
                        INFO,
                        "a replica on its master's host",
                        "Both are lost with the host.",
                        (subject, found) -> {
                            String master = subject.text("replicaof");
                            if (namesItself(subject, master)) {
                                found.add(
                                        ERROR,
                                        subject.place("replicaof"),
                                        "replicaof names the server itself, " + master + ", so it never gets any data.",
                                        "Give the host and port of another server, or remove the line.");
                            } else if (master.matches("(127\\..*|localhost|::1) .*")) {
                                found.add(
                                        subject.place("replicaof"),
                                        "replicaof names this host, " + subject.text("replicaof") + ".",
                                        "Put the replica on another host, unless this is a trial.");
                            }
                        }),
                rule(
                        "backlog-freed",
                        INFO,
                        "the backlog given up after a short time",
                        "A replica that comes back later needs a full synchronisation.",
                        (subject, found) -> {
                            long ttl = subject.number("repl-backlog-ttl");
                            if (ttl > 0 && ttl < 600) {
                                found.add(
                                        subject.place("repl-backlog-ttl"),
                                        "repl-backlog-ttl is " + ttl + " s.",
                                        subject.set("repl-backlog-ttl", "3600"));
                            }
                        }),
                cluster(
                        "cluster-full-coverage",
                        INFO,
                        "the whole cluster stops with one shard",
                        "One lost slot stops every other; caches and independent keys would rather go on.",
                        (subject, found) -> {
                            if (subject.isYes("cluster-require-full-coverage")) {
                                found.add(
                                        subject.place("cluster-require-full-coverage"),
                                        "cluster-require-full-coverage is yes.",
                                        subject.set("cluster-require-full-coverage", "no")
                                                + ", where a part is better than nothing.");
                            }
                        }),
                cluster(
                        "cluster-timeout-short",
                        WARNING,
                        "a short cluster-node-timeout",
                        "A slow command, a fork or a busy network looks like a failure and costs a failover.",
                        (subject, found) -> {
                            if (subject.number("cluster-node-timeout") < SHORT_TIMEOUT) {
                                found.add(
                                        subject.place("cluster-node-timeout"),
                                        "cluster-node-timeout is " + subject.number("cluster-node-timeout") + " ms.",
                                        subject.set("cluster-node-timeout", "5000"));
                            }
                        }),
                cluster(
                        "cluster-timeout-long",
                        INFO,
                        "a long cluster-node-timeout",
                        "An outage lasts that long and a little more: 2 s gave 3.3 s, 5 s gave 7 to 8 s.",
                        (subject, found) -> {
                            if (subject.number("cluster-node-timeout") > LONG_TIMEOUT) {
                                found.add(
                                        subject.place("cluster-node-timeout"),
                                        "cluster-node-timeout is " + subject.number("cluster-node-timeout") + " ms.",
                                        subject.set("cluster-node-timeout", "5000"));
                            }
                        }),
                cluster(
                        "cluster-file-default",
                        INFO,
                        "a cluster file with the default name",
                        "Two nodes that share a folder and this name destroy each other's identity.",
                        (subject, found) -> {
                            if (!subject.isGiven("cluster-config-file")) {
                                found.add(
                                        subject.place("cluster-enabled"),
                                        "cluster-config-file is not given, so it is nodes.conf in dir.",
                                        "cluster-config-file nodes-" + subject.number("port")
                                                + ".conf, or a folder of its own for each node.");
                            }
                        }),
                cluster(
                        "cluster-databases",
                        WARNING,
                        "several databases in a cluster",
                        "A cluster has database 0 only.",
                        (subject, found) -> {
                            if (subject.live().isEmpty()
                                    && subject.isGiven("databases")
                                    && subject.number("databases") > 1) {
                                found.add(
                                        subject.place("databases"),
                                        "databases is " + subject.number("databases") + " on a node of a cluster.",
                                        "Remove the line.");
                            }
                        }),
                cluster(
                        "cluster-stale-replica",
                        INFO,
                        "any replica may be promoted, however old its data",
                        "A failover may go back to data of long ago.",
                        (subject, found) -> {
                            if (subject.number("cluster-replica-validity-factor") == 0) {
                                found.add(
                                        subject.place("cluster-replica-validity-factor"),
                                        "cluster-replica-validity-factor is 0.",
                                        subject.set("cluster-replica-validity-factor", "10")
                                                + ", unless staying up matters more.");
                            }
                        }),
                cluster(
                        "cluster-announce-half",
                        WARNING,
                        "an announced address without announced ports",
                        "Where ports are translated too, other nodes and clients cannot connect.",
                        (subject, found) -> {
                            boolean port = subject.number("cluster-announce-port") > 0
                                    || subject.number("cluster-announce-tls-port") > 0;
                            if (port != (subject.number("cluster-announce-bus-port") > 0)) {
                                found.add(
                                        subject.place(port ? "cluster-announce-port" : "cluster-announce-bus-port"),
                                        "Only one of client port and bus port is announced.",
                                        "Give both cluster-announce-port and cluster-announce-bus-port.");
                            }
                        }),
                cluster(
                        "cluster-hostname-missing",
                        ERROR,
                        "clients sent to a name that is not given",
                        "Redirections carry ? instead of a host, and clients cannot follow.",
                        (subject, found) -> {
                            if (subject.is("cluster-preferred-endpoint-type", "hostname")
                                    && subject.text("cluster-announce-hostname").isEmpty()) {
                                found.add(
                                        subject.place("cluster-preferred-endpoint-type"),
                                        "cluster-preferred-endpoint-type is hostname and cluster-announce-hostname is"
                                                + " empty.",
                                        "Give cluster-announce-hostname.");
                            }
                        }),
                rule(
                        "cluster-settings-unused",
                        INFO,
                        "cluster settings on a server that is no node",
                        "They have no effect until cluster-enabled is yes.",
                        (subject, found) -> {
                            if (subject.live().isEmpty() && !subject.isCluster()) {
                                subject.lines().stream()
                                        .filter(line -> line.name().startsWith("cluster-")
                                                && !line.name().equals("cluster-enabled"))
                                        .findFirst()
                                        .ifPresent(line -> found.add(
                                                line.place(),
                                                line.name() + " is given and cluster-enabled is no.",
                                                "cluster-enabled yes, or remove the line."));
                            }
                        }));
    }

    /** Whether an address is one the server listens on itself. */
    private static boolean namesItself(Subject subject, String master) {
        String port = " " + subject.number("port");
        return master.endsWith(port)
                && (master.matches("(127\\..*|localhost|::1) \\d+")
                        || ConfSet.addresses(subject).contains(master.substring(0, master.length() - port.length())));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, SETTINGS, finds, why, check);
    }

    private static Rule cluster(String id, Severity severity, String finds, String why, Check check) {
        return rule(id, severity, finds, why, (subject, found) -> {
            if (subject.isCluster()) {
                check.look(subject, found);
            }
        });
    }
}
