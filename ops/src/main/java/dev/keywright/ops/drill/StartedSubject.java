package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import dev.keywright.server.Cluster;
import dev.keywright.server.Network;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.util.Optional;

/** Servers that this process started. */
record StartedSubject(Redis redis) implements Subject {

    @Override
    public String uri() {
        return redis.uri();
    }

    @Override
    public String words() {
        return "servers started for the drill, on loopback";
    }

    @Override
    public void check(Fault fault, Endpoint primary, Panel panel) {
        if (fault == Fault.PARTITION && network().isEmpty()) {
            throw new DrillRefused("A single server cannot be parted from others. Choose --fault kill or freeze.");
        }
    }

    @Override
    public void strike(Fault fault, Endpoint primary, Panel panel) {
        switch (fault) {
            case KILL -> node(primary).kill();
            case FREEZE -> node(primary).freeze();
            case PARTITION -> network().orElseThrow().isolate(node(primary), false);
            case FAILOVER -> throw new IllegalStateException(fault + " is not done here");
        }
    }

    @Override
    public void mend(Fault fault, Endpoint primary) {
        switch (fault) {
            case KILL -> node(primary).restart();
            case FREEZE -> node(primary).thaw();
            case PARTITION -> network().orElseThrow().heal();
            case FAILOVER -> {}
        }
    }

    private Optional<Network> network() {
        if (redis instanceof Cluster cluster) {
            return Optional.of(cluster.network());
        }
        if (redis instanceof Sentinel sentinel) {
            return Optional.of(sentinel.network());
        }
        return redis instanceof Replication replication ? Optional.of(replication.network()) : Optional.empty();
    }

    private Standalone node(Endpoint endpoint) {
        return redis.nodes().stream()
                .filter(node -> node.port() == endpoint.port())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no server of ours at " + endpoint));
    }
}
