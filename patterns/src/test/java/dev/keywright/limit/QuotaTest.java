package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotaTest {

    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void refusesWhatNobodyCanMean() {
        assertThatThrownBy(() -> Quota.fixedWindow(0, DAY)).hasMessage("permits is 0; give 1 or more");
        assertThatThrownBy(() -> Quota.tokenBucket(0, 1, DAY)).hasMessage("capacity is 0; give 1 or more");
        assertThatThrownBy(() -> Quota.slidingWindow(1, Duration.ZERO))
                .hasMessage("window is PT0S; give 1 ms to 10 years");
        assertThatThrownBy(() -> Quota.slidingWindow(1, Duration.ofNanos(1_000_500)))
                .hasMessage("window is PT0.0010005S; give whole microseconds");
        assertThatThrownBy(() -> Quota.slidingLog(100_001, DAY)).hasMessageContaining("use slidingWindow");
    }

    @Test
    void refusesABucketThatCannotBeCountedExactly() {
        assertThatCode(() -> Quota.tokenBucket(1_000_000, DAY)).doesNotThrowAnyException();
        assertThatCode(() -> Quota.tokenBucket(2_000_000_000, Duration.ofSeconds(1)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Quota.tokenBucket(999_983, DAY)).hasMessageContaining("counted exactly");
    }

    @Test
    void aBucketHoldsItsCapacityTheOthersTheirPermits() {
        assertThat(Quota.tokenBucket(20, 10, DAY).capacity()).isEqualTo(20);
        assertThat(Quota.tokenBucket(10, DAY).capacity()).isEqualTo(10);
        assertThat(Quota.slidingLog(10, DAY).capacity()).isEqualTo(10);
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> LimitOptions.DEFAULTS.withCountRefused(true).withRememberedRefusals(10))
                .hasMessageContaining("choose one of the two");
        assertThatThrownBy(() -> LimitOptions.DEFAULTS.withDeadline(Duration.ZERO))
                .hasMessageContaining("more than zero");
        assertThatThrownBy(() -> LimitOptions.DEFAULTS.withBlock(Duration.ofSeconds(-1)))
                .hasMessageContaining("zero or more");
    }
}
