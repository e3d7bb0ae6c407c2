package dev.keywright.ops.config;

import dev.keywright.KeywrightException;
import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a running server told of itself.
 *
 * @param address {@code host:port}
 * @param settings CONFIG GET *; absent where CONFIG is not allowed
 * @param info fields of INFO everything, and of CLUSTER INFO in a cluster
 * @param users from ACL LIST; no hash is kept
 * @param refused commands the server would not run
 * @param activity who is connected, who was refused, which slots move
 */
record LiveNode(
        String address,
        Optional<Map<String, String>> settings,
        Map<String, String> info,
        List<User> users,
        List<String> refused,
        Activity activity) {

    /**
     * What goes on.
     *
     * @param clients of the kind normal; 0 when they were too many to list
     * @param idleClients of these, who did nothing for an hour
     * @param refusals of the last hour, of ACL LOG, without names
     * @param openSlots of this node, in the words of CLUSTER NODES
     */
    record Activity(long clients, long idleClients, List<String> refusals, List<String> openSlots) {}

    private static final int MOST_CLIENTS = 20_000;
    private static final double HOUR = 3600;
    private static final Pattern IDLE = Pattern.compile(" idle=(\\d+) ");

    /** Asks the server; takes a few round trips. */
    static LiveNode ask(Wire connection, String address) throws IOException {
        List<String> refused = new ArrayList<>();
        Map<String, String> info = new LinkedHashMap<>();
        text(connection, refused, "INFO", "everything").ifPresent(text -> fields(text, info));
        if ("1".equals(info.get("cluster_enabled"))) {
            text(connection, refused, "CLUSTER", "INFO").ifPresent(text -> fields(text, info));
        }
        Optional<Map<String, String>> settings =
                items(connection, refused, "CONFIG", "GET", "*").map(LiveNode::pairs);
        List<User> users = items(connection, refused, "ACL", "LIST").stream()
                .flatMap(List::stream)
                .flatMap(line -> user(line, address).stream())
                .toList();
        return new LiveNode(address, settings, info, users, List.copyOf(refused), activity(connection, info));
    }

    private static Activity activity(Wire connection, Map<String, String> info) throws IOException {
        List<String> ignored = new ArrayList<>();
        boolean few = Numbers.whole(info.getOrDefault("connected_clients", "")).orElse(0) <= MOST_CLIENTS;
        List<Long> idle = few
                ? text(connection, ignored, "CLIENT", "LIST", "TYPE", "normal").stream()
                        .flatMap(String::lines)
                        .flatMap(line -> IDLE.matcher(line).results())
                        .map(found -> Long.parseLong(found.group(1)))
                        .toList()
                : List.of();
        List<String> open = "1".equals(info.get("cluster_enabled"))
                ? text(connection, ignored, "CLUSTER", "NODES").stream()
                        .flatMap(String::lines)
                        .filter(line -> line.contains("myself"))
                        .flatMap(line -> Stream.of(line.split(" ")))
                        .filter(word -> word.startsWith("["))
                        .map(word -> word.replaceAll("[\\[\\]]", ""))
                        .toList()
                : List.of();
        return new Activity(
                idle.size(), idle.stream().filter(seconds -> seconds > HOUR).count(), refusals(connection), open);
    }

    /** What ACL LOG holds, by reason and place; names of users and keys stay out, one may be a password typed wrongly. */
    private static List<String> refusals(Wire connection) throws IOException {
        Optional<Answer> log = answer(connection, new ArrayList<>(), "ACL", "LOG", "100");
        Map<String, Long> counts = new TreeMap<>();
        for (Answer entry : log.map(LiveNode::parts).orElse(List.of())) {
            Map<String, String> fields = pairs(words(entry));
            boolean recent = Double.parseDouble(fields.getOrDefault("age-seconds", "1e9")) < HOUR;
            if (recent) {
                String reason = fields.getOrDefault("reason", "?");
                String what = reason.equals("command") ? " " + fields.getOrDefault("object", "") : "";
                counts.merge(
                        reason + what,
                        Numbers.whole(fields.getOrDefault("count", "1")).orElse(1),
                        Long::sum);
            }
        }
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .limit(5)
                .toList();
    }

    Optional<String> setting(String directive) {
        return settings.map(all -> all.get(directive));
    }

    Optional<String> info(String field) {
        return Optional.ofNullable(info.get(field));
    }

    Release release() {
        Optional<String> valkey = info("valkey_version");
        return valkey.isPresent()
                ? Release.of("valkey", valkey.get())
                : Release.of("redis", info("redis_version").orElse("7.0.0"));
    }

    /** The fields of a line such as {@code calls=3,usec=12}. */
    static Map<String, String> parts(String line) {
        return Stream.of(line.split(","))
                .map(part -> part.split("=", 2))
                .filter(part -> part.length == 2)
                .collect(Collectors.toMap(part -> part[0], part -> part[1], (first, last) -> last, LinkedHashMap::new));
    }

    private static void fields(String text, Map<String, String> into) {
        text.lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            into.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
    }

    private static Map<String, String> pairs(List<String> items) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            pairs.put(items.get(i), items.get(i + 1));
        }
        return pairs;
    }

    private static Optional<User> user(String line, String address) {
        return Words.split(line)
                .filter(words -> words.size() >= 2)
                .map(words -> new User(
                        words.get(1),
                        words.subList(2, words.size()).stream()
                                .map(rule -> rule.startsWith("#") ? "#" : rule)
                                .toList(),
                        Place.whole(address)));
    }

    private static Optional<String> text(Wire connection, List<String> refused, String... words) throws IOException {
        return answer(connection, refused, words).map(Answer::text);
    }

    private static Optional<List<String>> items(Wire connection, List<String> refused, String... words)
            throws IOException {
        return answer(connection, refused, words).map(LiveNode::words);
    }

    private static List<Answer> parts(Answer answer) {
        return answer instanceof Answer.Many many ? many.items() : List.of();
    }

    /** Its parts as text; a part that has parts is left empty. */
    private static List<String> words(Answer answer) {
        return parts(answer).stream()
                .map(part -> part instanceof Answer.Many ? "" : part.text())
                .toList();
    }

    /** A server that refuses a command, as managed ones do, is asked for the rest all the same. */
    private static Optional<Answer> answer(Wire connection, List<String> refused, String... words) throws IOException {
        Answer answer = connection.call(words);
        if (!(answer instanceof Answer.Failed failed)) {
            return Optional.of(answer);
        }
        if (failed.is("NOAUTH")) {
            throw new KeywrightException.Misused(
                    "The server wants a password (" + connection + "). Put it into the URI, redis://:password@host.");
        }
        refused.add(String.join(" ", words).replace(" *", ""));
        return Optional.empty();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return address;
    }
}
