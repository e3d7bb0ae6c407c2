package dev.keywright.expert.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SavedEvidenceTest {

    @Test
    void everyFigureComesBackExactly() {
        Measurement odd = new Measurement(
                "leaderboard", "zset", "sorted set: \"x\"", 1 << 17, 0.1 + 0.2, 0, "", 1e7 / 3, 0.001, 9e9);
        Evidence evidence = new Evidence("redis 7.0.15 libc (embedded)", 8, List.of(odd), List.of("a: b", "- c\nd"));
        assertThat(SavedEvidence.read(SavedEvidence.write(evidence))).isEqualTo(evidence);
        assertThat(SavedEvidence.read(SavedEvidence.write(Evidence.NONE))).isEqualTo(Evidence.NONE);
    }

    @Test
    void anythingElseIsRefusedWithTheFieldThatIsWrong() {
        assertThatThrownBy(() -> SavedEvidence.read("server: s\ncallers: many\nmeasurements: []\nnotes: []"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("callers is not a number but many");
        assertThatThrownBy(() -> SavedEvidence.read("[]")).isInstanceOf(IllegalArgumentException.class);
    }
}
