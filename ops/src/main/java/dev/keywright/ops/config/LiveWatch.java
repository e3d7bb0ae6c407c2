package dev.keywright.ops.config;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What running Sentinels say of a master they watch.
 *
 * @param master the name they know it by
 * @param views of those that answered
 * @param silent those that are known to others and did not answer
 */
record LiveWatch(String master, List<View> views, List<String> silent) {

    /**
     * What one Sentinel says.
     *
     * @param address {@code host:port}
     * @param fields of SENTINEL MASTER
     * @param replicas of SENTINEL REPLICAS
     * @param sentinels the others, of SENTINEL SENTINELS
     * @param settings of SENTINEL CONFIG GET
     * @param quorum what SENTINEL CKQUORUM says
     */
    record View(
            String address,
            Map<String, String> fields,
            List<Map<String, String>> replicas,
            List<Map<String, String>> sentinels,
            Map<String, String> settings,
            String quorum) {

        boolean hasQuorum() {
            return quorum.startsWith("OK");
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /** What the file of such a Sentinel would hold, for the rules that read one. */
        ConfFile asFile(String master) {
            List<String> lines = new ArrayList<>();
            settings.forEach((name, value) -> {
                if (List.of("resolve-hostnames", "announce-hostnames", "announce-ip")
                                .contains(name)
                        && !value.isEmpty()) {
                    lines.add("sentinel " + name + " " + value);
                }
            });
            lines.add("sentinel monitor " + master + " " + place(fields) + " " + field("quorum"));
            for (String name : List.of("down-after-milliseconds", "failover-timeout", "parallel-syncs")) {
                lines.add("sentinel " + name + " " + master + " " + field(name));
            }
            replicas.forEach(replica -> lines.add("sentinel known-replica " + master + " " + place(replica)));
            sentinels.forEach(other -> lines.add("sentinel known-sentinel " + master + " " + place(other)));
            return ConfFile.parse(address, String.join("\n", lines));
        }

        private static String place(Map<String, String> node) {
            return node.getOrDefault("ip", "") + " " + node.getOrDefault("port", "");
        }
    }

    /** Asks every Sentinel that the URI names or that is known to one of these. */
    static LiveWatch ask(Connection connection, WatchUri uri) {
        List<View> views = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        Set<String> asked = new LinkedHashSet<>(uri.hosts());
        uri.hosts().forEach(host -> ask(connection, host, uri.master(), views, silent));
        List<String> others = views.stream()
                .flatMap(view -> view.sentinels().stream())
                .map(LiveWatch::address)
                .distinct()
                .filter(host -> !asked.contains(host) && !isTwin(host, views))
                .toList();
        if (!others.isEmpty()) {
            List<String> all =
                    Stream.concat(uri.hosts().stream(), others.stream()).toList();
            try (Connection wider = Connection.open(uri.withHosts(all).written())) {
                others.forEach(host -> ask(wider, host, uri.master(), views, silent));
            }
        }
        return new LiveWatch(uri.master(), List.copyOf(views), List.copyOf(silent));
    }

    /** Whether one that answered gives this address for itself. */
    private static boolean isTwin(String host, List<View> views) {
        return views.stream()
                .anyMatch(view -> host.equals(view.settings().get("announce-ip") + ":"
                        + view.address().replaceAll(".*:", "")));
    }

    static String address(Map<String, String> node) {
        String host = node.getOrDefault("ip", "");
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + node.getOrDefault("port", "");
    }

    private static void ask(
            Connection connection, String address, String master, List<View> views, List<String> silent) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
        try (Connection one = connection.node(host, Integer.parseInt(address.substring(colon + 1)))) {
            views.add(new View(
                    address,
                    fields(one.call(sentinel("MASTER", master)).orThrow("SENTINEL MASTER")),
                    rows(one.call(sentinel("REPLICAS", master))),
                    rows(one.call(sentinel("SENTINELS", master))),
                    fields(one.call(sentinel("CONFIG", "GET", "*"))),
                    text(one.call(sentinel("CKQUORUM", master)))));
        } catch (KeywrightException noAnswer) {
            silent.add(address);
        }
    }

    private static Command sentinel(String... words) {
        Command.Builder command = Command.named("SENTINEL");
        for (String word : words) {
            command.argument(word);
        }
        return command.buildRepeatable();
    }

    private static String text(Reply reply) {
        return reply instanceof Reply.Failure failure ? failure.message() : reply.text();
    }

    private static List<Map<String, String>> rows(Reply reply) {
        return reply instanceof Reply.Failure
                ? List.of()
                : reply.items().stream().map(LiveWatch::fields).toList();
    }

    private static Map<String, String> fields(Reply reply) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (reply instanceof Reply.Failure) {
            return fields;
        }
        List<Reply> parts = reply.items();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put(word(parts.get(i)), word(parts.get(i + 1)));
        }
        return fields;
    }

    /** A part of an answer as text, also of numbers; empty for nothing and for lists. */
    private static String word(Reply reply) {
        if (reply instanceof Reply.Whole whole) {
            return Long.toString(whole.value());
        }
        if (reply instanceof Reply.Decimal decimal) {
            return Double.toString(decimal.value());
        }
        return reply.isNothing() || reply instanceof Reply.Items ? "" : reply.text();
    }

    /** The hosts of the Sentinels that answered, each with those there. */
    Map<String, List<String>> byHost() {
        return views.stream()
                .map(View::address)
                .collect(Collectors.groupingBy(
                        address -> address.substring(0, address.lastIndexOf(':')),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }
}
