package dev.keywright.app.operation;

import dev.keywright.ops.Document;
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

    /** @throws UserError when there is no design in it */
    static DesignFolder read(Path folder) {
        Path file = folder.resolve("design.json");
        if (!Files.isRegularFile(file)) {
            throw new UserError(folder + " holds no design.json; give a folder that keywright \"<task>\" or keywright "
                    + "deploy wrote, or --topology.");
        }
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
