package dev.keywright.expert.workload;

import dev.keywright.expert.workload.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Splits a text into numbers, words and signs; unlike words for meaning, it keeps 1,000 together and 25k apart. */
final class Tokens {

    /** 25krps: a multiplier and a unit in one. */
    private static final Pattern SCALED_RATE = Pattern.compile("[kKmM](?i:[rqtowe]ps|reqs?)");

    private Tokens() {}

    static List<Token> of(String text) {
        List<Token> tokens = new ArrayList<>();
        int i = 0;
        int endOfLast = -1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || c == '\u00a0' || c == '\u202f' || c == '\u2009') {
                i++;
                continue;
            }
            Token token = token(text, i, i == endOfLast);
            tokens.add(token);
            i = token.end();
            endOfLast = i;
        }
        return tokens;
    }

    private static Token token(String text, int start, boolean glued) {
        if (Numeral.startsAt(text, start)) {
            Numeral numeral = Numeral.at(text, start);
            return token(Kind.NUMBER, text, numeral.value(), start, numeral.end(), glued);
        }
        int end = start;
        while (end < text.length() && (Character.isLetter(text.charAt(end)) || isInner(text, end, start))) {
            end++;
        }
        if (glued
                && end - start > 3
                && SCALED_RATE.matcher(text).region(start, end).matches()) {
            end = start + 1;
        }
        return end > start
                ? token(Kind.WORD, text, Double.NaN, start, end, glued)
                : token(Kind.SIGN, text, Double.NaN, start, start + 1, glued);
    }

    private static boolean isInner(String text, int i, int start) {
        char c = text.charAt(i);
        return (c == '\'' || c == '’') && i > start && i + 1 < text.length() && Character.isLetter(text.charAt(i + 1));
    }

    private static Token token(Kind kind, String text, double value, int start, int end, boolean glued) {
        String piece = text.substring(start, end);
        return new Token(kind, piece, piece.toLowerCase(Locale.ROOT).replace('’', '\''), value, start, end, glued);
    }
}
