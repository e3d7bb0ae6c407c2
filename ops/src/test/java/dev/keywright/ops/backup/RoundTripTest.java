package dev.keywright.ops.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Cluster;
import dev.keywright.server.Replication;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was there is there again. */
@WithRedis(directives = "repl-diskless-sync-delay 0")
class RoundTripTest {

    private static final ServerOptions AT_ONCE = ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0");

    @TempDir
    Path folder;

    @Test
    void everyTypeDatabaseTtlAndFunctionComesBack(Standalone redis) throws IOException {
        Sample.everything(redis);
        Backup.Result backup = Sample.backup(redis.uri(), folder);
        Manifest.Shard shard = backup.manifest().shards().get(0);
        assertThat(shard.proof()).isEqualTo(Manifest.Proof.LOADED);
        assertThat(shard.checksum()).isEqualTo("matched");
        assertThat(shard.way()).isEqualTo(Manifest.Way.REPLICATION_STREAM);
        assertThat(shard.databases())
                .containsExactly(
                        new Manifest.Database(0, 15, 2),
                        new Manifest.Database(3, 1, 0),
                        new Manifest.Database(15, 1, 1));
        assertThat(backup.manifest().notes()).isEmpty();

        try (Standalone other = Standalone.start()) {
            Restore.Result restored = Sample.restore(folder, other.uri(), Restore.Existing.REFUSE);
            assertThat(restored.holds()).isTrue();
            assertThat(restored.proof()).isEqualTo(Restore.Proof.EVERY_KEY);
            assertThat(restored.compared()).isEqualTo(17);
            assertThat(other.command("DEBUG", "DIGEST")).isEqualTo(redis.command("DEBUG", "DIGEST"));
            assertThat(other.command("PEXPIRETIME", "text:ttl")).isEqualTo("4102444800123");
            assertThat(other.command("PEXPIRETIME", "hash:small")).isEqualTo("4102444800456");
            assertThat(other.command("XPENDING", "stream", "workers")).startsWith("1\n1-1");
            assertThat(other.command("FCALL", "twice", "0", "21")).isEqualTo("42");
        }
    }

    @Test
    void readsThroughAPasswordAndAnAclUserAndTellsNeither() throws IOException {
        ServerOptions options = AT_ONCE.withDirective("requirepass", "s3cret")
                .withDirective("user", "saver on >pa:ss/word +psync +replconf +info +role +client +hello +ping");
        try (Standalone redis = Standalone.start(options)) {
            Sample.strings(redis, 5);
            String uri = "redis://saver:pa%3Ass%2Fword@127.0.0.1:" + redis.port();
            Backup.Result byUser = Sample.backup(uri, folder);
            Backup.Result byPassword = Sample.backup(redis.uri(), folder);
            assertThat(byUser.manifest().keys()).isEqualTo(5);
            assertThat(byPassword.manifest().keys()).isEqualTo(5);
            assertThat(Document.text(byUser.manifest()) + Document.text(byPassword.manifest()))
                    .doesNotContain("pa:ss")
                    .doesNotContain("s3cret")
                    .contains("redis://127.0.0.1:");
        }
    }

    @Test
    void aRefusedUserIsToldWhatToAllow() throws IOException {
        ServerOptions options = AT_ONCE.withDirective("user", "poor on >pw +info +role +client +hello +ping");
        try (Standalone redis = Standalone.start(options)) {
            assertThatThrownBy(() -> Sample.backup("redis://poor:pw@127.0.0.1:" + redis.port(), folder))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("allow the user +psync +replconf");
        }
    }

    @Test
    void whereTheProtocolIsRefusedBgsaveOnThisMachineHelps(@TempDir Path place) throws IOException {
        ServerOptions options = AT_ONCE.withFolder(place).withDirective("user", "local on >pw +@all -psync -sync ~*");
        try (Standalone redis = Standalone.start(options)) {
            Sample.strings(redis, 10);
            Backup.Result backup = Sample.backup("redis://local:pw@127.0.0.1:" + redis.port(), folder);
            assertThat(backup.manifest().shards().get(0).way()).isEqualTo(Manifest.Way.BGSAVE);
            assertThat(backup.manifest().keys()).isEqualTo(10);
            assertThat(backup.manifest().notes()).singleElement().asString().contains("BGSAVE was used");
        }
    }

    @Test
    void thePartsOfAnAofAreCopiedWhileItIsRewrittenAndLoadAgain(@TempDir Path place) throws IOException {
        ServerOptions options =
                AT_ONCE.withDirective("appendonly", "yes").withDirective("user", "reader on >pw +@all -config|set ~*");
        try (Standalone redis = Standalone.start(options)) {
            Sample.strings(redis, 10);
            redis.command("BGREWRITEAOF");
            String uri = "redis://reader:pw@127.0.0.1:" + redis.port();
            Backup.Result backup = Sample.backup(uri, folder, Backup.Options.DEFAULTS.withAof(true));
            assertThat(backup.manifest().shards().get(0).aof())
                    .extracting(Manifest.Extra::file)
                    .contains("shard-1-aof/appendonly.aof.manifest")
                    .anyMatch(file -> file.endsWith(".incr.aof"));
            Path parts = Files.createDirectories(place.resolve("appendonlydir"));
            for (Manifest.Extra part : backup.manifest().shards().get(0).aof()) {
                Path copy = Path.of(backup.folder()).resolve(part.file());
                Files.copy(copy, parts.resolve(copy.getFileName()));
            }
        }
        try (Standalone again =
                Standalone.start(ServerOptions.DEFAULTS.withFolder(place).withDirective("appendonly", "yes"))) {
            assertThat(again.command("DBSIZE")).isEqualTo("10");
        }
    }

    @Test
    void keysWhoseTimeIsOverAreCountedAndNotRestored(Standalone redis) throws IOException {
        redis.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        redis.command("SET", "stays", "1");
        redis.command("SET", "goes", "1", "PX", "1");
        Backup.Result backup = Sample.backup(redis.uri(), folder);
        assertThat(backup.manifest().keys()).isEqualTo(2);
        try (Standalone other = Standalone.start()) {
            Restore.Result restored = Sample.restore(folder, other.uri(), Restore.Existing.REFUSE);
            assertThat(restored.databases()).containsExactly(new Restore.Database(0, 2, 1, 1, 1));
            assertThat(restored.holds()).isTrue();
        }
    }

    @Test
    @WithRedis(value = Topology.CLUSTER, directives = "repl-diskless-sync-delay 0")
    void aClusterIsOneSetAndFitsAClusterOfAnotherSize(Cluster cluster) throws IOException {
        Sample.strings(cluster, 300);
        Backup.Result backup = Sample.backup(cluster.uri(), folder);
        assertThat(backup.manifest().layout()).isEqualTo(Manifest.Layout.CLUSTER);
        assertThat(backup.manifest().shards())
                .extracting(Manifest.Shard::slots)
                .containsExactly("0-5460", "5461-10921", "10922-16383");
        assertThat(backup.manifest().keys()).isEqualTo(300);

        try (Cluster two = Cluster.start(2);
                Standalone one = Standalone.start()) {
            Restore.Result wider = Sample.restore(folder, two.uri(), Restore.Existing.REFUSE);
            assertThat(wider.holds()).isTrue();
            assertThat(wider.compared()).isEqualTo(300);
            Sample.restore(folder, one.uri(), Restore.Existing.REFUSE);
            assertThat(one.command("DBSIZE")).isEqualTo("300");
            assertThat(two.command("GET", "key:7")).isEqualTo(one.command("GET", "key:7"));
        }
    }

    @Test
    void aServerStartsFromASet(Standalone redis, @TempDir Path place) throws IOException {
        Sample.everything(redis);
        Sample.backup(redis.uri(), folder, Backup.Options.DEFAULTS.withCompression(Compression.NONE));
        Restore.unpack(folder, place);
        assertThatThrownBy(() -> Restore.unpack(folder, place)).hasMessageContaining("is there already");
        try (Standalone started = Standalone.start(ServerOptions.DEFAULTS.withFolder(place))) {
            assertThat(started.command("DEBUG", "DIGEST")).isEqualTo(redis.command("DEBUG", "DIGEST"));
        }
    }

    @Test
    void aPrimaryWithReplicasIsReadAtAReplica() throws IOException {
        try (Replication redis = Replication.start(1)) {
            Sample.strings(redis, 25);
            redis.awaitInSync();
            Manifest manifest = Sample.backup(redis.uri(), folder).manifest();
            assertThat(manifest.layout()).isEqualTo(Manifest.Layout.REPLICATION);
            assertThat(manifest.shards().get(0).role()).isEqualTo("replica");
        }
        Restore.Shape shape = Restore.Shape.of(folder);
        assertThat(shape.layout()).isEqualTo(Manifest.Layout.REPLICATION);
        assertThat(shape.replicas()).isEqualTo(1);
    }

    @Test
    void speaksTlsWithTheAuthorityOfTheUri() throws IOException {
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS.withTls())) {
            try (Wire wire = Sample.wire(redis, 0)) {
                assertThat(wire.ask("PING")).isEqualTo("PONG");
            }
            Node node = new Node("127.0.0.1", redis.port());
            assertThatThrownBy(() -> Wire.open(node, Access.of("rediss://127.0.0.1")))
                    .isInstanceOf(IOException.class);
            try (Wire trusting = Wire.open(node, Access.of("rediss://127.0.0.1?verify=none"))) {
                assertThat(trusting.ask("PING")).isEqualTo("PONG");
            }
        }
    }
}
