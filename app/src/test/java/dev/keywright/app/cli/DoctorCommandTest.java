package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@WithRedis
class DoctorCommandTest {

    @Test
    void showsServersAndFindingsWorstFirst(Standalone server) {
        server.command("CONFIG", "SET", "min-replicas-to-write", "1", "min-replicas-max-lag", "0");
        Call call = Call.of("doctor", server.uri(), "--for", "200ms");
        assertThat(call.err()).isEmpty();
        assertThat(call.status()).isZero();
        assertThat(call.out())
                .contains("standalone, store", "rates over 0.2 s", "127.0.0.1:" + server.port() + " ", "ops/s")
                .contains("maxmemory-unset", "worth knowing.");
        assertThat(call.out().indexOf("Warnings (")).isLessThan(call.out().indexOf("Worth knowing ("));
    }

    @Test
    void failOnDecidesTheExitStatus(Standalone server) {
        assertThat(Call.of("doctor", server.uri(), "--for", "100ms", "--fail-on", "warning")
                        .status())
                .isEqualTo(4);
        assertThat(Call.of("doctor", server.uri(), "--for", "100ms", "--fail-on", "never")
                        .status())
                .isZero();
        assertThat(Call.of("doctor", server.uri(), "--for", "soon").status()).isEqualTo(2);
    }

    @Test
    void printsJsonAndNothingElse(Standalone server) throws IOException {
        Call call = Call.of("doctor", server.uri(), "--for", "100ms", "--json", "--as", "cache");
        JsonNode report = new ObjectMapper().readTree(call.out());
        assertThat(report.get("schema").asText()).isEqualTo("keywright.doctor/1");
        assertThat(report.get("role").asText()).isEqualTo("cache");
        assertThat(report.get("findings")).isNotEmpty();
        assertThat(report.at("/nodes/0/address").asText()).isEqualTo("127.0.0.1:" + server.port());
        assertThat(report.at("/findings/0/place/source").asText()).isEqualTo("127.0.0.1:" + server.port());
    }

    @Test
    void saysWhenNobodyAnswers() {
        Call call = Call.of("doctor", "redis://ann:s3cret@127.0.0.1:1");
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).startsWith("keywright: ").doesNotContain("s3cret", "\tat ");
    }
}
