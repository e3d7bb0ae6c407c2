package dev.keywright.expert.size;

import dev.keywright.expert.workload.Pieces.Kind;
import dev.keywright.expert.workload.Pieces.Piece;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;

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
    private static final Set<String> MOST = Set.of("most", "max", "maximum");
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
        if (isWithin(i, AVERAGE) || is(i + 1, "average", "avg", "mean") || is(i + 1, "on") && is(i + 2, "average")) {
            return "average " + high;
        }
        if (is(i - 1, "to") && is(i - 2, "up") || isWithin(i, MOST)) {
            return "1-" + high;
        }
        if (isWithin(i, ABOUT) && amount.high() >= 4) {
            return "average " + high + " deviation " + number(Math.max(1, Math.rint(amount.high() / 4)));
        }
        return high;
    }

    private boolean isWithin(int i, Set<String> words) {
        for (int at = i - 1; at >= i - 3; at--) {
            if (words.contains(at(at).lower())) {
                return true;
            }
            if (!isIn(at, Lexicon.SOFT) && !is(at, "of", "size", "length", "~")) {
                return false;
            }
        }
        return false;
    }

    static String number(double value) {
        return new BigDecimal(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
