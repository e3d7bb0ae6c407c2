package dev.keywright.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several processes at once: in the end the boards are what a sorted list is. */
@WithRedis
class LeaderboardProcessTest {

    @Test
    void lb4_whatSeveralProcessesDidIsWhatTheListSays(Redis redis) throws IOException, InterruptedException {
        int processes = 2;
        int steps = 100;
        List<Process> running = new ArrayList<>();
        try {
            for (int seed = 0; seed < processes; seed++) {
                running.add(start(redis, seed, steps));
            }
            for (Process process : running) {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
        } finally {
            running.forEach(Process::destroyForcibly);
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

    private static Process start(Redis redis, int seed, int steps) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BoardChild.class.getName(),
                        redis.uri(),
                        Integer.toString(seed),
                        Integer.toString(steps))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Map<String, Standing> byMember(List<Standing> standings) {
        Map<String, Standing> map = new HashMap<>();
        standings.forEach(standing -> map.put(standing.member(), standing));
        return map;
    }
}
