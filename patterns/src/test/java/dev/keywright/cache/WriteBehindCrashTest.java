package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.cache.BehindLab.Database;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that die, stop or lose Redis in the middle of a write. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
@Timeout(90)
class WriteBehindCrashTest {

    @Test
    void r3_w2_whatAProcessWasWritingWhenItWasKilledIsWrittenByAnother(Redis redis) throws IOException {
        Process child = BehindChild.start("hang", redis.uri());
        try (BufferedReader output = BehindChild.output(child)) {
            assertThat(output.readLine()).isEqualTo("writing");
            child.destroyForcibly();
            Database database = new Database();
            try (BehindLab lab = new BehindLab(redis.uri(), database, BehindChild.OPTIONS)) {
                lab.awaitEmpty();
                assertThat(database.values()).hasSize(40).containsEntry("k39", "v39");
            }
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void w6_ofTwoProcessesOneWritesAPartitionAtATime(Redis redis) {
        Map<String, String> writing = new ConcurrentHashMap<>();
        Set<String> overlaps = ConcurrentHashMap.newKeySet();
        Database database = new Database();
        WriteBehindOptions options = BehindLab.QUICK.withBatchSize(5).withDelay(Duration.ofMillis(1));
        try (BehindLab one = new BehindLab(redis.uri(), exclusive("one", writing, overlaps, database), options);
                BehindLab two = new BehindLab(redis.uri(), exclusive("two", writing, overlaps, database), options)) {
            for (int i = 0; i < 400; i++) {
                (i % 2 == 0 ? one : two).put("k" + i % 40, "v" + i);
            }
            one.awaitEmpty();
            assertThat(overlaps).isEmpty();
            assertThat(database.values()).hasSize(40).containsEntry("k39", "v399");
        }
    }

    /** Notes keys that two write at the same time. */
    private static Writer<String, String> exclusive(
            String who, Map<String, String> writing, Set<String> overlaps, Database database) {
        return changes -> {
            Set<String> keys = new HashSet<>();
            for (Change<String, String> change : changes) {
                keys.add(change.key());
                String other = writing.putIfAbsent(change.key(), who);
                if (other != null) {
                    overlaps.add(change.key() + " by " + other + " and " + who);
                }
            }
            database.write(changes);
            keys.forEach(writing::remove);
        };
    }

    @Test
    void w6_aWriteLongerThanTheLeaseKeepsIt(Redis redis) {
        Database database = new Database();
        CountDownLatch go = new CountDownLatch(1);
        Set<String> writers = ConcurrentHashMap.newKeySet();
        WriteBehindOptions options = BehindLab.QUICK.withLease(Duration.ofMillis(600));
        Writer<String, String> slow = changes -> {
            writers.add("slow");
            go.await();
            database.write(changes);
        };
        try (BehindLab one = new BehindLab(redis.uri(), slow, options)) {
            one.put("k", "v");
            await().until(() -> writers.contains("slow"));
            try (BehindLab two = new BehindLab(redis.uri(), changes -> writers.add("second"), options)) {
                await().during(Duration.ofMillis(1_500))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> writers.size() == 1);
                go.countDown();
                one.awaitEmpty();
                assertThat(two.behind.backlog().written()).isZero();
                assertThat(writers).containsExactly("slow");
            }
        }
    }

    @Test
    void whatRedisDidNotAcknowledgeIsEitherInBothOrInNeither(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK.withDelay(Duration.ofMillis(300)))) {
            lab.put("k", "v");
            redis.nodes().forEach(Standalone::freeze);
            assertThatThrownBy(() -> lab.shelf
                            .put("unknown", new byte[] {'V', 0, 't', 0, 0}, new byte[] {'x'}, 600_000)
                            .call(lab.connection, Duration.ofMillis(100)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.nodes().forEach(Standalone::thaw);
            await().atMost(BehindLab.PATIENCE)
                    .ignoreExceptions()
                    .until(() -> lab.behind.backlog().depth() == 0);
            assertThat(database.values()).containsEntry("k", "v");
            assertThat(database.values().containsKey("unknown"))
                    .isEqualTo(!lab.claim("unknown").equals("load"));
        }
    }
}
