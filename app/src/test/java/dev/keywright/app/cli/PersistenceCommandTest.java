package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistenceCommandTest {

    @TempDir
    private Path folder;

    @Test
    void aDryRunPrintsThePlanAndChangesNothing() {
        try (Standalone server = Standalone.start()) {
            Call call = Call.of("persistence", "switch", server.uri(), "--to", "aof-everysec", "--dry-run");
            assertThat(call.status()).isZero();
            assertThat(call.out())
                    .contains("primary 127.0.0.1:" + server.port() + ", now none", "CONFIG SET appendonly yes");
            assertThat(server.configuration()).containsEntry("appendonly", "no");
        }
    }

    @Test
    void itIsDoneOnYesAndTheServerHasItInItsFile() throws IOException {
        try (Standalone server = Standalone.start()) {
            Call call = Call.of("persistence", "switch", server.uri(), "--to", "rdb+aof", "--yes", "--json");
            assertThat(call.err()).isEmpty();
            assertThat(call.status()).isZero();
            assertThat(new ObjectMapper()
                            .readTree(call.out())
                            .at("/outcome/now")
                            .asText())
                    .isEqualTo("rdb+aof");
            assertThat(Files.readString(Path.of(server.info("config_file")))).contains("appendonly yes");
        }
    }

    @Test
    void withoutATerminalNothingIsDoneUnlessToldSo() {
        try (Standalone server = Standalone.start()) {
            Call call = Call.of("persistence", "switch", server.uri(), "--to", "aof-always");
            assertThat(call.status()).isEqualTo(2);
            assertThat(call.err()).contains("--yes");
            assertThat(Call.of("persistence").status()).isEqualTo(2);
            assertThat(Call.of("persistence", "switch", server.uri(), "--to", "tape", "--yes")
                            .err())
                    .contains("There is no persistence tape");
        }
    }

    @Test
    void aFailureIsStatusOneAndAPasswordNeverShows() throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS.withFolder(folder).withDirective("requirepass", "s3cretword");
        try (Standalone server = Standalone.start(options)) {
            Files.writeString(folder.resolve("appendonlydir"), "in the way");
            Call call = Call.of("persistence", "switch", server.uri(), "--to", "aof-everysec", "--yes");
            assertThat(call.status()).isEqualTo(1);
            assertThat(call.err()).contains("Every server keeps what it kept before.");
            assertThat(call.out() + call.err()).doesNotContain("s3cretword");
        }
    }

    @Test
    void whatCannotBeDoneSafelyIsRefusedWithStatusThree() {
        try (Standalone server = Standalone.start()) {
            server.command("ACL", "SETUSER", "default", "-config");
            Call call = Call.of("persistence", "switch", server.uri(), "--to", "rdb", "--yes");
            assertThat(call.status()).isEqualTo(3);
            assertThat(call.out()).contains("refused", "CONFIG");
        }
    }
}
