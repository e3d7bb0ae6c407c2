package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Data sets by chance against a real server; {@link SizeTrialMeasure} does the same at length. */
class SizeTrialTest {

    private static final int TRIALS = 12;
    private static final double MEDIAN = 0.005;
    private static final double WORST = 0.02;

    @Test
    void foretellsDataThatNobodyHasSeen() {
        List<Double> errors = new ArrayList<>();
        for (int seed = 1; seed <= TRIALS; seed++) {
            SizeTrial trial = SizeTrial.of(seed, 1_000, 10_000, 25_000);
            double error = trial.error(Optional.empty(), seed);
            assertThat(Math.abs(error)).as(seed + " " + trial).isLessThan(WORST);
            errors.add(error);
        }
        assertThat(ErrorSummary.of("trials", errors).median()).isLessThan(MEDIAN);
    }
}
