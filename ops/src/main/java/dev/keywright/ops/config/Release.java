package dev.keywright.ops.config;

import dev.keywright.ops.OpsException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server a configuration is judged for.
 *
 * @param product {@code redis} or {@code valkey}
 * @param minor {@link #ANY_MINOR} for the newest of that major version
 */
public record Release(String product, int major, int minor) {

    /** Stands for the newest minor version there is. */
    public static final int ANY_MINOR = 99;

    /** What is meant when nobody says: the newest Redis. */
    public static final Release NEWEST = new Release("redis", 8, ANY_MINOR);

    private static final Pattern FORM =
            Pattern.compile("(redis|valkey)[- ]?v?(\\d{1,2})(?:\\.(\\d{1,2}))?(?:\\.\\d+\\S*)?");

    /** Reads {@code redis-7.2}, {@code valkey-8} and the like; without a minor version the newest of the major one. */
    public static Release parse(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new OpsException("\"" + text
                    + "\" names no server. Write redis-7.0, redis-7.2, redis-7.4, redis-8, valkey-7.2,"
                    + " valkey-8 or the like.");
        }
        int minor = form.group(3) == null ? ANY_MINOR : Integer.parseInt(form.group(3));
        return new Release(form.group(1), Integer.parseInt(form.group(2)), minor);
    }

    /** The release of a running server, from the version it tells. */
    public static Release of(String product, String version) {
        return parse(product + "-" + version);
    }

    /** Whether this is the given product and at least that version, such as {@code 7.2}. */
    boolean isFrom(String ofProduct, String version) {
        return product.equals(ofProduct) && compare(version) >= 0;
    }

    /** Whether this is one of those or newer; a list such as {@code redis-7.2,valkey-8.0}. */
    boolean isFromOneOf(List<String> releases) {
        return releases.stream().anyMatch(release -> {
            int dash = release.indexOf('-');
            return isFrom(release.substring(0, dash), release.substring(dash + 1));
        });
    }

    /** Whether a range such as {@code 7.2} or {@code 7.0-7.4} holds this version. */
    boolean isWithin(String range) {
        int dash = range.indexOf('-');
        String first = dash < 0 ? range : range.substring(0, dash);
        return compare(first) >= 0 && (dash < 0 || compare(range.substring(dash + 1)) <= 0);
    }

    private int compare(String version) {
        int dot = version.indexOf('.');
        int otherMajor = Integer.parseInt(version.substring(0, dot));
        int otherMinor = Integer.parseInt(version.substring(dot + 1));
        return major != otherMajor ? Integer.compare(major, otherMajor) : Integer.compare(minor, otherMinor);
    }

    /** As people write it: {@code Redis 7.2}. */
    public String spoken() {
        return (product.equals("redis") ? "Redis " : "Valkey ") + major + (minor == ANY_MINOR ? "" : "." + minor);
    }

    /** The oldest release of the same product that this project knows. */
    Optional<String> tooOld() {
        boolean old = product.equals("redis") ? compare("7.0") < 0 : compare("7.2") < 0;
        return old ? Optional.of(spoken()) : Optional.empty();
    }

    @Override
    public String toString() {
        return product + "-" + major + (minor == ANY_MINOR ? "" : "." + minor);
    }
}
