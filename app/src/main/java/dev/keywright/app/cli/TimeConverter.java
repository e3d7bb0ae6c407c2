package dev.keywright.app.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 5s, 500ms, 1.5m, or seconds without a unit; none is zero. */
final class TimeConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,6})?)(ms|s|m)?");

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        Duration time = form.matches() ? time(Double.parseDouble(form.group(1)), form.group(2)) : Duration.ZERO;
        if (time.isZero()) {
            throw new TypeConversionException("expected a time such as 5s, 500ms or 2m but was '" + text + "'");
        }
        return time;
    }

    private static Duration time(double amount, @Nullable String unit) {
        double nanos = unit == null ? 1e9 : unit.equals("ms") ? 1e6 : unit.equals("m") ? 60e9 : 1e9;
        return Duration.ofNanos(Math.round(amount * nanos));
    }

    /** The same, or {@code 0} for none. */
    static final class OrNone implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.equals("0") ? Duration.ZERO : new TimeConverter().convert(text);
        }
    }
}
