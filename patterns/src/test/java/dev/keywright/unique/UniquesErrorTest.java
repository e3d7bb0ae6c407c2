package dev.keywright.unique;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How far estimates are from the truth. The seeds are fixed and so is the hash of the server: the figures are always the same. */
@WithRedis
class UniquesErrorTest {

    private static final int SEEDS = 100;
    private static final int MEMBERS = 100_000;

    @Test
    void hl1_aHundredDaysOfAHundredThousandAreWithinThreeSigma(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", UniquesOptions.DEFAULTS.withDeadline(Duration.ofMinutes(1)));
            LocalDate day = uniques.today();
            double squares = 0;
            double sum = 0;
            CompletionStage<Boolean> before = uniques.addAsync("0", day, members(0));
            for (int seed = 0; seed < SEEDS; seed++) {
                CompletionStage<Boolean> next = uniques.addAsync(Integer.toString(seed + 1), day, members(seed + 1));
                assertThat(before.toCompletableFuture().join()).isTrue();
                before = next;
                double error = uniques.count(Integer.toString(seed), day).value() / (double) MEMBERS - 1;
                assertThat(Math.abs(error)).as("seed %d", seed).isLessThan(3 * UniqueCount.SIGMA);
                squares += error * error;
                sum += error;
            }
            assertThat(Math.sqrt(squares / SEEDS)).as("sigma").isBetween(0.0060, 0.0095);
            assertThat(Math.abs(sum / SEEDS)).as("bias").isLessThan(3 * UniqueCount.SIGMA / 10);
        }
    }

    private static List<String> members(int seed) {
        long random = new Random(seed).nextLong() & 0xffff_ffff_0000_0000L;
        List<String> members = new ArrayList<>(MEMBERS);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(Long.toString(random + i, 36));
        }
        return members;
    }
}
