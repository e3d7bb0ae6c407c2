package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three masters with a replica each: killed, frozen, resharded. */
class ClusterConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Cluster redis;

    @BeforeAll
    static void start() {
        redis = Cluster.start(3, 1);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static Command set(String key) {
        return Command.named("SET").key(key).argument("v").build();
    }

    /** A key of a slot that the node serves. */
    private static String keyOf(Standalone master) {
        for (int i = 0; ; i++) {
            if (redis.ownerOf(Cluster.slotOf("k" + i)) == master) {
                return "k" + i;
            }
        }
    }

    private static void awaitService(Connection connection, String key) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                .until(() ->
                        connection.call(set(key), Duration.ofMillis(500)).text().equals("OK"));
    }

    @Test
    void connectionsOfOnesOwnLogInAsTheUserOfTheUri() {
        redis.nodes().forEach(node -> node.command("ACL", "SETUSER", "ann", "on", ">pw", "~*", "&*", "+@all"));
        Standalone node = redis.masters().get(0);
        try (Connection connection = Connection.open("redis-cluster://ann:pw@127.0.0.1:" + node.port());
                Session anywhere = connection.dedicated();
                Session there = connection.dedicated("k1".getBytes(UTF_8))) {
            Command whoAmI = Command.named("ACL").argument("WHOAMI").build();
            assertThat(List.of(anywhere, there))
                    .allMatch(session -> session.call(whoAmI, PATIENCE).text().equals("ann"));
        } finally {
            redis.nodes().forEach(each -> each.command("ACL", "DELUSER", "ann"));
        }
    }

    @Test
    void aPlainUriThatLeadsToANodeBecomesAConnectionToTheCluster() {
        Standalone node = redis.masters().get(0);
        try (Connection connection = Connection.open(node.uri())) {
            redis.masters()
                    .forEach(master -> assertThat(connection
                                    .call(set(keyOf(master)), PATIENCE)
                                    .text())
                            .isEqualTo("OK"));
            assertThat(connection.toString()).startsWith("redis-cluster://");
            Topology topology = connection.topology();
            assertThat(topology.kind()).isEqualTo(Topology.Kind.CLUSTER);
            assertThat(topology.nodes())
                    .hasSize(6)
                    .allSatisfy(each -> assertThat(each.id()).isPresent());
            assertThat(topology.replicas())
                    .extracting(each -> each.master().orElseThrow())
                    .containsExactlyInAnyOrderElementsOf(topology.masters().stream()
                            .map(Topology.Node::endpoint)
                            .toList());
        }
    }

    @Test
    void exactlyOneNodeIsUsedWhereThatIsSaid() {
        Standalone node = redis.masters().get(0);
        String elsewhere = keyOf(redis.masters().get(1));
        try (Connection alone = Connection.open(node.uri() + "?topology=standalone");
                Connection cluster = Connection.open(redis.uri());
                Connection one = cluster.node("127.0.0.1", node.port())) {
            assertThat(alone.call(set(elsewhere)))
                    .isInstanceOfSatisfying(
                            Reply.Failure.class,
                            failure -> assertThat(failure.code()).isEqualTo("MOVED"));
            assertThat(one.call(set(elsewhere)))
                    .isInstanceOfSatisfying(
                            Reply.Failure.class,
                            failure -> assertThat(failure.code()).isEqualTo("MOVED"));
        }
    }

    @Test
    void aServerThatIsNoClusterIsSaidToBeNone() {
        try (Standalone single = Standalone.start()) {
            assertThatThrownBy(() -> Connection.open("redis-cluster://127.0.0.1:" + single.port()))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("is no Cluster");
        }
    }

    @Test
    void noCallFailsWhileSlotsMove() {
        try (Connection connection = Connection.open(redis.uri());
                Writers writers = new Writers(connection, "{moving}")) {
            writers.awaitMore(100);
            int slot = Cluster.slotOf("moving");
            Standalone home = redis.ownerOf(slot);
            for (Standalone master : redis.masters()) {
                redis.migrateSlot(slot, master);
                writers.awaitMore(50);
            }
            redis.migrateSlot(slot, home);
            writers.awaitMore(50);
            writers.close();
            assertThat(writers.failures).isEmpty();
            writers.assertNothingStrange();
            assertThat(writers.missingSince(0)).isEmpty();
            assertThat(connection.counters().redirects()).isPositive();
        }
    }

    @Test
    void aCallOverSeveralKeysWaitsUntilTheSlotHasMoved() {
        int slot = Cluster.slotOf("half");
        Standalone from = redis.ownerOf(slot);
        Standalone to = redis.masters().stream()
                .filter(each -> each != from)
                .findFirst()
                .orElseThrow();
        try (Connection connection = Connection.open(redis.uri())) {
            connection.call(set("{half}a"));
            from.command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", to.command("CLUSTER", "MYID"));
            to.command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", from.command("CLUSTER", "MYID"));
            Command both = Command.named("MGET").key("{half}a").key("{half}b").build();
            assertThatThrownBy(() -> connection.call(both, Duration.ofMillis(300)))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("TRYAGAIN");
            var waiting = connection.send(both, PATIENCE).toCompletableFuture();
            await().until(() -> connection.counters().waiting() > 0);
            redis.migrateSlot(slot, to);
            assertThat(waiting.join().items()).hasSize(2);
            redis.migrateSlot(slot, from);
        }
    }

    @Test
    void followsTheReplicaOfAKilledMasterWhileThreadsWrite() {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        Standalone killed = redis.masters().get(0);
        int heir = redis.replicasOf(killed).get(0).port();
        String key = keyOf(killed);
        try (Connection connection = Connection.open(redis.uri());
                Subscription watching = connection.events(events::add);
                Writers writers = new Writers(connection, "killed:")) {
            writers.awaitMore(200);
            killed.kill();
            awaitService(connection, key);
            long moved = System.nanoTime();
            writers.awaitMore(200);
            writers.close();
            assertThat(writers.missingSince(moved)).isEmpty();
            writers.assertNothingStrange();
            assertThat(writers.failures).hasSizeLessThan(400);
            await().atMost(PATIENCE)
                    .until(() -> events.contains(new ConnectionEvent.MasterChanged(
                            new Endpoint("127.0.0.1", killed.port()), new Endpoint("127.0.0.1", heir))));
            assertThat(events).anyMatch(ConnectionEvent.TopologyChanged.class::isInstance);
            assertThat(connection.health().lastFailure()).isPresent();
        } finally {
            killed.restart();
            redis.awaitAgreement();
        }
    }

    @Test
    void followsTheReplicaOfAMasterThatFallsSilent() {
        Standalone silent = redis.masters().get(0);
        String key = keyOf(silent);
        try (Connection connection = Connection.open(redis.uri())) {
            connection.call(set(key));
            silent.freeze();
            awaitService(connection, key);
        } finally {
            silent.thaw();
            redis.awaitAgreement();
        }
    }

    @Test
    void readsGoToReplicasOnRequestAndEverythingElseToMasters() {
        for (Standalone node : redis.nodes()) {
            node.command("CONFIG", "RESETSTAT");
        }
        List<Command> reads = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            reads.add(Command.named("GET").key("r" + i).buildReadOnly());
        }
        try (Connection connection = Connection.open(redis.uri() + "?readFrom=replica")) {
            connection.batch(reads, PATIENCE);
            reads.forEach(read -> connection.call(read, PATIENCE));
            Set<Integer> readers = redis.nodes().stream()
                    .filter(node -> node.command("INFO", "commandstats").contains("cmdstat_get:"))
                    .map(Standalone::port)
                    .collect(Collectors.toSet());
            assertThat(readers)
                    .isEqualTo(redis.masters().stream()
                            .flatMap(master -> redis.replicasOf(master).stream())
                            .map(Standalone::port)
                            .collect(Collectors.toSet()));
            for (int i = 0; i < 60; i++) {
                assertThat(connection.call(set("r" + i), PATIENCE).text()).isEqualTo("OK");
            }
            assertThat(connection.staleness())
                    .hasSize(3)
                    .allSatisfy(lag -> assertThat(lag.online()).isTrue());
        }
    }

    @Test
    void oneConnectionPerMasterServesAllCalls() {
        String name = "counted";
        try (Connection connection = Connection.open(redis.uri() + "?clientName=" + name)) {
            for (int i = 0; i < 100; i++) {
                connection.call(set("c" + i));
            }
            await().untilAsserted(() -> assertThat(redis.masters().stream()
                            .flatMap(master -> master.command("CLIENT", "LIST").lines())
                            .filter(line -> line.contains("name=" + name)))
                    .as("one for each master, and one for calls without a key")
                    .hasSize(4));
            assertThat(connection.health().connected())
                    .extracting(Endpoint::port)
                    .containsAll(redis.masters().stream().map(Standalone::port).toList());
        }
    }
}
