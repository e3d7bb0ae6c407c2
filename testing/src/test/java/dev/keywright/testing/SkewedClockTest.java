package dev.keywright.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SkewedClockTest {

    @Test
    void isWrongByItsOffsetAndJumps() {
        SkewedClock clock = SkewedClock.ahead(Duration.ofHours(1));
        assertThat(clock.instant())
                .isAfter(Instant.now().plus(Duration.ofMinutes(59)))
                .isBefore(Instant.now().plus(Duration.ofMinutes(61)));

        clock.jump(Duration.ofHours(-2));
        assertThat(clock.instant()).isBefore(Instant.now().minus(Duration.ofMinutes(59)));
        assertThat(SkewedClock.behind(Duration.ofDays(1)).instant())
                .isBefore(Instant.now().minus(Duration.ofHours(23)));
    }
}
