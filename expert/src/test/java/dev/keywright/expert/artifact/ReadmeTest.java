package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void saysWhatWasAssumedAndWhatToRunNext() {
        String page =
                SampleDesigns.output(List.of("leaderboard")).files().get(0).text();

        assertThat(page)
                .startsWith("# Leaderboard\n")
                .contains("| members | 100,000 | assumed: no number of players given | `--set members=...` |")
                .contains("lb:{board}")
                .contains("mvn verify")
                .contains("redis-server redis.conf");
    }

    @Test
    void writesQuantitiesWithTheirUnit() {
        assertThat(Readme.amount("ttl_seconds", 1800)).isEqualTo("30 min");
        assertThat(Readme.amount("value_bytes", 2048)).isEqualTo("2.05 KB");
        assertThat(Readme.amount("latency_ms", 5)).isEqualTo("5 ms");
        assertThat(Readme.amount("rate_per_second", 25_000)).isEqualTo("25,000 /s");
        assertThat(Readme.amount("keys", 1_000_000)).isEqualTo("1,000,000");
    }
}
