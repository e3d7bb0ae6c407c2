package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.Crc64;
import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time passes, servers differ, connections end: what is restored is right, and is not said to be wrong. */
@WithRedis(directives = "repl-diskless-sync-delay 0")
class RestoreTest {

    @TempDir
    Path folder;

    @Test
    void keysThatEndWhileTheyAreRestoredAreNoLoss(Standalone redis) throws IOException {
        redis.command("SET", "soon", "1");
        Entry soon = entry(redis, "soon", System.currentTimeMillis() + 600_000);
        try (Target target = Target.open(redis.uri())) {
            Transfer transfer = new Transfer(target, 1, text -> {});
            transfer.key(soon);
            transfer.finish();
            Transfer.Tally tally = transfer.tally(0);
            assertThat(tally.restored()).isEqualTo(1);
            assertThat(tally.mayBeGone(soon.expiresAt())).isEqualTo(1);
            assertThat(tally.mayBeGone(soon.expiresAt() - Duration.ofHours(1).toMillis()))
                    .isZero();
        }
    }

    @Test
    void aTargetWhoseClockIsAheadIsNotSaidToLoseKeys(Standalone redis) throws IOException {
        redis.command("SET", "stays", "1");
        redis.command("SET", "soon", "1", "PX", "15000");
        Sample.backup(redis.uri(), folder);
        try (Standalone other = Standalone.start()) {
            List<String> told = new ArrayList<>();
            Restore.Result result =
                    Restore.run(folder, other.uri(), Restore.Existing.REFUSE, Restore.Proof.EVERY_KEY, text -> {
                        told.add(text);
                        if (text.equals("comparing keys")) {
                            other.command("DEL", "soon");
                        }
                    });
            assertThat(told).contains("comparing keys");
            assertThat(result.holds())
                    .as("its time is nearly over: nobody can tell")
                    .isTrue();
        }
    }

    @Test
    void aKeyThatIsLostIsSeenInTheCountsAndByName(Standalone redis) throws IOException {
        Sample.strings(redis, 50);
        Sample.backup(redis.uri(), folder);
        try (Standalone other = Standalone.start()) {
            Restore.Result result =
                    Restore.run(folder, other.uri(), Restore.Existing.REFUSE, Restore.Proof.EVERY_KEY, text -> {
                        if (text.equals("comparing keys")) {
                            other.command("DEL", "key:7");
                        }
                    });
            assertThat(result.holds()).isFalse();
            assertThat(result.differing()).containsExactly("key:7");
        }
    }

    @Test
    void flushWithAFileThatIsTooNewLeavesTheTargetUntouched(Standalone redis) throws IOException {
        Sample.strings(redis, 5);
        Path set = Path.of(Sample.backup(redis.uri(), folder, Backup.Options.DEFAULTS.withCompression(Compression.NONE))
                .folder());
        makeNewer(set);
        assertThatThrownBy(() -> Sample.restore(set, redis.uri(), Restore.Existing.FLUSH))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("too old for the data")
                .hasMessageContaining("is of version 99");
        assertThat(redis.command("DBSIZE")).isEqualTo("5");
    }

    @Test
    void aFlushIsOverBeforeTheFirstKeyComes(Standalone redis) throws IOException {
        Sample.strings(redis, 5);
        Sample.backup(redis.uri(), folder);
        // While the fork of the backup lives, Redis does not go on moving a table that grows, and each key added is
        // searched for among all.
        await().until(() -> redis.info("rdb_bgsave_in_progress").equals("0"));
        redis.command("DEBUG", "POPULATE", "100000", "other", "50");
        Restore.Result result = Sample.restore(folder, redis.uri(), Restore.Existing.FLUSH);
        assertThat(result.holds()).isTrue();
        assertThat(result.databases()).containsExactly(new Restore.Database(0, 5, 5, 0, 5));
    }

    @Test
    @WithRedis(fresh = true, directives = "timeout 1")
    void aConnectionThatTheServerClosedForIdlenessIsMadeAnew(Standalone redis) throws IOException {
        try (Target target = Target.open(redis.uri())) {
            Owner owner = target.owner("key".getBytes(UTF_8));
            owner.select(3);
            String id = owner.wire().ask("CLIENT", "ID");
            await().until(() -> redis.command("CLIENT", "LIST", "ID", id).isBlank());
            owner.wire().ask("SET", "key", "value");
            assertThat(redis.info("db3")).startsWith("keys=1");
        }
    }

    @Test
    @WithRedis(
            fresh = true,
            directives = {"timeout 1", "repl-diskless-sync-delay 3"})
    void aServerThatClosesIdleConnectionsIsBackedUpWhateverItWaitsFor(Standalone redis) throws IOException {
        Sample.strings(redis, 5);
        assertThat(Sample.backup(redis.uri(), folder).manifest().keys()).isEqualTo(5);
    }

    @Test
    void groupsOfAStreamAreComparedAlsoWhereItIsStoredOtherwise(Standalone redis) throws IOException {
        for (int i = 1; i <= 20; i++) {
            redis.command("XADD", "stream", i + "-1", "field", "value");
        }
        redis.command("XGROUP", "CREATE", "stream", "workers", "0");
        redis.command("XREADGROUP", "GROUP", "workers", "ann", "COUNT", "5", "STREAMS", "stream", ">");
        redis.command("XGROUP", "CREATE", "stream", "idle", "$");
        redis.command("XGROUP", "CREATECONSUMER", "stream", "idle", "bob");
        Sample.backup(redis.uri(), folder);
        BackupSets.Kept set = BackupSets.find(folder);
        try (Standalone other = Standalone.start();
                Target target = Target.open(other.uri())) {
            Sample.restore(folder, other.uri(), Restore.Existing.REFUSE);
            other.command("XREADGROUP", "GROUP", "idle", "bob", "STREAMS", "stream", ">");
            assertThat(compared(target, set))
                    .as("bob was seen later; that is not its value")
                    .isEmpty();
            other.command("XACK", "stream", "workers", "3-1");
            assertThat(compared(target, set)).containsExactly("stream");
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void aClusterWithASlotOnItsWayIsRefused(Cluster cluster) {
        Standalone from = cluster.nodes().get(0);
        String to = cluster.nodes().get(1).command("CLUSTER", "MYID");
        from.command("CLUSTER", "SETSLOT", "0", "MIGRATING", to);
        try {
            assertThatThrownBy(() -> Sample.backup(cluster.uri(), folder))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("slots are moving at 127.0.0.1:" + from.port())
                    .hasMessageContaining("--allow-partial");
            assertThat(folder).isEmptyDirectory();
        } finally {
            from.command("CLUSTER", "SETSLOT", "0", "STABLE");
        }
    }

    @Test
    @WithRedis(value = Topology.CLUSTER, fresh = true)
    void keysWhoseSlotMovedAreSentToWhereItWent(Cluster cluster) throws IOException {
        byte[] payload;
        try (Standalone other = Standalone.start();
                Wire wire = Sample.wire(other, 0)) {
            wire.ask("SET", "key", "value");
            payload = ((Answer.Bulk) wire.call("DUMP", "key")).bytes();
        }
        String slot = cluster.command("CLUSTER", "KEYSLOT", "key");
        try (Target target = Target.open(cluster.uri())) {
            int before = target.owner("key".getBytes(UTF_8)).wire().node().port();
            Standalone to = cluster.nodes().stream()
                    .filter(node -> node.port() != before)
                    .findFirst()
                    .orElseThrow();
            String id = to.command("CLUSTER", "MYID");
            cluster.nodes().forEach(node -> node.command("CLUSTER", "SETSLOT", slot, "NODE", id));

            Transfer transfer = new Transfer(target, 1, text -> {});
            transfer.key(new Entry(0, "key".getBytes(UTF_8), -1, payload));
            transfer.finish();
            assertThat(transfer.keys()).isEqualTo(1);
            assertThat(to.command("GET", "key")).isEqualTo("value");
        }
    }

    // --- help

    private static List<String> compared(Target target, BackupSets.Kept set) throws IOException {
        try (Comparison comparison = new Comparison(target, 1)) {
            StoredFile.read(set.folder(), set.manifest().shards().get(0), rdb -> RdbKeys.read(rdb, comparison));
            comparison.finish();
            return comparison.differing();
        }
    }

    private static Entry entry(Standalone redis, String key, long expiresAt) throws IOException {
        try (Wire wire = Sample.wire(redis, 0)) {
            byte[] payload = ((Answer.Bulk) wire.call("DUMP", key)).bytes();
            return new Entry(0, key.getBytes(UTF_8), expiresAt, payload);
        }
    }

    /** The same file, with a version that no server has. */
    private static void makeNewer(Path set) throws IOException {
        Path file = set.resolve("shard-1.rdb");
        byte[] rdb = Files.readAllBytes(file);
        rdb[7] = '9';
        rdb[8] = '9';
        Crc64 crc = new Crc64();
        crc.update(rdb, 0, rdb.length - Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            rdb[rdb.length - Long.BYTES + i] = (byte) (crc.value() >>> i * Byte.SIZE);
        }
        Files.write(file, rdb);
        Manifest manifest = BackupSets.find(set).manifest();
        String sha = HexFormat.of().formatHex(StoredFile.sha256().digest(rdb));
        Path text = set.resolve(BackupSets.MANIFEST);
        Files.writeString(
                text, Files.readString(text).replace(manifest.shards().get(0).sha256(), sha));
    }
}
