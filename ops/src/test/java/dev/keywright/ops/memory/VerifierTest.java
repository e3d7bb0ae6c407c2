package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifierTest {

    @Test
    void aRealServerTakesWhatTheModelSaysWithinAHundredth() {
        Description description = SizeFile.read("""
            data:
              sessions: {type: hash, keys: 3M, fields: 4-12, values: 20-70, expiring: 30 %}
              tokens: {type: string, keys: 9M, key: "token:{uuid}", value: "60 % 32 | 40 % integers 0-1000000"}
              board: {type: zset, keys: 1, members: 400000, member: 16}
            server: {version: redis-8, allocator: jemalloc, hash-max-listpack-value: 48}
            """, "test");
        SizeReport report = Forecast.of(description);
        Verification verified = new Verifier(Optional.empty())
                .verified(report, description, silent -> {})
                .verified()
                .orElseThrow();
        assertThat(verified.checks()).hasSize(3).allSatisfy(check -> {
            assertThat(Math.abs(check.error())).as(check.toString()).isLessThan(0.01);
            assertThat(check.measuredBytes()).isGreaterThan(500_000);
        });
        assertThat(verified.checks().get(2).note()).contains("of the elements");
        assertThat(verified.totalBytes()).isCloseTo(report.totalBytes(), within(report.totalBytes() * 0.01));
    }

    @Test
    void whatWasMeasuredIsCarriedOverWithoutTheTables() {
        SampleCheck check = new SampleCheck(1_000, 116_384, 108_384, 16_384);
        assertThat(check.itemBytes()).isEqualTo(100);
        assertThat(check.correction()).isCloseTo(100.0 / 92, within(1e-9));
        assertThat(check.error()).isCloseTo(108_384.0 / 116_384 - 1, within(1e-9));
    }
}
