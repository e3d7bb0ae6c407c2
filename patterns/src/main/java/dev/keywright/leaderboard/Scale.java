package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;

/**
 * How scores are written into the sorted set: as they are, negated where the lowest is best, and with room below for who was first.
 *
 * @param lowest whether they are negated
 * @param bits how many of the low bits tell who was first; 0 for none
 * @param most what a score and its opposite may be at most
 */
record Scale(boolean lowest, int bits, long most) {

    /** Checks a score, and writes it for a command or script. */
    byte[] written(double score) {
        if (!(Math.abs(score) <= most)) { // not a number, too
            throw new IllegalArgumentException("The score is " + score + "; give -" + most + " to " + most);
        }
        if (bits > 0 && score != Math.rint(score)) {
            throw new IllegalArgumentException("The score is " + score
                    + "; give a whole number, as the first to reach a score comes first on this board, or scale it");
        }
        double stored = (lowest ? -score : score) + 0.0; // no negative zero
        return (stored == Math.rint(stored) ? Long.toString((long) stored) : Double.toString(stored))
                .getBytes(US_ASCII);
    }

    /** The score that a stored number stands for. */
    double score(double stored) {
        double score = bits > 0 ? Math.floor(Math.scalb(stored, -bits)) : stored;
        return (lowest ? -score : score) + 0.0;
    }

    /** A stored number, as the protocol or a script writes it; another program may have stored an infinity. */
    static double stored(Reply reply) {
        if (reply instanceof Reply.Decimal decimal) {
            return decimal.value();
        }
        String text = reply.text();
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** A score after ZINCRBY, which knows no bounds. */
    double added(Reply reply, String where) {
        double score = score(stored(reply));
        if (!(Math.abs(score) <= most)) {
            throw new KeywrightException.Misused("The score is beyond " + most
                    + " now, where whole numbers are not exact any more (" + where + "). Set it anew.");
        }
        return score;
    }
}
