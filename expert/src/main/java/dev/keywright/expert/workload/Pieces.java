package dev.keywright.expert.workload;

import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.List;

/** A text as amounts, words and signs in their order, for readers with rules of their own. */
public final class Pieces {

    /** What a piece is; amounts by what they measure. */
    public enum Kind {
        COUNT,
        SIZE,
        TIME,
        SHARE,
        RATE,
        LENGTH,
        WORD,
        SIGN
    }

    /**
     * A word, a sign, or an amount in its base unit: bytes, seconds, percent.
     *
     * @param lower as written, in lower case
     * @param low of a range the smaller end; else the amount
     * @param high of a range the larger end; else the amount
     * @param implied whether no number is written, as in "per second"
     * @param end where it ends in the text
     */
    public record Piece(
            Kind kind, String text, String lower, double low, double high, boolean implied, int start, int end) {

        public boolean isAmount() {
            return kind != Kind.WORD && kind != Kind.SIGN;
        }
    }

    private Pieces() {}

    public static List<Piece> of(String text) {
        List<Amount> amounts = new NumberReader(text, Words.of(text), false).read();
        List<Piece> pieces = new ArrayList<>();
        int next = 0;
        for (Token token : Tokens.of(text)) {
            while (next < amounts.size() && amounts.get(next).end() <= token.start()) {
                next++;
            }
            boolean inside = next < amounts.size() && amounts.get(next).start() <= token.start();
            if (!inside) {
                Kind kind = token.isWord() ? Kind.WORD : Kind.SIGN;
                pieces.add(new Piece(kind, token.text(), token.lower(), 0, 0, false, token.start(), token.end()));
            } else if (amounts.get(next).start() == token.start()) {
                pieces.add(amount(text, amounts.get(next)));
            }
        }
        return List.copyOf(pieces);
    }

    private static Piece amount(String text, Amount amount) {
        String words = text.substring(amount.start(), amount.end());
        return new Piece(
                kind(amount.dimension()),
                words,
                words,
                low(words, amount),
                amount.value(),
                amount.implied(),
                amount.start(),
                amount.end());
    }

    /** Of "200 and 800 bytes" or "1 KB to 4 KB" the first number, in the unit of its own or else of the second. */
    private static double low(String words, Amount amount) {
        if (amount.implied() || amount.interval()) {
            return amount.value();
        }
        for (int cut = 1; cut < words.length(); cut++) {
            String left = words.substring(0, cut);
            boolean link =
                    words.substring(cut).matches("(?s)\\s*(?:[-–‑‐—~]|\\.\\.|and\\b|to\\b|through\\b|up to\\b).*\\d.*");
            if (link && !left.isBlank() && Character.isLetterOrDigit(left.charAt(left.length() - 1))) {
                List<Amount> first = new NumberReader(left, Words.of(left), false).read();
                if (first.size() == 1 && first.get(0).end() == left.length()) {
                    Amount low = first.get(0);
                    boolean bare = low.is(Dimension.COUNT) && !amount.is(Dimension.COUNT);
                    double value = bare ? low.value() * amount.unit() : low.value();
                    return value < amount.value() ? value : amount.value();
                }
            }
        }
        return amount.value();
    }

    private static Kind kind(Dimension dimension) {
        return switch (dimension) {
            case COUNT -> Kind.COUNT;
            case SIZE -> Kind.SIZE;
            case TIME -> Kind.TIME;
            case SHARE -> Kind.SHARE;
            case RATE -> Kind.RATE;
            case LENGTH -> Kind.LENGTH;
        };
    }
}
