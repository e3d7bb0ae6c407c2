package dev.keywright.leaderboard;

import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Counts places in one pass over members that follow each other. */
final class Ranking {

    private final Ranks ranks;
    private final long before;
    private final List<Standing> standings = new ArrayList<>();
    private final long first;

    /**
     * @param before how many members come before the first one
     * @param first its place
     */
    Ranking(Ranks ranks, long before, long first) {
        this.ranks = ranks;
        this.before = before;
        this.first = first;
    }

    void next(String member, double score) {
        standings.add(new Standing(member, rank(score), score));
    }

    private long rank(double score) {
        if (standings.isEmpty()) {
            return first;
        }
        Standing last = standings.get(standings.size() - 1);
        if (ranks != Ranks.ORDINAL && last.score() == score) {
            return last.rank();
        }
        return ranks == Ranks.DENSE ? last.rank() + 1 : before + standings.size() + 1;
    }

    List<Standing> standings() {
        return List.copyOf(standings);
    }

    /** A member by its number among those that were asked for. */
    record Entry(int index, double stored) {}

    /** Those that are on the board, in its order. */
    static List<Entry> sorted(byte[][] members, List<Reply> stored) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            if (!stored.get(i).isNothing()) {
                entries.add(new Entry(i, Scale.stored(stored.get(i))));
            }
        }
        Comparator<Entry> byMember =
                (one, other) -> Arrays.compareUnsigned(members[one.index()], members[other.index()]);
        entries.sort(Comparator.comparingDouble(Entry::stored)
                .thenComparing(byMember)
                .reversed());
        return entries;
    }
}
