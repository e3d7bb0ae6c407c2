package dev.keywright.ops.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.ops.Document;
import dev.keywright.ops.Severity;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.AnalysisReport.Change;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.analysis.AnalysisReport.PatternRow;
import dev.keywright.ops.memory.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AnalysisTest {

    private static final List<Key> KEYS = Planted.keys();
    private static final AnalysisReport REPORT = Planted.report(KEYS);

    private static String found(AnalysisReport report) {
        return report.findings().stream()
                .map(one -> one.finding().id()
                        + one.pattern().map(pattern -> " " + pattern).orElse(""))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static AnalysisFinding finding(String id) {
        return REPORT.findings().stream()
                .filter(one -> one.finding().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void findsAllThatIsPlantedAndNothingElse() {
        assertThat(found(REPORT)).isEqualTo("""
            bad-key-names
            bad-key-names
            big-collections
            big-strings
            bucketable-strings count:{n}
            cache-without-ttl cache:page:{n}
            cold-keys archive:{n}
            compressible-values doc:{n}
            hash-long-field profile:{n}
            hash-over-limit basket:{n}
            hot-slot
            id-first-names
            integer-set-over-limit likes:{n}
            integer-set-spoiled spoilt:{n}
            language-serialization java:{n}
            long-field-names meta:{n}
            long-key-names application:production:europe:customer:address:book:{n}
            mass-expiry
            mixed-types mixed:{n}
            several-databases
            time-series-in-zset series:{n}
            zset-over-limit board:{n}\
            """);
        assertThat(REPORT.findings().get(0).finding().severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(found(Planted.report(Planted.soundKeys()))).isEmpty();
    }

    @Test
    void savingsComeFromTheModel() {
        assertThat(finding("integer-set-over-limit").savingBytes().orElseThrow())
                .isCloseTo(
                        finding("integer-set-over-limit").bytes() * 9 / 10,
                        within(finding("integer-set-over-limit").bytes() / 12));
        assertThat(finding("hash-long-field").savingBytes().orElseThrow()).isBetween(200L * 250, 200L * 400);
        assertThat(finding("bucketable-strings").savingBytes().orElseThrow()).isBetween(1_500L * 60, 1_500L * 76);
        assertThat(REPORT.findings().stream().allMatch(one -> one.savingBytes().orElse(0L) <= one.bytes() + 20_000))
                .isTrue();
    }

    @Test
    void partsAddUpToUsedMemory() {
        AnalysisReport.Totals totals = REPORT.totals();
        assertThat(totals.parts().stream().mapToLong(Part::bytes).sum()).isEqualTo(totals.usedMemoryBytes());
        assertThat(totals.keyBytes()).isEqualTo(Planted.totalBytes(KEYS));
        assertThat(totals.keys()).isEqualTo(KEYS.size());
        assertThat(REPORT.patterns().stream().mapToLong(PatternRow::keys).sum()).isEqualTo(KEYS.size());
        assertThat(REPORT.patterns().stream().mapToLong(PatternRow::bytes).sum())
                .isEqualTo(totals.keyBytes());
        assertThat(REPORT.types().stream()
                        .mapToLong(AnalysisReport.TypeRow::keys)
                        .sum())
                .isEqualTo(KEYS.size());
        assertThat(REPORT.encodings().stream()
                        .mapToLong(AnalysisReport.EncodingRow::bytes)
                        .sum())
                .isEqualTo(totals.keyBytes());
        assertThat(REPORT.ttls().stream().mapToLong(AnalysisReport.AgeRow::keys).sum())
                .isEqualTo(KEYS.size());
        assertThat(REPORT.databases().stream()
                        .mapToLong(AnalysisReport.DatabaseRow::keys)
                        .sum())
                .isEqualTo(KEYS.size());
        AnalysisReport predicted = Planted.report(KEYS, Optional.empty(), 1, "noeviction");
        assertThat(predicted.totals().measured()).isFalse();
        assertThat(predicted.totals().parts().stream().mapToLong(Part::bytes).sum())
                .isEqualTo(predicted.totals().usedMemoryBytes());
    }

    @Test
    void severalTalliesGiveTheSameReportAsOne() {
        List<Key> shuffled = new ArrayList<>(KEYS);
        for (int round = 0; round < 3; round++) {
            Collections.shuffle(shuffled, new Random(round));
            List<KeyTally> tallies = new ArrayList<>();
            for (int shard = 0; shard < 3; shard++) {
                tallies.add(new KeyTally(Keys.NOW, Limits.DEFAULTS));
            }
            for (int i = 0; i < shuffled.size(); i++) {
                tallies.get(i % 3).key(shuffled.get(i));
            }
            AnalysisReport merged = Analysis.report(
                    tallies,
                    Planted.origin(KEYS.size(), Optional.of(REPORT.totals().usedMemoryBytes()), 1, "volatile-lru"));
            List<String> lines = Document.text(merged).lines().toList();
            List<String> expected = Document.text(REPORT).lines().toList();
            assertThat(lines.stream().filter(line -> !expected.contains(line)).toList())
                    .isEmpty();
            assertThat(lines).hasSameSizeAs(expected);
        }
    }

    @Test
    void aSampleIsBroughtUpToAllKeysWithItsError() {
        List<Key> all = Planted.soundKeys();
        Random random = new Random(5);
        int within = 0;
        for (int round = 0; round < 40; round++) {
            List<Key> some =
                    all.stream().filter(key -> random.nextDouble() < 0.1).toList();
            KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
            some.forEach(tally::key);
            AnalysisReport report =
                    Analysis.report(List.of(tally), Planted.origin(all.size(), Optional.empty(), 0.1, "noeviction"));
            assertThat(report.totals().keys()).isCloseTo(all.size(), within(3L));
            PatternRow items = report.patterns().stream()
                    .filter(row -> row.pattern().equals("item:{n}:data"))
                    .findFirst()
                    .orElseThrow();
            within += Math.abs(items.bytes() - 3_000L * 1_100) <= items.bytesError() ? 1 : 0;
            assertThat(items.bytesError()).isBetween(100_000L, 1_000_000L);
        }
        assertThat(within).isGreaterThanOrEqualTo(33);
    }

    @Test
    void tellsWhatGrewSinceAnEarlierReport() {
        List<Key> later = new ArrayList<>(Planted.soundKeys());
        later.removeIf(key -> key.name().toString().startsWith("user:"));
        later.add(Keys.string("fresh:1", 5_000));
        AnalysisReport then =
                Document.parse(Document.text(Planted.report(Planted.soundKeys())), AnalysisReport.class, "report");
        AnalysisReport.Growth growth =
                Planted.report(later).against(then).growth().orElseThrow();
        assertThat(growth.patterns())
                .containsExactly(
                        new Change("user:{n}:facts", "gone", 3_000, 0, 2_700_000, 0),
                        new Change("fresh:{n}", "new", 0, 1, 0, 5_000));
        assertThat(growth.keysNow() - growth.keysThen()).isEqualTo(-2_999);
    }

    @Test
    void anEmptySourceIsNoFault() {
        AnalysisReport report = Planted.report(List.of(), Optional.of(1_000_000L), 1, "noeviction");
        assertThat(report.findings()).isEmpty();
        assertThat(report.totals().parts())
                .contains(new Part(
                        "unexplained",
                        1_000_000
                                - 900_000
                                - report.totals().parts().stream()
                                        .filter(part -> part.name().equals("key tables"))
                                        .mapToLong(Part::bytes)
                                        .sum()));
        assertThat(AnalysisPage.html(report)).contains("keywright.analysis/1");
    }

    @Test
    void rulesHaveIdsOfTheirOwn() {
        assertThat(Analysis.rules().stream().map(AnalysisRule::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)+"));
    }
}
