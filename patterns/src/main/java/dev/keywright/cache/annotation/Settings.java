package dev.keywright.cache.annotation;

import dev.keywright.cache.CacheBuilder;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link Cached} says of its cache; the same on every method of a name. */
record Settings(
        String ttl,
        String negativeTtl,
        double jitter,
        String staleIfError,
        String refreshAhead,
        String loadTimeout,
        boolean clearable) {

    static final double UNSAID = -1;
    static final Settings DEFAULTS = new Settings("", "", UNSAID, "", "", "", true);

    private static final Pattern TIME = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    static Settings of(Cached cached) {
        return new Settings(
                cached.ttl(),
                cached.negativeTtl(),
                cached.jitter(),
                cached.staleIfError(),
                cached.refreshAhead(),
                cached.loadTimeout(),
                cached.clearable());
    }

    void apply(CacheBuilder<?, ?> builder) {
        set("ttl", ttl, builder::ttl);
        set("negativeTtl", negativeTtl, builder::rememberAbsent);
        set("staleIfError", staleIfError, builder::staleIfError);
        set("refreshAhead", refreshAhead, builder::refreshAhead);
        set("loadTimeout", loadTimeout, builder::loadTimeout);
        if (jitter != UNSAID) {
            builder.jitter(jitter);
        }
    }

    private static void set(String option, String time, Function<Duration, ?> setter) {
        if (!time.isEmpty()) {
            Object unused = setter.apply(duration(option, time));
        }
    }

    static Duration duration(String option, String time) {
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            throw new IllegalArgumentException(option + " is '" + time + "'; write 500ms, 30s, 10m, 2h or 7d");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
