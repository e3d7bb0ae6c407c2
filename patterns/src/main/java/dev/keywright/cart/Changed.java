package dev.keywright.cart;

/**
 * What became of a {@link Change}.
 *
 * @param outcome whether it was done, or why not
 * @param quantity units of the line now; 0 when there is none
 * @param version of the cart now; 0 when it is empty
 */
public record Changed(Outcome outcome, long quantity, long version) {

    /** Whether a change was done. */
    public enum Outcome {
        /** Now. */
        DONE,
        /** Before, under the same request id; nothing was changed this time. */
        REPEATED,
        /** No: there would be too many units of the article. */
        TOO_MANY_UNITS,
        /** No: there would be too many lines. */
        TOO_MANY_LINES
    }

    /** Whether it was done, now or before. */
    public boolean isDone() {
        return outcome == Outcome.DONE || outcome == Outcome.REPEATED;
    }
}
