package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The Compose file, and the configuration and scripts its containers start with. */
final class Containers {

    private static final String SUBNET = "${SUBNET:-172.30.7}.";
    private static final int FIRST_SERVER = 11;
    private static final int FIRST_SENTINEL = 221;
    private static final int CREATOR = 240;

    private final Facts facts;
    private final Deployment deployment;
    private final List<Node> servers;

    private Containers(Facts facts) {
        this.facts = facts;
        this.deployment = facts.deployment();
        this.servers = facts.layout().servers();
    }

    static List<TextFile> files(Facts facts) {
        return new Containers(facts).files();
    }

    /** Names and addresses a certificate for all servers must carry. */
    static String names(Deployment deployment, Layout layout) {
        Stream<String> here = Stream.of("DNS:localhost", "IP:127.0.0.1");
        Stream<String> hosts =
                deployment.hosts().stream().map(host -> (host.matches("[0-9.]+|.*:.*") ? "IP:" : "DNS:") + host);
        Stream<String> containers = IntStream.concat(
                        IntStream.range(0, layout.servers().size()).map(i -> FIRST_SERVER + i),
                        IntStream.range(0, layout.sentinels().size()).map(i -> FIRST_SENTINEL + i))
                .mapToObj(last -> "IP:172.30.7." + last);
        String name = deployment.name();
        Stream<String> pods = Stream.of(
                "DNS:" + name, "DNS:*." + name + "-servers.default.svc", "DNS:*." + name + "-sentinels.default.svc");
        return Stream.of(here, hosts, containers, pods).flatMap(all -> all).collect(Collectors.joining(","));
    }

    private List<TextFile> files() {
        List<TextFile> files = new ArrayList<>();
        files.add(new TextFile("compose.yaml", facts.fill("compose.yaml", compose())));
        files.add(new TextFile("container/redis.conf", serverConf(deployment)));
        files.add(new TextFile("container/start.sh", facts.fill("start.sh")));
        files.add(new TextFile("container/health.sh", facts.fill("health.sh")));
        if (deployment.isWatched()) {
            files.add(new TextFile("container/sentinel.conf", sentinelConf(deployment)));
        }
        if (deployment.isCluster()) {
            String primaries = servers.stream()
                    .filter(node -> !node.isReplica())
                    .map(this::place)
                    .collect(Collectors.joining(" "));
            files.add(new TextFile("container/create-cluster.sh", createCluster(facts, primaries, copies())));
        }
        return files;
    }

    static String serverConf(Deployment deployment) {
        return "# Every server of " + deployment.name() + " in a container; start.sh adds address and primary.\n"
                + Deployer.lines(ServerConf.ofContainer(deployment));
    }

    static String sentinelConf(Deployment deployment) {
        return "# Every Sentinel of " + deployment.name()
                + " begins with this; start.sh adds its address and the primary.\n"
                + Deployer.lines(SentinelConf.ofContainer(deployment, "primary"));
    }

    static String createCluster(Facts facts, String primaries, String copies) {
        return facts.fill(
                "create-cluster.sh",
                Map.of(
                        "cli",
                        facts.cli("$SECRETS"),
                        "nodes-count",
                        Integer.toString(facts.layout().servers().size()),
                        "primaries",
                        primaries,
                        "copies",
                        copies));
    }

    private Map<String, String> compose() {
        List<Node> sentinels = facts.layout().sentinels();
        Stream<String> services = Stream.concat(
                servers.stream().map(this::server), sentinels.stream().map(this::sentinel));
        if (deployment.isCluster()) {
            services = Stream.concat(services, Stream.of(creator()));
        }
        String volumes = Stream.concat(servers.stream(), sentinels.stream())
                .map(node -> node.name() + "-data:")
                .collect(Collectors.joining("\n"));
        String secrets = facts.secretFiles().stream()
                .map(file -> file + ":\n  file: ./secrets/" + file)
                .collect(Collectors.joining("\n"));
        return Map.of(
                "services",
                services.map(String::strip).collect(Collectors.joining("\n\n")),
                "volumes",
                volumes,
                "secrets",
                secrets,
                "created-text",
                deployment.isCluster() ? " and makes the cluster" : "");
    }

    private String server(Node node) {
        String address = address(node);
        boolean alone = facts.is("standalone");
        String primary = deployment.isCluster() ? "\"\"" : address(servers.get(0));
        return facts.fill(
                "compose-server.yaml",
                Map.of(
                        "service",
                        node.name(),
                        "address",
                        address,
                        "primary",
                        primary,
                        "sentinel-places",
                        sentinelPlaces(),
                        "published",
                        alone ? "ports:\n  - \"127.0.0.1:" + deployment.port() + ":" + deployment.port() + "\"" : "",
                        "health",
                        deployment.isCluster() ? "live" : "ready"));
    }

    private String sentinel(Node node) {
        return facts.fill(
                "compose-sentinel.yaml",
                Map.of(
                        "service", node.name(),
                        "address", sentinelAddress(node),
                        "primary", address(servers.get(0)),
                        "sentinel-places", sentinelPlaces()));
    }

    private String creator() {
        String dependencies = servers.stream()
                .map(node -> node.name() + ":\n  condition: service_healthy")
                .collect(Collectors.joining("\n"));
        return facts.fill("compose-init.yaml", Map.of("address", SUBNET + CREATOR, "dependencies", dependencies));
    }

    private String sentinelPlaces() {
        return deployment.isWatched()
                ? facts.layout().sentinels().stream()
                        .map(Containers::sentinelAddress)
                        .collect(Collectors.joining(" ", "SENTINELS: ", ""))
                : "";
    }

    private String copies() {
        return servers.stream()
                .flatMap(node -> node.primary().stream().map(primary -> place(node) + "=" + place(primary)))
                .collect(Collectors.joining(" "));
    }

    private String place(Node node) {
        return address(node) + ":" + deployment.port();
    }

    private String address(Node node) {
        return SUBNET + (FIRST_SERVER + servers.indexOf(node));
    }

    private static String sentinelAddress(Node node) {
        return SUBNET + (FIRST_SENTINEL + node.number() - 1);
    }
}
