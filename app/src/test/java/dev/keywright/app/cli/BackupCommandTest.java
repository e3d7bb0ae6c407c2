package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {

    private static final ServerOptions AT_ONCE = ServerOptions.DEFAULTS
            .withDirective("repl-diskless-sync-delay", "0")
            .withDirective("requirepass", "s3cret");

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
