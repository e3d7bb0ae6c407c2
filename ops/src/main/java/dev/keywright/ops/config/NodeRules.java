package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import dev.keywright.ops.config.Rule.Found;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What only shows when all nodes of a cluster, or a master and its replicas, are looked at together. */
final class NodeRules {

    private static final List<String> ALIKE = List.of(
            "maxmemory-policy",
            "appendonly",
            "save",
            "cluster-node-timeout",
            "cluster-require-full-coverage",
            "repl-backlog-size",
            "client-output-buffer-limit",
            "min-replicas-to-write");

    private NodeRules() {}

    static List<Rule> all() {
        return List.of(
                rule(
                        "node-silent",
                        ERROR,
                        "a node that does not answer",
                        "Clients that are sent there fail, and nothing is known of its settings.",
                        (group, found) -> group.silent()
                                .forEach(node -> found.add(
                                        Place.whole(node),
                                        node + " does not answer here.",
                                        "Start it, or correct the address it announces."))),
                group(
                        "nodes-set-differently",
                        WARNING,
                        "nodes with different settings",
                        "After a failover the servers behave differently, and nobody expects it.",
                        NodeRules::alike),
                rule(
                        "nodes-of-different-releases",
                        INFO,
                        "nodes of different releases",
                        "A replica must not be older than its master.",
                        NodeRules::releases),
                group(
                        "replica-smaller-than-master",
                        WARNING,
                        "a replica with less memory than its master",
                        "After a failover it evicts or refuses what the master held.",
                        NodeRules::smaller),
                rule(
                        "min-replicas-unset",
                        INFO,
                        "a master with replicas that writes alone as well",
                        "A master that was cut off accepts writes that are lost after the failover; this bounds them"
                                + " to the lag.",
                        NodeRules::minReplicas),
                rule(
                        "two-masters",
                        ERROR,
                        "several masters where one is expected",
                        "Writes go to two places and one of them is lost.",
                        NodeRules::twoMasters),
                group(
                        "no-replica-to-promote",
                        ERROR,
                        "replica-priority 0 on every replica",
                        "No failover is possible.",
                        NodeRules::noCandidate),
                rule(
                        "forks-together",
                        WARNING,
                        "several servers of one host that save or rewrite at the same time",
                        "Each fork may copy up to the whole memory of its server; together they exhaust the host.",
                        NodeRules::forks),
                rule(
                        "few-masters",
                        WARNING,
                        "a cluster of fewer than three masters",
                        "A failover needs the votes of a majority of masters; of two, none may be lost.",
                        (group, found) -> {
                            long masters = masters(group).size();
                            if (group.isCluster() && masters < 3) {
                                found.add(
                                        group.place(),
                                        "The cluster has " + masters + " masters.",
                                        "Add masters until there are three.");
                            }
                        }),
                rule(
                        "master-without-replica",
                        WARNING,
                        "a master of a cluster without a replica",
                        "Its slots are gone while it is down.",
                        NodeRules::bare),
                rule(
                        "replica-beside-master",
                        WARNING,
                        "a replica on its master's host",
                        "Both are lost with the host.",
                        NodeRules::beside),
                rule(
                        "majority-on-one-host",
                        WARNING,
                        "most masters on one host",
                        "Without that host no majority is left, and nobody can be promoted.",
                        NodeRules::oneHost));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, Rule.Reads.NODES, finds, why, check);
    }

    private static Rule group(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, Rule.Reads.GROUP, finds, why, check);
    }

    private static boolean isMaster(Subject node) {
        return node.live().isEmpty()
                ? !node.isReplica()
                : node.live()
                        .flatMap(live -> live.info("role"))
                        .filter("master"::equals)
                        .isPresent();
    }

    private static List<Subject> masters(Subject group) {
        return group.nodes().stream().filter(NodeRules::isMaster).toList();
    }

    private static List<Subject> replicas(Subject group) {
        return group.nodes().stream().filter(node -> !isMaster(node)).toList();
    }

    private static String host(Subject node) {
        return node.name().substring(0, node.name().lastIndexOf(':'));
    }

    /** The master among the group, where that is plain. */
    private static Optional<Subject> masterOf(Subject group, Subject replica) {
        if (replica.live().isEmpty()) {
            return new ConfSet(group.nodes()).masterOf(replica);
        }
        return group.nodes().stream()
                .filter(node -> node.name().equals(masterOf(replica)))
                .findFirst();
    }

    private static String masterOf(Subject replica) {
        LiveNode live = replica.live().orElseThrow();
        return live.info("master_host").orElse("") + ":"
                + live.info("master_port").orElse("");
    }

    /** Whether its settings can be seen. */
    private static boolean isSet(Subject node) {
        return node.live().isEmpty() || node.live().get().settings().isPresent();
    }

    private static void alike(Subject group, Found found) {
        List<Subject> told = group.nodes().stream().filter(NodeRules::isSet).toList();
        for (String directive : ALIKE) {
            Map<String, List<String>> values = new LinkedHashMap<>();
            told.forEach(node -> values.merge(
                    node.text(directive),
                    List.of(node.name()),
                    (some, more) -> Stream.concat(some.stream(), more.stream()).toList()));
            if (values.size() > 1) {
                String spread = values.entrySet().stream()
                        .map(entry -> (entry.getKey().isEmpty() ? "\"\"" : entry.getKey()) + " on "
                                + (entry.getValue().size() > 2
                                        ? entry.getValue().size() + " nodes"
                                        : String.join(" and ", entry.getValue())))
                        .collect(Collectors.joining(", "));
                found.add(group.place(), directive + " is " + spread + ".", "Give all nodes the same value.");
            }
        }
    }

    private static void releases(Subject group, Found found) {
        Set<String> releases = group.nodes().stream()
                .map(node -> node.release().spoken())
                .collect(Collectors.toCollection(TreeSet::new));
        if (releases.size() > 1) {
            found.add(
                    group.place(),
                    "The nodes run " + String.join(" and ", releases) + ".",
                    "Finish the upgrade, replicas first.");
        }
    }

    private static void smaller(Subject group, Found found) {
        for (Subject replica : replicas(group)) {
            Optional<Subject> known = masterOf(group, replica);
            if (known.isEmpty() || replica.number("maxmemory") == 0) {
                continue;
            }
            Subject master = known.get();
            if (master.number("maxmemory") == 0 || replica.number("maxmemory") < master.number("maxmemory")) {
                found.add(
                        replica.place(),
                        "maxmemory is " + Numbers.spoken(replica.number("maxmemory")) + ", and "
                                + (master.number("maxmemory") == 0
                                        ? "unlimited"
                                        : Numbers.spoken(master.number("maxmemory")))
                                + " on its master " + master.name() + ".",
                        replica.set("maxmemory", Long.toString(master.number("maxmemory"))));
            }
        }
    }

    private static void minReplicas(Subject group, Found found) {
        for (Subject master : masters(group)) {
            double replicas = master.info("connected_slaves").orElse(0);
            if (replicas >= 2 && master.number("min-replicas-to-write") == 0) {
                found.add(
                        master.place(),
                        "min-replicas-to-write is 0 with " + (long) replicas + " replicas.",
                        "CONFIG SET min-replicas-to-write 1 on all nodes");
            }
        }
    }

    private static void twoMasters(Subject group, Found found) {
        List<Subject> masters = masters(group);
        if (!group.isCluster() && masters.size() > 1) {
            found.add(
                    group.place(),
                    masters.stream().map(Subject::name).collect(Collectors.joining(" and ")) + " are masters.",
                    "REPLICAOF on the one with less data, after saving what only it has.");
        }
    }

    private static void noCandidate(Subject group, Found found) {
        List<Subject> replicas = replicas(group);
        boolean none =
                !replicas.isEmpty() && replicas.stream().allMatch(replica -> replica.number("replica-priority") == 0);
        if (!group.isCluster() && none) {
            found.add(
                    group.place(),
                    "replica-priority is 0 on all replicas.",
                    replicas.get(0).set("replica-priority", "100") + " on one of them");
        }
    }

    private static void bare(Subject group, Found found) {
        if (!group.isCluster()) {
            return;
        }
        for (Subject master : masters(group)) {
            if (master.info("connected_slaves").orElse(0) == 0) {
                found.add(master.place(), "The master has no replica.", "Add a node and call CLUSTER REPLICATE on it.");
            }
        }
    }

    private static void beside(Subject group, Found found) {
        for (Subject replica : replicas(group)) {
            String host = host(replica);
            if (masterOf(replica).startsWith(host + ":")) {
                found.add(
                        host.startsWith("127.") || host.equals("localhost") ? INFO : WARNING,
                        replica.place(),
                        "The replica and its master are on " + host + ".",
                        "Move one of them to another host.");
            }
        }
    }

    private static void forks(Subject group, Found found) {
        Map<String, Long> hosts = group.nodes().stream()
                .filter(node -> node.info("rdb_bgsave_in_progress").orElse(0) > 0
                        || node.info("aof_rewrite_in_progress").orElse(0) > 0)
                .collect(Collectors.groupingBy(NodeRules::host, LinkedHashMap::new, Collectors.counting()));
        hosts.forEach((host, count) -> {
            if (count > 1) {
                found.add(
                        group.place(),
                        count + " servers on " + host + " save or rewrite now.",
                        "Give them save rules and rewrite sizes that do not meet, or one BGSAVE after the other by a"
                                + " timer.");
            }
        });
    }

    private static void oneHost(Subject group, Found found) {
        List<Subject> masters = masters(group);
        Map<String, Long> hosts =
                masters.stream().collect(Collectors.groupingBy(NodeRules::host, Collectors.counting()));
        hosts.forEach((host, count) -> {
            if (group.isCluster() && masters.size() >= 3 && count > masters.size() / 2) {
                found.add(
                        host.startsWith("127.") || host.equals("localhost") ? INFO : WARNING,
                        group.place(),
                        count + " of " + masters.size() + " masters are on " + host + ".",
                        "Spread them over three hosts.");
            }
        });
    }
}
