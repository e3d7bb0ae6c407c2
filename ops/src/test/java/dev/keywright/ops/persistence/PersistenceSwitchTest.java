package dev.keywright.ops.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.ops.OpsException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PersistenceSwitchTest {

    private static final String KEYS = "5000";

    @TempDir
    private Path folder;

    @Test
    void aSnapshotServerKeepsAllItsDataWhenItGetsALogAndCrashes() {
        try (Standalone server = start("save", "3600 1")) {
            fill(server);
            PersistenceSwitch.Outcome outcome = switchTo(server, Persistence.AOF_EVERYSEC);
            assertThat(outcome.isWrittenDown()).isTrue();
            assertThat(server.configuration())
                    .containsEntry("appendonly", "yes")
                    .containsEntry("appendfsync", "everysec")
                    .containsEntry("save", "");
            server.command("SET", "after", "1");
            awaitFsync(server);
            server.kill();
            server.restart();
            assertThat(server.command("DBSIZE")).isEqualTo("5001");
            assertThat(server.configuration()).containsEntry("appendonly", "yes");
        }
    }

    @Test
    void theOtherWayASnapshotIsWrittenBeforeTheLogIsLetGo() {
        try (Standalone server = start("appendonly", "yes")) {
            fill(server);
            switchTo(server, Persistence.RDB);
            assertThat(server.configuration())
                    .containsEntry("appendonly", "no")
                    .containsEntry("save", "3600 1 300 100 60 10000");
            server.kill();
            server.restart();
            assertThat(server.command("DBSIZE")).isEqualTo(KEYS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPersistenceIsReachedFromSnapshotsAndStaysAfterARestart(Persistence wanted) {
        try (Standalone server = start("save", "900 1")) {
            fill(server);
            switchTo(server, wanted);
            server.restart();
            Kept kept = new Kept(
                    server.configuration().get("appendonly"),
                    server.configuration().get("appendfsync"),
                    server.configuration().get("save"));
            assertThat(kept.is(wanted)).isTrue();
            assertThat(kept.save()).isEqualTo(wanted.snapshots() ? "900 1" : "");
            assertThat(server.command("DBSIZE")).isEqualTo(KEYS);
        }
    }

    @Test
    void aLogThatCannotBeWrittenLeavesEverythingAsItWas() throws IOException {
        try (Standalone server = start("save", "3600 1")) {
            fill(server);
            Files.writeString(folder.resolve("appendonlydir"), "in the way");
            assertThatThrownBy(() -> switchTo(server, Persistence.AOF_ALWAYS))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageContaining("Every server keeps what it kept before.");
            assertThat(server.configuration())
                    .containsEntry("appendonly", "no")
                    .containsEntry("appendfsync", "everysec")
                    .containsEntry("save", "3600 1");
            assertThat(server.command("SET", "still", "writes")).isEqualTo("OK");
        }
    }

    @Test
    void aSnapshotThatCannotBeWrittenLeavesTheLogOn() throws IOException {
        try (Standalone server = start("appendonly", "yes")) {
            fill(server);
            Files.createDirectories(folder.resolve("dump.rdb/in-the-way"));
            assertThatThrownBy(() -> switchTo(server, Persistence.RDB))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("snapshot could not be written");
            assertThat(server.configuration())
                    .containsEntry("appendonly", "yes")
                    .containsEntry("save", "");
            awaitFsync(server);
            server.kill();
            server.restart();
            assertThat(server.command("DBSIZE")).isEqualTo(KEYS);
        }
    }

    @Test
    void replicasComeFirstAndAFailureAmongThemTouchesNoPrimary() throws IOException {
        try (Standalone primary = Standalone.start();
                Standalone replica = start("replicaof", "127.0.0.1 " + primary.port())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> replica.info("master_link_status").equals("up"));
            try (Connection connection = Connection.open(primary.uri());
                    PersistenceSwitch change = PersistenceSwitch.prepare(connection, Persistence.AOF_EVERYSEC)) {
                assertThat(change.plan().refusals()).isEmpty();
                assertThat(change.plan().servers().stream().map(PersistenceSwitch.Change::role))
                        .containsExactly("replica", "primary");
                Path blocked = Files.writeString(folder.resolve("appendonlydir"), "in the way");
                assertThatThrownBy(() -> change.run(silent -> {})).hasMessageContaining("" + replica.port());
                assertThat(primary.configuration()).containsEntry("appendonly", "no");
                Files.delete(blocked);
                change.run(silent -> {});
            }
            assertThat(primary.configuration()).containsEntry("appendonly", "yes");
            assertThat(replica.configuration()).containsEntry("appendonly", "yes");
        }
    }

    @Test
    void aReplicaWithoutItsPrimaryIsARefusalAndNothingIsDone() {
        try (Standalone primary = Standalone.start();
                Standalone replica = start("replicaof", "127.0.0.1 " + primary.port())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> replica.info("master_link_status").equals("up"));
            primary.kill();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> replica.info("master_link_status").equals("down"));
            ConnectionOptions impatient = ConnectionOptions.DEFAULTS.withConnectTimeout(Duration.ofSeconds(1));
            try (Connection connection = Connection.open(replica.uri(), impatient);
                    PersistenceSwitch change = PersistenceSwitch.prepare(connection, Persistence.AOF_EVERYSEC)) {
                assertThat(change.plan().refusals())
                        .hasSize(2)
                        .anySatisfy(refusal -> assertThat(refusal).contains("has no link to its primary"))
                        .anySatisfy(refusal -> assertThat(refusal).contains("cannot be reached"));
                assertThatThrownBy(() -> change.run(silent -> {})).hasMessageContaining("refused");
            }
            assertThat(replica.configuration()).containsEntry("appendonly", "no");
        }
    }

    @Test
    void aConfigurationThatCannotBeRewrittenIsSaidWithTheLinesToAdd() throws IOException {
        try (Standalone server = start("save", "3600 1")) {
            Path conf = Path.of(server.info("config_file"));
            Files.delete(conf);
            Files.createDirectories(conf.resolve("in-the-way"));
            PersistenceSwitch.Outcome outcome = switchTo(server, Persistence.RDB_AOF);
            assertThat(outcome.isWrittenDown()).isFalse();
            assertThat(outcome.servers().get(0).linesToAdd())
                    .containsExactly("appendonly yes", "appendfsync everysec", "save \"3600 1\"");
            assertThat(server.configuration()).containsEntry("appendonly", "yes");
        }
    }

    @Test
    void aServerThatKeepsItAlreadyIsOnlyWrittenDown() {
        try (Standalone server = start("appendonly", "yes");
                Connection connection = Connection.open(server.uri());
                PersistenceSwitch change = PersistenceSwitch.prepare(connection, Persistence.AOF_EVERYSEC)) {
            assertThat(change.plan().isThereAlready()).isTrue();
            List<String> told = new ArrayList<>();
            change.run(told::add);
            assertThat(told).containsExactly("127.0.0.1:" + server.port() + ": writing it down");
        }
    }

    private Standalone start(String directive, String value) {
        return Standalone.start(ServerOptions.DEFAULTS.withFolder(folder).withDirective(directive, value));
    }

    private static void fill(Standalone server) {
        server.command("EVAL", "for i = 1, " + KEYS + " do redis.call('SET', 'key:' .. i, i) end", "0");
    }

    private static void awaitFsync(Standalone server) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> server.info("aof_pending_bio_fsync").equals("0")
                        && server.info("aof_buffer_length").equals("0"));
    }

    private static PersistenceSwitch.Outcome switchTo(Standalone server, Persistence wanted) {
        try (Connection connection = Connection.open(server.uri());
                PersistenceSwitch change = PersistenceSwitch.prepare(connection, wanted)) {
            assertThat(change.plan().refusals()).isEmpty();
            return change.run(silent -> {});
        }
    }
}
