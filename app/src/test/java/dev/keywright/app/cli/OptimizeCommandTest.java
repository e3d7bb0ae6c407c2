package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizeCommandTest {

    private static final ServerOptions SECRET = ServerOptions.DEFAULTS
            .withDirective("requirepass", "s3cretword")
            .withDirective("repl-diskless-sync-delay", "0");

    @TempDir
    private Path folder;

    @Test
    void aPlanIsWrittenAndAppliedAndKeepsItsPromise() throws IOException {
        try (Standalone server = Standalone.start(SECRET)) {
            for (int i = 0; i < 100; i++) {
                List<String> words = new ArrayList<>(List.of("SADD", "followers:" + i));
                for (int j = 0; j < 700; j++) {
                    words.add(Integer.toString(1_000_000 + i * 1_000 + j));
                }
                server.command(words.toArray(String[]::new));
            }
            Path out = folder.resolve("smaller");
            Call tried = Call.of("optimize", server.uri(), "-o", out.toString());
            assertThat(tried.err()).isEmpty();
            assertThat(tried.status()).isZero();
            assertThat(tried.out()).contains("CONFIG SET set-max-intset-entries 704");
            assertThat(out.resolve("optimized.conf")).hasContent("set-max-intset-entries 704");

            Call applied = Call.of(
                    "optimize",
                    server.uri(),
                    "--apply",
                    "--plan",
                    out.toString(),
                    "--yes",
                    "--json",
                    "--max-latency",
                    "5s");
            assertThat(applied.status()).isZero();
            JsonNode result = new ObjectMapper().readTree(applied.out());
            assertThat(result.at("/rewritten").asInt()).isEqualTo(100);
            assertThat(server.configuration()).containsEntry("set-max-intset-entries", "704");
            assertThat(tried.out() + applied.out() + applied.err()).doesNotContain("s3cretword");
        }
    }

    @Test
    void argumentsThatMakeNoSenseAreSaidSo() {
        assertThat(Call.of("optimize").status()).isEqualTo(2);
        assertThat(Call.of("optimize", "dump.rdb", "--apply", "--yes").err()).contains("give their URI");
        assertThat(Call.of("optimize", "redis://localhost", "--apply").err()).contains("--yes");
        assertThat(Call.of("optimize", "redis://localhost", "--plan", "plan.json")
                        .err())
                .contains("--apply");
        assertThat(Call.of("optimize", "dump.rdb", "--sample", "0%").err()).contains("such as 10%");
        Call absent = Call.of("optimize", folder.resolve("absent.rdb").toString());
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.err()).contains("cannot be read");
    }
}
