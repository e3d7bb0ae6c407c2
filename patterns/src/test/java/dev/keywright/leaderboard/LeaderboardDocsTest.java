package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/leaderboard.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class LeaderboardDocsTest {

    private static final Path PAGE = Path.of("../docs/leaderboard.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/leaderboard/LeaderboardDocsTest.java");

    @Test
    @SuppressWarnings("UnusedVariable") // a sample shows what comes back
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Leaderboard board = kw.leaderboard("chess");

            board.add("anna", 25);
            board.best("bert", 40);

            List<Standing> best = board.top(10); // bert 1, anna 2
            List<Standing> around = board.around("anna", 5, 5);
            OptionalLong place = board.rank("anna");
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            Leaderboard board = kw.leaderboard("chess");
            assertThat(board.top(10))
                    .isEqualTo(board.around("anna", 5, 5))
                    .containsExactly(new Standing("bert", 1, 40), new Standing("anna", 2, 25));
            assertThat(board.rank("anna")).hasValue(2);
            // docs: forms
            boolean changed = board.set("anna", 30); // whatever it was
            double sum = board.add("anna", 5); // the score it has now
            boolean better = board.best("anna", 20); // false: 35 is better

            View view = board.update(Update.ADD, "anna", 10, 3); // with the place it leads to and the best three
            // docs: end
            assertThat(changed).isTrue();
            assertThat(sum).isEqualTo(35);
            assertThat(better).isFalse();
            assertThat(view.own()).contains(new Standing("anna", 1, 45));
            // docs: questions
            List<Standing> third = board.page(20, 10); // after the first twenty
            Map<String, Standing> several = board.standings(List.of("anna", "bert")); // places on the whole board
            List<Standing> friends = board.among(List.of("anna", "bert")); // places among each other
            long shared = board.ranked(Ranks.COMPETITION).rank("anna").orElse(0); // the place is shared with equals

            CompletionStage<List<Standing>> later = board.topAsync(10);
            // docs: end
            assertThat(third).isEmpty();
            assertThat(several).containsOnlyKeys("anna", "bert");
            assertThat(friends).hasSize(2);
            assertThat(shared).isEqualTo(1);
            assertThat(later.toCompletableFuture().join()).hasSize(2);
        }
        try (Keywright kw = Keywright.connect(uri)) {
            // docs: window
            Window week = Window.weekly(ZoneId.of("Europe/Berlin")).withKept(Duration.ofDays(60));
            Leaderboard weekly = kw.leaderboard("chess", LeaderboardOptions.DEFAULTS.withWindow(week));

            weekly.add("anna", 25); // counts for the week it is on the server
            List<Standing> thisWeek = weekly.top(10);
            List<Standing> lastWeek = weekly.at(weekly.today().minusWeeks(1)).top(10);
            // docs: end
            assertThat(thisWeek).hasSize(1);
            assertThat(lastWeek).isEmpty();
            // docs: options
            LeaderboardOptions options = LeaderboardOptions.DEFAULTS
                    .withLowestFirst() // such as milliseconds of a race
                    .withFirstToReach(10_000_000) // of equal scores the earlier one first
                    .withDistinctScores() // so that dense ranks can be counted
                    .withRanks(Ranks.DENSE)
                    .withLimit(100_000); // the others are cut off
            Leaderboard race = kw.leaderboard("race", options);
            // docs: end
            race.best("anna", 61_200);
            race.best("bert", 61_200);
            assertThat(race.top(2)).containsExactly(new Standing("anna", 1, 61_200), new Standing("bert", 1, 61_200));
            // docs: sharded
            ShardedLeaderboard everybody = kw.shardedLeaderboard("chess", 8); // parts, in every process the same

            everybody.add("anna", 25);
            Optional<Standing> anna = everybody.standing("anna");
            List<Standing> leaders = everybody.top(10);
            // docs: end
            assertThat(leaders).containsExactly(anna.orElseThrow());
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = regions();
        String page = Files.readString(PAGE, UTF_8);
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        StringBuilder written = new StringBuilder();
        Map<String, String> shown = new LinkedHashMap<>();
        while (fence.find()) {
            shown.put(fence.group(1), fence.group(2));
            String code = regions.getOrDefault(fence.group(1), fence.group(2));
            fence.appendReplacement(
                    written,
                    Matcher.quoteReplacement("<!-- sample: " + fence.group(1) + " -->\n```java\n" + code + "```"));
        }
        fence.appendTail(written);
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, written, UTF_8);
        } else {
            assertThat(shown).isEqualTo(regions);
        }
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
