package dev.keywright.ops.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Replication;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ApplicationTest {

    private static final ServerOptions QUICK = ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0");
    private static final Application.Options PATIENT = new Application.Options(false, Duration.ofSeconds(5), 20_000);

    private static final Pace FAST = new Pace(Duration.ofMillis(60), Duration.ZERO);
    /** Where bytes count. */
    private static final Pace EXACT = new Pace(Duration.ofMillis(60), Pace.USUAL.reckoned());

    private static final Map<String, String> LONGER = Map.of("hash-max-listpack-value", "160");

    private static Application.Result apply(String uri, Plan plan) {
        return apply(uri, plan, PATIENT, text -> {});
    }

    private static Application.Result exactly(String uri, Plan plan) {
        return Application.run(uri, plan, PATIENT, EXACT, () -> false, text -> {});
    }

    private static Application.Result apply(
            String uri, Plan plan, Application.Options options, Consumer<String> progress) {
        return Application.run(uri, plan, options, FAST, () -> false, progress);
    }

    @Test
    void whatWasPromisedIsSavedOnServersWhoseValuesHaveGrown() throws IOException {
        try (Standalone server = Standalone.start(QUICK)) {
            Data.fill(server, 5_000);
            Plan plan = Optimizer.run(Optimizer.Options.of(server.uri()), text -> {});
            assertThat(plan.best()).isPresent();
            Plan.Best best = plan.best().orElseThrow();
            assertThat(best.settings()).containsKeys("set-max-intset-entries", "zset-max-listpack-entries");

            Application.Result result = exactly(server.uri(), plan);
            assertThat(result.rolledBack()).isEmpty();
            assertThat((double) result.savedBytes())
                    .isCloseTo((double) best.savedBytes(), within(0.02 * best.savedBytes()));
            assertThat(result.isShort()).isFalse();
            assertThat(server.configuration()).containsAllEntriesOf(best.settings());
            assertThat(server.command("OBJECT", "ENCODING", "followers:3")).isEqualTo("intset");
            assertThat(server.command("OBJECT", "ENCODING", "board:3")).isEqualTo("listpack");

            Application.Result again = apply(server.uri(), plan);
            assertThat(again.rewritten()).isLessThanOrEqualTo(20); // lists tell nobody that they are compressed
            assertThat(Math.abs(again.savedBytes())).isLessThan(best.savedBytes() / 50);
        }
    }

    @Test
    void noWriteIsLostAndTimesStayWhileValuesAreWrittenAnew() throws Exception {
        int hashes = 150;
        int fields = 40;
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            String padding = "x".repeat(100);
            for (int i = 0; i < hashes; i++) {
                List<String> words = new ArrayList<>(List.of("HSET", "cart:" + i));
                for (int j = 0; j < fields; j++) {
                    words.addAll(List.of("f" + j, padding + "0"));
                }
                wire.ask(words.toArray(String[]::new));
                wire.ask("PEXPIREAT", "cart:" + i, Long.toString(4_102_444_800_000L + i));
            }
            AtomicBoolean end = new AtomicBoolean();
            CompletableFuture<Map<String, Integer>> writer =
                    CompletableFuture.supplyAsync(() -> write(server, hashes, fields, padding, end));
            Plan plan = plan(LONGER);
            Application.Result result =
                    apply(server.uri(), plan, new Application.Options(false, Duration.ofSeconds(5), 300), text -> {});
            end.set(true);
            Map<String, Integer> written = writer.get();

            assertThat(result.rewritten()).isEqualTo(hashes);
            assertThat(written).hasSizeGreaterThan(100);
            for (Map.Entry<String, Integer> each : written.entrySet()) {
                String[] place = each.getKey().split("/");
                assertThat(wire.ask("HGET", place[0], place[1])).isEqualTo(padding + each.getValue());
            }
            for (int i = 0; i < hashes; i++) {
                assertThat(wire.ask("PEXPIRETIME", "cart:" + i)).isEqualTo(Long.toString(4_102_444_800_000L + i));
                assertThat(wire.ask("HLEN", "cart:" + i)).isEqualTo(Integer.toString(fields));
                assertThat(wire.ask("OBJECT", "ENCODING", "cart:" + i)).isEqualTo("listpack");
            }
        }
    }

    /** Writes until it is told to end, and tells what it wrote last into each field. */
    private static Map<String, Integer> write(
            Standalone server, int hashes, int fields, String padding, AtomicBoolean end) {
        Map<String, Integer> written = new TreeMap<>();
        try (Wire wire = Data.wire(server)) {
            for (int number = 1; !end.get(); number++) {
                String key = "cart:" + number * 7 % hashes;
                String field = "f" + number * 3 % fields;
                wire.ask("HSET", key, field, padding + number);
                written.put(key + "/" + field, number);
            }
            return written;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void settingsArePutBackWhenOthersWaitTooLong() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            wire.ask("HSET", "h", "f", "x".repeat(100));
            Application.Result result = apply(
                    server.uri(), plan(LONGER), new Application.Options(false, Duration.ofNanos(1), 1_000), text -> {});
            assertThat(result.rolledBack()).isPresent();
            assertThat(server.configuration()).containsEntry("hash-max-listpack-value", "64");
        }
    }

    @Test
    void everyShardOfAClusterFollowsAndItsReplicasToo() throws IOException {
        try (Cluster cluster = Cluster.start(3, 1);
                Connection connection = Connection.open(cluster.uri())) {
            for (int i = 0; i < 600; i++) {
                connection.call(Command.named("HSET")
                        .key("cart:" + i)
                        .argument("f")
                        .argument("x".repeat(100))
                        .build());
            }
            Application.Result result = Application.run(cluster.uri(), plan(LONGER), PATIENT, () -> false, text -> {});
            assertThat(result.rewritten()).isEqualTo(600);
            assertThat(result.usedBefore() - result.usedAfter())
                    .as("nothing else grew")
                    .isBetween(10_000L, 300_000L);
            for (Standalone node : cluster.nodes()) {
                assertThat(node.configuration()).containsEntry("hash-max-listpack-value", "160");
                try (Wire wire = Data.wire(node)) {
                    wire.ask("READONLY");
                    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> allCompact(wire));
                }
            }
        }
    }

    private static boolean allCompact(Wire wire) throws IOException {
        for (String key : wire.ask("KEYS", "cart:*").split("\n", -1)) {
            if (!wire.ask("OBJECT", "ENCODING", key).equals("listpack")) {
                return false;
            }
        }
        return true;
    }

    @Test
    void idleTimeStaysAlsoOfWhatIsTooLargeToFit() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            wire.ask("HSET", "h", "f", "x".repeat(100));
            hash(wire, "giant", 3_000);
            restore(wire, "h", "IDLETIME", "5000");
            restore(wire, "giant", "IDLETIME", "5000");
            wire.ask("HSET", "near", "f", "x".repeat(300));

            Application.Result result = apply(server.uri(), plan(LONGER));
            assertThat(wire.ask("OBJECT", "ENCODING", "h")).isEqualTo("listpack");
            assertThat(Integer.parseInt(wire.ask("OBJECT", "IDLETIME", "h"))).isGreaterThanOrEqualTo(5_000);
            assertThat(wire.ask("OBJECT", "ENCODING", "giant")).isEqualTo("hashtable");
            assertThat(Integer.parseInt(wire.ask("OBJECT", "IDLETIME", "giant")))
                    .isGreaterThanOrEqualTo(5_000);
            assertThat(result.notes()).anyMatch(note -> note.startsWith("1 values were looked into and do not fit"));
        }
    }

    @Test
    void frequencyStaysUnderALeastFrequentlyUsedPolicy() throws IOException {
        try (Standalone server = Standalone.start(
                        QUICK.withDirective("maxmemory-policy", "allkeys-lfu").withDirective("lfu-decay-time", "0"));
                Wire wire = Data.wire(server)) {
            wire.ask("HSET", "h", "f", "x".repeat(100));
            hash(wire, "giant", 3_000);
            restore(wire, "h", "FREQ", "77");
            restore(wire, "giant", "FREQ", "3");

            assertThat(apply(server.uri(), plan(LONGER)).rewritten()).isEqualTo(1);
            assertThat(wire.ask("OBJECT", "ENCODING", "h")).isEqualTo("listpack");
            assertThat(wire.ask("OBJECT", "FREQ", "h")).isEqualTo("77");
            assertThat(wire.ask("OBJECT", "FREQ", "giant")).isEqualTo("3");
        }
    }

    private static void hash(Wire wire, String key, int fields) throws IOException {
        List<String> words = new ArrayList<>(List.of("HSET", key));
        for (int i = 0; i < fields; i++) {
            words.addAll(List.of("f" + i, "x".repeat(100)));
        }
        wire.ask(words.toArray(String[]::new));
    }

    private static void restore(Wire wire, String key, String... more) throws IOException {
        wire.send("DUMP", key);
        wire.flush();
        byte[] payload = ((Answer.Bulk) wire.read()).bytes();
        wire.begin(5 + more.length);
        for (String word : List.of("RESTORE", key, "0")) {
            wire.word(word);
        }
        wire.word(payload);
        wire.word("REPLACE");
        for (String word : more) {
            wire.word(word);
        }
        wire.flush();
        Wire.orThrow(wire.read());
    }

    @Test
    void aPrimaryThatDiesLeavesTheOldSettingsAndWholeValuesToItsHeir() throws IOException {
        int hashes = 600;
        try (Replication pair = Replication.start(1, QUICK);
                Wire heir = Data.wire(pair.replicas().get(0))) {
            Standalone primary = pair.primary();
            hashes(primary, hashes);
            pair.awaitInSync();
            assertThatThrownBy(() -> apply(pair.uri(), plan(LONGER), PATIENT, text -> {
                        if (written(text) > 100 && primary.isRunning()) {
                            primary.kill();
                        }
                    }))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("The settings were put back, but not on 127.0.0.1:" + primary.port())
                    .hasMessageContaining("CONFIG SET hash-max-listpack-value 64")
                    .hasMessageContaining("values had been written anew");
            Standalone replica = pair.replicas().get(0);
            assertThat(replica.configuration()).containsEntry("hash-max-listpack-value", "64");

            heir.ask("REPLICAOF", "NO", "ONE");
            Application.Result result = apply(replica.uri(), plan(LONGER));
            assertThat(result.rewritten()).isBetween(1L, hashes - 1L);
            assertThat(allCompact(heir)).isTrue();
            for (int i = 0; i < hashes; i++) {
                assertThat(heir.ask("HGET", "cart:" + i, "f")).isEqualTo("x".repeat(100) + i);
            }
        }
    }

    @Test
    void whoeverWantsNoMoreGetsTheSettingsBackAndMayGoOnLater() throws IOException {
        int hashes = 600;
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            hashes(server, hashes);
            AtomicBoolean stopped = new AtomicBoolean();
            Application.Result first =
                    Application.run(server.uri(), plan(LONGER), PATIENT, FAST, stopped::get, text -> {
                        stopped.compareAndSet(false, written(text) > 100);
                    });
            assertThat(first.rolledBack()).hasValue("it was interrupted");
            assertThat(first.rewritten()).isBetween(1L, hashes - 1L);
            assertThat(server.configuration()).containsEntry("hash-max-listpack-value", "64");

            assertThat(apply(server.uri(), plan(LONGER)).rewritten()).isEqualTo(hashes - first.rewritten());
            assertThat(allCompact(wire)).isTrue();
        }
    }

    /** A run that was killed leaves the settings, and values that they take in. */
    @Test
    void whatAKilledRunLeftIsFoundAndDoneWithoutItsPlan() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            hashes(server, 2_000);
            wire.ask("CONFIG", "SET", "hash-max-listpack-value", "160");

            Plan plan = Optimizer.run(Optimizer.Options.of(server.uri()), text -> {});
            Plan.Best best = plan.best().orElseThrow();
            assertThat(plan.trials())
                    .extracting(Plan.Trialled::name)
                    .contains("hash-max-listpack-entries 512 as it is, values written anew");
            Application.Result result = exactly(server.uri(), plan);
            assertThat(result.rewritten()).isEqualTo(2_000);
            assertThat((double) result.savedBytes()).isGreaterThan(0.9 * best.savedBytes());
            assertThat(server.configuration()).containsEntry("hash-max-listpack-value", "160");
        }
    }

    private static void hashes(Standalone server, int count) throws IOException {
        try (Wire wire = Data.wire(server)) {
            for (int i = 0; i < count; i++) {
                wire.ask("HSET", "cart:" + i, "f", "x".repeat(100) + i);
            }
        }
    }

    private static int written(String progress) {
        String number = progress.replaceFirst(".*looked at, (\\d+) written anew", "$1");
        return number.matches("\\d+") ? Integer.parseInt(number) : 0;
    }

    @Test
    void aServerThatKeepsItsSettingsToItselfIsLeftAlone() throws IOException {
        ServerOptions options = QUICK.withUser("app", "secret", "~*", "+@all", "-config|set");
        try (Standalone server = Standalone.start(options)) {
            String uri = "redis://app:secret@127.0.0.1:" + server.port();
            assertThatThrownBy(() -> apply(uri, plan(LONGER)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("+config|set")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void aUserWhoMayRunNoScriptsGetsTheSettingsBack() throws IOException {
        ServerOptions options = QUICK.withUser("app", "secret", "~*", "+@all", "-eval");
        try (Standalone server = Standalone.start(options);
                Wire wire = Data.wire(server)) {
            wire.ask("HSET", "h", "f", "x".repeat(100));
            String uri = "redis://app:secret@127.0.0.1:" + server.port();
            assertThatThrownBy(() -> apply(uri, plan(LONGER)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("+eval");
            assertThat(server.configuration()).containsEntry("hash-max-listpack-value", "64");
        }
    }

    @Test
    void aServerWithoutRoomIsMadeSmallerToo() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            for (int i = 0; i < 50; i++) {
                wire.ask("HSET", "h" + i, "f", "x".repeat(100));
            }
            wire.ask("CONFIG", "SET", "maxmemory", "1mb");
            assertThatThrownBy(() -> wire.ask("SET", "more", "x")).hasMessageContaining("OOM");
            Application.Result result = exactly(server.uri(), plan(LONGER));
            assertThat(result.rewritten()).isEqualTo(50);
            assertThat(result.savedBytes()).isPositive();
            assertThat(result.keysAfter()).isEqualTo(50);
        }
    }

    @Test
    void commandsThatTheServerHadNotSeenBeforeAreNoSavingLost() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            for (int i = 0; i < 100; i++) {
                wire.ask("HSET", "h" + i, "f", "x".repeat(100), "g", "y");
            }
            long before = Long.parseLong(server.info("used_memory"));
            Application.Result result = exactly(server.uri(), plan(LONGER));
            assertThat(result.savedBytes()).as(result.toString()).isBetween(10_000L, 30_000L);
            Application.Account account = result.account();
            assertThat(account.statisticsBytes()).isGreaterThan(100_000);
            assertThat(account.before() - account.after())
                    .isEqualTo(result.savedBytes()
                            - account.backlogBytes()
                            - account.statisticsBytes()
                            - account.restBytes());
            assertThat(Math.abs(account.before() - before)).isLessThan(200_000);
        }
    }

    @Test
    void valuesThatWouldHoldTheServerUpAreLeft() throws IOException {
        try (Standalone server = Standalone.start(QUICK);
                Wire wire = Data.wire(server)) {
            for (int i = 0; i < 20; i++) {
                wire.ask("HSET", "giant", "f" + i, i == 7 ? "x".repeat(2 << 20) : "small");
            }
            wire.ask("HSET", "h", "f", "x".repeat(100));
            Application.Result result = apply(server.uri(), plan(LONGER));
            assertThat(result.rewritten()).isEqualTo(1);
            assertThat(result.tooLarge()).isEqualTo(1);
        }
    }

    @Test
    void noLimitIsLoweredAndNothingElseIsSet() throws IOException {
        try (Standalone server = Standalone.start(QUICK.withDirective("hash-max-listpack-value", "300"))) {
            refused(server, LONGER, "would lower it");
            refused(server, Map.of("dbfilename", "x"), "no plan of this program");
            refused(server, Map.of("hash-max-listpack-value", "1000000"), "no plan of this program");
            assertThat(server.configuration())
                    .containsEntry("hash-max-listpack-value", "300")
                    .containsEntry("dbfilename", "dump.rdb");
        }
    }

    private static void refused(Standalone server, Map<String, String> settings, String words) {
        assertThatThrownBy(() -> apply(server.uri(), plan(settings)))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aReplicaThatFallsBehindIsWaitedFor() throws Exception {
        int hashes = 2_400;
        try (Replication pair = Replication.start(1, QUICK);
                Wire wire = Data.wire(pair.primary())) {
            Random random = new Random(1);
            for (int i = 0; i < hashes; i++) {
                List<String> words = new ArrayList<>(List.of("HSET", "cart:" + i));
                for (int j = 0; j < 100; j++) {
                    words.add("f" + j);
                    words.add(text(random));
                }
                wire.ask(words.toArray(String[]::new));
            }
            Standalone replica = pair.replicas().get(0);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> offset(replica, "slave_repl_offset") == offset(pair.primary(), "master_repl_offset"));
            long begun = offset(pair.primary(), "master_repl_offset");
            Plan plan = plan(LONGER);
            CompletableFuture<Application.Result> work = new CompletableFuture<>();
            AtomicBoolean frozen = new AtomicBoolean();
            work.completeAsync(() -> apply(pair.uri(), plan, PATIENT, text -> {
                if (text.contains("keys looked at") && frozen.compareAndSet(false, true)) {
                    replica.freeze();
                }
            }));
            Awaitility.await()
                    .during(Duration.ofMillis(800))
                    .atMost(Duration.ofSeconds(50))
                    .until(() -> frozen.get() && offset(pair.primary(), "master_repl_offset") - begun > (16 << 20));
            assertThat(work).isNotDone();
            assertThat(offset(pair.primary(), "master_repl_offset") - begun).isLessThan(36 << 20);
            replica.thaw();
            assertThat(work.get().rewritten()).isEqualTo(hashes);
        }
    }

    private static String text(Random random) {
        byte[] bytes = new byte[75];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static long offset(Standalone server, String field) {
        return Long.parseLong(server.info(field));
    }

    private static Plan plan(Map<String, String> settings) {
        return new Plan(
                "test",
                "2026-01-01T00:00:00Z",
                true,
                new Plan.Sample(1, 1),
                "redis 7.0.15 libc",
                new Plan.Base(Map.of("hash-max-listpack-entries", "512", "hash-max-listpack-value", "64"), 0, 0, 0),
                List.of(),
                List.of(),
                Optional.of(new Plan.Best(settings, 0, 0, List.of(), "")),
                List.of(),
                List.of());
    }
}
