package dev.keywright.ops.cluster;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a cluster, from what its nodes say. Pure. */
final class CheckRules {

    private static final int FEWEST_MASTERS = 3;
    private static final long LAG = 20_000_000;
    private static final double UNEVEN = 0.20;
    private static final long FEWEST_KEYS = 10_000;
    private static final long LEAST_MEMORY = 64L << 20;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(15);

    private final ClusterView view;
    private final List<ClusterView.Node> masters;
    private final List<Finding> findings = new ArrayList<>();

    private CheckRules(ClusterView view) {
        this.view = view;
        this.masters =
                view.masters().stream().filter(node -> !node.slots().isEmpty()).toList();
    }

    static List<Finding> findings(ClusterView view) {
        CheckRules rules = new CheckRules(view);
        rules.coverage();
        rules.members();
        rules.openSlots();
        rules.quorum();
        rules.replicas();
        rules.hosts();
        rules.balance();
        rules.sameness();
        rules.settings();
        rules.crossSlot();
        rules.atomicMigration();
        return rules.findings;
    }

    // --- is it whole

    private void coverage() {
        Slots missing = view.uncovered();
        if (!missing.isEmpty()) {
            error(
                    "slots-uncovered",
                    missing.count() + " slots are served by no master: " + missing + ".",
                    "Every command on a key of these slots fails, and with cluster-require-full-coverage yes all"
                            + " others.",
                    "Bring the master back or let its replica take over (CLUSTER FAILOVER FORCE on the replica)."
                            + " Only when the data is given up: CLUSTER ADDSLOTS on a master.");
        }
        for (ClusterView.Disagreement each : view.disagreements()) {
            error(
                    "views-disagree",
                    "After 5 s the nodes still disagree: " + view.words(each) + ".",
                    "Clients are sent to wrong nodes, and a move of slots could end in two owners.",
                    each.unknown().isEmpty()
                            ? "Wait for open moves to end; else finish them with keywright cluster plan --rebalance"
                                    + " --apply."
                            : "Check that bus ports (port + 10000) are open both ways, then CLUSTER MEET, or CLUSTER"
                                    + " FORGET on all nodes when it is gone for good.",
                    view.address(each.teller()));
        }
        for (ClusterView.Node node : view.nodes()) {
            node.facts()
                    .filter(facts -> !facts.state().equals("ok"))
                    .ifPresent(facts -> error(
                            "cluster-state",
                            node.address() + " says cluster_state:" + facts.state() + ".",
                            "It refuses commands with CLUSTERDOWN.",
                            "Mend what else is reported; after that it takes the state ok by itself within seconds.",
                            node.address()));
        }
    }

    private void members() {
        Map<Long, List<ClusterView.Node>> byEpoch = new LinkedHashMap<>();
        for (ClusterView.Node node : view.nodes()) {
            failing(node);
            if (node.flags().contains("handshake")) {
                warning(
                        "node-handshake",
                        node.address() + " is being met and has not answered yet.",
                        "It is no member until it does.",
                        "Open its port and its bus port (port + 10000) to all nodes, or wait: the attempt ends by"
                                + " itself.",
                        node.address());
            } else if (node.isMaster() && node.epoch() > 0 && !node.fails()) {
                byEpoch.computeIfAbsent(node.epoch(), none -> new ArrayList<>()).add(node);
            }
        }
        byEpoch.forEach((epoch, nodes) -> {
            if (nodes.size() > 1) {
                warning(
                        "epoch-collision",
                        "Masters " + addresses(nodes) + " share configuration epoch " + epoch + ".",
                        "If both claim a slot nobody can tell who is right; normally settled within seconds.",
                        "Check again; if it stays, CLUSTER BUMPEPOCH on one of them.");
            }
        });
    }

    private void failing(ClusterView.Node node) {
        if (node.flags().contains("fail")) {
            error(
                    "node-failed",
                    node.address() + " is held to be dead by the majority (fail).",
                    node.isMaster() ? "Its slots wait for a replica to take over." : "Its master has a replica less.",
                    "Restart it; or, when it is gone for good, keywright cluster plan URI --remove " + node.id() + ".",
                    node.address());
        } else if (node.flags().contains("fail?")) {
            warning(
                    "node-failing",
                    node.address() + " does not answer some nodes (fail?).",
                    "When a majority of masters agrees, it is failed over.",
                    "Look at its load, its host and the network between the nodes.",
                    node.address());
        } else if (!node.reachable() && !node.flags().contains("handshake")) {
            warning(
                    "node-unreachable",
                    node.address() + " is well for the other nodes and " + node.away() + ".",
                    "Nothing is known of its memory, keys and settings; clients on this host cannot use it either.",
                    node.refusal().isPresent()
                            ? "Give all nodes the same users and passwords, and certificates of an authority known"
                                    + " here."
                            : "Open its port to this host, or announce an address that clients reach"
                                    + " (cluster-announce-ip, cluster-announce-hostname).",
                    node.address());
        }
    }

    private void openSlots() {
        for (ClusterView.Node node : view.nodes()) {
            for (ClusterView.OpenSlot open : node.open()) {
                boolean out = open.direction() == ClusterView.Direction.MIGRATING;
                warning(
                        "slot-open",
                        "Slot " + open.slot() + " is " + (out ? "migrating from " : "importing to ") + node.address()
                                + (out ? " to " : " from ") + view.address(open.other())
                                + "; the server does not tell since when.",
                        "A move is under way or was interrupted. Multi-key commands on the slot can answer TRYAGAIN,"
                                + " and where replicas do not know of it (before Valkey 8) a failover forgets that it is open.",
                        "If nobody is resharding: keywright cluster plan URI --rebalance --apply finishes it first. By"
                                + " hand: CLUSTER SETSLOT " + open.slot()
                                + " STABLE on both ends, only if the taking end"
                                + " holds no key of it.",
                        node.address());
            }
        }
    }

    // --- will it stand a failure

    private void quorum() {
        if (masters.size() < FEWEST_MASTERS) {
            warning(
                    "masters-few",
                    "The cluster has " + masters.size() + " masters with slots.",
                    "A failover needs the votes of a majority of masters; with fewer than 3 none is left to vote.",
                    "Add masters: keywright cluster plan URI --add host:port.");
        } else if (masters.size() % 2 == 0) {
            info(
                    "masters-even",
                    "The cluster has " + masters.size() + " masters, an even number.",
                    "It survives the loss of no more masters than one of " + (masters.size() - 1)
                            + ", and a network split in halves stops both.",
                    "When it grows, prefer an odd number of masters.");
        }
    }

    private void replicas() {
        for (ClusterView.Node master : masters) {
            if (view.replicasOf(master).stream().noneMatch(replica -> !replica.fails())) {
                warning(
                        "master-alone",
                        "Master " + master.address() + " has no replica that is well.",
                        "When it dies, " + master.slots().count() + " slots are gone until it returns.",
                        "Start a node and attach it: keywright cluster plan URI --add host:port --replica-of "
                                + master.address() + " --apply.",
                        master.address());
            }
            view.replicasOf(master).forEach(replica -> link(master, replica));
        }
    }

    private void link(ClusterView.Node master, ClusterView.Node replica) {
        replica.facts().ifPresent(facts -> {
            if (!facts.linkUp()) {
                error(
                        "replica-link-down",
                        "Replica " + replica.address() + " has not heard its master " + master.address() + " for "
                                + facts.linkDown().toSeconds() + " s.",
                        "It falls behind, and after a failover to it writes are missing.",
                        "Look into its log; usual causes are masterauth, the network, and a replication buffer too"
                                + " small.",
                        replica.address());
            } else if (lag(master, replica) > LAG) {
                warning(
                        "replica-lag",
                        "Replica " + replica.address() + " is " + Figures.bytes(lag(master, replica)) + " behind "
                                + master.address() + ".",
                        "A failover now loses these writes.",
                        "Look at its CPU, disk and network; see repl-backlog-size and client-output-buffer-limit.",
                        replica.address());
            }
        });
    }

    private static long lag(ClusterView.Node master, ClusterView.Node replica) {
        return master.facts().map(ClusterView.Facts::offset).orElse(0L)
                - replica.facts().map(ClusterView.Facts::offset).orElse(0L);
    }

    private void hosts() {
        if (view.nodes().size() > 1
                && view.nodes().stream().map(ClusterView.Node::host).distinct().count() == 1) {
            info(
                    "one-host",
                    "All nodes are on host " + view.nodes().get(0).host() + ".",
                    "The cluster dies with this host; fine for development, nowhere else.",
                    "Spread masters over at least 3 hosts and put each replica on another host than its master.");
            return;
        }
        masters.stream()
                .collect(Collectors.groupingBy(ClusterView.Node::host, LinkedHashMap::new, Collectors.toList()))
                .forEach((host, there) -> {
                    if (there.size() * 2 > masters.size() && masters.size() > 1) {
                        warning(
                                "masters-together",
                                there.size() + " of " + masters.size() + " masters are on host " + host + ".",
                                "When it dies no majority is left to vote, so no replica takes over.",
                                "Let replicas elsewhere take over some of them: CLUSTER FAILOVER on a replica.",
                                host);
                    }
                });
        masters.forEach(this::spread);
    }

    private void spread(ClusterView.Node master) {
        List<ClusterView.Node> replicas = view.replicasOf(master);
        List<ClusterView.Node> beside = replicas.stream()
                .filter(node -> node.host().equals(master.host()))
                .toList();
        if (!beside.isEmpty()) {
            warning(
                    "replica-beside-master",
                    "Master " + master.address() + " and its replica " + addresses(beside) + " share a host.",
                    "They die together, and their slots with them.",
                    "Exchange it with a replica of a master elsewhere: CLUSTER REPLICATE on both.",
                    master.address());
        }
        replicas.stream()
                .filter(node -> !node.host().equals(master.host()))
                .collect(Collectors.groupingBy(ClusterView.Node::host, LinkedHashMap::new, Collectors.toList()))
                .forEach((host, there) -> {
                    if (there.size() > 1) {
                        warning(
                                "replicas-together",
                                "Replicas " + addresses(there) + " of " + master.address() + " share a host.",
                                "They die together.",
                                "Move one to another host.",
                                host);
                    }
                });
    }

    // --- is it even

    private void balance() {
        masters.stream()
                .filter(node -> skew(node, each -> each.slots().count()) > Balance.TOLERANCE)
                .forEach(node -> {
                    double skew = skew(node, each -> each.slots().count());
                    note(
                            skew > UNEVEN ? Severity.WARNING : Severity.INFO,
                            "slot-skew",
                            node.address() + " holds " + node.slots().count() + " slots, " + Figures.percent(skew)
                                    + " off an even share.",
                            "Load and memory follow slots where keys spread evenly.",
                            "keywright cluster plan URI --rebalance shows what would move.",
                            node.address());
                });
        if (view.keys() >= FEWEST_KEYS) {
            uneven("key-skew", "keys", Severity.INFO, ClusterView.Facts::keys, "--by keys", String::valueOf);
        }
        if (masters.stream().anyMatch(node -> fact(node, ClusterView.Facts::usedMemoryBytes) >= LEAST_MEMORY)) {
            uneven(
                    "memory-skew",
                    "memory",
                    Severity.WARNING,
                    ClusterView.Facts::usedMemoryBytes,
                    "--by memory",
                    Figures::bytes);
        }
    }

    private void uneven(
            String id,
            String what,
            Severity severity,
            ToLongFunction<ClusterView.Facts> of,
            String by,
            Function<Long, String> words) {
        for (ClusterView.Node node : masters) {
            double skew = skew(node, each -> fact(each, of));
            if (node.reachable() && skew > UNEVEN) {
                note(
                        severity,
                        id,
                        node.address() + " holds " + words.apply(fact(node, of)) + " of " + what + ", "
                                + Figures.percent(skew) + " off an even share.",
                        "The fullest master decides when the cluster is full.",
                        "keywright cluster plan URI --rebalance " + by + " shows what would move.",
                        node.address());
            }
        }
    }

    // How far a master is from the mean.
    private double skew(ClusterView.Node node, ToLongFunction<ClusterView.Node> of) {
        double mean = masters.stream().mapToLong(of).average().orElse(0);
        return mean == 0 ? 0 : Math.abs(of.applyAsLong(node) - mean) / mean;
    }

    private static long fact(ClusterView.Node node, ToLongFunction<ClusterView.Facts> of) {
        return node.facts().map(of::applyAsLong).orElse(0L);
    }

    // --- are the nodes alike

    private void sameness() {
        differing(
                "version-mix",
                "versions",
                facts -> facts.server() + " " + facts.version(),
                "Fine while upgrading; a newer node's data cannot always move to an older one.",
                "Finish the upgrade, replicas first.");
        differing(
                "maxmemory-differs",
                "maxmemory",
                facts -> Figures.bytes(facts.maxmemoryBytes()),
                "Slots are spread as if all masters were equal; the smallest fills first, and a replica smaller than"
                        + " its master cannot stand in.",
                "Set the same maxmemory on all nodes, or weigh masters with --weights.");
        differing(
                "node-timeout-differs",
                "cluster-node-timeout",
                facts -> facts.nodeTimeout()
                        .map(Duration::toMillis)
                        .map(Object::toString)
                        .orElse(null),
                "Nodes hold others to be dead at different times; failovers become slow or needless.",
                "CONFIG SET cluster-node-timeout to one value on all nodes, then CONFIG REWRITE.");
        differing(
                "full-coverage-differs",
                "cluster-require-full-coverage",
                facts -> facts.fullCoverage().map(yes -> yes ? "yes" : "no").orElse(null),
                "When a slot is lost, some masters go on and others refuse everything.",
                "CONFIG SET cluster-require-full-coverage to one value on all nodes, then CONFIG REWRITE.");
    }

    private void differing(
            String id, String what, Function<ClusterView.Facts, @Nullable String> of, String why, String fix) {
        Map<String, List<String>> byValue = new LinkedHashMap<>();
        view.nodes()
                .forEach(node -> node.facts().ifPresent(facts -> {
                    String value = of.apply(facts);
                    if (value != null) {
                        byValue.computeIfAbsent(value, none -> new ArrayList<>())
                                .add(node.address());
                    }
                }));
        if (byValue.size() > 1) {
            warning(
                    id,
                    "The nodes have different " + what + ": "
                            + byValue.entrySet().stream()
                                    .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                                    .collect(Collectors.joining("; "))
                            + ".",
                    why,
                    fix);
        }
    }

    private void settings() {
        List<ClusterView.Facts> told =
                view.nodes().stream().flatMap(node -> node.facts().stream()).toList();
        told.stream()
                .flatMap(facts -> facts.nodeTimeout().stream())
                .distinct()
                .filter(timeout -> timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0)
                .findFirst()
                .ifPresent(timeout -> warning(
                        "node-timeout",
                        "cluster-node-timeout is " + timeout.toMillis() + " ms.",
                        timeout.compareTo(SHORTEST_TIMEOUT) < 0
                                ? "A slow command or fork on a master is taken for its death."
                                : "A dead master is replaced only after this time and some seconds more.",
                        "Set 2000 to 15000; 5000 gave an outage of 7 to 8 s."));
        if (told.stream().anyMatch(facts -> facts.fullCoverage().orElse(false))) {
            info(
                    "full-coverage",
                    "cluster-require-full-coverage is yes.",
                    "When one slot has no master, all masters refuse all commands.",
                    "Set it to no where the rest should go on serving.");
        }
    }

    private void crossSlot() {
        long errors = told(ClusterView.Facts::crossSlotErrors);
        if (errors > 0) {
            warning(
                    "crossslot",
                    errors + " commands were refused with CROSSSLOT since the nodes started.",
                    "Some client sends keys of different slots in one command; such a command never succeeds.",
                    "Give keys that are used together one hash tag: {order:17}:items, {order:17}:state.");
        }
    }

    private void atomicMigration() {
        if (view.nodes().stream().flatMap(node -> node.facts().stream()).anyMatch(Versions::movesSlotsAtomically)) {
            info(
                    "atomic-migration",
                    "These servers can move slots atomically.",
                    "No key is ever between two nodes, so multi-key commands need no TRYAGAIN.",
                    Versions.ATOMIC);
        }
    }

    private long told(ToLongFunction<ClusterView.Facts> of) {
        return view.nodes().stream().mapToLong(node -> fact(node, of)).sum();
    }

    // --- writing it down

    private static String addresses(List<ClusterView.Node> nodes) {
        return nodes.stream().map(ClusterView.Node::address).collect(Collectors.joining(", "));
    }

    private void error(String id, String what, String why, String fix) {
        error(id, what, why, fix, "the cluster");
    }

    private void error(String id, String what, String why, String fix, String place) {
        note(Severity.ERROR, id, what, why, fix, place);
    }

    private void warning(String id, String what, String why, String fix) {
        warning(id, what, why, fix, "the cluster");
    }

    private void warning(String id, String what, String why, String fix, String place) {
        note(Severity.WARNING, id, what, why, fix, place);
    }

    private void info(String id, String what, String why, String fix) {
        note(Severity.INFO, id, what, why, fix, "the cluster");
    }

    private void note(Severity severity, String id, String what, String why, String fix, String place) {
        findings.add(new Finding(id, severity, what, why, fix, Finding.Place.whole(place)));
    }
}
