package dev.keywright.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Many threads at once: in the end the board is what a sorted list is, and in between every answer is in order. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class LeaderboardRaceTest {

    private static final int THREADS = 6;
    private static final int STEPS = 120;
    private static final LeaderboardOptions FIRST =
            LeaderboardOptions.DEFAULTS.withFirstToReach().withDistinctScores();

    /** When a member's last change began and ended. */
    private record Span(long began, long ended) {}

    private final Map<String, Span> changes = new ConcurrentHashMap<>();

    @Test
    void lb1_whoReachedAScoreEarlierIsBeforeWhoCameLater(Redis redis) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int own = i;
                Leaderboard board = (i % 2 == 0 ? one : other).leaderboard("a", FIRST);
                all.add(CompletableFuture.runAsync(() -> play(board, own), threads));
            }
            all.forEach(CompletableFuture::join);
            Leaderboard board = one.leaderboard("a", FIRST);
            List<Standing> standings = board.top(1_000);
            assertThat(standings).hasSize(THREADS * 8);
            for (int i = 1; i < standings.size(); i++) {
                Standing before = standings.get(i - 1);
                Standing after = standings.get(i);
                assertThat(before.score()).isGreaterThanOrEqualTo(after.score());
                if (before.score() == after.score()) {
                    assertThat(changes.get(after.member()).ended)
                            .as("%s before %s", before, after)
                            .isGreaterThanOrEqualTo(changes.get(before.member()).began);
                }
            }
            long distinct = standings.stream().map(Standing::score).distinct().count();
            String last = standings.get(standings.size() - 1).member();
            assertThat(board.ranked(Ranks.DENSE).rank(last)).hasValue(distinct);
        } finally {
            threads.shutdownNow();
        }
    }

    private void play(Leaderboard board, int thread) {
        Random random = new Random(thread);
        for (int step = 0; step < STEPS; step++) {
            String member = thread + " " + random.nextInt(8);
            if (step < 8) {
                member = thread + " " + step;
            }
            long began = System.nanoTime();
            if (board.set(member, random.nextInt(4))) {
                changes.put(member, new Span(began, System.nanoTime()));
            }
            if (step % 10 == 0) {
                inOrder(board.ranked(Ranks.DENSE).around(member, 3, 3), member);
            }
        }
    }

    private static void inOrder(List<Standing> around, String member) {
        assertThat(around).extracting(Standing::member).contains(member);
        for (int i = 1; i < around.size(); i++) {
            boolean equal = around.get(i - 1).score() == around.get(i).score();
            assertThat(around.get(i - 1).score())
                    .isGreaterThanOrEqualTo(around.get(i).score());
            assertThat(around.get(i).rank() - around.get(i - 1).rank()).isEqualTo(equal ? 0 : 1);
        }
    }
}
