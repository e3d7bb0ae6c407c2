package dev.keywright.ops.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.backup.Backup;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizerTest {

    @TempDir
    private Path folder;

    private Path dump(int keys) throws IOException {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withFolder(folder));
                Wire wire = Data.wire(server)) {
            Data.fill(server, keys);
            wire.ask("SAVE");
        }
        return folder.resolve("dump.rdb");
    }

    @Test
    void everyNearMissIsFoundAndTheBestIsAllOfThemTogether() throws IOException {
        Plan plan = Optimizer.run(Optimizer.Options.of(dump(10_000).toString()), text -> {});

        assertThat(plan.trials())
                .extracting(Plan.Trialled::name)
                .contains(
                        "set-max-intset-entries 896",
                        "zset-max-listpack-entries 256",
                        "hash-max-listpack-value 160",
                        "list-compress-depth 1",
                        "together");
        Plan.Trialled largest = plan.trials().get(0);
        assertThat(largest.front()).isTrue();
        assertThat(largest.usedBytes()).isLessThan(plan.base().usedBytes() * 65 / 100);
        assertThat(plan.best().orElseThrow().savedBytes()).isEqualTo(largest.savedBytes());
        for (Plan.Trialled trial : plan.trials()) {
            assertThat(trial.changed().commands()).isPositive();
            assertThat(trial.changed().serverMicros()).isPositive();
            assertThat(trial.rest().commands()).isPositive();
        }
        assertThat(plan.findings()).isNotEmpty();
        assertThat(Document.parse(Document.text(plan), Plan.class, "plan")).isEqualTo(plan);
    }

    @Test
    void otherWaysToStoreAreMeasuredOnASample() throws IOException {
        Plan plan = Optimizer.run(new Optimizer.Options(dump(10_000).toString(), 1, List.of(), 0), text -> {});

        Plan.Remodelling buckets = plan.remodellings().stream()
                .filter(each -> each.kind().equals("bucketed-hash"))
                .findFirst()
                .orElseThrow();
        assertThat(buckets.pattern()).isEqualTo("visits:{n}");
        assertThat(buckets.keys()).isEqualTo(4_500);
        assertThat(buckets.newBytesPerKey()).isLessThan(buckets.bytesPerKey() / 4);
        assertThat(plan.remodellings())
                .filteredOn(each -> each.kind().equals("compressed-values"))
                .singleElement()
                .satisfies(each -> assertThat(each.pattern()).isEqualTo("session:{n}"));
    }

    @Test
    void aSampleGivesAboutTheSavingOfAllWithARange() throws IOException {
        String dump = dump(10_000).toString();
        Plan whole = Optimizer.run(new Optimizer.Options(dump, 1, List.of(), 1), text -> {});
        Plan part = Optimizer.run(new Optimizer.Options(dump, 0.3, List.of(), 1), text -> {});

        Plan.Trialled truth = named(whole, "zset-max-listpack-entries 256");
        Plan.Trialled guess = named(part, "zset-max-listpack-entries 256");
        assertThat(part.sample().ratio()).isEqualTo(0.3);
        assertThat((double) guess.savedBytes())
                .isCloseTo((double) truth.savedBytes(), within(0.4 * truth.savedBytes()));
        assertThat(guess.lowBytes()).isLessThan(guess.savedBytes());
        assertThat(guess.highBytes()).isGreaterThan(guess.savedBytes());
    }

    private static Plan.Trialled named(Plan plan, String name) {
        return plan.trials().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServerThatGivesNoSnapshotIsReadKeyByKey() throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS.withUser(
                "app", "secret", "~*", "+@read", "+info", "+role", "+client", "+hello", "+ping", "+dump", "+select");
        try (Standalone server = Standalone.start(options)) {
            Data.fill(server, 5_000);
            Plan plan =
                    Optimizer.run(Optimizer.Options.of("redis://app:secret@127.0.0.1:" + server.port()), text -> {});
            assertThat(plan.live()).isTrue();
            assertThat(plan.notes()).anyMatch(note -> note.contains("read one by one"));
            assertThat(plan.notes()).anyMatch(note -> note.contains("does not tell its settings"));
            assertThat(plan.best()).isPresent();
            assertThat(Document.text(plan)).doesNotContain("secret");
        }
    }

    @Test
    void wrongSourcesAreSaidInOneSentence() throws IOException {
        refused(folder.resolve("absent.rdb"), "cannot be read");
        refused(folder, "holds no RDB file");
        Path foreign = folder.resolve("foreign.rdb");
        Files.writeString(foreign, "no dump at all");
        refused(foreign, "it looks like text");
        byte[] whole = Files.readAllBytes(dump(1_000));
        Path cut = folder.resolve("cut.rdb");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        refused(cut, "cannot be read whole");
        whole[whole.length / 2] ^= 4;
        Path flipped = folder.resolve("flipped.rdb");
        Files.write(flipped, whole);
        refused(flipped, "Give another copy");
        assertThatThrownBy(() -> Optimizer.run(Optimizer.Options.of("redis://127.0.0.1:1"), text -> {}))
                .hasMessageContaining("127.0.0.1:1");
    }

    private static void refused(Path source, String words) {
        assertThatThrownBy(() -> Optimizer.run(Optimizer.Options.of(source.toString()), text -> {}))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining(words);
    }

    @Test
    void backupSetsAndBasesOfLogsAreSources() throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS
                .withFolder(folder)
                .withDirectives(Map.of("appendonly", "yes", "repl-diskless-sync-delay", "0"));
        Path sets = folder.resolve("sets");
        try (Standalone server = Standalone.start(options);
                Wire wire = Data.wire(server)) {
            Data.fill(server, 2_000);
            wire.ask("BGREWRITEAOF");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(folder.resolve("appendonlydir/appendonly.aof.2.base.rdb")));
            Backup.Result set =
                    Backup.run(server.uri(), sets, Backup.Options.DEFAULTS.withLoadCheck(false), text -> {});
            Plan ofSet = Optimizer.run(new Optimizer.Options(set.folder(), 1, List.of(), 1), text -> {});
            Plan ofLog = Optimizer.run(new Optimizer.Options(folder.toString(), 1, List.of(), 1), text -> {});
            assertThat(ofSet.sample().keys()).isEqualTo(Long.parseLong(wire.ask("DBSIZE")));
            assertThat(ofLog.sample().keys()).isEqualTo(ofSet.sample().keys());
            assertThat(ofLog.notes()).anyMatch(note -> note.contains("Only the base"));
        }
    }

    @Test
    void whatAKilledRunLeftBehindIsRemovedAndWhatIsInUseStays() throws IOException {
        Path dead = Files.createTempDirectory("keywright-optimize-");
        Files.createFile(dead.resolve("in-use"));
        Files.writeString(dead.resolve("whole.rdb"), "data of users");
        try (Scratch first = Scratch.make();
                Scratch second = Scratch.make()) {
            assertThat(dead).doesNotExist();
            assertThat(first.folder()).exists();
            assertThat(second.folder()).exists();
        }
    }

    @Test
    void anEmptyServerHasNothingToTry() {
        try (Standalone server =
                Standalone.start(ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0"))) {
            assertThatThrownBy(() -> Optimizer.run(Optimizer.Options.of(server.uri()), text -> {}))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("no keys");
        }
    }

    @Test
    void aMachineThatIsTooSmallIsSaidBeforehand() {
        assertThatThrownBy(() -> Scratch.requireMemory(1L << 50, 2))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("--sample");
    }
}
