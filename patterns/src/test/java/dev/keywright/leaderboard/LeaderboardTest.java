package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a board promises, one by one, and what it refuses. */
@WithRedis
class LeaderboardTest {

    private static final LeaderboardOptions PLAIN = LeaderboardOptions.DEFAULTS;
    private static final LeaderboardOptions FIRST = PLAIN.withFirstToReach();
    private static final double MOST = (1L << 53) - 1;

    private static List<String> members(List<Standing> standings) {
        return standings.stream().map(Standing::member).toList();
    }

    @Test
    void lb1_tiesGoToTheFirst(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a", FIRST);
            board.set("b", 5);
            board.set("a", 5);
            board.set("c", 5);
            assertThat(members(board.top(9))).containsExactly("b", "a", "c");
            assertThat(board.set("b", 5)).isFalse(); // the place is kept
            assertThat(board.best("b", 4)).isFalse();
            assertThat(board.add("b", 0)).isEqualTo(5);
            assertThat(members(board.top(9))).containsExactly("b", "a", "c");
            board.set("b", 6); // who leaves and comes back is last
            board.set("b", 5);
            assertThat(members(board.top(9))).containsExactly("a", "c", "b");
            board.add("d", 5);
            board.best("e", 5);
            assertThat(members(board.top(9))).containsExactly("a", "c", "b", "d", "e");
            assertThat(board.score("e")).hasValue(5);

            Leaderboard times = kw.leaderboard("a", FIRST.withLowestFirst());
            times.best("b", 61_200);
            times.best("a", 61_200);
            times.best("c", 59_999);
            assertThat(times.best("c", 60_000)).isFalse();
            assertThat(members(times.top(9))).containsExactly("c", "b", "a");
            assertThat(times.rank("a")).hasValue(3);
        }
    }

    @Test
    void lb1_tiesByMemberAreOrderedByTheirBytesBackwards(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a");
            for (String member : List.of("a", "B", "b", "ab", "")) {
                board.set(member, 1);
            }
            assertThat(members(board.top(9))).containsExactly("b", "ab", "a", "B", "");
            assertThat(members(board.among(List.of("B", "", "ab", "none")))).containsExactly("ab", "B", "");
        }
    }

    @Test
    void lb1_moreAtOneScoreThanCanBeCountedAreOrderedByMember(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LeaderboardOptions narrow = PLAIN.withFirstToReach(1L << 40); // 12 bits
            Leaderboard board = kw.leaderboard("a", narrow);
            board.set("first", -7);
            redis.command("ZADD", "board:{a}:first12", Long.toString(-7 * 4_096L), "last");
            board.set("x", -7);
            board.set("y", -7);
            assertThat(members(board.top(9))).containsExactly("first", "y", "x", "last");
            assertThat(board.score("y")).hasValue(-7);
            assertThat(board.ranked(Ranks.COMPETITION).rank("last")).hasValue(1);
            assertThat(board.set("z", -8)).isTrue();
            assertThat(board.rank("z")).hasValue(5);
        }
    }

    @Test
    void lb1_theGreatestScoresAreExactAndMoreIsRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options :
                    List.of(PLAIN, PLAIN.withDistinctScores(), FIRST, FIRST.withLowestFirst())) {
                Leaderboard board = kw.leaderboard("a", options);
                double most = options.most();
                for (double score : new double[] {most, -most, most - 1, 1 - most, 0}) {
                    board.set("a" + score, score);
                    assertThat(board.score("a" + score)).hasValue(score);
                    board.set("b" + score, score);
                    assertThat(board.ranked(Ranks.COMPETITION).rank("b" + score))
                            .isEqualTo(board.ranked(Ranks.COMPETITION).rank("a" + score));
                }
                assertThat(board.size()).isEqualTo(10);
                for (double bad : new double[] {
                    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, most + 1, -most - 1, 1e300
                }) {
                    assertThatThrownBy(() -> board.set("x", bad))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("give -");
                    assertThatThrownBy(() -> board.best("x", bad)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> board.add("x", bad)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> board.update(Update.ADD, "x", bad, 1))
                            .isInstanceOf(IllegalArgumentException.class);
                }
                assertThatThrownBy(() -> board.add("a" + most, 1))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("beyond");
                if (options.scripted()) {
                    assertThat(board.score("a" + most)).hasValue(most);
                }
            }
            assertThatThrownBy(() -> kw.leaderboard("a", FIRST).set("a", 0.5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole");
            assertThatThrownBy(() -> kw.leaderboard("a").set("a", (double) ((1L << 53) + 1))) // a long that Java rounds
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(MOST).isEqualTo((double) PLAIN.most());
        }
    }

    @Test
    void fractionsAndNegativeZeroComeBackAsTheyAre(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options :
                    List.of(PLAIN, PLAIN.withDistinctScores().withLowestFirst())) {
                Leaderboard board = kw.leaderboard("a", options);
                for (double score : new double[] {0.1, -1e-9, 1.0 / 3, 4.9e-324, 1234.5678}) {
                    board.set("a", score);
                    assertThat(board.score("a")).hasValue(score);
                    assertThat(board.top(1)).containsExactly(new Standing("a", 1, score));
                    assertThat(board.around("a", 0, 0)).containsExactly(new Standing("a", 1, score));
                }
                board.set("a", -0.0);
                assertThat(board.score("a")).hasValue(0.0);
                assertThat(board.update(Update.SET, "a", -0.0, 1).own()).contains(new Standing("a", 1, 0.0));
            }
        }
    }

    @Test
    void membersAreAnyTextOrAnyBytes(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("}{ %\n", PLAIN.withCharset(ISO_8859_1));
            StringBuilder bytes = new StringBuilder();
            for (char each = 0; each < 256; each++) {
                bytes.append(each);
                board.set(Character.toString(each), each);
            }
            board.set(bytes.toString(), 1_000);
            assertThat(board.top(1)).containsExactly(new Standing(bytes.toString(), 1, 1_000));
            assertThat(board.around("\u00ff", 0, 1).get(1)).isEqualTo(new Standing("\u00fe", 3, 254));
            assertThatThrownBy(() -> board.set("\u20ac", 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kw.leaderboard("a").set("a\ud83d", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("surrogate");
            Leaderboard text = kw.leaderboard("a");
            text.set("?", 1);
            assertThat(text.rank("?")).hasValue(1);
        }
    }

    @Test
    void lb5_aLimitKeepsTheBestWithEachUpdate(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a", FIRST.withLimit(3));
            for (int i = 1; i <= 5; i++) {
                board.set("m" + i, i);
            }
            assertThat(members(board.top(9))).containsExactly("m5", "m4", "m3");
            View out = board.update(Update.SET, "m9", 1, 1);
            assertThat(out.own()).isEmpty();
            assertThat(members(out.top())).containsExactly("m5");
            assertThat(board.size()).isEqualTo(3);
        }
    }

    private static void fill(Leaderboard board, int members) {
        CompletableFuture.allOf(IntStream.range(0, members)
                        .mapToObj(i -> board.setAsync("m" + i, i).toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Test
    void lb5_aLongTrimIsCutIntoSmallOnes(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a", PLAIN.withDistinctScores());
            fill(board, 2_500);
            assertThat(board.trim(10)).isEqualTo(2_490);
            assertThat(members(board.page(9, 5))).containsExactly("m2490");
            assertThat(board.ranked(Ranks.DENSE).rank("m2490")).hasValue(10);
            assertThat(redis.command("ZCARD", "board:{a}:dense:distinct")).isEqualTo("10");
            fill(board, 2_000);
            assertThat(board.trimAsync(10).toCompletableFuture().join())
                    .isEqualTo(2_000); // ten of the old ones are better
        }
    }

    @Test
    void keysOfAnotherTypeAreToldAndKept(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options : List.of(PLAIN, FIRST, PLAIN.withDistinctScores())) {
                redis.flushAll();
                Leaderboard board = kw.leaderboard("a", options);
                String key = new String(
                        Keys.ever(new dev.keywright.lease.Stem("board", "x", "a"), options).board, ISO_8859_1);
                redis.command("SET", key, "precious");
                for (Runnable call : List.<Runnable>of(
                        () -> board.set("a", 1),
                        () -> board.add("a", 1),
                        () -> board.best("a", 1),
                        () -> board.update(Update.SET, "a", 1, 1),
                        () -> board.remove("a"),
                        () -> board.trim(1),
                        () -> board.score("a"),
                        () -> board.rank("a"),
                        () -> board.standings(List.of("a")),
                        () -> board.among(List.of("a")),
                        () -> board.top(1),
                        () -> board.around("a", 1, 1),
                        () -> board.ranked(Ranks.COMPETITION).page(1, 1),
                        board::size)) {
                    assertThatThrownBy(call::run)
                            .isInstanceOf(KeywrightException.Misused.class)
                            .hasMessageContaining("WRONGTYPE")
                            .hasMessageContaining("leaderboard a");
                }
                assertThat(redis.command("GET", key)).isEqualTo("precious");
            }
            Leaderboard dense = kw.leaderboard("b", PLAIN.withDistinctScores());
            redis.command("SET", "board:{b}:dense:distinct", "precious");
            assertThatThrownBy(() -> dense.set("a", 1)).hasMessageContaining("WRONGTYPE");
            assertThat(dense.size()).isZero(); // nothing was written by halves
        }
    }

    @Test
    void scoresOfAnotherProgramAreRead(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            redis.command("ZADD", "board:{a}", "inf", "a");
            redis.command("ZADD", "board:{a}", "-inf", "b");
            redis.command("ZADD", "board:{a}", "1e20", "c");
            Leaderboard board = kw.leaderboard("a");
            assertThat(board.top(9))
                    .containsExactly(
                            new Standing("a", 1, Double.POSITIVE_INFINITY),
                            new Standing("c", 2, 1e20),
                            new Standing("b", 3, Double.NEGATIVE_INFINITY));
            assertThat(board.around("c", 1, 1)).isEqualTo(board.top(9));
            assertThat(board.ranked(Ranks.COMPETITION).rank("c")).hasValue(2);
        }
    }

    @Test
    void numbersOutOfTheirRangeAreRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a");
            List<String> many = Collections.nCopies(1_001, "a");
            for (Runnable call : List.<Runnable>of(
                    () -> board.top(-1),
                    () -> board.top(1_001),
                    () -> board.page(-1, 1),
                    () -> board.page((1L << 53) + 1, 1),
                    () -> board.around("a", 0, 1_001),
                    () -> board.trim(-1),
                    () -> board.update(Update.SET, "a", 1, 1_001),
                    () -> board.standings(List.of()),
                    () -> board.standings(many),
                    () -> board.among(List.of()),
                    () -> board.ranked(Ranks.DENSE),
                    () -> PLAIN.withFirstToReach(0),
                    () -> PLAIN.withFirstToReach((1L << 40) + 1),
                    () -> PLAIN.withLimit(-1),
                    () -> PLAIN.withDeadline(Duration.ZERO),
                    () -> PLAIN.withCharset(java.nio.charset.StandardCharsets.UTF_16),
                    () -> kw.leaderboard(""))) {
                assertThatThrownBy(call::run)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching("(?s).*(give|Dense).*");
            }
            assertThat(board.top(0)).isEmpty();
            assertThat(board.page(Integer.MAX_VALUE * 4L, 5)).isEmpty();
            assertThat(board.page(1L << 53, 1_000)).isEmpty();
            assertThat(board.ranked(Ranks.COMPETITION).page(1L << 53, 1_000)).isEmpty();
            assertThat(board.around("a", 5, 5)).isEmpty();
            assertThat(board.rank("a")).isEqualTo(OptionalLong.empty());
            assertThat(board.ranked(Ranks.COMPETITION).page(5, 5)).isEmpty();
        }
    }

    @Test
    void aFullServerRefusesUpdatesAndStillAnswersAndCutsOff(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options : List.of(PLAIN, FIRST, FIRST.withDistinctScores())) {
                Leaderboard board = kw.leaderboard("a", options);
                board.set("a", 1);
                board.set("b", 2);
                board.remove("none");
                redis.command("CONFIG", "SET", "maxmemory", "1");
                try {
                    for (Runnable call : List.<Runnable>of(
                            () -> board.set("a", 3),
                            () -> board.add("a", 3),
                            () -> board.best("a", 3),
                            () -> board.update(Update.SET, "a", 3, 1))) {
                        assertThatThrownBy(call::run)
                                .isInstanceOfSatisfying(
                                        KeywrightException.Unavailable.class,
                                        e -> assertThat(e.outcomeUnknown()).isFalse())
                                .hasMessageContaining("OOM");
                    }
                    assertThat(members(board.top(9))).containsExactly("b", "a");
                    assertThat(board.around("a", 1, 1)).hasSize(2);
                    assertThat(board.standings(List.of("a"))).containsEntry("a", new Standing("a", 2, 1));
                    assertThat(board.trim(1)).isEqualTo(1);
                    assertThat(board.remove("b")).isTrue();
                } finally {
                    redis.command("CONFIG", "SET", "maxmemory", "0");
                }
            }
        }
    }

    @Test
    void boardsOfOtherOptionsDoNotReadEachOther(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.leaderboard("a").set("a", 1);
            assertThat(kw.leaderboard("a", FIRST).size()).isZero();
            assertThat(kw.leaderboard("a", PLAIN.withLowestFirst()).size()).isZero();
            assertThat(kw.leaderboard("a", PLAIN.withDistinctScores()).size()).isZero();
            assertThat(kw.leaderboard("a", PLAIN.withLimit(5)).size()).isEqualTo(1);
            assertThat(kw.leaderboard("b").size()).isZero();
        }
    }
}
