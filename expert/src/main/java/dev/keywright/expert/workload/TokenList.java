package dev.keywright.expert.workload;

import java.util.List;

/** The tokens of a text, asked for by place; beyond either end stands an empty one. */
final class TokenList {

    private static final Token NONE = new Token(Token.Kind.SIGN, "", "", Double.NaN, -2, -1, false);

    private final List<Token> tokens;

    TokenList(String text) {
        this.tokens = Tokens.of(text);
    }

    int size() {
        return tokens.size();
    }

    Token at(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : NONE;
    }

    boolean is(int i, String lower) {
        return at(i).is(lower);
    }

    boolean isAny(int i, String... words) {
        for (String word : words) {
            if (is(i, word)) {
                return true;
            }
        }
        return false;
    }

    boolean isHyphen(int i) {
        return isAny(i, "-", "–", "‑", "‐", "—");
    }

    /** Where the token before {@code next} ends in the text. */
    int end(int next) {
        return at(next - 1).end();
    }
}
