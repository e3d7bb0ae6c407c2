package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import io.lettuce.core.SslVerifyMode;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands after '?' in a URI, checked. It wins over {@link ConnectionOptions}; complaints show names, never values. */
record UriOptions(Map<String, String> values) {

    static final UriOptions NONE = new UriOptions(Map.of());

    private static final List<String> NAMES = List.of(
            "timeout",
            "connectTimeout",
            "clientName",
            "readFrom",
            "ca",
            "verify",
            "sentinelUser",
            "sentinelPassword",
            "topology");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z-]*");
    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,8})(ms|s|m)");

    static UriOptions parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (!NAME.matcher(name).matches() || part.indexOf('@') >= 0) {
                throw wrong("what follows '?' is no list of name=value; write '?' in a password as %3F and '@' as %40");
            }
            if (!NAMES.contains(name)) {
                throw wrong("option \"" + name + "\" is unknown; the nearest known one is \"" + nearest(name) + "\"");
            }
            if (equals < 0 || equals == part.length() - 1) {
                throw wrong("option \"" + name + "\" has no value");
            }
            if (values.put(name, decoded(part.substring(equals + 1))) != null) {
                throw wrong("option \"" + name + "\" is given twice");
            }
        }
        UriOptions options = new UriOptions(values);
        options.over(ConnectionOptions.DEFAULTS);
        options.verify();
        options.standalone();
        return options;
    }

    /** The options with those of the URI in their place. */
    ConnectionOptions over(ConnectionOptions options) {
        ConnectionOptions all = options;
        if (has("timeout")) {
            all = all.withTimeout(duration("timeout"));
        }
        if (has("connectTimeout")) {
            all = all.withConnectTimeout(duration("connectTimeout"));
        }
        String clientName = values.get("clientName");
        if (clientName != null) {
            try {
                all = all.withClientName(clientName);
            } catch (IllegalArgumentException e) {
                throw wrong("clientName is not printable ASCII without spaces");
            }
        }
        if (has("readFrom")) {
            all = all.withReadFrom(ReadFrom.valueOf(oneOf("readFrom", "master", "replica", "any")));
        }
        return all;
    }

    /** The options of one server that is asked by itself, whatever it is. */
    UriOptions alone() {
        Map<String, String> alone = new LinkedHashMap<>(values);
        alone.remove("readFrom");
        alone.put("topology", "standalone");
        return new UriOptions(alone);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<String> ca() {
        return value("ca");
    }

    SslVerifyMode verify() {
        return has("verify") ? SslVerifyMode.valueOf(oneOf("verify", "full", "ca", "none")) : SslVerifyMode.FULL;
    }

    /** Whether the node is taken as it stands, even if it is one of a Cluster. */
    boolean standalone() {
        return has("topology") && oneOf("topology", "auto", "standalone").equals("STANDALONE");
    }

    @Nullable
    Login sentinelLogin() {
        String password = values.get("sentinelPassword");
        return password == null ? null : new Login(values.get("sentinelUser"), password);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    private String oneOf(String name, String... words) {
        String value = values.getOrDefault(name, "");
        if (!List.of(words).contains(value)) {
            throw wrong(name + " is none of " + String.join(", ", words));
        }
        return value.toUpperCase(Locale.ROOT);
    }

    private Duration duration(String name) {
        Matcher matcher = DURATION.matcher(values.getOrDefault(name, ""));
        if (!matcher.matches()) {
            throw wrong(name + " is no time; write it as 2s or 500ms");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
    }

    private static String nearest(String name) {
        String nearest = NAMES.get(0);
        for (String known : NAMES) {
            if (distance(name, known) < distance(name, nearest)) {
                nearest = known;
            }
        }
        return nearest;
    }

    /** How many letters must be changed, added or left out. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("it has a '%' that encodes nothing; write it as %25");
        }
    }

    static KeywrightException.Misused wrong(String what) {
        return new KeywrightException.Misused("The Redis URI cannot be used: " + what
                + ". The form is redis://user:password@host:port/database?option=value.");
    }

    /** The names and no values: one of them may be a password. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
