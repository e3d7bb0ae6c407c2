package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.Crc64;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is said, and costs nothing that was good. */
@WithRedis(directives = "repl-diskless-sync-delay 0")
class TroubleTest {

    @TempDir
    Path folder;

    @Test
    void aFlippedBitAndACutFileAreRefusedByName(Standalone redis) throws IOException {
        Sample.everything(redis);
        for (Compression compression : Compression.values()) {
            Backup.Result backup =
                    Sample.backup(redis.uri(), folder, Backup.Options.DEFAULTS.withCompression(compression));
            Path set = Path.of(backup.folder());
            Path file = set.resolve(backup.manifest().shards().get(0).file());
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 4;
            Files.write(file, flipped);
            assertThatThrownBy(() -> Sample.restore(set, redis.uri(), Restore.Existing.REPLACE))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining(file + " is damaged")
                    .hasMessageContaining("SHA-256");
            Files.write(file, Arrays.copyOf(whole, whole.length - 20));
            assertThatThrownBy(() -> Sample.restore(set, redis.uri(), Restore.Existing.REPLACE))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining(file + " is damaged")
                    .hasMessageContaining("bytes instead of");
        }
    }

    @Test
    void theRdbsOwnChecksumSeesEveryFlippedBitAndEveryCut() throws IOException {
        byte[] rdb = rdb(11, "payload");
        assertThat(check(rdb)).isEqualTo(new RdbCheck.Facts(11, rdb.length, RdbCheck.Checksum.MATCHED));
        for (int bit = 0; bit < (rdb.length - 1) * 8; bit++) {
            byte[] flipped = rdb.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> check(flipped)).as("bit %d", bit).isInstanceOf(RdbCheck.Damaged.class);
        }
        for (int length = 0; length < rdb.length; length++) {
            byte[] cut = Arrays.copyOf(rdb, length);
            assertThatThrownBy(() -> check(cut)).isInstanceOf(RdbCheck.Damaged.class);
        }
        byte[] off = rdb.clone();
        Arrays.fill(off, rdb.length - 8, rdb.length, (byte) 0);
        assertThat(check(off).checksum()).isEqualTo(RdbCheck.Checksum.OFF);
    }

    @Test
    void anRdbNewerThanThePrivateServerIsKeptAndSaidToBeUnproved() throws IOException {
        byte[] rdb = rdb(99, "payload");
        StoredFile.Written written =
                StoredFile.write(folder, "shard-1.rdb", Compression.NONE, StoredFile.DISK, out -> out.write(rdb));
        assertThat(written.facts().version()).isEqualTo(99);
        Manifest.Shard shard = shard(written);
        assertThatThrownBy(() -> PrivateServer.load(folder, shard, folder))
                .isInstanceOf(PrivateServer.TooNew.class)
                .hasMessageContaining("does not read RDB files of this version");
    }

    @Test
    void aServerKilledWhileItSendsLeavesOlderSetsUntouched() {
        try (Standalone redis = Standalone.start()) {
            redis.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
            redis.command("CONFIG", "SET", "rdbcompression", "no");
            redis.command("DEBUG", "POPULATE", "20000", "key", "1000");
            Backup.Result good = Sample.backup(redis.uri(), folder);
            assertThatThrownBy(() -> run(redis, whenWritten(redis::kill)))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("broke off")
                    .hasMessageContaining("127.0.0.1:" + redis.port())
                    .hasMessageContaining(".partial");
            assertThat(BackupSets.find(folder).manifest()).isEqualTo(good.manifest());
            assertThat(new BackupSets(folder).unfinished()).hasSize(1);
        }
    }

    @Test
    void aFullDiskIsSaidAndLeavesOlderSetsUntouched(Standalone redis) {
        redis.command("DEBUG", "POPULATE", "1000");
        Backup.Result good = Sample.backup(redis.uri(), folder);
        assertThatThrownBy(() -> run(redis, whenWritten(() -> {
                    throw new IOException("No space left on device");
                })))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("could not be written: No space left on device")
                .hasMessageContaining("Free space");
        assertThat(BackupSets.find(folder).manifest()).isEqualTo(good.manifest());
    }

    @Test
    void retentionRemovesWhatNoRuleKeepsAndNeverTheLastProvedSet(Standalone redis) {
        Sample.backup(redis.uri(), folder, Backup.Options.DEFAULTS);
        Backup.Options unproved = Backup.Options.DEFAULTS.withLoadCheck(false);
        String proved = BackupSets.find(folder).manifest().id();
        Instant later = Instant.now().plus(Duration.ofDays(40));
        Backup.Options rules = unproved.withRetention(Optional.of(2), Optional.of(Duration.ofDays(30)));
        for (int day = 0; day < 4; day++) {
            at(redis, later.plus(Duration.ofDays(day)), rules);
        }
        assertThat(new BackupSets(folder).complete())
                .as("young enough, or proved")
                .hasSize(5);
        Backup.Result last = at(redis, later.plus(Duration.ofDays(100)), rules);
        assertThat(last.removed()).hasSize(3);
        assertThat(new BackupSets(folder).complete())
                .extracting(kept -> kept.manifest().id())
                .hasSize(3)
                .contains(proved, last.manifest().id());
    }

    @Test
    void aTargetThatIsNotEmptyIsLeftAloneUnlessToldOtherwise(Standalone redis) throws IOException {
        Sample.strings(redis, 20);
        Sample.backup(redis.uri(), folder);
        redis.command("SET", "key:3", "changed");
        redis.command("SET", "new", "1");
        assertThatThrownBy(() -> Sample.restore(folder, redis.uri(), Restore.Existing.REFUSE))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("holds 21 keys")
                .hasMessageContaining("--replace");
        assertThat(redis.command("GET", "key:3")).isEqualTo("changed");

        Restore.Result replaced = Sample.restore(folder, redis.uri(), Restore.Existing.REPLACE);
        assertThat(replaced.holds()).isTrue();
        assertThat(redis.command("GET", "key:3")).isNotEqualTo("changed");
        assertThat(redis.command("DBSIZE")).isEqualTo("21");

        Sample.restore(folder, redis.uri(), Restore.Existing.FLUSH);
        assertThat(redis.command("DBSIZE")).isEqualTo("20");
    }

    @Test
    void whatDiffersAfterwardsIsNamed(Standalone redis) throws IOException {
        Sample.everything(redis);
        Sample.backup(redis.uri(), folder);
        BackupSets.Kept set = BackupSets.find(folder);
        try (Standalone other = Standalone.start();
                Target target = Target.open(other.uri());
                Comparison comparison = new Comparison(target, 1)) {
            Sample.everything(other);
            other.command("APPEND", "text", "!");
            other.command("PERSIST", "text:ttl");
            other.command("SREM", "set:big", "member7");
            other.command("HSET", "hash:big", "field8", "other");
            other.command("DEL", "list");
            StoredFile.read(set.folder(), set.manifest().shards().get(0), rdb -> RdbKeys.read(rdb, comparison));
            comparison.finish();
            assertThat(comparison.compared()).isEqualTo(17);
            assertThat(comparison.differing())
                    .as("and the stream was read from, and the key of database 15 given its TTL, at another time")
                    .containsExactlyInAnyOrder(
                            "text", "text:ttl", "set:big", "hash:big", "list", "stream", "in fifteen");
        }
    }

    @Test
    void keysOutsideDatabase0DoNotGoIntoACluster(Standalone redis) throws IOException {
        Sample.everything(redis);
        Sample.backup(redis.uri(), folder);
        try (Cluster cluster = Cluster.start(1)) {
            assertThatThrownBy(() -> Sample.restore(folder, cluster.uri(), Restore.Existing.REFUSE))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("outside database 0");
        }
    }

    @Test
    void aTargetThatFillsUpKeepsWhatItHasAndReplaceGoesOn(Standalone redis) {
        redis.command("DEBUG", "POPULATE", "3000", "key", "1000");
        Sample.backup(redis.uri(), folder);
        try (Standalone small = Standalone.start()) {
            small.command("CONFIG", "SET", "maxmemory", "3mb");
            assertThatThrownBy(() -> Sample.restore(folder, small.uri(), Restore.Existing.REFUSE))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("OOM")
                    .hasMessageContaining("--replace");
            assertThat(Integer.parseInt(small.command("DBSIZE"))).isPositive();
            small.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(Sample.restore(folder, small.uri(), Restore.Existing.REPLACE)
                            .holds())
                    .isTrue();
            assertThat(small.command("DBSIZE")).isEqualTo("3000");
        }
    }

    @Test
    void aServerThatIsWrittenToIsBackedUpAndTheCountsSayWhatTheyMean(Standalone redis) throws Exception {
        redis.command("CONFIG", "SET", "repl-diskless-sync-delay", "1");
        redis.command("DEBUG", "POPULATE", "5000");
        AtomicBoolean writing = new AtomicBoolean(true);
        Thread writer = new Thread(() -> write(redis, writing));
        writer.start();
        try {
            Backup.Result backup = Sample.backup(redis.uri(), folder);
            assertThat(backup.manifest().allLoaded()).isTrue();
            assertThat(backup.manifest().notes()).anyMatch(note -> note.startsWith("Written to while"));
        } finally {
            writing.set(false);
            writer.join();
        }
    }

    @Test
    void aReplicaWhoseLinkIsUpIsReadInsteadOfThePrimary(Standalone primary) throws IOException {
        Sample.strings(primary, 10);
        try (Standalone replica = Standalone.start()) {
            replica.command("CONFIG", "SET", "repl-diskless-sync-delay", "0");
            replica.command("REPLICAOF", "127.0.0.1", Integer.toString(primary.port()));
            await().until(() -> replica.info("master_link_status").equals("up")
                    && primary.info("slave0").contains("state=online"));
            Manifest manifest = Sample.backup(primary.uri(), folder).manifest();
            assertThat(manifest.layout()).isEqualTo(Manifest.Layout.REPLICATION);
            assertThat(manifest.shards().get(0).role()).isEqualTo("replica");
            assertThat(manifest.shards().get(0).node()).isEqualTo("127.0.0.1:" + replica.port());
            assertThat(manifest.shards().get(0).replicationId()).isEqualTo(primary.info("master_replid"));

            replica.freeze();
            Manifest without = Sample.backup(primary.uri(), folder).manifest();
            assertThat(without.shards().get(0).role()).isEqualTo("primary");
            assertThat(without.notes()).singleElement().asString().contains("was passed over");
        }
    }

    @Test
    @WithRedis(value = Topology.CLUSTER, fresh = true, directives = "repl-diskless-sync-delay 0")
    void aClusterBackupThatBrokeOffGoesOnWithTheShardsItHas(Cluster cluster) throws IOException {
        Sample.strings(cluster, 60);
        Standalone last = cluster.nodes().get(2);
        StoredFile.Disk disk = file -> {
            if (file.toString().contains("shard-3")) {
                last.kill();
            }
            return StoredFile.DISK.create(file);
        };
        last.command("CONFIG", "SET", "rdbcompression", "no");
        last.command("DEBUG", "POPULATE", "20000", "{gp}", "1000");
        assertThatThrownBy(() -> Backup.run(
                        cluster.uri(), folder, Backup.Options.DEFAULTS, text -> {}, disk, InstantSource.system()))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("--resume keeps complete shards");
        last.restart();
        cluster.awaitAgreement();
        Manifest manifest = Sample.backup(cluster.uri(), folder, Backup.Options.DEFAULTS.withResume(true))
                .manifest();
        assertThat(manifest.notes())
                .anyMatch(note -> note.startsWith("Shard 1 is of an earlier, interrupted run"))
                .anyMatch(note -> note.startsWith("Shard 2 is of an earlier, interrupted run"))
                .noneMatch(note -> note.startsWith("Shard 3 is of an earlier, interrupted run"));
        assertThat(new BackupSets(folder).unfinished()).isEmpty();
        try (Stream<Path> files = Files.list(folder.resolve(manifest.id()))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "manifest.json", "shard-1.rdb.zst", "shard-2.rdb.zst", "shard-3.rdb.zst");
        }
    }

    @Test
    void slotsAreThoseOfRedis(Standalone redis) {
        try (Cluster cluster = Cluster.start(1)) {
            for (String key : List.of("a", "key:1", "{tag}1", "x{}y", "{}x", "{a}{b}", "123456789", "{", "}{z}")) {
                assertThat(HashSlot.of(key.getBytes(UTF_8)))
                        .as(key)
                        .isEqualTo(Integer.parseInt(cluster.command("CLUSTER", "KEYSLOT", key)));
            }
        }
    }

    // --- help

    private Backup.Result run(Standalone redis, StoredFile.Disk disk) {
        return Backup.run(
                redis.uri(),
                folder,
                Backup.Options.DEFAULTS.withCompression(Compression.NONE),
                text -> {},
                disk,
                InstantSource.system());
    }

    private Backup.Result at(Standalone redis, Instant now, Backup.Options options) {
        return Backup.run(redis.uri(), folder, options, text -> {}, StoredFile.DISK, () -> now);
    }

    private interface Deed {
        void happen() throws IOException;
    }

    /** A disk on which something happens with the first piece that is written. */
    private static StoredFile.Disk whenWritten(Deed deed) {
        return file -> new FilterOutputStream(StoredFile.DISK.create(file)) {
            private boolean happened;

            @Override
            public void write(byte[] piece, int from, int length) throws IOException {
                if (!happened) {
                    happened = true;
                    deed.happen();
                }
                out.write(piece, from, length);
            }
        };
    }

    private static void write(Standalone redis, AtomicBoolean writing) {
        try (Wire wire = Sample.wire(redis, 0)) {
            for (int i = 0; writing.get(); i++) {
                wire.ask("SET", "written:" + i, "x");
                wire.ask("DEL", "key:" + i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shortest RDB that a server might write, with a right checksum. */
    private static byte[] rdb(int version, String auxiliary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(String.format(Locale.ROOT, "REDIS%04d", version).getBytes(US_ASCII));
        bytes.write(0xfa);
        for (String word : List.of("note", auxiliary)) {
            bytes.write(word.length());
            bytes.writeBytes(word.getBytes(US_ASCII));
        }
        bytes.write(0xff);
        Crc64 crc = new Crc64();
        crc.update(bytes.toByteArray(), 0, bytes.size());
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(crc.value())
                .array());
        return bytes.toByteArray();
    }

    private static RdbCheck.Facts check(byte[] rdb) throws IOException {
        try (RdbCheck check = new RdbCheck(OutputStream.nullOutputStream())) {
            for (int at = 0; at < rdb.length; at += 5) {
                check.write(rdb, at, Math.min(5, rdb.length - at));
            }
            return check.finish();
        }
    }

    private static Manifest.Shard shard(StoredFile.Written written) {
        return new Manifest.Shard(
                1,
                "",
                "primary",
                0,
                "",
                "",
                0,
                "",
                Manifest.Way.BGSAVE,
                "shard-1.rdb",
                written.facts().version(),
                written.facts().bytes(),
                written.storedBytes(),
                written.sha256(),
                "matched",
                0,
                0,
                Manifest.Proof.SKIPPED,
                Optional.empty(),
                List.of(),
                List.of());
    }
}
