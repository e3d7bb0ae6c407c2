package dev.keywright.ops.watch;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dashboard of Grafana for one deployment, over the figures that {@link Exporter} exports; its limits are drawn as lines. */
public final class Dashboard {

    private static final String M = Metric.PREFIX;
    private static final String EACH = "{{node}}";
    private static final int WIDTH = 12;
    private static final int HEIGHT = 8;
    private static final int SCHEMA = 39;

    private final WatchedDesign design;
    private final List<Object> panels = new ArrayList<>();

    private Dashboard(WatchedDesign design) {
        this.design = design;
    }

    /** A series of a panel: an expression and how its lines are called. */
    private record Series(String expression, String legend) {}

    /** A dashboard to import. */
    public static String json(WatchedDesign design) {
        Dashboard dashboard = new Dashboard(design);
        dashboard.panels();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("title", "Redis: " + design.name());
        all.put("uid", "keywright-" + Integer.toHexString(design.name().hashCode()));
        all.put("tags", List.of("redis", "keywright"));
        all.put("schemaVersion", SCHEMA);
        all.put("editable", true);
        all.put("refresh", "10s");
        all.put("time", Map.of("from", "now-1h", "to", "now"));
        all.put("templating", Map.of("list", List.of(source(), dashboard.variable("node"))));
        all.put("panels", dashboard.panels);
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
        } catch (JacksonException e) {
            throw new IllegalStateException("maps of texts and numbers cannot be written", e);
        }
    }

    private void panels() {
        graph("Servers that answer", "none", List.of(), each("up"));
        graph(
                "Commands per second",
                "ops",
                design.opsPerSecond().isPresent() && design.shards() == 1
                        ? List.of(design.opsPerSecond().getAsDouble())
                        : List.of(),
                rate("commands_processed"));
        graph(
                "Time of commands, by command",
                "s",
                List.of(),
                new Series(
                        "sum by (command) (rate(" + M + "command_seconds_sum{node=~\"$node\"}[5m]))", "{{command}}"));
        graph(
                "99 % of commands took at most",
                "s",
                List.of(),
                new Series(
                        "topk(10, max by (command) (" + M + "command_seconds{node=~\"$node\", quantile=\"0.99\"}))",
                        "{{command}}"));
        graph(
                "Round trip of PING, 99 %",
                "s", List.of(0.1), new Series(M + "ping_seconds{node=~\"$node\", quantile=\"0.99\"}", EACH));
        graph("Main thread", "percentunit", List.of(0.8, 0.9), rate("cpu_main_thread_seconds"));
        graph(
                "Memory",
                "bytes",
                design.maxmemoryBytes().orElse(0) > 0
                        ? List.of((double) design.maxmemoryBytes().getAsLong())
                        : List.of(),
                each("memory_used_bytes"),
                new Series(M + "memory_resident_bytes{node=~\"$node\"}", "{{node}} resident"));
        graph(
                "Memory of its limit",
                "percentunit",
                List.of(0.8, 0.9),
                new Series(
                        M + "memory_used_bytes{node=~\"$node\"} / on(instance, node) group_left() (" + M
                                + "memory_max_bytes > 0)",
                        EACH));
        graph(
                "Hit ratio",
                "percentunit",
                List.of(0.8),
                new Series(
                        "rate(" + M + "reads_hit_total{node=~\"$node\"}[5m]) / (rate(" + M
                                + "reads_hit_total{node=~\"$node\"}[5m]) + rate(" + M
                                + "reads_missed_total{node=~\"$node\"}[5m]) > 0)",
                        EACH));
        graph(
                "Keys evicted and expired per second",
                "ops",
                List.of(),
                new Series("rate(" + M + "keys_evicted_total{node=~\"$node\"}[5m])", "{{node}} evicted ({{policy}})"),
                new Series("rate(" + M + "keys_expired_total{node=~\"$node\"}[5m])", "{{node}} expired"));
        graph("Keys", "none", List.of(), new Series("sum by (node) (" + M + "keys{node=~\"$node\"})", EACH));
        graph(
                "Clients",
                "none",
                List.of(),
                each("clients"),
                new Series(M + "clients_blocked{node=~\"$node\"}", "{{node}} blocked"));
        graph(
                "Network",
                "Bps",
                List.of(),
                new Series("rate(" + M + "network_out_bytes_total{node=~\"$node\"}[5m])", "{{node}} out"),
                new Series("-rate(" + M + "network_in_bytes_total{node=~\"$node\"}[5m])", "{{node}} in"));
        graph(
                "Errors per second",
                "ops",
                List.of(),
                new Series("sum by (code) (rate(" + M + "errors_total{node=~\"$node\"}[5m]))", "{{code}}"));
        graph(
                "Slow commands",
                "none",
                List.of(),
                new Series("increase(" + M + "slow_commands_total{node=~\"$node\"}[5m])", EACH));
        if (design.replicas() > 0) {
            graph("Replicas behind", "bytes", List.of(20e6), new Series(M + "replica_lag_bytes", "{{replica}}"));
        }
        if (design.snapshots()) {
            graph(
                    "Age of the last snapshot",
                    "s",
                    List.of(86_400.0),
                    new Series("time() - " + M + "snapshot_timestamp_seconds{node=~\"$node\"}", EACH));
        }
        if (design.isCluster()) {
            graph("Slots that fail", "none", List.of(), each("cluster_slots_failed"), each("cluster_slots_suspect"));
        }
    }

    private static Series each(String name) {
        return new Series(M + name + "{node=~\"$node\"}", EACH);
    }

    private static Series rate(String counter) {
        return new Series("rate(" + M + counter + "_total{node=~\"$node\"}[2m])", EACH);
    }

    private void graph(String title, String unit, List<Double> limits, Series... series) {
        int number = panels.size();
        List<Object> targets = new ArrayList<>();
        for (Series one : series) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("refId", String.valueOf((char) ('A' + targets.size())));
            target.put("datasource", reference());
            target.put("expr", Metric.of(design.name(), one.expression()));
            target.put("legendFormat", one.legend());
            targets.add(target);
        }
        Map<String, Object> panel = new LinkedHashMap<>();
        panel.put("id", number + 1);
        panel.put("type", "timeseries");
        panel.put("title", title);
        panel.put("datasource", reference());
        panel.put("gridPos", Map.of("x", number % 2 * WIDTH, "y", number / 2 * HEIGHT, "w", WIDTH, "h", HEIGHT));
        panel.put("fieldConfig", Map.of("defaults", field(unit, limits), "overrides", List.of()));
        panel.put("targets", targets);
        panels.add(panel);
    }

    private static Map<String, Object> field(String unit, List<Double> limits) {
        List<Object> steps = new ArrayList<>();
        Map<String, Object> base = new LinkedHashMap<>();
        base.put("color", "green");
        base.put("value", null);
        steps.add(base);
        limits.forEach(
                limit -> steps.add(Map.of("color", steps.size() < limits.size() ? "orange" : "red", "value", limit)));
        Map<String, Object> field = new LinkedHashMap<>();
        field.put("unit", unit);
        if (!unit.equals("Bps")) {
            field.put("min", 0);
        }
        field.put("custom", Map.of("thresholdsStyle", Map.of("mode", limits.isEmpty() ? "off" : "line")));
        field.put("thresholds", Map.of("mode", "absolute", "steps", steps));
        return field;
    }

    private static Map<String, Object> reference() {
        return Map.of("type", "prometheus", "uid", "${source}");
    }

    private static Map<String, Object> source() {
        return Map.of("name", "source", "type", "datasource", "query", "prometheus");
    }

    private Map<String, Object> variable(String label) {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("name", label);
        variable.put("type", "query");
        variable.put("datasource", reference());
        variable.put("query", "label_values(" + Metric.of(design.name(), M + "up") + ", " + label + ")");
        variable.put("refresh", 2);
        variable.put("multi", true);
        variable.put("includeAll", true);
        variable.put("allValue", ".*");
        return variable;
    }
}
