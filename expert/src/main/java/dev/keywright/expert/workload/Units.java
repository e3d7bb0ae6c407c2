package dev.keywright.expert.workload;

import static dev.keywright.expert.workload.Dimension.LENGTH;
import static dev.keywright.expert.workload.Dimension.RATE;
import static dev.keywright.expert.workload.Dimension.SHARE;
import static dev.keywright.expert.workload.Dimension.SIZE;
import static dev.keywright.expert.workload.Dimension.TIME;

import dev.keywright.expert.task.Stemmer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The units people write, and the words that multiply a number. */
final class Units {

    /**
     * A unit.
     *
     * @param factor how much of the base unit it is; of a rate, the seconds it is counted over
     */
    record Unit(Dimension dimension, double factor) {}

    static final double MINUTE = 60;
    static final double HOUR = 3_600;
    static final double DAY = 86_400;

    /** Too short to be a unit unless a number or a slash stands right before. */
    private static final Set<String> NEEDS_NUMBER = WordList.of("""
        s m h d w y g b k t mi mo ns
        """);

    private static final Map<String, Double> SCALES = new HashMap<>();
    private static final Map<String, Unit> UNITS = new HashMap<>();
    private static final Map<String, Unit> BY_STEM = new HashMap<>();
    private static final Map<String, Double> ADVERBS = Map.of(
            "daily",
            DAY,
            "hourly",
            HOUR,
            "weekly",
            7 * DAY,
            "monthly",
            30 * DAY,
            "nightly",
            DAY,
            "yearly",
            365 * DAY,
            "annually",
            365 * DAY,
            "minutely",
            MINUTE);

    static {
        scale(12, "dozen");
        scale(1e2, "hundred", "hundreds");
        scale(1e3, "k", "thousand", "thousands", "thousend", "thousnd", "tsd", "grand");
        scale(1e5, "lakh", "lakhs", "lac");
        scale(
                1e6,
                "million",
                "millions",
                "mln",
                "mio",
                "mil",
                "mill",
                "mn",
                "mm",
                "millon",
                "milion",
                "milions",
                "miljon");
        scale(1e7, "crore", "crores");
        scale(1e9, "billion", "billions", "bn", "bln", "bil", "milliard", "bilion");
        scale(1e12, "trillion", "trn");

        add(TIME, 1e-9, "ns", "nanosecond", "nanoseconds", "nanos");
        add(TIME, 1e-6, "us", "µs", "μs", "microsecond", "microseconds", "micros", "usec", "usecs");
        add(
                TIME,
                1e-3,
                "ms",
                "msec",
                "msecs",
                "millisecond",
                "milliseconds",
                "millis",
                "milli",
                "milisecond",
                "miliseconds");
        add(TIME, 1, "s", "sec", "secs", "second", "seconds", "secound", "secounds", "secnds", "sconds");
        add(
                TIME, MINUTE, "min", "mins", "minute", "minutes", "minuet", "minuets", "mintues", "minuts", "minits",
                "mts");
        add(TIME, HOUR, "h", "hr", "hrs", "hour", "hours", "huors", "hous");
        add(TIME, DAY, "d", "day", "days", "night", "nights");
        add(TIME, 7 * DAY, "w", "wk", "wks", "week", "weeks");
        add(TIME, 14 * DAY, "fortnight", "fortnights");
        add(TIME, 30 * DAY, "mo", "mos", "mth", "mths", "month", "months");
        add(TIME, 365 * DAY, "y", "yr", "yrs", "year", "years");
        add(TIME, 3650 * DAY, "decade", "decades");

        add(SIZE, 1, "b", "byte", "bytes", "octet", "octets", "char", "chars", "character", "characters");
        sizes("k", "kilo", 1e3, 1024);
        sizes("m", "mega", 1e6, 1048576);
        sizes("g", "giga", 1e9, 1073741824);
        sizes("t", "tera", 1e12, 1099511627776.0);
        add(SIZE, 1e6, "meg", "megs");
        add(SIZE, 1e9, "g", "gig", "gigs");
        add(SIZE, 1e3, "kbyte", "kbytes");
        add(SIZE, 1e12, "t");
        add(SIZE, 1024, "ki");
        add(SIZE, 1073741824, "gi");
        add(SIZE, 1099511627776.0, "ti");

        add(LENGTH, 1, "metre", "metres", "meter", "meters", "mtr", "mtrs");
        add(LENGTH, 1000, "km", "kms", "kilometre", "kilometres", "kilometer", "kilometers", "klick", "klicks");
        add(LENGTH, 1609.344, "mile", "miles", "mi");
        add(LENGTH, 0.3048, "ft", "foot", "feet");
        add(LENGTH, 0.9144, "yard", "yards", "yd", "yds");
        add(LENGTH, 1852, "nmi");

        add(SHARE, 1, "percent", "pct", "percents", "prozent", "percentage");

        add(RATE, 1, "rps", "qps", "tps", "ops", "iops", "hz", "reqs/s", "wps", "eps");
        add(RATE, MINUTE, "rpm", "qpm", "tpm", "cpm");
        add(RATE, HOUR, "rph", "qph");
        add(RATE, DAY, "rpd");
        UNITS.forEach((name, unit) -> {
            if (name.length() >= 5) {
                BY_STEM.putIfAbsent(Stemmer.stem(name), unit);
            }
        });
    }

    /** As Kubernetes writes it; in small letters it is a mile. */
    static final Unit MEBIBYTE = new Unit(SIZE, 1048576);

    private Units() {}

    /** The unit a word names. */
    static Optional<Unit> named(String lower) {
        Unit unit = UNITS.get(lower);
        return Optional.ofNullable(unit);
    }

    /** The unit of a word whose spelling was mended to this stem. */
    static Optional<Unit> ofStem(String stem) {
        return Optional.ofNullable(BY_STEM.get(stem));
    }

    /** Whether the word can be a unit without a number in front, as in "per minute". */
    static boolean standsAlone(String lower) {
        return !NEEDS_NUMBER.contains(lower);
    }

    static Optional<Double> scale(String lower) {
        return Optional.ofNullable(SCALES.get(lower));
    }

    /** The seconds between two of what happens "daily" or "hourly". */
    static Optional<Double> adverb(String lower) {
        return Optional.ofNullable(ADVERBS.get(lower));
    }

    private static void sizes(String letter, String word, double decimal, double binary) {
        add(SIZE, decimal, letter + "b", letter + "bs", word + "byte", word + "bytes");
        String kibi = word.substring(0, 2) + "bi";
        add(SIZE, binary, letter + "ib", kibi + "byte", kibi + "bytes");
    }

    private static void scale(double factor, String... words) {
        List.of(words).forEach(word -> SCALES.put(word, factor));
    }

    private static void add(Dimension dimension, double factor, String... words) {
        List.of(words).forEach(word -> UNITS.put(word, new Unit(dimension, factor)));
    }
}
