package dev.keywright.app.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {

    @ParameterizedTest
    @CsvSource({
        "keys=5M, keys, 5000000",
        "keys = 5_000_000, keys, 5000000",
        "Users=2.5 million, users, 2500000",
        "value_bytes=2KB, value_bytes, 2000",
        "value=2KiB, value_bytes, 2048",
        "memory=6GB, memory_bytes, 6e9",
        "memory-bytes=512m, memory_bytes, 512e6",
        "ttl=90, ttl_seconds, 90",
        "ttl=15min, ttl_seconds, 900",
        "window=1m, window_seconds, 60",
        "ttl_seconds=1.5h, ttl_seconds, 5400",
        "delay=250ms, delay_seconds, 0.25",
        "latency=5, latency_ms, 5",
        "latency=1s, latency_ms, 1000",
        "rate=25k, rate_per_second, 25000",
        "rate=300/min, rate_per_second, 5",
        "rate=25k rps, rate_per_second, 25000",
        "rate=12M per week, rate_per_second, 19.841269841269842",
        "availability=99.95%, availability_percent, 99.95",
        "radius=3km, radius_m, 3000",
        "top=25, top_n, 25",
        "replicas=0, replicas, 0",
    })
    void readsValuesInTheirBaseUnit(String setting, String name, double value) {
        assertThat(Overrides.parse(List.of(setting))).containsExactly(Map.entry(name, value));
    }

    @Test
    void theLastOfTwoWins() {
        assertThat(Overrides.parse(List.of("keys=1", "keys=2"))).containsExactly(Map.entry("keys", 2.0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "=5",
                "keys=",
                "keys=-5",
                "keys=5 apples",
                "keys=5h",
                "ttl=5MB",
                "keys=1e999",
                "keys=NaN",
                "rate=5/apple"
            })
    void whatCannotBeReadIsRefusedWithAnExample(String setting) {
        assertThatThrownBy(() -> Overrides.parse(List.of(setting)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("example");
    }

    @Test
    void aNameNobodyKnowsGetsTheNearestOnes() {
        assertThatThrownBy(() -> Overrides.parse(List.of("followers=5")))
                .hasMessageContaining("did you mean followers_avg or followers_max?");
        assertThatThrownBy(() -> Overrides.parse(List.of("zzz=5"))).hasMessageContaining("known are keys, members");
    }
}
