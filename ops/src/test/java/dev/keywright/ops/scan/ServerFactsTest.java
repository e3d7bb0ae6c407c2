package dev.keywright.ops.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerFactsTest {

    @ParameterizedTest
    @CsvSource({
        "redis_version, 7.0.15, false",
        "redis_version, 7.4.1, false",
        "redis_version, 8.0.2, false",
        "redis_version, 8.4.0, true",
        "redis_version, 10.0.0, true",
        "redis_version, unstable, false",
        "valkey_version, 8.1.1, false",
        "valkey_version, 9.0.0, true"
    })
    void noTouchIsUsedWhereItIsSafe(String field, String version, boolean safe) {
        assertThat(new ServerFacts(0, Map.of(field, version), Map.of()).sparesIdleTimes())
                .isEqualTo(safe);
    }

    @Test
    void aServerThatDoesNotTellHasPartsAllTheSame() {
        ServerFacts facts = new ServerFacts(
                0,
                Map.of(
                        "used_memory",
                        "2000000",
                        "used_memory_startup",
                        "900000",
                        "db0",
                        "keys=1000,expires=100,avg_ttl=0"),
                Map.of());
        assertThat(facts.parts())
                .containsExactly(
                        new ServerFacts.Part("startup", 900_000),
                        new ServerFacts.Part("key table of database 0", 8192),
                        new ServerFacts.Part("TTL table of database 0", 128 * 8 + 100 * 24));
        assertThat(facts.keys()).containsExactly(Map.entry(0, 1000L));
        assertThat(ServerFacts.NONE.parts()).isEmpty();
    }
}
