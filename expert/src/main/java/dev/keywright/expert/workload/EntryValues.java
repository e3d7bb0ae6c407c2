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
            "(?<![\\w:/.-])([A-Za-z][\\w.-]*(?::[\\w.-]+)*:)\\*"
                    + "|\\b(?:prefix|below|under|beginning with|starting with|keys|from|like) ([A-Za-z][\\w.-]*:)(?=[\\s,;]|$)");

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
        hosts(facts).ifPresent(hosts -> values.put("hosts", hosts));
        return values;
    }

    private static Optional<String> hosts(List<Fact> facts) {
        Map<String, Double> said = new HashMap<>();
        facts.forEach(fact -> said.putIfAbsent(fact.name(), fact.value()));
        double nodes = said.containsKey("shards")
                ? said.getOrDefault("shards", 0.0) * (1 + said.getOrDefault("replicas", 1.0))
                : said.getOrDefault("nodes", 0.0);
        return nodes < FEWEST_NODES || nodes > MOST_NODES
                ? Optional.empty()
                : Optional.of(IntStream.range(0, (int) nodes)
                        .mapToObj(node -> "10.0.0." + (FIRST_HOST + node) + ":6379")
                        .collect(Collectors.joining(" ")));
    }
}
