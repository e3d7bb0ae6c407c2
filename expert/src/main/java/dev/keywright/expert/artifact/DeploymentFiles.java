package dev.keywright.expert.artifact;

import dev.keywright.expert.artifact.Answer.StepLine;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.Directive;
import dev.keywright.expert.design.ServerDesign;
import dev.keywright.expert.workload.Silence;
import dev.keywright.expert.workload.Workload;
import dev.keywright.ops.deploy.Deployer;
import dev.keywright.ops.deploy.Deployment;
import dev.keywright.ops.deploy.Deployment.Topology;
import dev.keywright.ops.deploy.Product;
import dev.keywright.ops.deploy.Setting;
import dev.keywright.ops.persistence.Persistence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What runs the servers of a design on hosts, in containers and in Kubernetes. */
final class DeploymentFiles {

    /** Where they lie beside the files of an application. */
    static final String FOLDER = "deploy/";

    private static final long USUAL_BYTES = 1L << 30;
    private static final long LEAST_BYTES = 32L << 20;
    private static final int MOST_REPLICAS = 5;
    private static final int MOST_SHARDS = 30;
    private static final Product REDIS = Product.of("redis-8.0");

    private static final Pattern KUBERNETES =
            Pattern.compile("(?i)\\b(kubernetes|k8s|statefulsets?|helm|openshift|kubectl|pods?)\\b");
    private static final Pattern CONTAINERS = Pattern.compile("(?i)\\b(docker|compose|podman|containers?)\\b");

    /** Directives that follow from the deployment's own fields. */
    private static final Set<String> FIELDS = Set.of(
            "maxmemory",
            "maxmemory-policy",
            "appendonly",
            "appendfsync",
            "save",
            "cluster-enabled",
            "cluster-node-timeout",
            "cluster-require-full-coverage");

    private final Workload workload;
    private final ServerDesign server;

    private DeploymentFiles(Workload workload, ServerDesign server) {
        this.workload = workload;
        this.server = server;
    }

    /** The files below a folder; none where the task decides no topology. */
    static List<Artifact> write(Design design, String folder) {
        return design
                .server()
                .filter(server -> !server.topology().isEmpty())
                .map(server -> new DeploymentFiles(design.workload(), server).deployment())
                .map(Deployer::files)
                .orElse(List.of())
                .stream()
                .map(file -> new Artifact(folder + file.path(), file.text()))
                .toList();
    }

    /**
     * How the set-up of a topology starts from its files; before the steps by hand where containers or Kubernetes are asked for,
     * else behind them.
     */
    static List<StepLine> around(Design design, List<StepLine> byHand) {
        if (!design.isSetUp()) {
            return byHand;
        }
        String text = design.workload().task().text();
        Optional<String> start = KUBERNETES.matcher(text).find()
                ? Optional.of("sh secrets.sh && kubectl apply -f secrets/kubernetes-secret.yaml -f kubernetes/")
                : CONTAINERS.matcher(text).find()
                        ? Optional.of("sh secrets.sh && docker compose up --wait")
                        : Optional.empty();
        StepLine files = new StepLine(
                start.isPresent()
                        ? "Start it from the files written with this answer; what follows does the same by hand"
                        : "Or from the files written with this answer: OPERATE.md says which goes where",
                start,
                start.map(command -> "look: OPERATE.md has the users, the addresses and how to stop it"));
        return (start.isPresent()
                        ? Stream.concat(Stream.of(files), byHand.stream())
                        : Stream.concat(byHand.stream(), Stream.of(files)))
                .toList();
    }

    private Deployment deployment() {
        Topology topology = Topology.valueOf(server.topology().toUpperCase(Locale.ROOT));
        Deployment.Draft draft = Deployment.of(topology)
                .name(name())
                .maxmemoryBytes(maxmemoryBytes())
                .eviction(eviction())
                .persistence(persistence())
                .product(product())
                .silenceSeconds(Silence.seconds(workload.quantity("failover_seconds")))
                .settings(settings());
        switch (topology) {
            case STANDALONE -> {}
            case REPLICA -> draft.replicas(copies(1));
            case SENTINEL -> draft.replicas(copies(2)).sentinels(sentinels());
            case CLUSTER -> shape(draft);
        }
        return draft.build();
    }

    /** Nodes are shared evenly: six are three primaries with a replica each. */
    private void shape(Deployment.Draft draft) {
        Optional<Integer> nodes = count("nodes");
        Optional<Integer> said = count("shards");
        int replicas = said.isPresent() && nodes.isPresent()
                ? Math.max(0, nodes.get() / Math.max(1, said.get()) - 1)
                : count("replicas").orElse(1);
        int shards = said.orElse(nodes.map(all -> all / (1 + replicas)).orElse(3));
        int whole = Math.max(3, Math.min(MOST_SHARDS, shards));
        int each = nodes.isPresent() && whole * (1 + replicas) > nodes.get() ? nodes.get() / whole - 1 : replicas;
        draft.shards(whole).replicas(Math.max(0, Math.min(MOST_REPLICAS, each)));
    }

    /** Of the one primary. */
    private int copies(int usual) {
        int copies = count("replicas").orElse(count("nodes").map(all -> all - 1).orElse(usual));
        return Math.max(1, Math.min(MOST_REPLICAS, copies));
    }

    /** Three or more, and odd: a majority is left when one dies. */
    private int sentinels() {
        int sentinels = Math.max(3, Math.min(7, count("sentinels").orElse(3)));
        return sentinels % 2 == 1 ? sentinels : sentinels + 1;
    }

    private String name() {
        String name = workload.mainNeed().map(need -> need.pattern()).orElse("redis-" + server.topology());
        return name.length() <= 30 ? name : name.substring(0, 30).replaceAll("-+$", "");
    }

    /** A machine's memory leaves a quarter to copies while saving, buffers and the system. */
    private long maxmemoryBytes() {
        if (server.maxmemoryBytes() > 0) {
            return Math.max(LEAST_BYTES, server.maxmemoryBytes());
        }
        return workload.quantity("memory_bytes")
                .map(bytes -> Math.max(LEAST_BYTES, Math.round(bytes * 0.75)))
                .orElse(USUAL_BYTES);
    }

    private String eviction() {
        if (!server.eviction().isEmpty()) {
            return server.eviction();
        }
        return workload.has("cached") ? "allkeys-lfu" : "noeviction";
    }

    private Persistence persistence() {
        if (!server.persistence().isEmpty()) {
            return Persistence.of(server.persistence());
        }
        return workload.hasAny("cached", "no-disk") ? Persistence.NONE : Persistence.AOF_EVERYSEC;
    }

    private Product product() {
        boolean valkey = workload.task().text().toLowerCase(Locale.ROOT).contains("valkey");
        return valkey ? Product.DEFAULT : REDIS;
    }

    private List<Setting> settings() {
        return server.config().stream()
                .filter(line -> !FIELDS.contains(line.directive()))
                .map(DeploymentFiles::setting)
                .toList();
    }

    private static Setting setting(Directive line) {
        return new Setting(line.directive(), line.value(), ServerFiles.oneLine(line.why()));
    }

    private Optional<Integer> count(String name) {
        return workload.quantity(name).map(value -> (int) Math.min(1000, Math.max(0, Math.round(value))));
    }
}
