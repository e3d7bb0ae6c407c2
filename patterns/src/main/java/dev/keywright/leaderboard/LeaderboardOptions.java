package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link Leaderboard} is like. The first five are in the names of its keys: with others another board begins, empty.
 *
 * @param lowest whether the lowest score is the best, as with times and strokes; such scores are stored negated
 * @param ties which of equal scores comes first
 * @param greatest with {@link Ties#FIRST_TO_REACH} the greatest score there may be, and its opposite the least, 1 to 2^40: the less, the
 *     more may reach one score in order. Of the 53 bits Redis has for a score those this number does not need count them: 2^26 for
 *     the default. It is rounded up to a power of two less 1
 * @param distinct whether the distinct scores are kept beside the board, which {@link Ranks#DENSE} needs: each update is a script then,
 *     and each distinct score takes as much memory as a member
 * @param window when the board begins anew; never when absent, and then its keys never expire
 * @param limit how many members are kept, the best ones; 0 for all
 * @param ranks how places are counted
 * @param charset how members are written: UTF-8, or ISO-8859-1 where they are bytes and each letter stands for one
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record LeaderboardOptions(
        boolean lowest,
        Ties ties,
        long greatest,
        boolean distinct,
        Optional<Window> window,
        long limit,
        Ranks ranks,
        Charset charset,
        Optional<Duration> deadline) {

    private static final long MOST = 1L << 40;

    /** The highest score first, ties by member, all of them, for ever, each place once. */
    public static final LeaderboardOptions DEFAULTS = new LeaderboardOptions(
            false, Ties.BY_MEMBER, 100_000_000, false, Optional.empty(), 0, Ranks.ORDINAL, UTF_8, Optional.empty());

    public LeaderboardOptions {
        if (greatest < 1 || greatest > MOST) {
            throw new IllegalArgumentException("The greatest score is " + greatest + "; give 1 to " + MOST);
        }
        if (limit < 0) {
            throw new IllegalArgumentException("The limit is " + limit + "; give 1 or more, or 0 for none");
        }
        if (ranks == Ranks.DENSE && !distinct) {
            throw new IllegalArgumentException(
                    "Dense ranks need the distinct scores; call withDistinctScores() before");
        }
        if (!charset.equals(UTF_8) && !charset.equals(ISO_8859_1)) {
            throw new IllegalArgumentException("The charset is " + charset + "; give UTF-8, or ISO-8859-1 for bytes");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    public LeaderboardOptions withLowestFirst() {
        return new LeaderboardOptions(true, ties, greatest, distinct, window, limit, ranks, charset, deadline);
    }

    /** {@link Ties#FIRST_TO_REACH}, with scores up to 100,000,000 unless another bound was given. */
    public LeaderboardOptions withFirstToReach() {
        return new LeaderboardOptions(
                lowest, Ties.FIRST_TO_REACH, greatest, distinct, window, limit, ranks, charset, deadline);
    }

    /** {@link Ties#FIRST_TO_REACH}, with whole scores from {@code -greatest} to {@code greatest}. */
    public LeaderboardOptions withFirstToReach(long greatest) {
        return new LeaderboardOptions(
                lowest, Ties.FIRST_TO_REACH, greatest, distinct, window, limit, ranks, charset, deadline);
    }

    public LeaderboardOptions withDistinctScores() {
        return new LeaderboardOptions(lowest, ties, greatest, true, window, limit, ranks, charset, deadline);
    }

    public LeaderboardOptions withWindow(Window window) {
        return new LeaderboardOptions(
                lowest, ties, greatest, distinct, Optional.of(window), limit, ranks, charset, deadline);
    }

    public LeaderboardOptions withLimit(long members) {
        return new LeaderboardOptions(lowest, ties, greatest, distinct, window, members, ranks, charset, deadline);
    }

    public LeaderboardOptions withRanks(Ranks ranks) {
        return new LeaderboardOptions(lowest, ties, greatest, distinct, window, limit, ranks, charset, deadline);
    }

    public LeaderboardOptions withCharset(Charset charset) {
        return new LeaderboardOptions(lowest, ties, greatest, distinct, window, limit, ranks, charset, deadline);
    }

    public LeaderboardOptions withDeadline(Duration deadline) {
        return new LeaderboardOptions(
                lowest, ties, greatest, distinct, window, limit, ranks, charset, Optional.of(deadline));
    }

    /** How many of the 53 bits tell who was first. */
    int bits() {
        return ties == Ties.BY_MEMBER ? 0 : 53 - (Long.SIZE - Long.numberOfLeadingZeros(greatest));
    }

    /** The greatest score that may be stored. */
    long most() {
        return (1L << (53 - bits())) - 1;
    }

    /** Whether each update is a script. */
    boolean scripted() {
        return ties != Ties.BY_MEMBER || distinct || window.isPresent() || limit > 0;
    }
}
