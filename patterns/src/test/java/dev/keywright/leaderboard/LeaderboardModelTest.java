package dev.keywright.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** LB1 to LB5: every answer of boards of all kinds, after random updates, is the one a sorted list gives. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class LeaderboardModelTest {

    private static final int STEPS = 50;
    private static final List<String> MEMBERS =
            List.of("", "a", "b", "c", "d", "\0", "\u00e4\n", "z z", "\ud83d\ude00", "{x}", "10", "9", "?", "nobody");

    private final Random random = new Random(42);

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static List<LeaderboardOptions> kinds() {
        List<LeaderboardOptions> kinds = new ArrayList<>();
        for (LeaderboardOptions ties : List.of(
                LeaderboardOptions.DEFAULTS,
                LeaderboardOptions.DEFAULTS.withFirstToReach(),
                LeaderboardOptions.DEFAULTS.withFirstToReach(1_000))) {
            for (LeaderboardOptions order : List.of(ties, ties.withLowestFirst())) {
                kinds.add(order);
                kinds.add(order.withDistinctScores());
                kinds.add(order.withDistinctScores().withLimit(5));
            }
        }
        kinds.add(LeaderboardOptions.DEFAULTS.withLimit(4));
        kinds.add(LeaderboardOptions.DEFAULTS.withFirstToReach().withWindow(Window.monthly(ZoneOffset.UTC)));
        return kinds;
    }

    private String anyone() {
        return MEMBERS.get(random.nextInt(MEMBERS.size() - 1));
    }

    @Test
    void lb1_lb4_everyAnswerIsThatOfASortedList(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options : kinds()) {
                Leaderboard board = kw.leaderboard("a b", options);
                BoardModel model = new BoardModel(options);
                for (int i = 0; i < STEPS; i++) {
                    change(board, model, options);
                    if (i % 10 == 0) {
                        for (Ranks ranks : Ranks.values()) {
                            if (ranks != Ranks.DENSE || options.distinct()) {
                                compare(board.ranked(ranks), model, ranks);
                            }
                        }
                    }
                }
                assertThat(board.trim(3)).isEqualTo(model.trim(3));
                compare(board, model, Ranks.ORDINAL);
                assertThat(board.trim(0)).isEqualTo(model.size());
                if (options.distinct()) {
                    assertThat(board.ranked(Ranks.DENSE).size()).isZero();
                }
            }
        }
    }

    private void change(Leaderboard board, BoardModel model, LeaderboardOptions options) {
        String member = anyone();
        double score = random.nextInt(9) - 4;
        if (options.ties() == Ties.BY_MEMBER && random.nextInt(4) == 0) {
            score += 0.5;
        }
        Update update = List.of(Update.values()).get(random.nextInt(3));
        if (random.nextInt(8) == 0) {
            boolean removed = random.nextBoolean() ? board.remove(member) : join(board.removeAsync(member));
            assertThat(removed).isEqualTo(model.remove(member));
            return;
        }
        boolean changed = model.update(update, member, score);
        Ranks ranks = options.distinct() ? Ranks.DENSE : Ranks.COMPETITION;
        if (random.nextInt(3) == 0) {
            View view = random.nextBoolean()
                    ? board.ranked(ranks).update(update, member, score, 3)
                    : join(board.ranked(ranks).updateAsync(update, member, score, 3));
            assertThat(view).isEqualTo(new View(changed, model.standing(ranks, member), model.page(ranks, 0, 3)));
            return;
        }
        boolean later = random.nextBoolean();
        switch (update) {
            case SET -> {
                boolean set = later ? join(board.setAsync(member, score)) : board.set(member, score);
                assertThat(set).isEqualTo(changed);
            }
            case BEST -> {
                boolean better = later ? join(board.bestAsync(member, score)) : board.best(member, score);
                assertThat(better).isEqualTo(changed);
            }
            case ADD -> {
                double now = later ? join(board.addAsync(member, score)) : board.add(member, score);
                model.standing(ranks, member)
                        .ifPresent(standing -> assertThat(now).isEqualTo(standing.score()));
            }
        }
    }

    private void compare(Leaderboard board, BoardModel model, Ranks ranks) {
        String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        int from = random.nextInt(12);
        int count = random.nextInt(6);
        List<String> friends = MEMBERS.stream()
                .filter(each -> random.nextBoolean() || each.equals("a"))
                .toList();
        assertThat(board.page(0, 100)).isEqualTo(model.all(ranks));
        assertThat(board.page(from, count)).isEqualTo(model.page(ranks, from, count));
        assertThat(join(board.pageAsync(from, count))).isEqualTo(model.page(ranks, from, count));
        assertThat(board.top(count)).isEqualTo(join(board.topAsync(count))).isEqualTo(model.page(ranks, 0, count));
        assertThat(board.around(member, count, 2))
                .isEqualTo(join(board.aroundAsync(member, count, 2)))
                .isEqualTo(model.around(ranks, member, count, 2));
        assertThat(board.rank(member)).isEqualTo(join(board.rankAsync(member))).isEqualTo(model.rank(ranks, member));
        assertThat(board.score(member)).isEqualTo(join(board.scoreAsync(member)));
        assertThat(board.score(member).isPresent())
                .isEqualTo(model.standing(ranks, member).isPresent());
        assertThat(board.standings(friends))
                .isEqualTo(join(board.standingsAsync(friends)))
                .containsExactlyEntriesOf(model.standings(ranks, friends));
        assertThat(board.among(friends))
                .isEqualTo(join(board.amongAsync(friends)))
                .isEqualTo(model.among(ranks, friends));
        assertThat(board.size()).isEqualTo(join(board.sizeAsync())).isEqualTo(model.size());
    }
}
