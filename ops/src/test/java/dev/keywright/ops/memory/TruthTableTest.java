package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The model against what real servers of four builds took. */
class TruthTableTest {

    private static final double GOAL = 0.005;

    /** Lengths were drawn by chance and are told only by their distribution. */
    private static boolean isTold(TruthRow row) {
        return !row.type().equals("string_mix");
    }

    @Test
    void errsByNoMoreThanHalfAPercentOnNinetyNineOfHundredRows() {
        List<TruthRow> rows =
                TruthRow.all().stream().filter(TruthTableTest::isTold).toList();
        ErrorSummary errors = ErrorSummary.of("all", errors(rows));
        assertThat(errors.rows()).isEqualTo(517);
        assertThat(errors.p99()).as(errors.toString()).isLessThanOrEqualTo(GOAL);
        assertThat(errors.median()).as(errors.toString()).isLessThan(0.000_1);
        assertThat(errors.worst()).as(errors.toString()).isLessThan(0.01);
    }

    @Test
    void keepsTheGoalForEachTypeAllocatorAndVersion() {
        Map<String, List<TruthRow>> groups = TruthRow.all().stream()
                .filter(TruthTableTest::isTold)
                .collect(Collectors.groupingBy(
                        row -> row.type() + ", " + row.profile(), TreeMap::new, Collectors.toList()));
        groups.forEach((name, rows) -> {
            ErrorSummary errors = ErrorSummary.of(name, errors(rows));
            assertThat(errors.median()).as(errors.toString()).isLessThanOrEqualTo(GOAL);
            assertThat(errors.p95()).as(errors.toString()).isLessThan(0.01);
        });
    }

    @Test
    void foretellsMixedLengthsFromTheirDistributionWithinTheRangeItGives() {
        TruthRow.all().stream().filter(row -> !isTold(row)).forEach(row -> {
            Estimate estimate = new MemoryModel(row.profile()).estimate(row.dataSet());
            assertThat(row.measuredBytes()).as(row.toString()).isBetween(estimate.lowBytes(), estimate.highBytes());
            assertThat(Math.abs(row.error())).as(row.toString()).isLessThan(0.02);
        });
    }

    @Test
    void averagesMislead() {
        TruthRow row = TruthRow.all().stream()
                .filter(one -> !isTold(one) && one.params().get("sigma").asDouble() == 1)
                .findFirst()
                .orElseThrow();
        double mean = Math.round(Spread.of(((Content.Text) ((Value.Text) row.value()).content()).lengths())
                .mean());
        DataSet flat = DataSet.of(row.keys(), Sizes.of(20), Value.text((long) mean));
        double flatError = new MemoryModel(row.profile()).estimate(flat).totalBytes() / row.measuredBytes() - 1;
        assertThat(Math.abs(flatError)).isGreaterThan(0.02);
    }

    private static List<Double> errors(List<TruthRow> rows) {
        return rows.stream().map(TruthRow::error).toList();
    }
}
