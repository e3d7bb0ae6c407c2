package dev.keywright.expert.proof.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class AxisTest {

    @Test
    void linearTicksAreOneTwoOrFiveTimesAPowerOfTen() {
        for (double highest : new double[] {0.007, 0.3, 1, 3, 9.9, 17, 480, 2_187, 99_999, 3.97e7}) {
            Axis axis = Axis.linear(highest, 6);

            assertThat(axis.high()).isGreaterThanOrEqualTo(highest * 0.999_999);
            assertThat(axis.ticks()).hasSizeBetween(3, 8).startsWith(0.0).isSorted();
            double step = axis.ticks().get(1);
            assertThat(digits(step)).isIn("1", "2", "5");
            assertThat(axis.high()).isCloseTo(axis.ticks().get(axis.ticks().size() - 1), within(step * 1e-9));
        }
    }

    @Test
    void logarithmicTicksEncloseTheValuesAndThinOutOverManyDecades() {
        Axis narrow = Axis.logarithmic(0.3, 8);
        assertThat(narrow.ticks()).containsExactly(0.2, 0.5, 1.0, 2.0, 5.0, 10.0);

        Axis wide = Axis.logarithmic(0.07, 1_900);
        assertThat(wide.ticks()).containsExactly(0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0);
        assertThat(wide.place(0.01)).isZero();
        assertThat(wide.place(10)).isCloseTo(0.5, within(1e-9));
        assertThat(wide.place(1e9)).isEqualTo(1);
    }

    @Test
    void isDrawableWhateverTheValuesAre() {
        for (Axis axis : new Axis[] {Axis.linear(0, 5), Axis.whole(0, 10), Axis.logarithmic(0, 0)}) {
            assertThat(axis.place(1)).isBetween(0.0, 1.0);
            assertThat(axis.ticks()).isNotEmpty();
        }
        assertThat(Axis.whole(5.5, 10).ticks()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    }

    private static String digits(double step) {
        return String.format(Locale.ROOT, "%.6e", step).replaceAll("\\.?0*e.*", "");
    }
}
