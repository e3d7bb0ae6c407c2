package dev.keywright.ops.memory;

import dev.keywright.ops.OpsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How sizes, contents and counts are written in a description of data: {@code 30}, {@code 1 KB}, {@code 20-60},
 * {@code average 200}, {@code 12*3 15*97} (seen lengths and how often), {@code uuid}, {@code integers 0-9999},
 * {@code 30 % 20 | 70 % integers}. Every complaint says how to write it.
 */
public final class Notation {

    /** Texts whose length everybody knows. */
    static final Map<String, Long> FORMS = forms();

    /** How far lengths stray where only their average is said: half of it. */
    private static final double STRAY = 0.5;

    private static final double FARTHEST = 50;
    /** Into how many parts counted sizes are divided. */
    private static final double TOLD = 10_000;

    private static final long LARGEST_USUAL_INTEGER = 99_999_999;
    private static final Map<String, Double> SCALES = scales();
    private static final String NUMBER = "([0-9][0-9_,]*(?:\\.[0-9]+)?(?:e[0-9]{1,2})?) *([a-z]*)";
    private static final Pattern ONE = Pattern.compile(NUMBER);
    private static final Pattern TWO = Pattern.compile(NUMBER + " *(?:-|to) *" + NUMBER);
    private static final Pattern AVERAGE =
            Pattern.compile("(?:average|about) *" + NUMBER + "(?: *deviation *" + NUMBER + ")?");
    private static final Pattern SEEN = Pattern.compile("([0-9]+)\\*([0-9]+)");
    private static final Pattern INTEGERS = Pattern.compile("integers?(?: *(-?[0-9]+) *(?:-|to) *(-?[0-9]+))?");
    private static final Pattern SHARE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *% *(.+)");
    private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *%");
    private static final String HOW =
            "write a size such as 30, \"1 KB\" or \"20-60\", \"average 200\", or counted sizes such as \"12*3 15*97\"";

    private Notation() {}

    /** A whole number: {@code 5M}, {@code 300k}, {@code 5_000_000}, {@code 2 GB}. */
    static long count(String text) {
        return Math.round(number(text));
    }

    static double number(String text) {
        Matcher one = ONE.matcher(plain(text));
        if (!one.matches()) {
            throw new OpsException("\"" + text + "\" is no number; write it such as 5000, 300k, 5M or \"16 GB\".");
        }
        return value(one, 1)
                .orElseThrow(() -> new OpsException("\"" + text + "\" has a unit that is not known; write k, M,"
                        + " B, KB, MB, GB or KiB, MiB, GiB."));
    }

    /** A share of 0 to 1 from {@code 30 %}. */
    static double share(String text) {
        Matcher percent = PERCENT.matcher(plain(text));
        double share = percent.matches() ? Double.parseDouble(percent.group(1)) / 100 : -1;
        if (share < 0 || share > 1) {
            throw new OpsException("\"" + text + "\" is no share; write it such as \"30 %\".");
        }
        return share;
    }

    static Sizes sizes(String text) {
        String plain = plain(text);
        Matcher two = TWO.matcher(plain);
        if (two.matches()) {
            double high = value(two, 3).orElseThrow(() -> unknown(text, HOW));
            boolean bare = two.group(2).isEmpty() && !two.group(4).isEmpty();
            double low = bare
                    ? Double.parseDouble(digits(two.group(1)))
                            * unit(two.group(4)).orElse(1.0)
                    : value(two, 1).orElseThrow(() -> unknown(text, HOW));
            if (high < low) {
                throw new OpsException("\"" + text + "\" ends before it begins; give the smaller size first.");
            }
            return low == high ? Sizes.of(Math.round(low)) : new Sizes.Range(Math.round(low), Math.round(high));
        }
        Matcher average = AVERAGE.matcher(plain);
        if (average.matches()) {
            double mean = value(average, 1).orElseThrow(() -> unknown(text, HOW));
            double deviation =
                    average.group(3) == null ? mean * STRAY : value(average, 3).orElseThrow(() -> unknown(text, HOW));
            return deviation == 0 || mean < 1
                    ? Sizes.of(Math.round(mean))
                    : new Sizes.Around(mean, deviation, 1, Math.round(FARTHEST * mean));
        }
        if (plain.contains("*")) {
            return seen(text, plain);
        }
        Long form = FORMS.get(plain);
        if (form != null) {
            return Sizes.of(form);
        }
        Matcher one = ONE.matcher(plain);
        if (!one.matches()) {
            throw unknown(text, HOW);
        }
        return Sizes.of(Math.round(value(one, 1).orElseThrow(() -> unknown(text, HOW))));
    }

    private static Sizes seen(String text, String plain) {
        Map<Long, Long> counts = new LinkedHashMap<>();
        for (String word : plain.split(" +")) {
            Matcher one = SEEN.matcher(word);
            if (!one.matches()) {
                throw unknown(text, HOW);
            }
            counts.merge(Long.parseLong(one.group(1)), Long.parseLong(one.group(2)), Long::sum);
        }
        double all = counts.values().stream().mapToDouble(count -> count).sum();
        double told = Math.min(all, TOLD);
        List<Long> seen = new ArrayList<>();
        counts.forEach((size, count) -> {
            for (long i = Math.round(count / all * told); i > 0; i--) {
                seen.add(size);
            }
        });
        return new Sizes.Sample(seen);
    }

    static Content content(String text) {
        if (text.indexOf('|') < 0 && !SHARE.matcher(plain(text)).matches()) {
            return single(text);
        }
        Map<Content, Double> parts = new LinkedHashMap<>();
        double sum = 0;
        for (String part : text.split("\\|")) {
            Matcher share = SHARE.matcher(plain(part));
            if (!share.matches()) {
                throw unknown(text, "write the parts of a mix with their shares, such as \"30 % 20 | 70 % integers\"");
            }
            double weight = Double.parseDouble(share.group(1)) / 100;
            sum += weight;
            parts.merge(single(share.group(2)), weight, Double::sum);
        }
        if (Math.abs(sum - 1) > 0.005) {
            throw new OpsException("\"" + text + "\" has shares that do not add up to 100 %; correct them.");
        }
        double whole = sum;
        parts.replaceAll((content, weight) -> weight / whole);
        return new Content.Mix(parts);
    }

    private static Content single(String text) {
        Matcher integers = INTEGERS.matcher(plain(text));
        if (!integers.matches()) {
            return new Content.Text(sizes(text));
        }
        if (integers.group(1) == null) {
            return new Content.Integers(0, LARGEST_USUAL_INTEGER);
        }
        try {
            return new Content.Integers(Long.parseLong(integers.group(1)), Long.parseLong(integers.group(2)));
        } catch (IllegalArgumentException beyond) {
            throw unknown(text, "write integers of 64 bits, the smaller first, such as \"integers 0-9999\"");
        }
    }

    /** So that {@link #sizes} reads it back; a wide spread of seen sizes in some hundred steps. */
    static String text(Sizes sizes) {
        if (sizes instanceof Sizes.Fixed fixed) {
            return Long.toString(fixed.size());
        } else if (sizes instanceof Sizes.Range range) {
            return range.low() + "-" + range.high();
        } else if (sizes instanceof Sizes.Around around) {
            return "average " + plain(around.mean()) + " deviation " + plain(around.deviation());
        }
        return counted(sizes.shares());
    }

    /** Sizes and how often each was seen, of ten thousand. */
    static String counted(List<Sizes.Share> shares) {
        StringBuilder text = new StringBuilder();
        for (Sizes.Share share : Spread.of(shares).coarse().shares()) {
            long times = Math.max(1, Math.round(share.weight() * TOLD));
            text.append(text.length() == 0 ? "" : " ")
                    .append(share.size())
                    .append('*')
                    .append(times);
        }
        return text.toString();
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : String.format(Locale.ROOT, "%.2f", number);
    }

    private static String plain(String text) {
        return text.strip().toLowerCase(Locale.ROOT).replace('–', '-').replaceAll("\\s+", " ");
    }

    private static String digits(String number) {
        return number.replaceAll("[_,]", "");
    }

    private static Optional<Double> value(Matcher matcher, int group) {
        double number = Double.parseDouble(digits(matcher.group(group)));
        return unit(matcher.group(group + 1)).map(unit -> number * unit);
    }

    private static Optional<Double> unit(String word) {
        return word.isEmpty() ? Optional.of(1.0) : Optional.ofNullable(SCALES.get(word));
    }

    private static OpsException unknown(String text, String how) {
        return new OpsException("\"" + text + "\" cannot be read; " + how + ".");
    }

    private static Map<String, Double> scales() {
        Map<String, Double> scales = new LinkedHashMap<>();
        String[] letters = {"k", "m", "g", "t"};
        double decimal = 1;
        double binary = 1;
        for (String letter : letters) {
            decimal *= 1000;
            binary *= 1024;
            scales.put(letter, decimal);
            scales.put(letter + "b", decimal);
            scales.put(letter + "ib", binary);
        }
        scales.put("million", 1e6);
        scales.put("billion", 1e9);
        scales.put("b", 1.0);
        scales.put("byte", 1.0);
        scales.put("bytes", 1.0);
        return scales;
    }

    private static Map<String, Long> forms() {
        Map<String, Long> forms = new LinkedHashMap<>();
        forms.put("uuid", 36L);
        forms.put("ulid", 26L);
        forms.put("md5", 32L);
        forms.put("sha1", 40L);
        forms.put("sha256", 64L);
        return forms;
    }
}
