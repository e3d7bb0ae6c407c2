package dev.keywright.expert.size;

import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The pieces of a text, asked for by place: noun phrases, what links them, and amounts in the notation of sizes; and how far the
 * text is read. One thread.
 */
final class SizeWords {

    private static final Piece NONE = new Piece(Kind.SIGN, "", "", 0, 0, false, -1, -1);
    private static final Set<String> AVERAGE =
            Set.of("average", "avg", "averaging", "mean", "typically", "usually", "typical");
    private static final Set<String> ABOUT =
            Set.of("about", "around", "roughly", "approximately", "approx", "circa", "ca", "~");
    private static final Set<String> MOST = Set.of("most", "max", "maximum", "maximal", "largest");
    private static final Set<String> LEAST = Set.of("least", "min", "minimum", "minimal", "smallest");
    private static final Set<String> DEVIATION = Set.of("deviation", "stddev", "stdev", "sigma", "dev", "sd");
    private static final int MANNER_REACH = 4;
    private static final int LONGEST_PHRASE = 4;

    private final List<Piece> pieces;

    private int read;

    SizeWords(List<Piece> pieces) {
        this.pieces = pieces.stream().map(SizeWords::spelled).toList();
    }

    private static Piece spelled(Piece piece) {
        String right = piece.kind() == Kind.WORD ? Lexicon.spelled(piece.lower()) : piece.lower();
        return right.equals(piece.lower())
                ? piece
                : new Piece(
                        piece.kind(),
                        piece.text(),
                        right,
                        piece.low(),
                        piece.high(),
                        piece.implied(),
                        piece.start(),
                        piece.end());
    }

    /** What stands before {@code end} is understood and not looked at again. */
    void readTo(int end) {
        read = Math.max(read, end);
    }

    boolean isRead(int i) {
        return i < read;
    }

    /** The place behind the first such sign from {@code i} on; {@code i} where there is none. */
    int behind(int i, String sign) {
        for (int at = i; at < size(); at++) {
            if (is(at, sign)) {
                return at + 1;
            }
        }
        return i;
    }

    int size() {
        return pieces.size();
    }

    Piece at(int i) {
        return i >= 0 && i < pieces.size() ? pieces.get(i) : NONE;
    }

    boolean is(int i, String... words) {
        return Set.of(words).contains(at(i).lower());
    }

    boolean isIn(int i, Set<String> words) {
        return at(i).kind() == Kind.WORD && words.contains(at(i).lower());
    }

    /** How many words from {@code i} on name one thing. */
    int phrase(int i) {
        int length = 0;
        while (length < LONGEST_PHRASE && at(i + length).kind() == Kind.WORD && !isIn(i + length, Lexicon.ENDS)) {
            length++;
        }
        return length;
    }

    /** The place of the word or sign before {@code i} that links, past words that change nothing. */
    int link(int i) {
        int at = i - 1;
        while (at >= 0 && (isIn(at, Lexicon.SOFT) || is(at, "~", "(", ":", "="))) {
            at--;
        }
        return at;
    }

    /** Whether a word of these stands within so many pieces of {@code i}, in the same clause. */
    boolean near(int i, int reach, Set<String> words) {
        for (int at = i - 1; at >= Math.max(0, i - reach) && !isStop(at); at--) {
            if (words.contains(at(at).lower())) {
                return true;
            }
        }
        for (int at = i + 1; at <= i + reach && !isStop(at); at++) {
            if (words.contains(at(at).lower())) {
                return true;
            }
        }
        return false;
    }

    boolean isBracketed(int i) {
        int at = i;
        while (at >= 0 && !is(at, "(", ")")) {
            at--;
        }
        return is(at, "(");
    }

    /** Whether a thing is spoken of before {@code i}, other than where it is counted. */
    boolean mentions(Noun noun, int i) {
        return IntStream.range(0, i).anyMatch(at -> at(at).kind() == Kind.WORD && noun.isSame(at(at).lower()));
    }

    boolean isStop(int i) {
        return is(i, ",", ";", ".", ")");
    }

    /** An amount as a size or a number of elements. */
    String notation(int i) {
        Piece amount = at(i);
        String high = number(amount.high());
        if (amount.low() < amount.high()) {
            return number(amount.low()) + "-" + high;
        }
        String manner = manner(i);
        if (AVERAGE.contains(manner)) {
            return Spread.AVERAGE + high;
        }
        if (manner.equals("median")) {
            return Spread.MEDIAN + high;
        }
        if (MOST.contains(manner)) {
            return "1-" + high;
        }
        if (LEAST.contains(manner)) {
            return Spread.LEAST + high;
        }
        if (ABOUT.contains(manner) && amount.high() >= 4) {
            return Spread.straying(high, Math.rint(amount.high() / 4));
        }
        return high;
    }

    /** Where among lengths an amount stands that is one of their percentiles. */
    Optional<Double> percentile(int i) {
        return Shorthand.deviations(manner(i));
    }

    /** Whether an amount says how far lengths stray: "deviation 20 bytes". */
    boolean isDeviation(int i) {
        return DEVIATION.contains(manner(i));
    }

    /** The word that says what is meant by an amount: "average", "max", "median"; the nearest but for "about". */
    private String manner(int i) {
        String about = "";
        boolean named = false;
        for (int at = i - 1; at >= i - MANNER_REACH; at--) {
            String lower = at(at).lower();
            if (isUpTo(at)) {
                return "most";
            }
            if (lower.equals(">")) {
                return "least";
            }
            if (isManner(lower)) {
                return lower;
            }
            boolean word = !named && at(at).kind() == Kind.WORD && !isIn(at, Lexicon.ENDS);
            if (ABOUT.contains(lower)) {
                about = lower;
            } else if (word && !isIn(at, Lexicon.SOFT)) { // average job 3 KB
                named = true;
            } else if (!isIn(at, Lexicon.SOFT)
                    && !Lexicon.isContent(lower)
                    && !isIn(at, Lexicon.KEYS)
                    && !isIn(at, Lexicon.NAMES)
                    && !is(at, "of", "size", "sizes", "length", "lengths", "is", ":", "=")) {
                break;
            }
        }
        int end = at(i).kind() == Kind.COUNT ? i + 1 + phrase(i + 1) : i + 1;
        int next = is(end, "on", "at", "in") ? end + 1 : end;
        String behind = at(next).lower();
        boolean mine = about.isEmpty() && isManner(behind) && !at(next + 1).isAmount();
        return mine ? behind : about;
    }

    private boolean isUpTo(int i) {
        return is(i, "to") && is(i - 1, "up")
                || is(i, "to", "at") && is(i - 1, "capped", "limited", "trimmed", "bounded")
                || is(i, "<", "≤");
    }

    private static boolean isManner(String word) {
        return AVERAGE.contains(word)
                || MOST.contains(word)
                || LEAST.contains(word)
                || DEVIATION.contains(word)
                || word.equals("median")
                || Shorthand.deviations(word).isPresent();
    }

    static String number(double value) {
        return new BigDecimal(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
