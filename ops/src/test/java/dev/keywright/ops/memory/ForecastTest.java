package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForecastTest {

    private static SizeReport report(String... settings) {
        Description description = SizeFile.read("""
            data:
              sessions: {type: hash, keys: 5M, fields: 8, values: 30, expiring: 100 %}
              board: {type: zset, keys: 1, members: 1M, member: 20}
            """, "test");
        List.of(settings).forEach(description::overrule);
        return Forecast.of(description);
    }

    @Test
    void itemsAndTablesAddUpToTheTotalAlsoInACluster() {
        for (String masters : List.of("0", "1", "6")) {
            SizeReport report = report("server.masters=" + masters, "server.version=redis-7.0");
            double items =
                    report.items().stream().mapToDouble(SizeReport.Line::bytes).sum();
            double parts =
                    report.parts().stream().mapToDouble(Estimate.Part::bytes).sum();
            double tables = report.parts().stream()
                    .filter(part -> part.name().endsWith("table"))
                    .mapToDouble(Estimate.Part::bytes)
                    .sum();
            assertThat(parts).as(masters).isCloseTo(report.totalBytes(), within(1.0));
            assertThat(items + tables).as(masters).isCloseTo(report.totalBytes(), within(1.0));
            assertThat(report.totalBytes()).isBetween(report.lowBytes(), report.highBytes());
        }
    }

    @Test
    void partsOfWhatToBuyAddUpToTheMachine() {
        SizeReport report =
                report("server.persistence=aof", "server.replicas=2", "server.growth=5 %", "server.months=12");
        assertThat(report.room().parts().stream()
                        .mapToDouble(Estimate.Part::bytes)
                        .sum())
                .isCloseTo(report.room().machineBytes(), within(1.0));
        assertThat(report.room().growth()).isCloseTo(1.796, within(0.001));
        assertThat(report.room().machineBytes()).isGreaterThan(report().room().machineBytes());
        assertThat(report.fleet().machines()).isEqualTo(3);
    }

    @Test
    void stepsAheadNameTheNumberOfKeysAndWhatTheyCost() {
        assertThat(report().steps())
                .anyMatch(step ->
                        step.what().equals("key table") && step.at() == 8_388_609 && step.moreBytes() == 67_108_864);
        assertThat(report("sessions.fields=500").steps())
                .anyMatch(step -> step.what().equals("compact form of sessions") && step.at() == 513);
    }

    @Test
    void asManyShardsAsFitTheMachine() {
        assertThat(report("server.machine=64GB").fleet().needed()).isEqualTo(1);
        SizeReport report = report("server.machine=2GB");
        int needed = report.fleet().needed();
        assertThat(needed).isGreaterThan(1);
        assertThat(report.fleet().neededMasterBytes()).isLessThanOrEqualTo(2e9);
        assertThat(report("server.machine=2GB", "server.masters=" + (needed - 1))
                        .room()
                        .machineBytes())
                .isGreaterThan(2e9);
        assertThat(report("server.machine=1GB").fleet().needed()).isZero();
    }

    @Test
    void otherWaysAreSortedAndStandBesideTheDescribedOne() {
        SizeReport report = report("sessions.values=100");
        assertThat(report.choices())
                .hasSizeBetween(1, 4)
                .isSortedAccordingTo((a, b) -> Double.compare(a.bytes(), b.bytes()));
        Optional<SizeReport.Choice> limits = report.choices().stream()
                .filter(choice -> choice.what().contains("hash-max-listpack-value 100"))
                .findFirst();
        assertThat(limits).isPresent();
        double changed = report("sessions.values=100", "server.hash-max-listpack-value=100")
                .totalBytes();
        assertThat(limits.get().bytes()).isCloseTo(changed, within(1.0));
    }

    @Test
    void saysWhichAssumptionsTheTotalHangsOn() {
        SizeReport.Doubt doubt = report().doubts().get(0);
        assertThat(doubt.field()).isIn("sessions.names", "sessions.key");
        assertThat(doubt.bytes()).isGreaterThan(report().totalBytes() * 1.02);
        assertThat(report("sessions.names=10", "sessions.key=24").doubts()).isEmpty();
    }

    @Test
    void nothingTakesNothing() {
        SizeReport report = Forecast.of(SizeFile.read("data: {none: {type: string, keys: 0, value: 10}}", "test"));
        assertThat(report.totalBytes()).isLessThan(1_000);
    }
}
