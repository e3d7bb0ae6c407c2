package dev.keywright.expert.workload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the placeholders in commands of the knowledge stand for in one task. They are only ever shown. */
final class EntryValues {

    /** A key prefix as people write it: "session:*", "all keys below stats:". */
    private static final Pattern PREFIX = Pattern.compile(
            "(?<![\\w:/.-])([A-Za-z][\\w.-]*(?::[\\w.-]+)*:)\\*|\\b(?:prefix|below|under|beginning with|starting"
                    + " with|keys|from|like) ([A-Za-z][\\w.-]*:)(?=[\\s,;]|$)");

    /** What a cluster is made of, and what a line of addresses is still read for. */
    private static final int FEWEST_NODES = 3;

    private static final int MOST_NODES = 40;
    private static final int FIRST_HOST = 11;

    private EntryValues() {}

    /** The key prefix of the text, its quantities, and as many example addresses as there are nodes. */
    static Map<String, String> of(String text, List<Fact> facts) {
        Map<String, String> values = new HashMap<>();
        Matcher prefix = PREFIX.matcher(text);
        if (prefix.find()) {
            values.put("prefix", prefix.group(1) != null ? prefix.group(1) : prefix.group(2));
        }
        for (Fact fact : facts) {
            values.putIfAbsent(fact.name(), String.valueOf(Math.round(fact.value())));
        }
        cluster(facts, values);
        facts.stream()
                .filter(fact -> fact.name().equals("failover_seconds"))
                .findFirst()
                .map(fact -> Silence.seconds(Optional.of(fact.value())))
                .ifPresent(seconds -> values.put("silence_ms", Integer.toString(1_000 * seconds)));
        return values;
    }

    /** How many nodes and shards there are and where, so far as one follows from the other. */
    private static void cluster(List<Fact> facts, Map<String, String> values) {
        Map<String, Double> said = new HashMap<>();
        facts.forEach(fact -> said.putIfAbsent(fact.name(), fact.value()));
        double each = 1 + said.getOrDefault("replicas", 1.0);
        double shards = said.getOrDefault("shards", Math.floor(said.getOrDefault("nodes", 0.0) / each));
        double nodes = said.containsKey("shards") ? shards * each : said.getOrDefault("nodes", 0.0);
        if (nodes >= FEWEST_NODES && nodes <= MOST_NODES) {
            values.put("shards", Long.toString(Math.round(shards)));
            values.put("nodes", Long.toString(Math.round(nodes)));
            values.put("hosts", hosts((int) nodes));
        }
    }

    private static String hosts(int nodes) {
        return IntStream.range(0, nodes)
                .mapToObj(node -> "10.0.0." + (FIRST_HOST + node) + ":6379")
                .collect(Collectors.joining(" "));
    }
}
