package dev.keywright.ops.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import dev.keywright.server.Cluster;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real servers with something wrong, and healthy ones. */
class DoctorTest {

    private static final Set<String> OWN =
            Doctor.rules().stream().map(Doctor.Described::id).collect(Collectors.toSet());

    /** How fast this machine is today shall not matter. */
    private static final ServerOptions HEALTHY = ServerOptions.DEFAULTS
            .withDirective("maxmemory", "100mb")
            .withDirective("slowlog-log-slower-than", "10000000");

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static DoctorReport examine(String uri, Duration time, Optional<Role> role) {
        return new Doctor(new Doctor.Options(time, role)).examine(uri, step -> {});
    }

    private static DoctorReport examine(String uri) {
        return examine(uri, SHORT, Optional.empty());
    }

    /** Does something again and again until the report is there. */
    private static DoctorReport examineDuring(Standalone server, Optional<Role> role, Runnable deed) {
        AtomicBoolean over = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            while (!over.get()) {
                deed.run();
            }
        });
        thread.start();
        try {
            return examine(server.uri(), SHORT, role);
        } finally {
            over.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> ids(DoctorReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    private static Finding only(DoctorReport report, String id) {
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
        assertThat(found).as(id + " in " + report.findings()).hasSize(1);
        return found.get(0);
    }

    private static void nothingWorseThanInfo(DoctorReport report) {
        assertThat(report.findings())
                .filteredOn(finding -> OWN.contains(finding.id()))
                .filteredOn(finding -> !finding.id().equals("memory-unlimited"))
                .allSatisfy(finding ->
                        assertThat(finding.severity()).as(finding.toString()).isEqualTo(Severity.INFO));
    }

    @Test
    void aHealthyServerGetsNoFalseAlarm() {
        try (Standalone server = Standalone.start(HEALTHY)) {
            DoctorReport report = examine(server.uri());
            nothingWorseThanInfo(report);
            assertThat(report.kind()).isEqualTo("standalone");
            assertThat(report.nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.release()).matches("(Redis|Valkey) \\d+\\..*"));
        }
    }

    @Test
    void aHealthySentinelSetGetsNoFalseAlarm() {
        try (Sentinel set = Sentinel.start(2, HEALTHY)) {
            DoctorReport report = examine(set.uri());
            nothingWorseThanInfo(report);
            assertThat(report.nodes()).hasSize(3);
            assertThat(report.kind()).isEqualTo("sentinel");
        }
    }

    @Test
    void aHealthyClusterGetsNoFalseAlarm() {
        try (Cluster cluster = Cluster.start(3, 1, HEALTHY)) {
            DoctorReport report = examine(cluster.uri());
            nothingWorseThanInfo(report);
            assertThat(report.nodes()).hasSize(6);
            assertThat(report.nodes().stream().map(DoctorReport.Node::shard).distinct())
                    .containsExactly("0", "5461", "10922");
        }
    }

    @Test
    void evictionsAreAnErrorOnAStoreAndUsualOnACache() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("maxmemory", "3mb")
                .withDirective("maxmemory-policy", "allkeys-lru"))) {
            String value = "x".repeat(2000);
            int[] next = {0};
            Runnable write = () -> server.command("SET", "key:" + next[0]++, value);
            for (int i = 0; i < 2000; i++) {
                write.run();
            }
            DoctorReport store = examineDuring(server, Optional.of(Role.STORE), write);
            assertThat(only(store, "evicting-now"))
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.ERROR))
                    .satisfies(finding -> assertThat(finding.what()).contains("per second", "allkeys-lru"));
            assertThat(store.findings())
                    .as("what evicting-now says is not said again of the time since the start")
                    .noneMatch(finding -> finding.id().equals("evictions-on-store"));
            DoctorReport cache = examineDuring(server, Optional.empty(), write);
            assertThat(cache.role()).isEqualTo(Role.CACHE);
            assertThat(only(cache, "evicting-now").severity()).isEqualTo(Severity.INFO);
        }
    }

    @Test
    void costlyCommandsErrorsAndChurnAreSeenWhileTheyHappen() {
        try (Standalone server = Standalone.start()) {
            server.command("SET", "text", "no number");
            DoctorReport report = examineDuring(server, Optional.empty(), () -> {
                server.command("KEYS", "*");
                ask(server, "LPUSH text 1\r\nAUTH nobody wrong\r\n");
            });
            assertThat(only(report, "costly-commands-now").what()).contains("KEYS ran");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("errors-rising"))
                    .filteredOn(finding -> finding.what().contains("WRONGTYPE"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING))
                    .satisfies(finding -> assertThat(finding.fix()).contains("why do I get WRONGTYPE?"));
            assertThat(ids(report)).contains("connection-churn-now");
            assertThat(report.findings())
                    .as("what fails now is not said again of the time since the start")
                    .filteredOn(finding -> finding.what().contains("WRONGPASS"))
                    .extracting(Finding::id)
                    .containsExactly("errors-rising");
        }
    }

    /** What the rules of one server say of what a deed does to the first server. */
    private static List<Finding> during(Watcher watcher, Runnable deed) {
        Sample before = watcher.sample(PATIENCE);
        deed.run();
        Sample now = watcher.sample(PATIENCE);
        List<Finding> findings = new ArrayList<>();
        Details nothing = new Details(List.of(), List.of(), List.of(), List.of(), List.of());
        Case one = new Case(before.nodes().get(0), now.nodes().get(0), nothing, Role.STORE, findings::add);
        Case.rules().forEach(rule -> rule.look().at(one, rule.symptom()));
        return findings;
    }

    private static void has(List<Finding> findings, String id, Severity severity) {
        assertThat(findings)
                .filteredOn(finding -> finding.id().equals(id))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(severity));
    }

    @Test
    void refusedConnectionsAreAnError() {
        try (Standalone server = Standalone.start();
                Connection held = Connection.open(server.uri());
                Watcher watcher = Watcher.open(server.uri())) {
            List<Finding> findings = during(watcher, () -> {
                set(held, "1");
                close(socket(server));
                set(held, "1000");
            });
            has(findings, "connections-refused-now", Severity.ERROR);
        }
    }

    @Test
    void fullSynchronisationsAreSeen() {
        try (Standalone master =
                        Standalone.start(ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0"));
                Standalone replica = Standalone.start();
                Watcher watcher = Watcher.open(master.uri())) {
            List<Finding> findings = during(watcher, () -> {
                replica.command("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> replica.info("master_link_status").equals("up"));
            });
            has(findings, "full-syncs-now", Severity.WARNING);
        }
    }

    private static void set(Connection held, String maxclients) {
        held.call(Command.named("CONFIG")
                        .argument("SET")
                        .argument("maxclients")
                        .argument(maxclients)
                        .build())
                .orThrow("test");
    }

    private static Socket socket(Standalone server) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), server.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Over a connection of its own, which is refused each of the commands. */
    private static void ask(Standalone server, String commands) {
        try (Socket socket = socket(server)) {
            socket.getOutputStream().write(commands.getBytes(US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('-');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo('-');
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void slowCommandsBigBuffersMonitorsAndEventsAreSeenInLogsAndLists() throws IOException {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                        .withDirective("slowlog-log-slower-than", "1000")
                        .withDirective("latency-monitor-threshold", "1"));
                Socket monitor = socket(server);
                Socket reader = socket(server)) {
            monitor.getOutputStream().write("MONITOR\r\n".getBytes(US_ASCII));
            assertThat(monitor.getInputStream().read()).isEqualTo('+');
            server.command("DEBUG", "SLEEP", "0.12");
            server.command("DEBUG", "SLEEP", "0.12");
            server.command("SET", "big", "x".repeat(1 << 20));
            for (int i = 0; i < 30; i++) {
                reader.getOutputStream().write("GET big\r\n".getBytes(US_ASCII));
            }
            assertThat(reader.getInputStream().read()).isEqualTo('$');
            DoctorReport report = examine(server.uri());
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("slow-commands"))
                    .anySatisfy(finding -> assertThat(finding.what()).contains("DEBUG was slow 2 times"))
                    .anySatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
            assertThat(ids(report)).contains("latency-events", "client-buffers-big", "monitor-attached");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("latency-events"))
                    .anySatisfy(finding -> assertThat(finding.why()).contains("everybody waited"));
        }
    }

    @Test
    void aCacheThatMissesIsSaid() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("maxmemory", "50mb")
                .withDirective("maxmemory-policy", "allkeys-lfu"))) {
            try (Connection reader = Connection.open(server.uri())) {
                List<Command> reads = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    reads.add(Command.named("GET").key("none:" + i).build());
                }
                DoctorReport report =
                        examineDuring(server, Optional.empty(), () -> reader.batch(reads, Duration.ofSeconds(10)));
                assertThat(only(report, "hit-ratio-now").what()).startsWith("0 % of");
            }
        }
    }

    @Test
    void aLimitAboveTheMachineIsSeenWithoutItsSettings() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("maxmemory", "64000gb"))) {
            server.command("ACL", "SETUSER", "guest", "on", ">guest", "+ping", "+info");
            DoctorReport report = examine("redis://guest:guest@127.0.0.1:" + server.port());
            assertThat(only(report, "memory-near-machine").severity()).isEqualTo(Severity.ERROR);
        }
    }

    @Test
    void aMinimalUserIsToldWhatCouldNotBeSeen() {
        try (Standalone server = Standalone.start()) {
            server.command("ACL", "SETUSER", "guest", "on", ">guest", "+ping", "+info", "+role");
            DoctorReport report = examine("redis://guest:guest@127.0.0.1:" + server.port());
            assertThat(only(report, "memory-unlimited").severity()).isEqualTo(Severity.WARNING);
            assertThat(report.notSeen())
                    .anyMatch(line -> line.contains("does not allow CONFIG GET"))
                    .anyMatch(line -> line.startsWith("Clients and their buffers"))
                    .anyMatch(line -> line.startsWith("The slow log"))
                    .anyMatch(line -> line.startsWith("Latency events"));
            assertThat(ids(report)).doesNotContain("errors-rising");
        }
    }

    @Test
    void aUserWithTheRightsOfThePageSeesEverythingOfACluster() {
        try (Cluster cluster = Cluster.start(3)) {
            cluster.nodes()
                    .forEach(node -> node.command(("ACL SETUSER guest on >guest +ping +info +role +config|get +acl|list"
                                    + " +acl|log +client|list +slowlog|get +latency|latest +latency|history"
                                    + " +cluster|info +cluster|nodes +cluster|slots +cluster|shards")
                            .split(" ")));
            DoctorReport report = examine(cluster.uri().replace("://", "://guest:guest@"));
            assertThat(report.notSeen()).isEmpty();
            assertThat(report.nodes())
                    .hasSize(3)
                    .allSatisfy(node -> assertThat(node.trouble()).isEmpty());
            assertThat(ids(report)).doesNotContain("errors-rising");
        }
    }

    @Test
    void aFrozenNodeOfAClusterIsFoundAndTheOthersExamined() {
        try (Cluster cluster = Cluster.start(3, 1)) {
            Standalone frozen = cluster.nodes().get(5);
            frozen.freeze();
            long begun = System.nanoTime();
            DoctorReport report = examine(cluster.uri());
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("it is waited for once, while the others are asked, and not each time")
                    .isLessThan(Duration.ofSeconds(8));
            assertThat(only(report, "node-silent").place().source()).isEqualTo("127.0.0.1:" + frozen.port());
            assertThat(report.nodes())
                    .filteredOn(node -> node.trouble().isEmpty())
                    .hasSize(5);
        }
    }

    @Test
    void everyRuleHasItsTextsAndEveryTextItsRule() {
        List<String> rules = new ArrayList<>(TogetherRules.IDS);
        Case.rules().forEach(rule -> rules.add(rule.symptom().id()));
        assertThat(rules).doesNotHaveDuplicates();
        assertThat(OWN).containsExactlyInAnyOrderElementsOf(rules);
        assertThat(Doctor.rules()).allSatisfy(rule -> assertThat(rule.source()).isNotBlank());
    }
}
