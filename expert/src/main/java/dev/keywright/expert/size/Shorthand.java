package dev.keywright.expert.size;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Abbreviations as the words they stand for, so that no number in them is taken for an amount. */
final class Shorthand {

    private static final Pattern PERCENTILE = Pattern.compile("(?i)\\bp ?(50|75|90|95|98|99(?:\\.9)?)(?![\\w%])"
            + "|\\b(50|75|90|95|98|99(?:\\.9)?)(?:st|nd|rd|th)?[- ]percentile\\b");
    private static final Map<String, String> NAMES = Map.of(
            "50", "median",
            "75", "pseventyfive",
            "90", "pninety",
            "95", "pninetyfive",
            "98", "pninetyeight",
            "99", "pninetynine",
            "99.9", "pninetyninenine");

    /** How many deviations of a normal distribution a percentile is from its middle. */
    private static final Map<String, Double> DEVIATIONS = Map.of(
            "pseventyfive", 0.6745,
            "pninety", 1.2816,
            "pninetyfive", 1.6449,
            "pninetyeight", 2.0537,
            "pninetynine", 2.3263,
            "pninetyninenine", 3.0902);

    private Shorthand() {}

    static String spelledOut(String text) {
        String rest =
                text.replaceAll("(?i)(?<!\\w)w/o(?!\\w)", "without").replaceAll("(?i)(?<!\\w)w/(?=\\s|\\w)", "with ");
        return PERCENTILE.matcher(rest).replaceAll(found -> NAMES.get(name(found.group(1), found.group(2))));
    }

    private static String name(String first, String second) {
        return first == null ? second : first;
    }

    /** Where the percentile of that name stands among lengths; empty for other words and for the median. */
    static Optional<Double> deviations(String word) {
        return Optional.ofNullable(DEVIATIONS.get(word));
    }
}
