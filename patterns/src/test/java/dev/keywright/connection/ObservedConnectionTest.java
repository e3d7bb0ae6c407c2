package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a connection tells about itself and its nodes, and whom it trusts. */
@WithRedis
class ObservedConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Command PING = Command.named("PING").build();
    private static final Command SET =
            Command.named("SET").key("k").argument("v").build();
    private static final Command GET = Command.named("GET").key("k").buildReadOnly();

    @Test
    void eventsComeInOrderAndEndWithTheSubscription(Standalone redis) {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            Endpoint node = new Endpoint("127.0.0.1", proxy.port());
            Subscription watching = connection.events(events::add);
            for (int i = 1; i <= 5; i++) {
                proxy.cut();
                int told = 2 * i;
                await().until(() -> events.size() == told);
            }
            List<Object> kinds = new ArrayList<>();
            events.forEach(event -> kinds.add(event.getClass().getSimpleName()));
            assertThat(kinds)
                    .containsExactly(
                            "Disconnected",
                            "Connected",
                            "Disconnected",
                            "Connected",
                            "Disconnected",
                            "Connected",
                            "Disconnected",
                            "Connected",
                            "Disconnected",
                            "Connected");
            assertThat(events).contains(new ConnectionEvent.Connected(node));
            assertThat(connection.counters().reconnects()).isEqualTo(5);
            watching.close();
            proxy.cut();
            await().until(() -> connection.counters().reconnects() == 6);
            assertThat(events).hasSize(10);
        }
    }

    @Test
    void healthNamesTheNodesAndTheLastFailure(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            Endpoint node = new Endpoint("127.0.0.1", proxy.port());
            assertThat(connection.health().connected()).containsExactly(node);
            assertThat(connection.health().lastFailure()).isEmpty();
            proxy.refuse(true);
            proxy.cut();
            await().until(() -> connection.health().connected().isEmpty());
            assertThat(connection.health().lastFailure().orElseThrow().what())
                    .startsWith("The connection to " + node + " broke");
            proxy.refuse(false);
            await().until(() -> connection.health().connected().contains(node));
        }
    }

    @Test
    void countsCallsByHowTheyEnd(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            long before = connection.counters().calls();
            connection.call(SET);
            connection.send(GET).toCompletableFuture().join();
            connection.batch(List.of(SET, GET, Command.named("NOSUCH").build()), PATIENCE);
            proxy.cutAfterNextRequest("SET");
            assertThatThrownBy(() -> connection.call(SET, PATIENCE)).isInstanceOf(KeywrightException.class);
            connection.call(PING, PATIENCE);
            proxy.dropReplies(true);
            assertThatThrownBy(() -> connection.call(SET, Duration.ofMillis(50)))
                    .isInstanceOf(KeywrightException.class);
            proxy.dropReplies(false);
            proxy.refuse(true);
            proxy.cut();
            await().until(() -> connection.health().connected().isEmpty());
            assertThatThrownBy(() -> connection.call(SET, Duration.ofMillis(50)))
                    .isInstanceOf(KeywrightException.class);
            Counters counters = connection.counters();
            assertThat(counters.calls() - before).isEqualTo(9);
            assertThat(counters.outcomeUnknown()).isEqualTo(2);
            assertThat(counters.timeouts()).isEqualTo(1);
            assertThat(counters.notExecuted()).isEqualTo(1);
            assertThat(counters.answered()).isEqualTo(counters.calls() - 3);
            assertThat(counters.sentAgain()).isPositive();
            assertThat(counters.inFlight()).isZero();
            assertThat(counters.waiting()).isZero();
        }
    }

    @Test
    void aReplicaIsKnownAsOneAndItsRefusalNamesThePrimary() {
        try (Replication group = Replication.start(1);
                Connection replica = Connection.open(group.replicas().get(0).uri())) {
            int primary = group.primary().port();
            assertThat(replica.topology().kind()).isEqualTo(Topology.Kind.REPLICA);
            assertThat(replica.topology().nodes().get(0).master()).contains(new Endpoint("127.0.0.1", primary));
            assertThat(replica.call(GET).isNothing()).isTrue();
            assertThatThrownBy(() -> replica.call(SET).orThrow("a test"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("the primary is 127.0.0.1:" + primary);
            assertThat(replica.staleness())
                    .singleElement()
                    .satisfies(lag -> assertThat(lag.master().port()).isEqualTo(primary));
        }
    }

    @Test
    void theReplicasOfAPrimaryWithoutSentinelsReadToo() {
        Command port = Command.named("CONFIG").argument("GET").argument("port").buildReadOnly();
        try (Replication group = Replication.start(1);
                Connection connection = Connection.open(group.uri() + "?readFrom=any")) {
            assertThat(connection.topology().nodes()).hasSize(2);
            assertThat(List.of(
                            connection.call(port).items().get(1).text(),
                            connection.call(port).items().get(1).text()))
                    .containsExactlyInAnyOrder(
                            "" + group.primary().port(),
                            "" + group.replicas().get(0).port());
            assertThat(connection.call(SET).text()).isEqualTo("OK");
        }
    }

    @Test
    void aWrongPasswordIsSaidAndNotShown() {
        ServerOptions secret = ServerOptions.DEFAULTS.withDirective("requirepass", "right");
        try (Sentinel group = Sentinel.start(0, 1, secret)) {
            Standalone sentinel = group.sentinels().get(0);
            int master = group.primary().port();
            try (Connection connection = Connection.open(group.uri())) {
                assertThat(connection.call(PING).text()).isEqualTo("PONG");
            }
            assertThatThrownBy(() -> Connection.open(group.uri().replace(":right@", ":s3cret@")))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("127.0.0.1:" + master + " refused the user or password")
                    .hasMessageNotContaining("s3cret");
            sentinel.command("ACL", "SETUSER", "default", "resetpass", ">guard");
            assertThatThrownBy(() -> Connection.open(group.uri()))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("Sentinel 127.0.0.1:" + sentinel.port() + " refused the user or password");
            assertThatThrownBy(() -> Connection.open(group.uri().replace("#", "?sentinelPassword=s3cret#")))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageNotContaining("s3cret");
            try (Connection connection = Connection.open(group.uri().replace("#", "?sentinelPassword=guard#"))) {
                assertThat(connection.call(PING).text()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void tlsTrustsTheAuthorityThatTheUriNames() {
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS.withTls())) {
            try (Connection connection = Connection.open(redis.uri())) {
                assertThat(connection.call(SET).text()).isEqualTo("OK");
                try (Session own = connection.dedicated()) {
                    assertThat(own.call(PING, PATIENCE).text()).isEqualTo("PONG");
                }
            }
            String bare = redis.uri().replaceAll("\\?.*", "");
            assertThatThrownBy(() -> Connection.open(bare))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("not trusted")
                    .hasMessageContaining("?ca=FILE");
            try (Connection unchecked = Connection.open(bare + "?verify=none")) {
                assertThat(unchecked.call(PING).text()).isEqualTo("PONG");
            }
        }
    }
}
