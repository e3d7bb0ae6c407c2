package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Running Sentinels and what they watch. */
class LiveWatchTest {

    private static final Linter LINTER = new Linter(Linter.Options.DEFAULTS);

    private static List<String> ids(LintReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    @Test
    void sentinelsMasterAndReplicasAreJudgedByName() {
        try (Sentinel set = Sentinel.start(
                1,
                ServerOptions.DEFAULTS
                        .withDirective("requirepass", "Tr0ub4dor")
                        .withDirective("masterauth", "Tr0ub4dor"))) {
            Standalone strange = set.sentinels().get(2);
            strange.command("SENTINEL", "SET", Sentinel.MASTER_NAME, "quorum", "3");
            strange.command("SENTINEL", "SET", Sentinel.MASTER_NAME, "down-after-milliseconds", "200");
            LintReport report = LINTER.server(set.uri());
            assertThat(report.kind()).isEqualTo("sentinel");
            assertThat(ids(report))
                    .contains(
                            "sentinels-on-one-host",
                            "sentinel-views-differ",
                            "sentinel-down-after-short",
                            "sentinel-quorum-too-high",
                            "weak-password")
                    .doesNotContain("sentinel-quorum-missing", "sentinel-silent", "sentinel-no-auth-pass");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("sentinel-down-after-short"))
                    .anySatisfy(finding -> {
                        assertThat(finding.place().toString()).isEqualTo("127.0.0.1:" + strange.port());
                        assertThat(finding.fix()).isEqualTo("SENTINEL SET main down-after-milliseconds 5000");
                    });
            assertThat(report.findings())
                    .extracting(finding -> finding.place().source())
                    .contains("127.0.0.1:" + set.primary().port());
            assertThat(report.toString()).doesNotContain("Tr0ub4dor");
        }
    }

    @Test
    void aSentinelsOwnPortLeadsToWhatItWatches() {
        try (Sentinel set = Sentinel.start(1)) {
            LintReport report =
                    LINTER.server("redis://127.0.0.1:" + set.sentinels().get(0).port());
            assertThat(report.kind()).isEqualTo("sentinel");
            assertThat(ids(report)).contains("sentinels-on-one-host");
            assertThat(report.findings())
                    .extracting(finding -> finding.place().source())
                    .contains("127.0.0.1:" + set.replicas().get(0).port());
        }
    }

    @Test
    void silentSentinelsAndAMissingQuorumAreTold() {
        try (Sentinel set = Sentinel.start(1)) {
            set.sentinels().get(1).kill();
            set.sentinels().get(2).kill();
            set.replicas().get(0).command("CONFIG", "SET", "replica-priority", "0");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(ids(LINTER.server(set.uri())))
                            .contains(
                                    "sentinel-quorum-missing",
                                    "sentinel-silent",
                                    "sentinel-no-replica",
                                    "no-replica-to-promote"));
            assertThat(LINTER.server(set.uri()).count(Severity.ERROR)).isGreaterThanOrEqualTo(3);
        }
    }
}
