package dev.keywright.expert.workload;

/**
 * A stretch of text: the digits of one number, the letters of one word, or a single sign.
 *
 * @param lower as written, in lower case
 * @param value of a number; NaN otherwise, and for digits that are no number (an address, a version, a date)
 * @param glued whether nothing stands between it and the token before
 */
record Token(Kind kind, String text, String lower, double value, int start, int end, boolean glued) {

    enum Kind {
        NUMBER,
        WORD,
        SIGN
    }

    boolean isNumber() {
        return kind == Kind.NUMBER && !Double.isNaN(value);
    }

    boolean isWord() {
        return kind == Kind.WORD;
    }

    boolean is(String wanted) {
        return lower.equals(wanted);
    }

    /** Digits only: no separator, point or exponent. */
    boolean isPlainDigits() {
        return kind == Kind.NUMBER && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
