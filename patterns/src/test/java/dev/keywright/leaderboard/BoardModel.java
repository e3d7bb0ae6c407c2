package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A board as a sorted list, in the plainest way there is. */
final class BoardModel {

    private record Line(String member, double score, long reached) {}

    private final LeaderboardOptions options;
    private final Map<String, Line> lines = new HashMap<>();
    private long updates;

    BoardModel(LeaderboardOptions options) {
        this.options = options;
    }

    /** Whether the score changed. */
    boolean update(Update update, String member, double given) {
        Line old = lines.get(member);
        double score = switch (update) {
            case SET -> given;
            case ADD -> (old == null ? 0 : old.score) + given;
            case BEST -> old == null || better(given, old.score) ? given : old.score;
        };
        if (old != null && old.score == score) {
            return false;
        }
        lines.put(member, new Line(member, score, updates++));
        if (options.limit() > 0) {
            trim(options.limit());
        }
        return true;
    }

    private boolean better(double one, double other) {
        return options.lowest() ? one < other : one > other;
    }

    boolean remove(String member) {
        return lines.remove(member) != null;
    }

    long trim(long keep) {
        List<Line> sorted = sorted();
        List<Line> over = sorted.subList((int) Math.min(keep, sorted.size()), sorted.size());
        over.forEach(line -> lines.remove(line.member));
        return over.size();
    }

    private List<Line> sorted() {
        Comparator<Line> byScore = Comparator.comparingDouble(Line::score);
        Comparator<Line> byBytes =
                (one, other) -> Arrays.compareUnsigned(one.member.getBytes(UTF_8), other.member.getBytes(UTF_8));
        Comparator<Line> order = options.lowest() ? byScore : byScore.reversed();
        List<Line> sorted = new ArrayList<>(lines.values());
        sorted.sort(order.thenComparing(
                options.ties() == Ties.FIRST_TO_REACH ? Comparator.comparingLong(Line::reached) : byBytes.reversed()));
        return sorted;
    }

    List<Standing> all(Ranks ranks) {
        return ranked(sorted(), ranks);
    }

    private static List<Standing> ranked(List<Line> sorted, Ranks ranks) {
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            Line line = sorted.get(i);
            long rank = switch (ranks) {
                case ORDINAL -> i + 1;
                case COMPETITION -> sorted.stream().map(Line::score).toList().indexOf(line.score) + 1;
                case DENSE ->
                    sorted.subList(0, i + 1).stream()
                            .map(Line::score)
                            .distinct()
                            .count();
            };
            standings.add(new Standing(line.member, rank, line.score));
        }
        return standings;
    }

    List<Standing> page(Ranks ranks, int from, int count) {
        return all(ranks).stream().skip(from).limit(count).toList();
    }

    List<Standing> around(Ranks ranks, String member, int before, int after) {
        List<Standing> all = all(ranks);
        int at = all.stream().map(Standing::member).toList().indexOf(member);
        return at < 0 ? List.of() : all.subList(Math.max(0, at - before), Math.min(all.size(), at + after + 1));
    }

    Optional<Standing> standing(Ranks ranks, String member) {
        return all(ranks).stream().filter(each -> each.member().equals(member)).findFirst();
    }

    OptionalLong rank(Ranks ranks, String member) {
        return standing(ranks, member).stream().mapToLong(Standing::rank).findFirst();
    }

    Map<String, Standing> standings(Ranks ranks, Collection<String> members) {
        Map<String, Standing> found = new LinkedHashMap<>();
        for (String member : members) {
            standing(ranks, member).ifPresent(each -> found.put(member, each));
        }
        return found;
    }

    List<Standing> among(Ranks ranks, Collection<String> members) {
        return ranked(
                sorted().stream().filter(line -> members.contains(line.member)).toList(), ranks);
    }

    int size() {
        return lines.size();
    }
}
