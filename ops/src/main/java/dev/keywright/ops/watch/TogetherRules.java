package dev.keywright.ops.watch;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What shows when the servers of a deployment are looked at together: memory of hosts, shards beside each other. */
final class TogetherRules {

    /** Ids of the rules. */
    static final List<String> IDS = List.of(
            "memory-unlimited",
            "memory-near-machine",
            "machine-nearly-full",
            "copy-on-write-room",
            "shards-uneven",
            "shard-hot");

    private final List<NodeSample> up;
    private final Sample before;
    private final Set<String> said;
    private final List<Finding> findings = new ArrayList<>();

    private TogetherRules(Sample before, Sample now, Set<String> said) {
        this.before = before;
        this.up = now.nodes().stream().filter(NodeSample::isUp).toList();
        this.said = said;
    }

    /** @param said ids of what was found already, with more behind it than can be seen here */
    static List<Finding> look(Sample before, Sample now, Set<String> said) {
        TogetherRules rules = new TogetherRules(before, now, said);
        rules.unlimited();
        rules.hosts();
        rules.sizes();
        rules.rates();
        return rules.findings;
    }

    private void find(String id, Severity severity, String place, String what) {
        Symptom symptom = Symptom.of(id);
        findings.add(new Finding(id, severity, what, symptom.why(), symptom.fix(), Place.whole(place)));
    }

    private void unlimited() {
        if (said.contains("maxmemory-unset")) {
            return;
        }
        Symptom symptom = Symptom.of("memory-unlimited");
        up.stream()
                .filter(node -> node.info().has("maxmemory") && node.info().number("maxmemory") == 0)
                .forEach(node -> find(symptom.id(), symptom.severity(), node.address(), "maxmemory is 0, no limit."));
    }

    /** Servers of one host, as their addresses tell. */
    private void hosts() {
        Map<String, List<NodeSample>> hosts = new LinkedHashMap<>();
        up.stream()
                .filter(node -> node.info().number("total_system_memory") > 0)
                .forEach(node -> hosts.computeIfAbsent(host(node), host -> new ArrayList<>())
                        .add(node));
        hosts.forEach((host, nodes) -> {
            double machine = nodes.get(0).info().number("total_system_memory");
            double resident = sum(nodes, "used_memory_rss");
            limits(host, nodes, machine);
            if (resident > Symptom.of("machine-nearly-full").limit("share") * machine) {
                find(
                        "machine-nearly-full",
                        Severity.ERROR,
                        nodes.get(0).address(),
                        "The servers on " + host + " have " + Spoken.bytes(resident) + " of " + Spoken.bytes(machine)
                                + ".");
            }
            copies(nodes, machine - resident);
        });
    }

    private void limits(String host, List<NodeSample> nodes, double machine) {
        Symptom symptom = Symptom.of("memory-near-machine");
        double limits = sum(nodes, "maxmemory");
        boolean forks = nodes.stream()
                .map(NodeSample::info)
                .anyMatch(info -> info.isGood("aof_enabled")
                        || info.number("rdb_saves") > 0
                        || info.number("connected_slaves") > 0);
        double share = symptom.limit(forks ? "with_forks" : "cache");
        if (limits > share * machine && !said.contains("maxmemory-above-machine")) {
            find(
                    symptom.id(),
                    limits > machine ? Severity.ERROR : symptom.severity(),
                    nodes.get(0).address(),
                    "maxmemory of the servers on " + host + " is " + Spoken.bytes(limits) + " together, "
                            + Spoken.percent(limits / machine) + " of the machine's " + Spoken.bytes(machine)
                            + "; at most " + Spoken.percent(share) + " leave room.");
        }
    }

    private void copies(List<NodeSample> nodes, double left) {
        Symptom symptom = Symptom.of("copy-on-write-room");
        for (NodeSample node : nodes) {
            double copied = Math.max(
                    node.info().number("rdb_last_cow_size"), node.info().number("aof_last_cow_size"));
            if (copied > symptom.limit("least_bytes") && left < copied * symptom.limit("times")) {
                find(
                        symptom.id(),
                        symptom.severity(),
                        node.address(),
                        "The last snapshot or rewrite copied " + Spoken.bytes(copied) + ", and the servers leave "
                                + Spoken.bytes(Math.max(0, left)) + ".");
            }
        }
    }

    private void sizes() {
        Symptom symptom = Symptom.of("shards-uneven");
        List<NodeSample> masters = masters();
        double mean = sum(masters, "used_memory_dataset") / Math.max(1, masters.size());
        if (masters.size() < 2 || mean < symptom.limit("least_bytes")) {
            return;
        }
        for (NodeSample master : masters) {
            double bytes = master.info().number("used_memory_dataset");
            if (bytes > mean * (1 + symptom.limit("share"))) {
                find(
                        symptom.id(),
                        symptom.severity(),
                        master.address(),
                        "This shard holds " + Spoken.bytes(bytes) + " where the mean is " + Spoken.bytes(mean) + ".");
            }
        }
    }

    private void rates() {
        Symptom symptom = Symptom.of("shard-hot");
        Map<NodeSample, Double> rates = new LinkedHashMap<>();
        masters()
                .forEach(master -> before.node(master.address())
                        .filter(master::follows)
                        .ifPresent(earlier -> rates.put(
                                master,
                                (master.info().number("total_commands_processed")
                                                - earlier.info().number("total_commands_processed"))
                                        / master.secondsSince(earlier))));
        double mean = rates.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        rates.forEach((master, rate) -> {
            boolean hot = rates.size() > 1
                    && rate >= symptom.limit("least_per_second")
                    && rate > symptom.limit("times") * (mean * rates.size() - rate) / (rates.size() - 1);
            if (hot) {
                find(
                        symptom.id(),
                        symptom.severity(),
                        master.address(),
                        "This shard runs " + Spoken.count(rate) + " commands per second where the mean is "
                                + Spoken.count(mean) + ".");
            }
        });
    }

    private List<NodeSample> masters() {
        return up.stream().filter(node -> !node.info().isReplica()).toList();
    }

    private static double sum(List<NodeSample> nodes, String field) {
        return nodes.stream().mapToDouble(node -> node.info().number(field)).sum();
    }

    private static String host(NodeSample node) {
        return node.address().substring(0, node.address().lastIndexOf(':'));
    }
}
