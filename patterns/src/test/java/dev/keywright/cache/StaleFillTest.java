package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C4, W1, C10: a load that saw an old value never leaves it behind. {@code StaleFillHunt} does the same for longer. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class StaleFillTest {

    private static final int ROUNDS = 50;
    private static final int ROUNDS_ON_A_CLUSTER = 10;

    @ParameterizedTest
    @EnumSource
    void c4_noOrderOfStepsLeavesAnOldValue(StaleFillModel.Habit habit, Redis redis) {
        int rounds = redis.topology() == Topology.CLUSTER ? ROUNDS_ON_A_CLUSTER : ROUNDS;
        assertThat(StaleFillModel.hunt(redis.uri(), habit, 0, rounds)).isEmpty();
    }
}
