package dev.keywright.ops.watch;

import dev.keywright.ops.watch.NodeSample.Slow;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a closer look at one server showed.
 *
 * @param clients fields of CLIENT LIST; none when they were too many to list
 * @param slow the slow log
 * @param big the log of big replies
 * @param events what the latency monitor noted
 * @param refused commands the server does not allow
 */
record Details(
        List<Map<String, String>> clients, List<Slow> slow, List<Slow> big, List<Event> events, List<String> refused) {

    private static final int MOST_CLIENTS = 20_000;
    private static final String MOST_LINES = "128";

    /** One kind of event with its measurements, oldest first. */
    record Event(String name, List<Point> points) {}

    record Point(Instant at, long millis) {}

    /** Asks over a connection that is the caller's. */
    static Details ask(Wire wire, Info info) throws IOException {
        List<String> refused = new ArrayList<>();
        List<Map<String, String>> clients = info.number("connected_clients") > MOST_CLIENTS
                ? List.of()
                : asked(wire, refused, "CLIENT", "LIST").stream()
                        .flatMap(answer -> answer.text().lines())
                        .map(Details::client)
                        .toList();
        List<Slow> slow = lines(asked(wire, refused, "SLOWLOG", "GET", MOST_LINES));
        List<Slow> big = info.logsBigReplies()
                ? lines(asked(wire, refused, "COMMANDLOG", "GET", MOST_LINES, "large-reply"))
                : List.of();
        return new Details(clients, slow, big, events(wire, refused), List.copyOf(refused));
    }

    /** No entry where the server says no. */
    private static List<Answer> asked(Wire wire, List<String> refused, String... words) throws IOException {
        Answer answer = wire.call(words);
        if (answer instanceof Answer.Failed) {
            refused.add(words[0] + " " + words[1]);
            return List.of();
        }
        return List.of(answer);
    }

    private static List<Slow> lines(List<Answer> log) {
        return log.stream()
                .flatMap(answer ->
                        answer instanceof Answer.Many many ? NodeProbe.lines(many.items()).stream() : Stream.of())
                .toList();
    }

    private static List<Event> events(Wire wire, List<String> refused) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Answer latest : asked(wire, refused, "LATENCY", "LATEST")) {
            for (Answer line : items(latest)) {
                String name = items(line).get(0).text();
                List<Point> points = new ArrayList<>();
                for (Answer history : asked(wire, refused, "LATENCY", "HISTORY", name)) {
                    items(history)
                            .forEach(point -> points.add(new Point(
                                    Instant.ofEpochSecond(whole(items(point).get(0))),
                                    whole(items(point).get(1)))));
                }
                events.add(new Event(name, List.copyOf(points)));
            }
        }
        return events;
    }

    private static List<Answer> items(Answer answer) {
        return answer instanceof Answer.Many many ? many.items() : List.of();
    }

    private static long whole(Answer answer) {
        return answer instanceof Answer.Whole whole ? whole.value() : 0;
    }

    private static Map<String, String> client(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String word : line.split(" ")) {
            int equal = word.indexOf('=');
            if (equal > 0) {
                fields.put(word.substring(0, equal), word.substring(equal + 1));
            }
        }
        return fields;
    }
}
