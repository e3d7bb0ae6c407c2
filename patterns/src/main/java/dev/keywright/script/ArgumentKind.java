package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a header says of one argument, in a form that can be checked: {@code whole number, 1 to 100}, {@code milliseconds, 1 or more},
 * {@code number}, {@code text, not empty}, {@code bytes}, {@code one of add, remove}; {@code may be left out} at the end. Bounds stand
 * before the first semicolon. Words it does not know promise nothing.
 *
 * @param sort how the argument is written
 * @param least of a number; of text and bytes the fewest bytes
 * @param most of a number; of text and bytes the most bytes
 * @param choices what it may be, when the sort is {@code CHOICE}
 * @param isOptional whether a call may leave it out, with all that follow
 */
public record ArgumentKind(
        Sort sort, Optional<BigDecimal> least, Optional<BigDecimal> most, List<String> choices, boolean isOptional) {

    /** How an argument is written. */
    public enum Sort {
        /** A number without a fraction. */
        WHOLE("a whole number"),
        NUMBER("a number"),
        SECONDS("a whole number of seconds"),
        MILLISECONDS("a whole number of milliseconds"),
        MICROSECONDS("a whole number of microseconds"),
        TEXT("text"),
        BYTES("bytes"),
        /** One of some words. */
        CHOICE("one of its words"),
        /** The header does not say. */
        ANY("anything");

        private final String words;

        Sort(String words) {
            this.words = words;
        }

        public boolean isNumber() {
            return isWhole() || this == NUMBER;
        }

        public boolean isWhole() {
            return this == WHOLE || isTime();
        }

        /** Whether a {@link java.time.Duration} can be given for it. */
        public boolean isTime() {
            return this == SECONDS || this == MILLISECONDS || this == MICROSECONDS;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private static final BigDecimal LARGEST = BigDecimal.valueOf(1L << 53);
    private static final String NUMERAL = "(?<![\\d.,])(-?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)(?![\\d,]*\\d)";
    private static final Pattern SPAN = Pattern.compile(NUMERAL + " to " + NUMERAL);
    private static final Pattern LEAST = Pattern.compile(NUMERAL + " or more");
    private static final Pattern MOST = Pattern.compile("at most " + NUMERAL);
    private static final Pattern CHOICES = Pattern.compile("one of ([^;.(]+)");

    public ArgumentKind {
        choices = List.copyOf(choices);
    }

    /** Reads the text of a {@link ScriptHeader.Parameter}. */
    public static ArgumentKind of(String text) {
        boolean optional = text.toLowerCase(Locale.ROOT).contains("may be left out");
        String words = text.toLowerCase(Locale.ROOT).split(";", 2)[0]; // what follows is about something else
        Sort sort = sort(words);
        if (sort == Sort.CHOICE) {
            return new ArgumentKind(sort, Optional.empty(), Optional.empty(), choices(text), optional);
        }
        Optional<BigDecimal> least = number(SPAN, 1, words)
                .or(() -> number(LEAST, 1, words))
                .or(() -> words.contains("not empty") ? Optional.of(BigDecimal.ONE) : Optional.empty());
        Optional<BigDecimal> most = number(SPAN, 2, words).or(() -> number(MOST, 1, words));
        return new ArgumentKind(sort, least, most, List.of(), optional);
    }

    private static Sort sort(String words) {
        String first = words.split("[\\s,;]", 2)[0];
        return switch (first) {
            case "whole", "integer" -> Sort.WHOLE;
            case "number" -> Sort.NUMBER;
            case "seconds" -> Sort.SECONDS;
            case "milliseconds" -> Sort.MILLISECONDS;
            case "microseconds" -> Sort.MICROSECONDS;
            case "text" -> Sort.TEXT;
            case "bytes" -> Sort.BYTES;
            case "one" -> words.startsWith("one of ") ? Sort.CHOICE : Sort.ANY;
            default -> Sort.ANY;
        };
    }

    private static List<String> choices(String text) {
        Matcher matcher = CHOICES.matcher(text.replaceFirst("(?i)^one of", "one of"));
        return matcher.find()
                ? Stream.of(matcher.group(1).split(",\\s*(?:or\\s+)?|\\s+or\\s+"))
                        .map(String::strip)
                        .filter(choice -> !choice.isEmpty() && !choice.equals("may be left out"))
                        .toList()
                : List.of();
    }

    private static Optional<BigDecimal> number(Pattern pattern, int group, String words) {
        Matcher matcher = pattern.matcher(words);
        return matcher.find() ? Optional.of(new BigDecimal(matcher.group(group).replace(",", ""))) : Optional.empty();
    }

    /** What is wrong with that value; empty when nothing is. */
    public Optional<String> objection(String value) {
        if (sort == Sort.CHOICE) {
            return choices.contains(value) ? Optional.empty() : Optional.of("is none of " + String.join(", ", choices));
        }
        if (!sort.isNumber()) {
            return objection(value.getBytes(UTF_8).length);
        }
        if (!value.matches(sort.isWhole() ? "-?\\d{1,19}" : "-?\\d{1,30}(\\.\\d{1,30})?")) {
            return Optional.of("is not " + sort);
        }
        BigDecimal number = new BigDecimal(value);
        if (sort.isWhole() && number.abs().compareTo(LARGEST) > 0) {
            return Optional.of("is beyond 2^53, where Lua loses digits");
        }
        return bounds(number, "");
    }

    /** What is wrong with so many bytes of text; empty when nothing is. */
    Optional<String> objection(int bytes) {
        return bounds(BigDecimal.valueOf(bytes), " bytes");
    }

    private Optional<String> bounds(BigDecimal number, String unit) {
        if (least.isPresent() && number.compareTo(least.get()) < 0) {
            return Optional.of("is less than " + least.get() + unit);
        }
        return most.isPresent() && number.compareTo(most.get()) > 0
                ? Optional.of("is more than " + most.get() + unit)
                : Optional.empty();
    }

    /** In words, such as {@code a whole number, 1 to 100}. */
    @Override
    public String toString() {
        if (sort == Sort.CHOICE) {
            return "one of " + String.join(", ", choices);
        }
        String unit = sort.isNumber() ? "" : " bytes";
        String bounds = least.isPresent() && most.isPresent()
                ? ", " + least.get() + " to " + most.get() + unit
                : least.map(low -> ", " + low + unit + " or more").orElse("")
                        + most.map(high -> ", at most " + high + unit).orElse("");
        return sort + bounds;
    }
}
