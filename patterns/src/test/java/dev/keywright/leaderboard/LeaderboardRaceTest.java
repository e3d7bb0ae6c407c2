package dev.keywright.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Many threads and processes at once: in the end the boards are what a sorted list is, and in between every answer is in order. */
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

    @Test
    void lb4_whatSeveralProcessesDidIsWhatTheListSays(Redis redis) throws IOException, InterruptedException {
        int processes = 3;
        int steps = 100;
        List<Process> running = new ArrayList<>();
        for (int seed = 0; seed < processes; seed++) {
            running.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BoardChild.class.getName(),
                            redis.uri(),
                            Integer.toString(seed),
                            Integer.toString(steps))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        for (Process process : running) {
            assertThat(process.waitFor()).isZero();
        }
        List<BoardModel> models =
                BoardChild.BOARDS.stream().map(BoardModel::new).toList();
        for (int seed = 0; seed < processes; seed++) {
            BoardChild.plan(seed, steps).forEach(step -> {
                boolean unused = models.get(step.board()).update(step.update(), step.member(), step.score());
            });
        }
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int i = 0; i < models.size(); i++) {
                LeaderboardOptions options = BoardChild.BOARDS.get(i);
                Leaderboard board = kw.leaderboard("many", options);
                BoardModel model = models.get(i);
                for (Ranks ranks : Ranks.values()) {
                    if (ranks == Ranks.ORDINAL && options.ties() == Ties.FIRST_TO_REACH) {
                        continue; // who was first is another matter in each run
                    }
                    if (ranks != Ranks.DENSE || options.distinct()) {
                        assertThat(byMember(board.ranked(ranks).top(1_000))).isEqualTo(byMember(model.all(ranks)));
                    }
                }
            }
        }
    }

    private static Map<String, Standing> byMember(List<Standing> standings) {
        Map<String, Standing> map = new HashMap<>();
        standings.forEach(standing -> map.put(standing.member(), standing));
        return map;
    }
}
