package dev.keywright.ops.optimize;

import dev.keywright.ops.scan.ServerFacts;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What INFO says at one moment. */
record Memory(Map<String, String> fields) {

    private static final List<String> BESIDE = List.of(
            "used_memory_startup",
            "mem_clients_normal",
            "mem_clients_slaves",
            "mem_replication_backlog",
            "mem_aof_buffer",
            "mem_cluster_links");

    private static final String STATISTICS = "cmdstat_";
    private static final String LATENCIES = "latency_percentiles_usec_";
    /** With {@code latency-tracking}, on by default, a server keeps a histogram of each command it has seen. */
    private static final long HISTOGRAM_BYTES = 24_690;

    static Memory of(Wire wire) throws IOException {
        return of(wire, "everything");
    }

    static Memory of(Wire wire, String section) throws IOException {
        Map<String, String> fields = new HashMap<>();
        wire.ask("INFO", section).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new Memory(fields);
    }

    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    long number(String field) {
        String value = text(field);
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    /** From now on reading leaves idle times and frequencies as they are, where this server can do that; whether it can. */
    boolean spares(Wire wire) throws IOException {
        return new ServerFacts(0, fields, Map.of()).sparesIdleTimes()
                && !(wire.call("CLIENT", "NO-TOUCH", "ON") instanceof Answer.Failed);
    }

    /** Of what commands took, and scripts that were sent. */
    long statisticsBytes() {
        long histograms = fields.keySet().stream()
                .filter(name -> name.startsWith(LATENCIES))
                .count();
        return histograms * HISTOGRAM_BYTES + number("used_memory_scripts_eval");
    }

    /** used_memory without what an empty server uses, without buffers of clients, replicas, cluster and log, and statistics. */
    long dataBytes() {
        long bytes = number("used_memory") - statisticsBytes();
        for (String buffer : BESIDE) {
            bytes -= number(buffer);
        }
        return bytes;
    }

    /** How many keys there are in all databases. */
    long keys() {
        long keys = 0;
        for (Map.Entry<String, String> each : fields.entrySet()) {
            if (each.getKey().matches("db\\d+")) {
                keys += Long.parseLong(each.getValue().replaceFirst("keys=(\\d+),.*", "$1"));
            }
        }
        return keys;
    }

    /** Highest database with keys. */
    int highestDatabase() {
        return fields.keySet().stream()
                .filter(name -> name.matches("db\\d+"))
                .mapToInt(name -> Integer.parseInt(name.substring(2)))
                .max()
                .orElse(0);
    }

    /** Calls of each command, by its name in small letters. */
    Map<String, Long> calls() {
        Map<String, Long> calls = new HashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(STATISTICS)) {
                calls.put(
                        name.substring(STATISTICS.length()),
                        Long.parseLong(value.replaceFirst("calls=(\\d+),.*", "$1")));
            }
        });
        return calls;
    }

    /** Microseconds that the server was busy with each command in all, by its name in small letters. */
    Map<String, Long> micros() {
        Map<String, Long> micros = new HashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(STATISTICS)) {
                micros.put(
                        name.substring(STATISTICS.length()),
                        Long.parseLong(value.replaceFirst(".*?usec=(\\d+),.*", "$1")));
            }
        });
        return micros;
    }
}
