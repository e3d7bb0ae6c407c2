package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Manifests for Kubernetes. The Secret is made by {@code secrets.sh}. */
final class Kubernetes {

    private final Facts facts;
    private final Deployment deployment;
    private final Map<String, String> values = new HashMap<>();

    private Kubernetes(Facts facts) {
        this.facts = facts;
        this.deployment = facts.deployment();
        labels();
        configuration();
        client();
    }

    static List<TextFile> files(Facts facts) {
        return new Kubernetes(facts).files();
    }

    private List<TextFile> files() {
        List<TextFile> files = new ArrayList<>();
        files.add(file("config.yaml", "k8s-config.yaml"));
        files.add(file("services.yaml", "k8s-services.yaml"));
        files.add(file("servers.yaml", "k8s-servers.yaml"));
        files.add(budget("disruption-budget.yaml", deployment.name(), "server"));
        if (deployment.isWatched()) {
            files.add(file("sentinels.yaml", "k8s-sentinels.yaml"));
            files.add(budget("sentinels-disruption-budget.yaml", deployment.name() + "-sentinel", "sentinel"));
        }
        if (deployment.isCluster()) {
            files.add(file("create-cluster.yaml", "k8s-create-cluster.yaml"));
        }
        files.add(file("optional/network-policy.yaml", "k8s-network.yaml"));
        return files;
    }

    private TextFile file(String path, String template) {
        return new TextFile("kubernetes/" + path, facts.fill(template, values));
    }

    private TextFile budget(String path, String name, String component) {
        Map<String, String> all = new HashMap<>(values);
        all.put("budget", name);
        all.put("budget-labels", labels(component));
        return new TextFile("kubernetes/" + path, facts.fill("k8s-disruption.yaml", all));
    }

    private void labels() {
        values.put("labels", "app.kubernetes.io/name: redis\napp.kubernetes.io/instance: " + deployment.name());
        values.put("server-labels", labels("server"));
        values.put("sentinel-labels", labels("sentinel"));
        values.put("job-labels", labels("create-cluster"));
    }

    private String labels(String component) {
        return values.get("labels") + "\napp.kubernetes.io/component: " + component;
    }

    private void configuration() {
        values.put("redis-conf", Containers.serverConf(deployment));
        values.put("start", facts.fill("start.sh"));
        values.put("health", facts.fill("health.sh"));
        values.put("ready-text", deployment.isCluster() ? " and sees the whole cluster" : "");
        values.put("peers", String.join(" ", pods("servers", deployment.servers())));
        values.put(
                "sentinel-peers",
                IntStream.range(0, deployment.sentinels())
                        .mapToObj(i -> deployment.name() + "-sentinel-" + i + "." + deployment.name()
                                + "-sentinels.$(NAMESPACE).svc")
                        .collect(Collectors.joining(" ")));
        if (deployment.isWatched()) {
            values.put("sentinel-conf", Containers.sentinelConf(deployment));
        }
        if (deployment.isCluster()) {
            values.put("create", Containers.createCluster(facts, primaries(), copies()));
        }
    }

    /** A cluster tells every client all; Sentinels tell who the primary is; else the first server is the primary. */
    private void client() {
        boolean watched = deployment.isWatched();
        values.put("client-port-name", watched ? "sentinel" : "redis");
        values.put("client-port", facts.value(watched ? "sentinel-port" : "port"));
        values.put(
                "client-text",
                switch (deployment.topology()) {
                    case STANDALONE -> "";
                    case REPLICA -> ": at the primary; after a failover by hand, name another pod here";
                    case SENTINEL -> ": they ask the Sentinels for the primary";
                    case CLUSTER -> ": any server tells them all others";
                });
        values.put(
                "client-labels",
                switch (deployment.topology()) {
                    case STANDALONE, CLUSTER -> labels("server");
                    case REPLICA -> "statefulset.kubernetes.io/pod-name: " + deployment.name() + "-0";
                    case SENTINEL -> labels("sentinel");
                });
    }

    private List<String> pods(String service, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> deployment.name() + "-" + i + "." + deployment.name() + "-" + service)
                .toList();
    }

    private String primaries() {
        return facts.layout().primaries().stream().map(this::place).collect(Collectors.joining(" "));
    }

    private String copies() {
        return facts.layout().replicas().stream()
                .flatMap(node -> node.primary().stream().map(primary -> place(node) + "=" + place(primary)))
                .collect(Collectors.joining(" "));
    }

    private String place(Node node) {
        return deployment.name() + "-" + facts.layout().servers().indexOf(node) + "." + deployment.name() + "-servers:"
                + deployment.port();
    }
}
