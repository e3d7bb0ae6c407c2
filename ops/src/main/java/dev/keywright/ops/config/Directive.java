package dev.keywright.ops.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One directive of a conf file, as the data say it.
 *
 * @param name the name all others lead to
 * @param aliases other names
 * @param kind what the value must be, in the words of the data; see {@link #kind(Release)}
 * @param defaultValue what a server without the directive uses
 * @param set who may change it and when
 * @param meaning what it does
 * @param risk what can go wrong with it
 * @param adds lines of the same name add up instead of replacing each other
 * @param hidden CONFIG GET * does not show it
 * @param secret its value is never shown
 * @param module the module it belongs to, where it is not the server's own
 * @param differs what differs by release
 */
public record Directive(
        String name,
        List<Alias> aliases,
        String kind,
        String defaultValue,
        Set set,
        String meaning,
        Optional<String> risk,
        boolean adds,
        boolean hidden,
        boolean secret,
        Optional<String> module,
        Map<String, String> differs) {

    /** Who may change a directive and when. */
    public enum Set {
        /** CONFIG SET changes it. */
        LIVE,
        /** Only the file decides, at the next start. */
        START,
        /** CONFIG SET changes it where {@code enable-protected-configs} allows. */
        GUARDED,
        /** No setting of its own, only known to the reader of the file. */
        FILE
    }

    /**
     * Another name.
     *
     * @param since releases from which on it exists; none for an old name that newer files should not use
     */
    public record Alias(String name, List<String> since) {

        boolean exists(Release release) {
            return since.isEmpty() || release.isFromOneOf(since);
        }

        boolean isOld() {
            return since.isEmpty();
        }
    }

    /** Whether that release knows the directive. */
    public boolean exists(Release release) {
        if (isIgnored(release)) {
            return true;
        }
        String range = differs.getOrDefault(release.product(), release.product().equals("redis") ? "7.0" : "7.2");
        return !range.equals("none") && release.isWithin(range);
    }

    /** Whether that release reads the directive and does nothing with it. */
    public boolean isIgnored(Release release) {
        String since = differs.get("ignored");
        return kind.equals("ignored") || since != null && release.isFromOneOf(List.of(since.split(",")));
    }

    /** Where it exists, for people: {@code Redis 7.2 or newer}. */
    String existence() {
        String redis = differs.getOrDefault("redis", "7.0");
        String valkey = differs.getOrDefault("valkey", "7.2");
        String there = spoken("Redis", redis);
        String also = spoken("Valkey", valkey);
        return there.isEmpty() ? also : also.isEmpty() ? there : there + " and " + also;
    }

    private static String spoken(String product, String range) {
        if (range.equals("none")) {
            return "";
        }
        int dash = range.indexOf('-');
        return product + " "
                + (dash < 0 ? range + " or newer" : range.substring(0, dash) + " to " + range.substring(dash + 1));
    }

    /** What that release uses when the directive is not given. */
    public String defaultValue(Release release) {
        if (differs.isEmpty()) {
            return defaultValue;
        }
        return differs.entrySet().stream()
                .filter(entry -> entry.getKey().matches("(redis|valkey)-.+"))
                .filter(entry -> release.isFromOneOf(List.of(entry.getKey())))
                .map(Map.Entry::getValue)
                .reduce((older, newer) -> newer)
                .orElse(defaultValue);
    }

    /** What that release accepts as a value. */
    ValueKind kind(Release release) {
        String text = kind;
        for (String value : since("values", release)) {
            text = text + "|" + value;
        }
        for (String max : since("max", release)) {
            text = text.substring(0, text.indexOf("..") + 2) + max;
        }
        return ValueKind.of(isIgnored(release) ? "ignored" : text);
    }

    /** Of a list such as {@code 64@redis-8.0,64@valkey-8.0} what holds for that release. */
    private List<String> since(String key, Release release) {
        return Stream.of(differs.getOrDefault(key, "").split(","))
                .filter(entry -> !entry.isEmpty())
                .filter(entry -> release.isFromOneOf(List.of(entry.substring(entry.indexOf('@') + 1))))
                .map(entry -> entry.substring(0, entry.indexOf('@')))
                .toList();
    }
}
