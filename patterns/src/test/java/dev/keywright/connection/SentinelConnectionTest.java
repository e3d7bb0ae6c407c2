package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A master that Sentinels watch: killed, replaced, demoted. */
class SentinelConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Command PING = Command.named("PING").build();
    /** Tells which node answers. */
    private static final Command PORT =
            Command.named("CONFIG").argument("GET").argument("port").build();

    private static Sentinel redis;

    @BeforeAll
    static void start() {
        redis = Sentinel.start(2);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void findsTheMasterAndItsReplicasThroughAnySentinelThatAnswers() {
        Standalone silent = redis.sentinels().get(0);
        silent.kill();
        try (Connection connection = Connection.open(redis.uri())) {
            assertThat(connection.call(PING, PATIENCE).text()).isEqualTo("PONG");
            Topology topology = connection.topology();
            assertThat(topology.kind()).isEqualTo(Topology.Kind.SENTINEL);
            assertThat(topology.masters())
                    .extracting(Topology.Node::port)
                    .containsExactly(redis.primary().port());
            assertThat(topology.replicas())
                    .extracting(Topology.Node::port)
                    .containsExactlyInAnyOrderElementsOf(
                            redis.replicas().stream().map(Standalone::port).toList());
        } finally {
            silent.restart();
            redis.awaitAgreement();
        }
    }

    @Test
    void followsAFailoverWhileThreadsWriteAndLeavesTheDemotedMasterThatLives() {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Sentinel group = Sentinel.start(1);
                Connection connection = Connection.open(group.uri());
                Subscription watching = connection.events(events::add);
                Subscription news = connection.listen("news", message -> heard.add(new String(message, UTF_8)));
                Writers writers = new Writers(connection, "demoted:")) {
            Endpoint before = connection.topology().masters().get(0).endpoint();
            Endpoint after = connection.topology().replicas().get(0).endpoint();
            writers.awaitMore(200);
            group.sentinels().get(1).command("SENTINEL", "FAILOVER", Sentinel.MASTER_NAME);
            await().atMost(PATIENCE)
                    .until(() -> events.contains(new ConnectionEvent.MasterChanged(before, after))
                            && port(connection, PORT) == after.port());
            long moved = System.nanoTime();
            writers.awaitMore(200);
            writers.close();
            assertThat(writers.missingSince(moved)).isEmpty();
            writers.assertNothingStrange();
            assertThat(connection.topology().masters())
                    .extracting(Topology.Node::endpoint)
                    .containsExactly(after);
            try (Session own = connection.dedicated()) {
                assertThat(own.call(RoleReply.COMMAND, PATIENCE).items().get(0).text())
                        .isEqualTo("master");
            }
            await().atMost(PATIENCE).until(() -> {
                group.command("PUBLISH", "news", "x");
                return heard.contains("x");
            });
            assertThat(connection.counters().inFlight()).isZero();
        }
    }

    @Test
    void followsAKilledMasterWhileThreadsWrite() {
        try (Sentinel group = Sentinel.start(1);
                Connection connection = Connection.open(group.uri());
                Writers writers = new Writers(connection, "killed:")) {
            writers.awaitMore(200);
            Standalone killed = group.primary();
            killed.kill();
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                    .until(() -> port(connection, PORT) != killed.port());
            long moved = System.nanoTime();
            writers.awaitMore(200);
            writers.close();
            assertThat(writers.missingSince(moved)).isEmpty();
            writers.assertNothingStrange();
            assertThat(writers.failures)
                    .as("four threads, some seconds, a second each")
                    .hasSizeBetween(4, 400)
                    .allSatisfy(failure -> assertThat(failure).isInstanceOf(KeywrightException.Unavailable.class));
            Counters counters = connection.counters();
            assertThat(counters.notExecuted() + counters.outcomeUnknown()).isEqualTo(writers.failures.size());
            assertThat(counters.reconnects()).isPositive();
        }
    }

    @Test
    void aMasterThatIsReadOnlyExecutesNothingAndIsAskedAgainUntilTheDeadline() {
        try (Connection connection = Connection.open(redis.uri())) {
            Standalone master = redis.primary();
            redis.sentinels().forEach(Standalone::freeze); // so that nobody mends what follows
            try {
                master.command("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
                assertThatThrownBy(() -> connection.call(
                                Command.named("SET").key("k").argument("v").build(), Duration.ofMillis(500)))
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isFalse());
                master.command("REPLICAOF", "NO", "ONE");
            } finally {
                redis.sentinels().forEach(Standalone::thaw);
            }
            assertThat(connection
                            .call(Command.named("SET").key("k").argument("v").build(), PATIENCE)
                            .text())
                    .isEqualTo("OK");
            redis.awaitAgreement();
        }
    }

    @Test
    void saysWhichMastersTheSentinelsKnow() {
        String wrong = redis.uri().replace("#" + Sentinel.MASTER_NAME, "#other");
        assertThatThrownBy(() -> Connection.open(wrong))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("knows no master \"other\"")
                .hasMessageContaining("It knows: " + Sentinel.MASTER_NAME);
    }

    @Test
    void aPlainUriThatLeadsToASentinelSaysWhatToUseInstead() {
        int port = redis.sentinels().get(0).port();
        assertThatThrownBy(() -> Connection.open("redis://127.0.0.1:" + port))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("redis-sentinel://127.0.0.1:" + port + "#" + Sentinel.MASTER_NAME);
    }

    @Test
    void hostsThatAreNoSentinelsAreNamed() {
        int port = redis.primary().port();
        assertThatThrownBy(() -> Connection.open("redis-sentinel://127.0.0.1:" + port + "#main"))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("127.0.0.1:" + port + " does not answer as a Sentinel");
    }

    @Test
    void oneSentinelCanBeAskedByItself() {
        int port = redis.sentinels().get(0).port();
        try (Connection connection = Connection.open(redis.uri());
                Connection sentinel = connection.node("127.0.0.1", port)) {
            assertThat(sentinel.call(Sentinels.sentinel("MASTERS")).items()).hasSize(1);
            assertThat(sentinel.topology().kind()).isEqualTo(Topology.Kind.SENTINEL);
        }
    }

    @Test
    void readsGoToReplicasOnRequestAndToTheMasterWhenNoneIsConnected() {
        Command id = Command.named("CONFIG").argument("GET").argument("port").buildReadOnly();
        try (Connection connection = Connection.open(redis.uri().replace("#", "?readFrom=replica#"))) {
            int master = redis.primary().port();
            assertThat(port(connection, PORT)).isEqualTo(master);
            assertThat(List.of(port(connection, id), port(connection, id)))
                    .as("in turn")
                    .containsExactlyInAnyOrderElementsOf(
                            redis.replicas().stream().map(Standalone::port).toList());
            assertThat(connection.staleness()).hasSize(2).allSatisfy(lag -> {
                assertThat(lag.online()).isTrue();
                assertThat(lag.master().port()).isEqualTo(master);
                assertThat(lag.bytesBehind()).isPresent();
            });
            List<Standalone> replicas = redis.replicas();
            replicas.forEach(Standalone::kill);
            await().atMost(PATIENCE).until(() -> port(connection, id) == master);
            replicas.forEach(Standalone::restart);
            redis.awaitAgreement();
        }
    }

    @Test
    void anOldMasterThatComesBackIsNotReadFromBeforeItFollowsTheNewOne() {
        Command id = Command.named("CONFIG").argument("GET").argument("port").buildReadOnly();
        try (Sentinel group = Sentinel.start(2)) {
            String uri = group.uri().replace("#", "?readFrom=replica#");
            Standalone old = group.primary();
            try (Connection connection = Connection.open(uri)) {
                old.freeze();
                try {
                    await().atMost(PATIENCE).until(() -> group.primary() != old);
                } finally {
                    old.thaw();
                }
                int reads = 0;
                while (isMaster(old)) {
                    try (Connection fresh = Connection.open(uri)) {
                        for (Connection reading : List.of(connection, fresh, connection, fresh)) {
                            int by = port(reading, id);
                            assertThat(by == old.port() && isMaster(old))
                                    .as("read %d by the old master", ++reads)
                                    .isFalse();
                        }
                    }
                }
                assertThat(reads).isPositive();
                await().atMost(PATIENCE).until(() -> port(connection, id) == old.port());
            }
        }
    }

    @Test
    void aReplicaThatTurnsAwayFromTheMasterIsReadFromForSomeSecondsAtMost() {
        Command id = Command.named("CONFIG").argument("GET").argument("port").buildReadOnly();
        try (Connection connection = Connection.open(redis.uri().replace("#", "?readFrom=replica#"))) {
            List<Standalone> replicas = redis.replicas();
            redis.sentinels().forEach(Standalone::freeze); // so that nobody mends what follows
            try {
                replicas.get(0).command("REPLICAOF", "NO", "ONE");
                await().atMost(ReplicaReads.GOOD_FOR.multipliedBy(5))
                        .until(() -> Stream.generate(() -> port(connection, id))
                                .limit(4)
                                .noneMatch(port -> port == replicas.get(0).port()));
                replicas.get(1).kill();
                await().atMost(PATIENCE)
                        .until(() -> port(connection, id)
                                == redis.nodes().stream()
                                        .filter(node -> !replicas.contains(node))
                                        .findFirst()
                                        .orElseThrow()
                                        .port());
            } finally {
                replicas.get(1).restart();
                redis.sentinels().forEach(Standalone::thaw);
            }
            redis.awaitAgreement();
        }
    }

    private static boolean isMaster(Standalone node) {
        return node.command("INFO", "replication").contains("role:master");
    }

    private static int port(Connection connection, Command command) {
        List<Reply> items = connection.call(command, PATIENCE).items();
        return Integer.parseInt(items.get(1).text());
    }
}
