package dev.keywright.ops.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a server tells of itself in INFO, field by field.
 *
 * @param fields as they came, in order
 */
public record Info(Map<String, String> fields) {

    /** Nothing was told. */
    public static final Info NONE = new Info(Map.of());

    private static final String COMMAND = "cmdstat_";
    private static final String ERROR = "errorstat_";
    private static final String PERCENTILES = "latency_percentiles_usec_";
    private static final double MICROS = 1e6;

    /**
     * What a command has cost since the server started.
     *
     * @param calls how often it ran
     * @param micros what it took in all
     */
    public record Command(long calls, double micros) {

        static final Command NEVER = new Command(0, 0);

        double microsPerCall() {
            return calls == 0 ? 0 : micros / calls;
        }

        /** What came after an earlier look; nothing when the counters were reset. */
        Command since(Command before) {
            return calls < before.calls ? NEVER : new Command(calls - before.calls, micros - before.micros);
        }
    }

    /**
     * A replica, as its master sees it.
     *
     * @param address {@code host:port}
     * @param offset bytes it has confirmed
     * @param lagSeconds since it confirmed something
     */
    record Replica(String address, String state, long offset, double lagSeconds) {}

    public Info {
        fields = Map.copyOf(fields);
    }

    static Info parse(String... texts) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String text : texts) {
            text.lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
                int colon = line.indexOf(':');
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            });
        }
        return new Info(fields);
    }

    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The value of a field; empty where there is none. */
    public String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** The value of a field as a number; 0 where there is none. */
    public double number(String field) {
        return number(fields, field);
    }

    private static double number(Map<String, String> fields, String field) {
        try {
            return Double.parseDouble(fields.getOrDefault(field, "0").replace("%", ""));
        } catch (NumberFormatException text) {
            return 0;
        }
    }

    /** Whether a field is 1, yes, ok, up or connected. */
    public boolean isGood(String field) {
        return List.of("1", "yes", "ok", "up", "connected").contains(text(field));
    }

    public boolean isReplica() {
        return text("role").equals("slave");
    }

    public boolean isCluster() {
        return isGood("cluster_enabled");
    }

    /** {@code master} or {@code replica}; empty when nothing was told. */
    public String role() {
        return text("role").isEmpty() ? "" : isReplica() ? "replica" : "master";
    }

    /** The release, such as {@code Redis 7.0.15}. */
    public String release() {
        return has("valkey_version") ? "Valkey " + text("valkey_version") : "Redis " + text("redis_version");
    }

    /** Whether the server keeps a log of big replies: Valkey from 8.1 on. */
    boolean logsBigReplies() {
        String[] parts = text("valkey_version").split("\\.");
        return parts.length > 1 && Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]) >= 801;
    }

    /** Figures of each database that holds keys, by its name. */
    Map<String, Map<String, String>> databases() {
        return with("db")
                .filter(field -> field.matches("db\\d+"))
                .collect(Collectors.toMap(field -> field, this::parts, (one, other) -> one, LinkedHashMap::new));
    }

    /** All keys. */
    public long keys() {
        return sum("keys");
    }

    /** Keys that expire. */
    public long volatileKeys() {
        return sum("expires");
    }

    private long sum(String part) {
        return databases().values().stream()
                .mapToLong(parts -> (long) number(parts, part))
                .sum();
    }

    /** What commands have cost, by name. */
    Map<String, Command> commands() {
        Map<String, Command> commands = new LinkedHashMap<>();
        with(COMMAND).forEach(field -> {
            Map<String, String> parts = parts(field);
            commands.put(
                    field.substring(COMMAND.length()),
                    new Command((long) number(parts, "calls"), number(parts, "usec")));
        });
        return commands;
    }

    /** How often commands failed, by error code. */
    Map<String, Long> errors() {
        Map<String, Long> errors = new LinkedHashMap<>();
        with(ERROR).forEach(field -> errors.put(field.substring(ERROR.length()), (long) number(parts(field), "count")));
        return errors;
    }

    /** What commands took since the start in seconds, by command and then by percentile such as {@code 99}; none before 7.0. */
    Map<String, Map<String, Double>> latencies() {
        Map<String, Map<String, Double>> latencies = new LinkedHashMap<>();
        with(PERCENTILES).forEach(field -> {
            Map<String, String> parts = parts(field);
            Map<String, Double> percentiles = new LinkedHashMap<>();
            parts.forEach((name, value) -> percentiles.put(name.replaceFirst("^p", ""), number(parts, name) / MICROS));
            latencies.put(field.substring(PERCENTILES.length()), percentiles);
        });
        return latencies;
    }

    /** Replicas of this master. */
    List<Replica> replicas() {
        List<Replica> replicas = new ArrayList<>();
        with("slave").filter(field -> field.matches("slave\\d+")).forEach(field -> {
            Map<String, String> parts = parts(field);
            String host = parts.getOrDefault("ip", "");
            replicas.add(new Replica(
                    (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + parts.getOrDefault("port", ""),
                    parts.getOrDefault("state", ""),
                    (long) number(parts, "offset"),
                    number(parts, "lag")));
        });
        return replicas;
    }

    /** The address of a replica's master. */
    String master() {
        String host = text("master_host");
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + text("master_port");
    }

    private Stream<String> with(String beginning) {
        return fields.keySet().stream()
                .filter(field -> field.startsWith(beginning))
                .sorted();
    }

    private Map<String, String> parts(String field) {
        return Stream.of(text(field).split(","))
                .map(part -> part.split("=", 2))
                .filter(part -> part.length == 2)
                .collect(Collectors.toMap(part -> part[0], part -> part[1], (one, other) -> other, LinkedHashMap::new));
    }

    @Override
    public String toString() {
        return fields.size() + " fields";
    }
}
