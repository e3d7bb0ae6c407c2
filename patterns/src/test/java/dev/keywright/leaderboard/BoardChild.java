package dev.keywright.leaderboard;

import dev.keywright.Keywright;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A process that updates boards after a plan that its seed decides, and ends. Others may come in between in any order. */
final class BoardChild {

    static final List<LeaderboardOptions> BOARDS = List.of(
            LeaderboardOptions.DEFAULTS,
            LeaderboardOptions.DEFAULTS.withDistinctScores(),
            LeaderboardOptions.DEFAULTS.withFirstToReach().withDistinctScores());

    /** One update; sums and bests of different members, so that the end does not depend on the order. */
    record Step(int board, Update update, String member, double score) {}

    private BoardChild() {}

    static Stream<Step> plan(long seed, int steps) {
        Random random = new Random(seed);
        return Stream.generate(() -> {
                    boolean sum = random.nextBoolean();
                    return new Step(
                            random.nextInt(BOARDS.size()),
                            sum ? Update.ADD : Update.BEST,
                            (sum ? "sum" : "best") + random.nextInt(20),
                            random.nextInt(41) - 20);
                })
                .limit(steps);
    }

    /** Arguments: URI, seed, steps. */
    public static void main(String[] arguments) {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            List<Leaderboard> boards = BOARDS.stream()
                    .map(options -> kw.leaderboard("many", options))
                    .toList();
            plan(Long.parseLong(arguments[1]), Integer.parseInt(arguments[2])).forEach(step -> {
                View unused = boards.get(step.board).update(step.update, step.member, step.score, 3);
            });
        }
    }
}
