package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaLiteralsTest {

    @Test
    void writesDurationsInTheLargestWholeUnit() {
        assertThat(JavaLiterals.duration(86_400)).isEqualTo("Duration.ofDays(1)");
        assertThat(JavaLiterals.duration(7_200)).isEqualTo("Duration.ofHours(2)");
        assertThat(JavaLiterals.duration(1_800)).isEqualTo("Duration.ofMinutes(30)");
        assertThat(JavaLiterals.duration(90)).isEqualTo("Duration.ofSeconds(90)");
        assertThat(JavaLiterals.duration(1.5)).isEqualTo("Duration.ofMillis(1500)");
        assertThat(JavaLiterals.duration(0.05)).isEqualTo("Duration.ofMillis(50)");
    }

    @Test
    void keepsDurationsAndCountsWithinWhatScriptsAndIntsCanBear() {
        assertThat(JavaLiterals.duration(0)).isEqualTo("Duration.ofMillis(1)");
        assertThat(JavaLiterals.duration(1e30)).isEqualTo("Duration.ofDays(3650)");
        assertThat(JavaLiterals.positiveInt(1e12, Integer.MAX_VALUE)).isEqualTo("2_147_483_647");
        assertThat(JavaLiterals.positiveInt(0, 10)).isEqualTo("1");
        assertThat(JavaLiterals.positiveInt(123_456, 1e6)).isEqualTo("123_456");
    }

    @Test
    void fillsTheFirstPartOfAKeyAsItsHashTag() {
        assertThat(JavaLiterals.key("lb:{board}", List.of("board"))).isEqualTo("\"lb:{\" + board + \"}\"");
        assertThat(JavaLiterals.key("q:{queue}:doing:{worker}", List.of("queue", "name")))
                .isEqualTo("\"q:{\" + queue + \"}:doing:\" + name");
        assertThat(JavaLiterals.key("flags:{app}:users:<flag>", List.of("\"shop\"", "flag")))
                .isEqualTo("\"flags:{shop}:users:\" + flag");
    }

    @Test
    void refusesTooFewAndTooManyParts() {
        assertThatThrownBy(() -> JavaLiterals.key("lb:{board}", List.of())).hasMessageContaining("lb:{board}");
        assertThatThrownBy(() -> JavaLiterals.key("lb:{board}", List.of("a", "b")))
                .hasMessageContaining("lb:{board}");
    }

    @Test
    void knowsGlobAndPrefixOfAKey() {
        assertThat(JavaLiterals.glob("sensor:{site}:temperature")).isEqualTo("sensor:*:temperature");
        assertThat(JavaLiterals.prefix("near:{entity}")).isEqualTo("near:");
    }
}
