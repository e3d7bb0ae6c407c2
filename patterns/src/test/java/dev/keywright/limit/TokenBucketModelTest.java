package dev.keywright.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RL6: decides as exact arithmetic would, never early by a fraction of a microsecond. */
@WithRedis
class TokenBucketModelTest {

    /** 1,000,000 in the heavy run: {@code -Dkeywright.model.steps=1000000}. */
    private static final int STEPS = Integer.getInteger("keywright.model.steps", 20_000);

    private static final long SEED = Long.getLong("keywright.model.seed", 20_261_122L);

    /** The theoretical arrival time of ITU-T I.371, in microseconds with as many digits as it takes. */
    private static final class Model {
        private final BigDecimal perPermit;
        private final BigDecimal tolerance;
        private BigDecimal arrival = BigDecimal.ZERO;

        Model(long permits, long window, long capacity) {
            // 60 digits: the error over a million steps stays far below what one step can distinguish, 1/permits
            this.perPermit = new BigDecimal(window).divide(new BigDecimal(permits), new MathContext(60));
            this.tolerance = perPermit.multiply(new BigDecimal(capacity));
        }

        /** Zero when granted, else the whole microseconds to wait. */
        long ask(long now, int wanted) {
            BigDecimal time = new BigDecimal(now);
            BigDecimal next = arrival.max(time).add(perPermit.multiply(new BigDecimal(wanted)));
            BigDecimal early = next.subtract(tolerance).subtract(time).setScale(30, RoundingMode.HALF_EVEN);
            if (early.signum() <= 0) {
                arrival = next;
                return 0;
            }
            return early.setScale(0, RoundingMode.CEILING).longValueExact();
        }
    }

    @Test
    void rl6_decidesAndWaitsAsExactArithmeticDoes(Redis redis) {
        long[][] quotas = {{100, 6_000_000_000L, 100}, {7, 100_000_000, 7}, {3, 100_000_000, 17}, {97, 1_000_000_007, 5}
        };
        try (Connection connection = Connection.open(redis.uri())) {
            ClockedScript script = new ClockedScript(connection, "token-bucket.lua");
            for (long[] quota : quotas) {
                compare(script, quota[0], quota[1], quota[2]);
            }
        }
    }

    private static void compare(ClockedScript script, long permits, long window, long capacity) {
        Random random = new Random(SEED + permits);
        Model model = new Model(permits, window, capacity);
        List<Command> commands = new ArrayList<>();
        List<Long> waits = new ArrayList<>();
        long now = 1_700_000_000_000_000L;
        long lastWait = 0;
        for (int step = 0; step < STEPS / 4; step++) {
            now += step(random, window / permits, lastWait);
            int wanted = random.nextInt(4) == 0 ? 1 + random.nextInt((int) capacity) : 1;
            lastWait = model.ask(now, wanted);
            waits.add(lastWait);
            commands.add(script.command(now, List.of("rl:{" + permits + "}"), permits, window, wanted, capacity));
        }
        List<List<Long>> answers = script.runAll(commands);
        for (int step = 0; step < answers.size(); step++) {
            assertThat(answers.get(step).get(0) == 1 ? 0 : answers.get(step).get(2))
                    .as("wait at step %d of %d per %d us, seed %d", step, permits, window, SEED)
                    .isEqualTo(waits.get(step));
        }
    }

    /** Mostly around the moments where the decision turns. */
    private static long step(Random random, long perPermit, long lastWait) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> Math.max(0, lastWait - 1);
            case 2 -> lastWait;
            case 3 -> random.nextLong(perPermit * 2 + 1);
            default -> perPermit;
        };
    }
}
