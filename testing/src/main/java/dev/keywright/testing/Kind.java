package dev.keywright.testing;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** What a test asks for; servers of equal kind can stand in for each other. */
record Kind(Topology topology, boolean fresh, List<String> directives, int masters) {

    /** One kind for each topology that the annotation names. */
    static List<Kind> of(WithRedis wanted) {
        if (wanted.value().length == 0) {
            throw new ExtensionConfigurationException(
                    "@WithRedis names no topology. Name one, or leave the value out.");
        }
        return List.of(wanted.value()).stream()
                .map(topology -> new Kind(topology, wanted.fresh(), List.of(wanted.directives()), wanted.masters()))
                .toList();
    }

    Redis start() {
        return switch (topology) {
            case STANDALONE -> Standalone.start(options());
            case CLUSTER -> Cluster.start(masters, options());
            case SENTINEL ->
                throw new ExtensionConfigurationException(
                        "Topology SENTINEL is not started by this version. Use STANDALONE or CLUSTER.");
        };
    }

    private ServerOptions options() {
        ServerOptions options = ServerOptions.DEFAULTS;
        for (String line : directives) {
            String[] words = line.strip().split("\\s+", 2);
            options = options.withDirective(words[0], words.length == 1 ? "" : words[1]);
        }
        return options;
    }
}
