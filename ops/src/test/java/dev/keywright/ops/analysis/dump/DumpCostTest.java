package dev.keywright.ops.analysis.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.ops.memory.Overheads;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a dump is reckoned to take against a real server; {@link CostMeasure} does the same on any other. */
class DumpCostTest {

    /** Skip lists have levels by chance; tables that were moving are done by chance. */
    private static final Set<String> BY_CHANCE =
            Set.of("large sorted set", "sorted set with long members", "hash with a long value");

    /** What cannot be seen in a dump: room in strings that grew, and tables that stayed large. */
    private static final Set<String> UNSEEN = Set.of("appended", "hyperloglog", "sorted set that shrank");

    @Test
    void tellsWhatEveryKeyTakesInTheServerThatWroteTheDumpAndInOneThatLoadsIt() throws IOException {
        try (CostLab lab = new CostLab(Optional.empty(), Map.of())) {
            CostLab.Outcome written = lab.written(1);
            written.errors().forEach((kind, errors) -> {
                if (!UNSEEN.contains(kind)) {
                    assertThat(mean(errors)).as(kind).isCloseTo(0, within(0.02));
                }
            });
            assertThat(written.dataError()).isCloseTo(0, within(0.01));

            CostLab.Outcome loaded = lab.loaded();
            assertThat(loaded.dump().keys()).isGreaterThan(3_000);
            loaded.errors().forEach((kind, errors) -> {
                if (BY_CHANCE.contains(kind)) {
                    assertThat(mean(errors)).as(kind).isCloseTo(0, within(0.02));
                } else {
                    assertThat(errors).as(kind).containsOnly(0.0);
                }
            });
            assertThat(loaded.dataError()).isCloseTo(0, within(0.005));
            double client = new Overheads(lab.profile).clientBytes(1, 0);
            assertThat((loaded.dump().totals().totalBytes() + client) / loaded.usedBytes() - 1)
                    .isCloseTo(0, within(0.005));
        }
    }

    @Test
    void followsTheLimitsOfTheServerThatLoads() throws IOException {
        Map<String, String> limits = Map.of(
                "hash-max-listpack-entries", "8",
                "hash-max-listpack-value", "12",
                "set-max-intset-entries", "50",
                "zset-max-listpack-entries", "300",
                "list-max-listpack-size", "20");
        try (CostLab lab = new CostLab(Optional.empty(), limits)) {
            lab.written(0.4);
            CostLab.Outcome loaded = lab.loaded();
            for (String kind : List.of("set of integers", "list", "small stream", "sorted set that shrank")) {
                assertThat(loaded.errors().get(kind)).as(kind).containsOnly(0.0);
            }
            loaded.errors()
                    .forEach((kind, errors) -> assertThat(mean(errors)).as(kind).isCloseTo(0, within(0.02)));
            assertThat(loaded.dataError()).isCloseTo(0, within(0.005));
        }
    }

    @Test
    void countsTheLinksOfAClusterNode() throws IOException {
        try (CostLab lab = new CostLab(Optional.empty(), Map.of("cluster-enabled", "yes"))) {
            lab.written(0.3);
            CostLab.Outcome loaded = lab.loaded();
            assertThat(loaded.errors().get("text up to 100")).containsOnly(0.0);
            assertThat(loaded.dataError()).isCloseTo(0, within(0.005));
        }
    }

    private static double mean(List<Double> errors) {
        return errors.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
