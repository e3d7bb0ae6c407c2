package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Certificates are checked at every node that a connection finds by itself: masters, replicas, Sentinels. */
class TlsTopologiesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ServerOptions TLS = ServerOptions.DEFAULTS.withTls();

    @Test
    void sentinelsMasterAndReplicas() {
        try (Sentinel redis = Sentinel.start(1, TLS)) {
            worksOnlyWithTheAuthority(redis);
            try (Connection connection = Connection.open(redis.uri().replace("?", "?readFrom=replica&"))) {
                List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
                try (Subscription watching = connection.events(events::add)) {
                    redis.failover();
                    Standalone master = redis.primary();
                    Awaitility.await()
                            .atMost(PATIENCE)
                            .until(() -> events.stream()
                                    .anyMatch(event -> event instanceof ConnectionEvent.MasterChanged changed
                                            && changed.to().port() == master.port()));
                    write(connection);
                    assertThat(connection.staleness()).hasSize(1);
                }
            }
        }
    }

    @Test
    void nodesOfACluster() {
        try (Cluster redis = Cluster.start(3, 0, TLS)) {
            worksOnlyWithTheAuthority(redis);
        }
    }

    private static void worksOnlyWithTheAuthority(Redis redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            write(connection);
            Topology.Node node = connection.topology().masters().get(0);
            try (Connection alone = connection.node(node.host(), node.port())) {
                assertThat(alone.call(Command.named("PING").build(), PATIENCE).text())
                        .isEqualTo("PONG");
            }
        }
        String stranger = redis.uri().replaceFirst("\\?ca=[^#&]*", "");
        assertThatThrownBy(() -> Connection.open(stranger))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("certificate that is not trusted");
    }

    private static void write(Connection connection) {
        for (int i = 0; i < 20; i++) {
            Command set = Command.named("SET").key("k" + i).argument(i).buildRepeatable();
            assertThat(connection.call(set, PATIENCE).text()).isEqualTo("OK");
        }
    }
}
