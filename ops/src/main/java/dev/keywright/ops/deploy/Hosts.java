package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Units and scripts for machines of one's own. */
final class Hosts {

    private Hosts() {}

    static List<TextFile> files(Facts facts) {
        Deployment deployment = facts.deployment();
        List<TextFile> files = new ArrayList<>();
        files.add(new TextFile("prepare-host.sh", facts.fill("prepare-host.sh")));
        files.add(new TextFile("install.sh", facts.fill("install.sh", installation(facts))));
        files.add(new TextFile(
                "systemd/redis-" + deployment.name() + "@.service", facts.fill("server.service", restart(facts))));
        if (deployment.isWatched()) {
            files.add(new TextFile(
                    "systemd/redis-sentinel-" + deployment.name() + "@.service", facts.fill("sentinel.service")));
        }
        files.add(
                deployment.isCluster()
                        ? new TextFile("create-cluster.sh", facts.fill("create-cluster.sh", places(facts)))
                        : new TextFile("await.sh", facts.fill("await.sh", places(facts))));
        return files;
    }

    /** By host, the processes that run there. */
    static Map<String, List<String>> processes(Layout layout) {
        return Stream.concat(layout.servers().stream(), layout.sentinels().stream())
                .collect(Collectors.groupingBy(
                        Node::host, LinkedHashMap::new, Collectors.mapping(Node::name, Collectors.toList())));
    }

    private static Map<String, String> installation(Facts facts) {
        String places = processes(facts.layout()).entrySet().stream()
                .map(host -> "#   " + host.getKey() + "  sh install.sh " + String.join(" ", host.getValue()))
                .collect(Collectors.joining("\n"));
        String secrets = facts.secretFiles().stream()
                .filter(file -> !file.endsWith(".password"))
                .collect(Collectors.joining(" "));
        return Map.of("places", places, "installed-secrets", secrets);
    }

    /** A primary that keeps nothing must not come back before a replica took over: its replicas would copy the empty server. */
    private static Map<String, String> restart(Facts facts) {
        boolean waits = facts.is("volatile") && facts.deployment().replicas() > 0;
        int silence = facts.deployment().silenceSeconds();
        return Map.of(
                "restart-seconds",
                Integer.toString(waits ? 3 * silence + 10 : 2),
                "restart-why",
                waits
                        ? "Nothing is kept: an empty primary must not come back before a replica has taken over."
                        : "Soon: what it kept is loaded again.");
    }

    private static Map<String, String> places(Facts facts) {
        Layout layout = facts.layout();
        return Map.of(
                "cli", facts.cli("$SECRETS"),
                "nodes-count", Integer.toString(layout.servers().size()),
                "primaries", addresses(layout.primaries()),
                "copies", copies(layout),
                "servers", addresses(layout.servers()),
                "sentinels", addresses(layout.sentinels()),
                "copied-text", facts.is("copied") ? ", replicas have copied their primary" : "",
                "watched-text", facts.is("watched") ? ", and Sentinels see a quorum" : "");
    }

    private static String addresses(List<Node> nodes) {
        return nodes.stream().map(Node::address).collect(Collectors.joining(" "));
    }

    /** {@code replica=primary} for each replica. */
    private static String copies(Layout layout) {
        return layout.replicas().stream()
                .map(node ->
                        node.address() + "=" + node.primary().map(Node::address).orElse(""))
                .collect(Collectors.joining(" "));
    }
}
