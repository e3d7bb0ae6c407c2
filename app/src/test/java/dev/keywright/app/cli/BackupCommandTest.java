package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.app.operation.Restore;
import dev.keywright.app.operation.Up;
import dev.keywright.ops.local.Running;
import dev.keywright.ops.local.TopologyStatus;
import dev.keywright.server.Replication;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {

    private static final ServerOptions AT_ONCE = ServerOptions.DEFAULTS
            .withDirective("repl-diskless-sync-delay", "0")
            .withDirective("requirepass", "s3cret");

    private static final Pattern NODE = Pattern.compile("127\\.0\\.0\\.1:\\d+ +(\\d+) .* 1 ");

    @TempDir
    Path folder;

    @Test
    void aBackupComesBackIntoAnotherServerAndTheNextCommandIsSaid() {
        try (Standalone source = Standalone.start(AT_ONCE);
                Standalone target = Standalone.start()) {
            source.command("SET", "greeting", "hello");
            Call backup = Call.of("backup", source.uri(), folder.toString());
            assertThat(backup.err()).isEmpty();
            assertThat(backup.status()).isZero();
            assertThat(backup.out())
                    .contains("shard-1.rdb.zst", "1 keys", "CRC-64 matched, loaded by", "keywright restore " + folder)
                    .doesNotContain("s3cret");

            Call restore = Call.of("restore", folder.toString(), target.uri());
            assertThat(restore.status()).isZero();
            assertThat(restore.out()).contains("the target counts 1", "all 1 keys compared");
            assertThat(target.command("GET", "greeting")).isEqualTo("hello");

            Call again = Call.of("restore", folder.toString(), target.uri());
            assertThat(again.status()).isEqualTo(1);
            assertThat(again.err()).contains("holds 1 keys", "--replace").doesNotContain("\tat ");

            Call json = Call.of("restore", "--json", "--replace", folder.toString(), target.uri());
            assertThat(json.status()).isZero();
            assertThat(json.out()).startsWith("{").contains("\"schema\": \"keywright.restore-result/1\"");
        }
    }

    @Test
    void aPrimaryWithAReplicaComesUpAgainAsOne(@TempDir Path book) {
        try (Replication source = Replication.start(1, AT_ONCE)) {
            source.command("SET", "greeting", "hello");
            source.awaitInSync();
            assertThat(Call.of("backup", source.uri(), folder.toString()).status())
                    .isZero();
        }
        Up up = new Up(new Running.Book(book));
        try (Up.Started started = Restore.start(up, folder, folder.resolve("unused"), text -> {})) {
            List<TopologyStatus> seen = new ArrayList<>();
            started.watch(status -> {
                seen.add(status);
                started.close();
            });
            assertThat(seen.get(0).nodes()).hasSize(2);
            assertThat(seen.get(0).nodes().get(0).keys()).hasValue(1L);
        }
    }

    @Test
    @Timeout(300)
    void aServerThatStartsWithASetShowsItsTableAndEndsWithTheProgram() throws Exception {
        try (Standalone source = Standalone.start(AT_ONCE)) {
            source.command("SET", "greeting", "hello");
            Call.of("backup", source.uri(), folder.toString());
        }
        Path place = folder.resolve("place");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "restore",
                folder.toString(),
                "--up",
                "--place",
                place.toString());
        builder.environment().put("XDG_CACHE_HOME", folder.toString());
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).startsWith("restored is up: redis://127.0.0.1:");
            assertThat(out.readLine()).isEqualTo("Ctrl-C ends it.");
            assertThat(out.readLine()).contains("node", "memory");
            Matcher node = NODE.matcher(out.readLine());
            assertThat(node.find()).isTrue();
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(node.group(1))).orElseThrow();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.isAlive()).isFalse();
        } finally {
            process.destroyForcibly();
        }
        assertThat(place.resolve("dump.rdb")).isNotEmptyFile();
    }

    @Test
    void whatMakesNoSenseIsSaidWithStatus2() {
        assertThat(Call.of("restore", "sets").err()).contains("Say where to");
        assertThat(Call.of("restore", "sets", "redis://ann:pw@h", "--flush").err())
                .contains("add --yes")
                .doesNotContain("pw");
        assertThat(Call.of("backup", "redis://h", "sets", "--keep", "0").err()).contains("give 1 or more");
        Call age = Call.of("backup", "redis://h", "sets", "--keep-for", "soon");
        assertThat(age.status()).isEqualTo(2);
        assertThat(age.err()).contains("36h, 30d or 8w");
    }

    @Test
    void anAbsentServerAndAnAbsentSetAreSaidInOneSentence() {
        Call backup = Call.of("backup", "redis://:s3cret@127.0.0.1:1", folder.toString());
        assertThat(backup.status()).isEqualTo(1);
        assertThat(backup.err()).contains("No Redis at redis://127.0.0.1:1").doesNotContain("s3cret", "\tat ");
        Call restore = Call.of("restore", folder.toString(), "redis://127.0.0.1:1");
        assertThat(restore.status()).isEqualTo(1);
        assertThat(restore.err()).contains("There is no backup set");
    }
}
