package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.deploy.Deployment;
import dev.keywright.ops.persistence.Persistence;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the folder of a design says of the topology to run it on. */
record DesignFolder(
        Optional<Topology> topology,
        Optional<Integer> shards,
        Optional<Integer> replicas,
        Optional<Integer> sentinels,
        Map<String, String> directives) {

    static final DesignFolder EMPTY =
            new DesignFolder(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    /** The part of {@code design.json} that matters here. */
    private record Design(Understood understood, Server server) {}

    private record Understood(Map<String, Double> quantities) {}

    private record Server(Optional<String> topology, List<Line> config) {}

    private record Line(String directive, String value) {}

    /**
     * Where a deployment lies in it, or below it in {@code deploy}, it says more than the design it was written from.
     *
     * @throws UserError when there is neither in it
     */
    static DesignFolder read(Path folder) {
        for (Path place : List.of(folder, folder.resolve("deploy"))) {
            if (Files.isRegularFile(place.resolve(Deployment.FILE))) {
                return of(Deployment.read(place));
            }
        }
        Path file = folder.resolve("design.json");
        if (!Files.isRegularFile(file)) {
            throw new UserError(folder + " holds no deployment.json and no design.json; give a folder that keywright "
                    + "\"<task>\" or keywright deploy wrote, or --topology.");
        }
        return of(file);
    }

    private static DesignFolder of(Deployment deployment) {
        Persistence persistence = deployment.persistence();
        Map<String, String> directives = new LinkedHashMap<>();
        deployment.settings().stream()
                .filter(setting -> !ServerOptions.isOurs(setting.directive()))
                .forEach(setting -> directives.put(setting.directive(), setting.value()));
        directives.put("maxmemory", Long.toString(deployment.maxmemoryBytes()));
        directives.put("maxmemory-policy", deployment.eviction());
        directives.put("appendonly", persistence.appendonly());
        directives.put("appendfsync", persistence.fsync());
        directives.put("save", "\"" + persistence.savePoints() + "\"");
        if (deployment.replicas() >= 2) {
            directives.put("min-replicas-to-write", "1");
            directives.put("min-replicas-max-lag", "10");
        }
        String silence = Integer.toString(deployment.silenceSeconds() * 1000);
        switch (deployment.topology()) {
            case STANDALONE, REPLICA -> {}
            case SENTINEL -> directives.put("down-after-milliseconds", silence);
            case CLUSTER -> {
                directives.put("cluster-node-timeout", silence);
                directives.put("cluster-require-full-coverage", "no");
            }
        }
        return new DesignFolder(
                Optional.of(Topology.valueOf(deployment.topology().name())),
                Optional.of(deployment.shards()),
                Optional.of(deployment.replicas()),
                Optional.of(deployment.sentinels()),
                directives);
    }

    private static DesignFolder of(Path file) {
        Design design = Document.read(file, Design.class);
        Map<String, Double> quantities = design.understood().quantities();
        Map<String, String> directives = new LinkedHashMap<>();
        design.server().config().stream()
                .filter(line -> !ServerOptions.isOurs(line.directive()))
                .forEach(line -> directives.put(line.directive(), line.value()));
        return new DesignFolder(
                design.server().topology().map(name -> Topology.valueOf(name.toUpperCase(Locale.ROOT))),
                count(quantities, "shards"),
                count(quantities, "replicas"),
                count(quantities, "sentinels"),
                directives);
    }

    private static Optional<Integer> count(Map<String, Double> quantities, String name) {
        return Optional.ofNullable(quantities.get(name)).map(Double::intValue);
    }
}
