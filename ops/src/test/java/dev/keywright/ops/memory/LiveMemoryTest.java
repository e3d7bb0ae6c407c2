package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The model against a real server, on data that no table holds. {@link MemoryMeasure} does the same at length. */
class LiveMemoryTest {

    private static final double GOAL = 0.02;
    private static final List<String> SOME = List.of(
            "strings 1-200, keys 4-60, 30 % expire",
            "hash 3-20 fields", "set 6000 texts", "list of integers", "stream of 5", "strings, loaded");

    @Test
    void foretellsWhatARealServerTakesWithinTheRangeItGives() {
        Lab lab = new Lab(Optional.empty(), Map.of());
        Profile profile = lab.profile();
        Map<String, List<DataSet>> checks = SpotChecks.all(profile.version());
        for (String name : SOME) {
            List<DataSet> sets = checks.get(name);
            Estimate estimate = new MemoryModel(profile).estimate(sets);
            double measured = lab.measure(sets, 1);
            assertThat(Math.abs(estimate.totalBytes() / measured - 1)).as(name).isLessThan(GOAL);
            assertThat(measured).as(name).isBetween(estimate.lowBytes(), estimate.highBytes());
        }
    }

    @Test
    void followsLimitsThatTheServerIsGiven() {
        Lab lab = new Lab(Optional.empty(), Map.of("hash-max-listpack-entries", "10", "list-max-listpack-size", "5"));
        Profile profile = lab.profile();
        assertThat(profile.limits().hashEntries()).isEqualTo(10);
        List<DataSet> sets = List.of(
                DataSet.of(500, Sizes.of(12), new Value.Hash(Sizes.of(11), Content.text(6), Content.text(20))),
                DataSet.of(300, Sizes.of(12), new Value.ListOf(Sizes.of(33), Content.text(20))));
        double measured = lab.measure(sets, 1);
        assertThat(Math.abs(new MemoryModel(profile).estimate(sets).totalBytes() / measured - 1))
                .isLessThan(0.005);
    }

    @Test
    @WithRedis
    void recognisesTheServer(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            Recognition recognition = Recognition.of(connection);
            boolean jemalloc = redis.info("mem_allocator").startsWith("jemalloc");
            assertThat(recognition.profile().allocator() == Allocator.LIBC).isEqualTo(!jemalloc);
            assertThat(recognition.profile().limits()).isEqualTo(Limits.DEFAULTS);
            assertThat(recognition.profile().sharesIntegers()).isTrue();
        }
    }

    @Test
    @WithRedis(directives = {"maxmemory 100mb", "maxmemory-policy allkeys-lru"})
    void knowsThatIntegersAreNotSharedWhereKeysAge(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            assertThat(Recognition.of(connection).profile().sharesIntegers()).isFalse();
        }
    }

    @Test
    void readsTheQuantumFromTheAllocatorsStatistics() {
        assertThat(Recognition.jemalloc("Quantum size: 16\nPage size: 4096")).isEqualTo(Allocator.JEMALLOC_16);
        assertThat(Recognition.jemalloc("Quantum size: 8\n")).isEqualTo(Allocator.JEMALLOC_8);
    }
}
