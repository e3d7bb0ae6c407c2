package dev.keywright.expert.workload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A number in words: {@code seven}, {@code twenty-five}, {@code two hundred and fifty thousand}, {@code a dozen}.
 *
 * @param next the first token after it
 * @param scale what its last part was multiplied by
 */
record SpokenNumber(double value, int next, double scale) {

    private SpokenNumber(double value, int next) {
        this(value, next, 1);
    }

    private static final Map<String, Integer> SMALL = new HashMap<>();
    private static final List<String> TENS =
            List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

    private static final List<String> SCALES = List.of("hundred", "thousand", "million", "billion");
    private static final List<String> VAGUE =
            List.of("few", "several", "many", "some", "couple", "hundred", "thousand", "million", "half", "quarter");

    static {
        List<String> upToNineteen = List.of(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
                "sixteen",
                "seventeen",
                "eighteen",
                "nineteen");
        upToNineteen.forEach(word -> SMALL.put(word, upToNineteen.indexOf(word)));
        SMALL.put("fourty", 40);
        SMALL.put("fivteen", 15);
    }

    /** The number whose first word is token {@code i}, if it is one. */
    static Optional<SpokenNumber> at(TokenList tokens, int i) {
        Optional<SpokenNumber> collective = collective(tokens, i);
        if (collective.isPresent()) {
            return collective;
        }
        double total = 0;
        double lastScale = Double.MAX_VALUE;
        int at = i;
        while (true) {
            Optional<SpokenNumber> group = belowThousand(tokens, at);
            if (group.isEmpty()) {
                break;
            }
            int after = group.get().next;
            Optional<Double> scale = after < tokens.size() ? bigScale(tokens.at(after)) : Optional.empty();
            double factor = scale.orElse(1.0);
            if (factor >= lastScale) {
                break;
            }
            total += group.get().value * factor;
            lastScale = factor;
            at = scale.isPresent() ? after + 1 : after;
            if (factor == 1) {
                break;
            }
            at += at + 1 < tokens.size()
                            && tokens.at(at).is("and")
                            && small(tokens.at(at + 1)) > 0
                            && small(tokens.at(at + 1)) != 1
                    ? 1
                    : 0;
        }
        return at == i ? Optional.empty() : Optional.of(new SpokenNumber(total, at, lastScale));
    }

    /** "a dozen", "half a dozen", "a couple of", "a pair of". */
    private static Optional<SpokenNumber> collective(TokenList tokens, int i) {
        int at = tokens.is(i, "half") ? i + 1 : i;
        boolean half = at > i;
        at += tokens.is(at, "a") ? 1 : 0;
        if (tokens.is(at, "dozen")) {
            return Optional.of(new SpokenNumber(half ? 6 : 12, skipOf(tokens, at + 1)));
        }
        boolean two = tokens.is(at, "couple") || (tokens.is(at, "pair") && tokens.is(at + 1, "of"));
        return two && !half && (at > i || tokens.is(at + 1, "of"))
                ? Optional.of(new SpokenNumber(2, skipOf(tokens, at + 1)))
                : Optional.empty();
    }

    private static Optional<SpokenNumber> belowThousand(TokenList tokens, int i) {
        int at = i;
        double value;
        if (isBareScale(tokens, i)) {
            return Optional.of(
                    new SpokenNumber(scale(tokens.at(i)) == 100 ? 100 : 1, scale(tokens.at(i)) == 100 ? i + 1 : i));
        }
        if ((tokens.is(i, "a") || tokens.is(i, "an")) && i + 1 < tokens.size() && scale(tokens.at(i + 1)) > 1) {
            value = 1;
            at++;
        } else {
            Optional<SpokenNumber> small = belowHundred(tokens, i);
            if (small.isEmpty()) {
                return Optional.empty();
            }
            value = small.get().value;
            at = small.get().next;
        }
        if (tokens.is(at, "hundred") && value < 100) {
            value *= 100;
            at++;
            int rest = tokens.is(at, "and") ? at + 1 : at;
            Optional<SpokenNumber> small = belowHundred(tokens, rest);
            if (small.isPresent() && small.get().value > 0) {
                return Optional.of(new SpokenNumber(value + small.get().value, small.get().next));
            }
        }
        return Optional.of(new SpokenNumber(value, at));
    }

    /** "hundred requests" without an article; "a few hundred" is too vague to count. */
    private static boolean isBareScale(TokenList tokens, int i) {
        if (i >= tokens.size() || !SCALES.contains(tokens.at(i).lower()) || tokens.is(i + 1, "of")) {
            return false;
        }
        String before = i > 0 ? tokens.at(i - 1).lower() : "";
        return !VAGUE.contains(before)
                && (i == 0 || tokens.at(i - 1).kind() != Token.Kind.NUMBER)
                && small(tokens.at(Math.max(0, i - 1))) < 0;
    }

    private static Optional<SpokenNumber> belowHundred(TokenList tokens, int i) {
        int first = i < tokens.size() ? small(tokens.at(i)) : -1;
        if (first < 0) {
            return Optional.empty();
        }
        int next = tokens.is(i + 1, "-") ? i + 2 : i + 1;
        int ones = first >= 20 && next < tokens.size() ? small(tokens.at(next)) : -1;
        return Optional.of(
                ones > 0 && ones < 10 ? new SpokenNumber(first + ones, next + 1) : new SpokenNumber(first, i + 1));
    }

    private static int small(Token token) {
        int tens = TENS.indexOf(token.lower());
        return tens >= 0 ? 20 + 10 * tens : SMALL.getOrDefault(token.lower(), -1);
    }

    private static double scale(Token token) {
        return token.lower().length() < 3 ? 0 : Units.scale(token.lower()).orElse(0.0);
    }

    private static Optional<Double> bigScale(Token token) {
        double scale = scale(token);
        return scale >= 1000 ? Optional.of(scale) : Optional.empty();
    }

    private static int skipOf(TokenList tokens, int i) {
        return tokens.is(i, "of") ? i + 1 : i;
    }
}
