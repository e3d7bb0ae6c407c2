package dev.keywright.testing;

import dev.keywright.server.Cluster;
import dev.keywright.server.Independent;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** What a test asks for; servers of equal kind can stand in for each other. */
record Kind(Topology topology, boolean fresh, List<String> directives, int masters, int replicas) {

    /** One kind for each topology that the annotation names. */
    static List<Kind> of(WithRedis wanted) {
        if (wanted.value().length == 0) {
            throw new ExtensionConfigurationException(
                    "@WithRedis names no topology. Name one, or leave the value out.");
        }
        return List.of(wanted.value()).stream()
                .map(topology -> new Kind(
                        topology,
                        wanted.fresh(),
                        List.of(wanted.directives()),
                        wanted.masters(),
                        replicas(topology, wanted.replicas())))
                .toList();
    }

    Redis start() {
        return switch (topology) {
            case STANDALONE -> Standalone.start(options());
            case REPLICA -> Replication.start(replicas, options());
            case SENTINEL -> Sentinel.start(replicas, options());
            case CLUSTER -> Cluster.start(masters, replicas, options());
            case INDEPENDENT -> Independent.start(masters, options());
        };
    }

    private static int replicas(Topology topology, int wanted) {
        if (wanted >= 0) {
            return wanted;
        }
        return switch (topology) {
            case STANDALONE, CLUSTER, INDEPENDENT -> 0;
            case REPLICA -> 1;
            case SENTINEL -> 2;
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
