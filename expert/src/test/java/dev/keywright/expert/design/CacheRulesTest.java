package dev.keywright.expert.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cache does beyond keeping values follows from what the task says. */
class CacheRulesTest {

    private static final Knowledge KNOWLEDGE = Knowledge.load();
    private static final WorkloadReader READER = new WorkloadReader(KNOWLEDGE);
    private static final Designer DESIGNER = new Designer(KNOWLEDGE);

    @Test
    void nothingIsShownThatIsOlderThanTheTaskAllows() {
        CachePlan plan = plan("cache-aside for 2 million products, prices must not be older than 60 s");

        assertThat(plan.ttlSeconds()).isEqualTo(60);
        assertThat(plan.staleSeconds()).isZero();
        assertThat(rules(plan)).contains("cache-ttl-staleness");
    }

    @Test
    void aHotEntryThatIsSlowToComputeIsRefreshedAheadAndShownWhileTheSourceIsAway() {
        CachePlan plan = plan("cache stampede on the front page, it is computed in 20 s, ttl of 10 minutes");

        assertThat(plan.refreshSeconds()).isEqualTo(60);
        assertThat(plan.loadSeconds()).isEqualTo(60);
        assertThat(plan.staleSeconds()).isEqualTo(600);
        assertThat(rules(plan)).contains("cache-refresh", "cache-stale-if-error");
    }

    @Test
    void aBoundOnTheAgeForbidsOldValuesAlsoWhereTheyWouldHelp() {
        CachePlan plan = plan("refresh-ahead cache for exchange rates, at most 2 minutes stale");

        assertThat(plan.ttlSeconds()).isEqualTo(120);
        assertThat(plan.refreshSeconds()).isEqualTo(24);
        assertThat(plan.staleSeconds()).isZero();
        assertThat(rules(plan)).contains("cache-stale-never");
    }

    @Test
    void absenceIsRememberedForLongerWhereItIsAskedForOften() {
        assertThat(plan("read-through cache for customers").absentSeconds()).isEqualTo(10);
        CachePlan plan = plan("read-through cache for customers, half of the lookups are for ids that do not exist");

        assertThat(plan.absentSeconds()).isEqualTo(60);
        assertThat(rules(plan)).contains("cache-absent");
    }

    @Test
    void theNearCacheHoldsTheHotSetInABoundedMemory() {
        CachePlan.Copies some = copies("near cache for 300k entries of 2 KB");
        assertThat(some.entries()).isEqualTo(60_000);
        assertThat(some.bytes()).isBetween(60_000L * 2_000, 60_000L * 2_400);
        assertThat(some.broadcast()).isFalse();

        CachePlan.Copies all = copies("near cache for 500 entries of 1 KB");
        assertThat(all.entries()).isEqualTo(500);
        assertThat(all.broadcast()).isTrue();

        CachePlan.Copies large = copies("near cache for 1 million entries of 100 KB");
        assertThat(large.bytes()).isLessThanOrEqualTo(256L << 20);
        assertThat(large.entries()).isBetween(2_000, 3_000);
    }

    @Test
    void noMoreChangesWaitForTheDatabaseThanThereAreRows() {
        assertThat(plan("write-behind for 50,000 meters, 22000 updates per second")
                        .backlog())
                .contains(50_000);
        assertThat(plan("write-behind for 90 million meters, 5000 updates per second")
                        .backlog())
                .contains(3_000_000);
    }

    @Test
    void whatWriteBehindCanLoseIsSaid() {
        Design design = design("write-behind for meters, 22000 updates per second, losing a second is fine");

        assertThat(design.warnings())
                .filteredOn(warning -> warning.id().equals("write-behind-loss-window"))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.severity()).isEqualTo(Warning.Severity.CAUTION);
                    assertThat(warning.statement()).contains("last second", "W7");
                });
    }

    @Test
    void copiesThatLagAreSaidWhereEverythingMustBeCurrent() {
        Design design =
                design("near cache in every process, readers must never see a stale value, strongly consistent");

        assertThat(design.warnings()).extracting(Warning::id).contains("near-copies-lag", "strong-consistency");
    }

    private static List<String> rules(CachePlan plan) {
        return plan.why().stream().map(Reason::rule).toList();
    }

    private static CachePlan.Copies copies(String text) {
        return plan(text).copies().orElseThrow();
    }

    private static CachePlan plan(String text) {
        return design(text).needs().stream()
                .flatMap(need -> need.cache().stream())
                .findFirst()
                .orElseThrow();
    }

    private static Design design(String text) {
        return DESIGNER.design(READER.read(new Task("task", text), Map.of()));
    }
}
