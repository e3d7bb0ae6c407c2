package dev.keywright.ops.deploy;

import dev.keywright.ops.persistence.Persistence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Deployments of every kind, for tests that hold for all. */
final class Deployments {

    private static final List<String> HOSTS = List.of("10.0.0.1", "10.0.0.2", "redis-3.example");

    private Deployments() {}

    static Stream<Deployment> all() {
        List<Deployment> all = new ArrayList<>();
        for (Deployment.Topology topology : Deployment.Topology.values()) {
            for (Persistence persistence : List.of(Persistence.NONE, Persistence.AOF_ALWAYS, Persistence.RDB_AOF)) {
                Deployment.Draft draft = Deployment.of(topology).name("orders").persistence(persistence);
                all.add(draft.build());
                all.add(draft.hosts(HOSTS)
                        .tls(true)
                        .product(Product.of("redis-7.4"))
                        .build());
            }
        }
        return all.stream();
    }

    static String text(Deployment deployment, String path) {
        return Deployer.files(deployment).stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + path))
                .text();
    }
}
