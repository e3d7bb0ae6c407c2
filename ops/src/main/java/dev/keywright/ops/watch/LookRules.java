package dev.keywright.ops.watch;

import dev.keywright.ops.Severity;
import dev.keywright.ops.watch.Case.Rule;
import dev.keywright.ops.watch.NodeSample.Slow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a closer look at one server shows: logs, latency, clients. */
final class LookRules {

    private static final double GIB = 1L << 30;

    private LookRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.of(
                        "replica-lagging",
                        (server, symptom) -> server.info().replicas().stream()
                                .filter(replica -> replica.lagSeconds() >= symptom.limit("seconds"))
                                .forEach(replica -> server.find(
                                        symptom,
                                        "The replica " + replica.address() + " (" + replica.state()
                                                + ") confirmed nothing for " + Spoken.seconds(replica.lagSeconds())
                                                + "."))),
                Rule.of("slow-commands", LookRules::slowCommands),
                Rule.of("latency-events", LookRules::latencyEvents),
                Rule.of("fork-rate-low", (server, symptom) -> {
                    double seconds = server.info().number("latest_fork_usec") / 1e6;
                    double memory = server.info().number("used_memory");
                    double rate = seconds == 0 ? Double.MAX_VALUE : memory / GIB / seconds;
                    if (memory >= symptom.limit("least_bytes") && rate < symptom.limit("poor")) {
                        server.find(
                                symptom,
                                rate < symptom.limit("terrible") ? Severity.WARNING : Severity.INFO,
                                "The last fork took " + Spoken.millis(seconds * 1000) + " for " + Spoken.bytes(memory)
                                        + ", " + Spoken.count(rate) + " GB per second.");
                    }
                }),
                Rule.of("loading-now", (server, symptom) -> {
                    if (server.info().isGood("loading")) {
                        server.find(
                                symptom,
                                "The server loads its data: "
                                        + Spoken.percent(server.info().number("loading_loaded_perc") / 100)
                                        + " are there, and it takes about "
                                        + Spoken.seconds(server.info().number("loading_eta_seconds")) + " more.");
                    }
                }),
                Rule.of("answers-slowly", (server, symptom) -> {
                    double millis = server.now().pings().p50Millis();
                    if (millis > symptom.limit("millis")) {
                        server.find(symptom, "A PING from here takes " + Spoken.millis(millis) + " in the median.");
                    }
                }),
                Rule.of("client-buffers-big", LookRules::clientBuffers),
                Rule.of(
                        "monitor-attached",
                        (server, symptom) -> server.details().clients().stream()
                                .filter(client ->
                                        client.getOrDefault("flags", "").contains("O"))
                                .forEach(client ->
                                        server.find(symptom, "The client " + named(client) + " runs MONITOR."))),
                Rule.of("client-libraries-mixed", LookRules::libraries),
                Rule.of("client-libraries-unnamed", (server, symptom) -> {
                    List<Map<String, String>> told = server.details().clients().stream()
                            .filter(client -> client.containsKey("lib-name"))
                            .filter(client -> client.getOrDefault("flags", "").matches("[NPOtUxb]*"))
                            .toList();
                    long unnamed = told.stream()
                            .filter(client ->
                                    client.getOrDefault("lib-name", "").isEmpty())
                            .count();
                    if (told.size() >= symptom.limit("least_clients")
                            && unnamed > symptom.limit("share") * told.size()) {
                        server.find(symptom, unnamed + " of " + told.size() + " clients do not name their library.");
                    }
                }),
                Rule.of("big-replies", (server, symptom) -> {
                    List<Slow> recent = recent(server, server.details().big());
                    if (!recent.isEmpty()) {
                        Slow biggest = worst(recent);
                        server.find(
                                symptom,
                                biggest.amount() >= symptom.limit("bytes") ? symptom.severity() : Severity.INFO,
                                recent.size() + " replies of the last hour were big, the biggest with "
                                        + Spoken.bytes((double) biggest.amount()) + ": " + biggest.command() + ".");
                    }
                }));
    }

    private static List<Slow> recent(Case server, List<Slow> log) {
        Instant from = server.recently();
        return log.stream().filter(line -> line.at().isAfter(from)).toList();
    }

    private static Slow worst(List<Slow> lines) {
        return lines.stream().max(Comparator.comparing(Slow::amount)).orElseThrow();
    }

    /** One finding for each command: how often, how long. */
    private static void slowCommands(Case server, Symptom symptom) {
        Map<String, List<Slow>> byName = recent(server, server.details().slow()).stream()
                .collect(Collectors.groupingBy(
                        line -> line.command().split(" ", 2)[0], TreeMap::new, Collectors.toList()));
        byName.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<Slow>> entry) ->
                        -worst(entry.getValue()).amount()))
                .limit(5)
                .forEach(entry -> {
                    Slow worst = worst(entry.getValue());
                    server.find(
                            symptom,
                            graded(
                                    entry.getValue().stream().map(Slow::amount),
                                    symptom,
                                    symptom.limit("warning_micros"),
                                    symptom.limit("error_micros")),
                            entry.getKey() + " was slow "
                                    + (entry.getValue().size() == 1
                                            ? "once"
                                            : entry.getValue().size() + " times")
                                    + " within the last hour, the slowest took "
                                    + Spoken.millis(worst.amount() / 1000.0)
                                    + ": " + worst.command() + ".");
                });
    }

    /** A single long wait may be chance; one that comes again, or a very long one, is not. */
    private static Severity graded(Stream<Long> waits, Symptom symptom, double warning, double error) {
        List<Long> sorted = waits.sorted(Comparator.reverseOrder()).toList();
        long usual = sorted.stream()
                .limit((long) symptom.limit("again"))
                .skip((long) symptom.limit("again") - 1)
                .findFirst()
                .orElse(0L);
        return sorted.get(0) >= error ? Severity.ERROR : usual >= warning ? Severity.WARNING : Severity.INFO;
    }

    private static void latencyEvents(Case server, Symptom symptom) {
        Instant from = server.recently();
        for (Details.Event event : server.details().events()) {
            List<Details.Point> recent = event.points().stream()
                    .filter(point -> point.at().isAfter(from))
                    .toList();
            if (recent.isEmpty()) {
                continue;
            }
            double worst =
                    recent.stream().mapToLong(Details.Point::millis).max().orElse(0);
            Symptom.Event meaning = Symptom.event(event.name());
            server.find(
                    symptom,
                    graded(
                            recent.stream().map(Details.Point::millis),
                            symptom,
                            symptom.limit("warning_millis"),
                            symptom.limit("error_millis")),
                    "The latency monitor noted " + event.name() + " in " + recent.size()
                            + (recent.size() == 1 ? " second" : " seconds") + " of the last hour, at worst "
                            + Spoken.millis(worst) + ".",
                    meaning.means(),
                    meaning.fix());
        }
    }

    private static void clientBuffers(Case server, Symptom symptom) {
        server.details().clients().stream()
                .filter(client -> !client.getOrDefault("flags", "").contains("S"))
                .filter(client ->
                        held(client) > symptom.limit("bytes") || number(client, "oll") > symptom.limit("replies"))
                .sorted(Comparator.comparing((Map<String, String> client) -> -held(client)))
                .limit(5)
                .forEach(client -> server.find(
                        symptom,
                        "The client " + named(client) + " holds " + Spoken.bytes(held(client)) + " (requests "
                                + Spoken.bytes(number(client, "qbuf")) + ", replies "
                                + Spoken.bytes(number(client, "omem")) + "), last command "
                                + client.getOrDefault("cmd", "?") + "."));
    }

    private static double held(Map<String, String> client) {
        return Math.max(number(client, "qbuf") + number(client, "omem"), number(client, "tot-mem"));
    }

    private static double number(Map<String, String> client, String field) {
        try {
            return Double.parseDouble(client.getOrDefault(field, "0"));
        } catch (NumberFormatException text) {
            return 0;
        }
    }

    private static String named(Map<String, String> client) {
        String name = Spoken.clean(client.getOrDefault("name", ""));
        return "id=" + client.getOrDefault("id", "?") + " at " + client.getOrDefault("addr", "?")
                + (name.isEmpty() ? "" : " (" + name + ")");
    }

    private static void libraries(Case server, Symptom symptom) {
        Map<String, TreeSet<String>> versions = new TreeMap<>();
        server.details().clients().stream()
                .filter(client -> !client.getOrDefault("lib-name", "").isEmpty())
                .filter(client -> !client.getOrDefault("lib-ver", "").isEmpty())
                .forEach(client -> versions.computeIfAbsent(
                                Spoken.clean(client.getOrDefault("lib-name", "")), name -> new TreeSet<>())
                        .add(Spoken.clean(client.getOrDefault("lib-ver", ""))));
        versions.forEach((name, known) -> {
            if (known.size() > 1) {
                server.find(symptom, name + " is connected in versions " + String.join(", ", known) + ".");
            }
        });
    }
}
