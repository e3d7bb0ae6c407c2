package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** A board in parts has the places of a sorted list, whoever updated it. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class ShardedLeaderboardTest {

    private static final int PARTS = 7;
    private static final int THREADS = 4;

    private static List<Standing> sorted(Map<String, Double> scores) {
        Comparator<Map.Entry<String, Double>> byScore =
                Map.Entry.<String, Double>comparingByValue().reversed();
        List<Map.Entry<String, Double>> entries = new ArrayList<>(scores.entrySet());
        entries.sort(byScore.thenComparing(entry -> part(entry.getKey()))
                .thenComparing((one, other) -> Arrays.compareUnsigned(
                        other.getKey().getBytes(UTF_8), one.getKey().getBytes(UTF_8))));
        List<Standing> standings = new ArrayList<>();
        entries.forEach(entry -> standings.add(new Standing(entry.getKey(), standings.size() + 1, entry.getValue())));
        return standings;
    }

    private static long part(String member) {
        CRC32 hash = new CRC32();
        hash.update(member.getBytes(UTF_8));
        return hash.getValue() % PARTS;
    }

    @Test
    void lb1_placesAreThoseOfASortedListOnceNobodyWrites(Redis redis) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Map<String, Double>>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                ShardedLeaderboard board =
                        new ShardedLeaderboard((i % 2 == 0 ? one : other).connection(), "a", PARTS, Optional.empty());
                all.add(CompletableFuture.supplyAsync(() -> play(board, thread), threads));
            }
            Map<String, Double> scores = new HashMap<>();
            all.forEach(each -> scores.putAll(each.join()));
            List<Standing> sorted = sorted(scores);
            ShardedLeaderboard board = new ShardedLeaderboard(one.connection(), "a", PARTS, Optional.empty());
            assertThat(board.top(1_000)).isEqualTo(sorted);
            assertThat(board.topAsync(5).toCompletableFuture().join()).isEqualTo(sorted.subList(0, 5));
            assertThat(board.top(0)).isEmpty();
            assertThat(board.size())
                    .isEqualTo(board.sizeAsync().toCompletableFuture().join())
                    .isEqualTo(scores.size());
            for (Standing standing : sorted) {
                assertThat(board.standing(standing.member())).contains(standing);
                assertThat(board.standingAsync(standing.member())
                                .toCompletableFuture()
                                .join())
                        .contains(standing);
            }
            assertThat(board.standing("nobody")).isEmpty();
            assertThat(board.standingAsync("nobody").toCompletableFuture().join())
                    .isEmpty();
            assertThatThrownBy(() -> board.top(1_001)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new ShardedLeaderboard(one.connection(), "a", 0, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPlaceIsExactWhileOthersMoveWithoutPassingIt(Redis redis) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            ShardedLeaderboard board = new ShardedLeaderboard(kw.connection(), "b", PARTS, Optional.empty());
            assertThat(board.set("low", 5)).isTrue();
            for (int i = 0; i < 20; i++) {
                assertThat(board.set("m" + i, 10)).isTrue();
            }
            CompletableFuture<Void> moving = CompletableFuture.runAsync(
                    () -> {
                        Random random = new Random(1);
                        for (int step = 0; step < 300; step++) {
                            boolean unused = board.set("m" + random.nextInt(20), 6 + random.nextInt(20));
                        }
                    },
                    threads);
            do {
                assertThat(board.standing("low")).contains(new Standing("low", 21, 5));
                assertThat(board.top(100))
                        .extracting(Standing::member)
                        .doesNotHaveDuplicates()
                        .hasSize(21);
            } while (!moving.isDone());
            moving.join();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPartOfAnotherTypeIsToldAndKept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            ShardedLeaderboard board = new ShardedLeaderboard(kw.connection(), "c", 1, Optional.empty());
            kw.connection()
                    .call(
                            Command.named("SET")
                                    .key("boards:{c:0/1}")
                                    .argument("precious")
                                    .build(),
                            Duration.ofSeconds(10))
                    .orThrow("test");
            for (Runnable call : List.<Runnable>of(
                    () -> board.set("a", 1),
                    () -> board.add("a", 1),
                    () -> board.top(1),
                    () -> board.standing("a"),
                    board::size)) {
                assertThatThrownBy(call::run)
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("leaderboard c");
            }
        }
    }

    private static Map<String, Double> play(ShardedLeaderboard board, int thread) {
        Random random = new Random(thread);
        Map<String, Double> scores = new HashMap<>();
        for (int step = 0; step < 100; step++) {
            String member = thread + " " + random.nextInt(20);
            double score = random.nextInt(9) - 4;
            switch (random.nextInt(4)) {
                case 0 -> {
                    boolean unused = board.set(member, score);
                    scores.put(member, score);
                }
                case 1 -> {
                    boolean unused = board.best(member, score);
                    scores.merge(member, score, Math::max);
                }
                case 2 -> assertThat(board.add(member, score)).isEqualTo(scores.merge(member, score, Double::sum));
                default -> assertThat(board.remove(member)).isEqualTo(scores.remove(member) != null);
            }
        }
        return scores;
    }
}
