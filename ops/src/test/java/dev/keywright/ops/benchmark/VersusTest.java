package dev.keywright.ops.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class VersusTest {

    private static final BenchOptions ROUNDS = BenchOptions.DEFAULTS
            .withKeys(new KeyDistribution.Uniform(), 500)
            .withClients(4, 1, 1)
            .withRounds(12)
            .withDuration(Duration.ofMillis(150), Duration.ofMillis(20));

    @Test
    void seesNoDifferenceBetweenServersThatAreAlikeButASlowOne() {
        try (Standalone one = Standalone.start();
                Standalone other = Standalone.start();
                FaultProxy slow = FaultProxy.to(other)) {
            // Twelve pairs leave a wrong alarm a chance of 1 in 2,000.
            Versus.Result alike = run(one.uri(), other.uri(), 0.999);
            assertThat(ratio(alike).verdict()).isEqualTo(Comparison.Verdict.NO_DIFFERENCE_SEEN);
            assertThat(ratio(alike).low()).isPresent();
            assertThat(alike.first().rounds()).hasSize(12);

            slow.delay(Duration.ofMillis(20));
            Versus.Result different = run(one.uri(), slow.uri(), 0.95);
            assertThat(ratio(different).verdict()).isEqualTo(Comparison.Verdict.LOWER);
            assertThat(ratio(different).median()).isLessThan(0.9);
            assertThat(different.comparison().ratios())
                    .filteredOn(each -> each.figure().equals("p50"))
                    .first()
                    .extracting(Comparison.Ratio::verdict)
                    .isEqualTo(Comparison.Verdict.HIGHER);

            String page =
                    BenchPage.page(List.of(different.first(), different.second()), Optional.of(different.comparison()));
            assertThat(page).contains("Comparison", "lower", "<polyline");
            assertThat(other.command("DBSIZE")).isEqualTo("0");
        }
    }

    private static Comparison.Ratio ratio(Versus.Result result) {
        return result.comparison().ratios().get(0);
    }

    private static Versus.Result run(String first, String second, double confidence) {
        return Versus.run(first, second, ROUNDS, confidence, step -> {}, new CountDownLatch(1));
    }
}
