package dev.keywright.expert.workload;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The quantities a design can hang on, by their canonical names, and values given for one of them: 5M, 2 KiB, 90s, 25k/s. */
public final class Quantities {

    /** All canonical names. What a value counts follows from the ending: {@code _seconds}, {@code _bytes} and so on. */
    public static final List<String> NAMES = List.of(
            "keys",
            "members",
            "users",
            "clients",
            "entities",
            "entries",
            "fields",
            "points",
            "value_bytes",
            "data_bytes",
            "memory_bytes",
            "rate_per_second",
            "latency_ms",
            "limit",
            "window_seconds",
            "burst",
            "block_seconds",
            "ttl_seconds",
            "staleness_seconds",
            "retention_seconds",
            "history",
            "days",
            "top_n",
            "winners",
            "percent",
            "duration_seconds",
            "timeout_seconds",
            "delay_seconds",
            "hold_seconds",
            "retry_seconds",
            "retries",
            "heartbeat_seconds",
            "compute_seconds",
            "downtime_seconds",
            "failover_seconds",
            "rpo_seconds",
            "stock",
            "radius_m",
            "followers_avg",
            "followers_max",
            "nodes",
            "shards",
            "replicas",
            "sentinels",
            "availability_percent");

    private static final List<String> ENDINGS =
            List.of("_seconds", "_bytes", "_per_second", "_ms", "_m", "_percent", "_n");

    /** A number, a scale or unit, a second one behind a scale, and a period. */
    private static final Pattern VALUE = Pattern.compile(
            "([0-9][0-9_, ]*(?:\\.[0-9]+)?(?:e[0-9]{1,3})?) *([a-zµ%]*) *([a-z]*) *(?:(?:/|per ) *([a-z]+))?");

    private Quantities() {}

    /** The canonical name a text stands for; the ending may be left out where one name fits: ttl is ttl_seconds. */
    public static Optional<String> named(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT).replace('-', '_');
        return NAMES.contains(name)
                ? Optional.of(name)
                : ENDINGS.stream()
                        .map(ending -> name + ending)
                        .filter(NAMES::contains)
                        .findFirst();
    }

    /**
     * A value in the base unit of the name.
     *
     * @param name canonical
     * @param text such as 5000, 5M, 2KB (1000), 2KiB (1024), 1.5h, 25k/s, 99.95%; without a unit in the base unit
     */
    public static Optional<Double> value(String name, String text) {
        Matcher matcher = VALUE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Dimension dimension = dimension(name);
        double number = Double.parseDouble(matcher.group(1).replaceAll("[_, ]", ""));
        String first = matcher.group(2);
        String second = matcher.group(3);
        Optional<String> period = Optional.ofNullable(matcher.group(4));
        if (dimension == Dimension.RATE) {
            return rate(number, first, second, period);
        }
        if (period.isPresent() || !second.isEmpty() && scale(first).isEmpty()) {
            return Optional.empty();
        }
        double scaled = second.isEmpty() ? number : number * scale(first).orElse(1.0);
        return factor(name, dimension, second.isEmpty() ? first : second)
                .map(factor -> scaled * factor)
                .filter(Double::isFinite);
    }

    private static Dimension dimension(String name) {
        if (name.endsWith("_per_second")) {
            return Dimension.RATE;
        }
        if (name.endsWith("_seconds") || name.endsWith("_ms")) {
            return Dimension.TIME;
        }
        if (name.endsWith("_bytes")) {
            return Dimension.SIZE;
        }
        if (name.endsWith("_m")) {
            return Dimension.LENGTH;
        }
        return name.endsWith("percent") ? Dimension.SHARE : Dimension.COUNT;
    }

    private static Optional<Double> factor(String name, Dimension dimension, String unit) {
        if (unit.isEmpty()) {
            return Optional.of(1.0);
        }
        double base = name.endsWith("_ms") ? 0.001 : 1;
        return switch (dimension) {
            case COUNT, RATE -> scale(unit);
            case SHARE -> unit.equals("%") ? Optional.of(1.0) : unit(dimension, unit);
            case TIME ->
                unit.equals("m")
                        ? Optional.of(Units.MINUTE / base)
                        : unit(dimension, unit).map(u -> u / base);
            case SIZE -> unit(dimension, unit).or(() -> scale(unit));
            case LENGTH -> unit.equals("m") ? Optional.of(1.0) : unit(dimension, unit);
        };
    }

    private static Optional<Double> rate(double number, String first, String second, Optional<String> period) {
        Optional<Double> scale = first.isEmpty() ? Optional.of(1.0) : scale(first);
        String counted = scale.isPresent() ? second : first;
        Optional<Double> seconds = period.isPresent()
                ? period.flatMap(word -> factor("", Dimension.TIME, word))
                : counted.isEmpty() ? Optional.of(1.0) : unit(Dimension.RATE, counted);
        boolean readable = scale.isPresent() || second.isEmpty();
        return seconds.filter(s -> readable)
                .map(s -> number * scale.orElse(1.0) / s)
                .filter(Double::isFinite);
    }

    private static Optional<Double> unit(Dimension dimension, String word) {
        return Units.named(word).filter(unit -> unit.dimension() == dimension).map(Units.Unit::factor);
    }

    private static Optional<Double> scale(String word) {
        return switch (word) {
            case "m" -> Optional.of(1e6);
            case "b", "g" -> Optional.of(1e9);
            case "t" -> Optional.of(1e12);
            default -> Units.scale(word);
        };
    }
}
