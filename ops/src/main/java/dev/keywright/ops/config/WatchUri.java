package dev.keywright.ops.config;

import dev.keywright.ops.OpsException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A URI of Sentinels in its parts, as they were written.
 *
 * @param login with the {@code @} behind it; empty when nobody logs in
 * @param options with the {@code ?} in front; empty when there are none
 * @param master the name Sentinels know it by
 */
record WatchUri(String scheme, String login, List<String> hosts, String path, String options, String master) {

    private static final Pattern FORM =
            Pattern.compile("(rediss?)(?:-sentinel)?://(?:(.*)@)?([^/?#@]*)(/[^?#]*)?(\\?[^#]*)?(?:#(.*))?");
    private static final Pattern NAMES = Pattern.compile("-sentinel://\\S+#(\\S+?)(?: \\(or ([^)]*)\\))?,");
    private static final String PORT = ":26379";

    static boolean isOne(String uri) {
        return uri.matches("rediss?-sentinel://.*");
    }

    static WatchUri parse(String uri) {
        Matcher form = FORM.matcher(uri);
        if (!form.matches()) {
            throw new OpsException("The URI is none of Sentinels. Write redis-sentinel://host:26379#master.");
        }
        return new WatchUri(
                form.group(1),
                form.group(2) == null ? "" : form.group(2) + "@",
                Stream.of(form.group(3).split(",")).map(WatchUri::withPort).toList(),
                text(form.group(4)),
                text(form.group(5)),
                text(form.group(6)));
    }

    private static String text(String part) {
        return part == null ? "" : part;
    }

    private static String withPort(String host) {
        return host.matches(".*:\\d+") ? host : host.strip() + PORT;
    }

    /** What leads to the master behind a Sentinel that was named as if it were a server: who logs in there does so at both. */
    static WatchUri behind(String uri, String master) {
        WatchUri plain = parse(uri);
        List<String> options =
                new ArrayList<>(Stream.of(plain.options.replace("?", "").split("&"))
                        .filter(option -> !option.isEmpty() && !option.startsWith("topology="))
                        .toList());
        int colon = plain.login.indexOf(':');
        if (colon >= 0) {
            options.add("sentinelPassword=" + plain.login.substring(colon + 1, plain.login.length() - 1));
        }
        if (colon > 0) {
            options.add("sentinelUser=" + plain.login.substring(0, colon));
        }
        return new WatchUri(
                plain.scheme,
                plain.login,
                plain.hosts,
                "",
                options.isEmpty() ? "" : "?" + String.join("&", options),
                master);
    }

    /** The masters a Sentinel watches, from the complaint that it is no server of data; none from any other complaint. */
    static List<String> mastersNamedIn(String complaint) {
        Matcher names = NAMES.matcher(complaint);
        if (!names.find()) {
            return List.of();
        }
        List<String> all = new ArrayList<>(List.of(names.group(1)));
        if (names.group(2) != null) {
            all.addAll(List.of(names.group(2).split(", ")));
        }
        return all;
    }

    WatchUri withHosts(List<String> all) {
        return new WatchUri(scheme, login, List.copyOf(all), path, options, master);
    }

    /** As a connection takes it; with the password. */
    String written() {
        return scheme + "-sentinel://" + login + String.join(",", hosts) + path + options + "#" + master;
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return scheme + "-sentinel://" + String.join(",", hosts) + "#" + master;
    }
}
