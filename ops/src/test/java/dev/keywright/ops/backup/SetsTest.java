package dev.keywright.ops.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which sets stay, which can be gone on with, and who may see them. */
class SetsTest {

    private static final Instant NOW = Instant.parse("2026-08-07T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void setsOfAnEmptiedServerNeverPushOutThoseWithKeys() throws IOException {
        set(1, 10, "0-16383");
        set(2, 10, "0-16383");
        set(3, 10, "0-16383");
        for (int hour = 4; hour < 10; hour++) {
            prune(set(hour, 0, "0-16383"), 2);
        }
        assertThat(ids()).containsExactly("set-9", "set-8", "set-3", "set-2");
    }

    @Test
    void setsWithMissingSlotsNeverPushOutWholeOnes() throws IOException {
        set(1, 10, "0-16383");
        set(2, 10, "0-16383");
        for (int hour = 3; hour < 9; hour++) {
            prune(set(hour, 5, "0-8191"), 2);
        }
        assertThat(ids()).containsExactly("set-8", "set-7", "set-2", "set-1");
        prune(set(9, 10, "0-16383"), 1);
        assertThat(ids()).containsExactly("set-9");
    }

    @Test
    void theOnlySetWithKeysOutlivesItsAge() throws IOException {
        set(1, 10, "0-16383");
        Manifest last = set(2, 0, "0-16383");
        BackupSets sets = new BackupSets(folder);
        sets.prune(last, Optional.empty(), Optional.of(Duration.ofDays(1)), NOW.plus(Duration.ofDays(100)));
        assertThat(ids()).containsExactly("set-2", "set-1");
    }

    @Test
    void unfinishedSetsGoOnceTheyCannotBeResumed() throws IOException {
        Draft.begin(folder, plan("a", NOW.minus(Duration.ofDays(3)))).close();
        Draft.begin(folder, plan("other servers", NOW.minus(Duration.ofDays(3))))
                .close();
        Draft.begin(folder, plan("a", NOW.minus(Duration.ofHours(3)))).close();
        Manifest made = set(1, 10, "0-16383");
        try (Draft inUse = Draft.begin(folder, plan("a", NOW.minus(Duration.ofDays(2))))) {
            assertThat(new BackupSets(folder).prune(made, Optional.empty(), Optional.empty(), NOW))
                    .isEmpty();
            assertThat(new BackupSets(folder).prune(made, Optional.of(1), Optional.empty(), NOW))
                    .hasSize(1);
            assertThat(inUse.folder()).exists();
        }
        assertThat(new BackupSets(folder).unfinished()).hasSize(3);
    }

    @Test
    void oneThatIsInUseOrTooOldIsNotResumed() throws IOException {
        Draft.Plan plan = plan("a", NOW);
        BackupSets sets = new BackupSets(folder);
        Draft.begin(folder, plan("a", NOW.minus(Duration.ofHours(25)))).close();
        Draft.begin(folder, plan("b", NOW)).close();
        assertThat(Draft.resume(sets, plan)).isEmpty();
        Draft first = Draft.begin(folder, plan("a", NOW.minus(Duration.ofHours(1))));
        assertThat(Draft.resume(sets, plan)).as("somebody works on it").isEmpty();
        first.close();
        try (Draft again = Draft.resume(sets, plan).orElseThrow()) {
            assertThat(again.folder()).isEqualTo(first.folder());
            assertThat(again.plan().begun()).isEqualTo(NOW.minus(Duration.ofHours(1)));
            assertThat(Draft.resume(sets, plan)).isEmpty();
        }
    }

    @Test
    void aServerThatSavedMeanwhileIsNotAccused() {
        State before = state(1000, 50_000, "1");
        State after = state(1000, 3, "2");
        CountCheck.compare("shard-1.rdb", before, after, state(990, 0, "1"), note -> {});
        assertThatThrownBy(() -> CountCheck.compare(
                        "shard-1.rdb", before, state(1000, 50_000, "1"), state(990, 0, "1"), note -> {}))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("does not hold the keys");
    }

    @Test
    @WithRedis(directives = "repl-diskless-sync-delay 0")
    void nobodyElseMayLookIntoASet(Standalone redis) throws IOException {
        Sample.strings(redis, 3);
        Path sets = folder.resolve("new/sets");
        Backup.Result backup = Sample.backup(redis.uri(), sets);
        assertThat(permissions(sets)).isEqualTo("rwx------");
        assertThat(permissions(Path.of(backup.folder()))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(Path.of(backup.folder()))) {
            assertThat(files).hasSize(2).allMatch(file -> permissions(file).equals("rw-------"));
        }
        Restore.unpack(sets, folder.resolve("place"));
        assertThat(permissions(folder.resolve("place/dump.rdb"))).isEqualTo("rw-------");
    }

    @Test
    @WithRedis(directives = "repl-diskless-sync-delay 0")
    void aDamagedSetLeavesNoFileBehindWhereItWasUnpacked(Standalone redis) throws IOException {
        Sample.strings(redis, 300);
        Path set = Path.of(Sample.backup(redis.uri(), folder.resolve("sets")).folder());
        Path file = set.resolve("shard-1.rdb.zst");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Restore.unpack(set, folder.resolve("place")))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("is damaged");
        assertThat(folder.resolve("place/dump.rdb")).doesNotExist();
    }

    // --- help

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Draft.Plan plan(String source, Instant started) {
        return new Draft.Plan(source, List.of(""), started.toString());
    }

    private static State state(long keys, long changes, String saves) {
        return new State(Map.of(
                "db0",
                "keys=" + keys + ",expires=0,avg_ttl=0",
                "rdb_changes_since_last_save",
                Long.toString(changes),
                "rdb_saves",
                saves));
    }

    private List<String> ids() {
        return new BackupSets(folder)
                .complete().stream().map(kept -> kept.manifest().id()).toList();
    }

    private void prune(Manifest made, int keep) throws IOException {
        new BackupSets(folder).prune(made, Optional.of(keep), Optional.empty(), NOW);
    }

    /** A manifest alone is a set, as far as its rank goes. */
    private Manifest set(int hour, long keys, String slots) throws IOException {
        String time = NOW.plus(Duration.ofHours(hour)).toString();
        Manifest.Shard shard = new Manifest.Shard(
                1,
                "127.0.0.1:1",
                "primary",
                0,
                slots,
                "",
                0,
                time,
                Manifest.Way.REPLICATION_STREAM,
                "shard-1.rdb",
                10,
                100,
                100,
                "",
                "matched",
                0,
                0,
                Manifest.Proof.LOADED,
                Optional.of("a server"),
                keys == 0 ? List.of() : List.of(new Manifest.Database(0, keys, 0)),
                List.of());
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                "set-" + hour,
                "a",
                "redis",
                "7.0.15",
                Manifest.Layout.CLUSTER,
                time,
                time,
                1,
                Compression.NONE,
                List.of(shard),
                List.of());
        Path place = Files.createDirectories(folder.resolve(manifest.id()));
        Document.write(place.resolve(BackupSets.MANIFEST), manifest);
        return manifest;
    }
}
