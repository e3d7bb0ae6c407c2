package dev.keywright.app.cli;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 7d, 12h, 30m, 90s, 500ms, or seconds without a unit; zero, too. */
final class AgeConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)?");
    private static final Map<String, Double> MILLIS = Map.of("ms", 1.0, "s", 1e3, "m", 6e4, "h", 3.6e6, "d", 8.64e7);

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("expected a time such as 7d, 12h, 30m or 90s but was '" + text + "'");
        }
        String unit = form.group(2) == null ? "s" : form.group(2);
        return Duration.ofMillis(Math.round(Double.parseDouble(form.group(1)) * MILLIS.getOrDefault(unit, 1e3)));
    }
}
