package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** W3: whatever is put and removed, however batches are cut and whenever the writer fails, in the end the database equals the model. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class WriteBehindModelTest {

    private static final int SEEDS = 3;
    private static final int CALLERS = 2;
    private static final int CALLS = 250;

    @Test
    void w3_theDatabaseEqualsTheModelWhenAllIsQuiet(Redis redis) throws SQLException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            WriteBehindOptions options = BehindLab.QUICK
                    .withWorkers(1 + random.nextInt(4))
                    .withBatchSize(1 + random.nextInt(100))
                    .withDelay(Duration.ofMillis(random.nextInt(15)))
                    .withBackoff(Duration.ofMillis(1), Duration.ofMillis(20))
                    .withAttempts(2);
            String name = "model" + seed + redis.topology();
            BehindRows rows = BehindRows.inMemory(name);
            int faults = random.nextInt(40);
            Map<String, String> model = new TreeMap<>();
            try (BehindLab one = new BehindLab(redis.uri(), name, faulty(rows, faults), options);
                    BehindLab two = new BehindLab(redis.uri(), name, faulty(rows, faults), options)) {
                List<CompletableFuture<Map<String, String>>> callers = new ArrayList<>();
                for (int caller = 0; caller < CALLERS; caller++) {
                    Random own = new Random(seed * 31L + caller);
                    String prefix = "c" + caller + ":";
                    callers.add(CompletableFuture.supplyAsync(() -> call(own, prefix, one, two)));
                }
                for (CompletableFuture<Map<String, String>> caller : callers) {
                    model.putAll(caller.orTimeout(60, TimeUnit.SECONDS).join());
                }
                one.awaitEmpty();
                while (one.behind.redriveAll() > 0) { // laid aside only because chance struck it twice
                    one.awaitEmpty();
                }
            }
            assertThat(rows.live()).as("seed %d with %s", seed, options).isEqualTo(model);
        }
    }

    /** Fails before it writes, or after it has written. */
    private static Writer<String, String> faulty(BehindRows rows, int percent) {
        Writer<String, String> writer = rows.writer();
        return changes -> {
            int chance = ThreadLocalRandom.current().nextInt(100);
            if (chance < percent / 2) {
                throw new SQLException("before");
            }
            writer.write(changes);
            if (chance < percent) {
                throw new SQLException("after");
            }
        };
    }

    /** Puts and removes keys that nobody else touches, through either process. */
    private static Map<String, String> call(Random random, String prefix, BehindLab one, BehindLab two) {
        Map<String, String> model = new TreeMap<>();
        for (int call = 0; call < CALLS; call++) {
            BehindLab lab = random.nextBoolean() ? one : two;
            String key = prefix + random.nextInt(25);
            switch (random.nextInt(4)) {
                case 0 -> {
                    lab.remove(key);
                    model.remove(key);
                }
                case 1 -> {
                    String value = "a" + call;
                    if (lab.putIfAbsent(key, value)) {
                        model.put(key, value);
                    }
                }
                default -> {
                    String value = "v" + call;
                    lab.put(key, value);
                    model.put(key, value);
                }
            }
            if (random.nextInt(10) == 0) {
                lab.invalidate(key);
            }
        }
        return model;
    }
}
