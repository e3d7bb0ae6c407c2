package dev.keywright.ops.watch;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One thing that is exported of every server.
 *
 * @param name without the ending that Prometheus gives its kind, such as {@code _total}
 * @param reads takes it from what a server said
 */
record Metric(String name, Kind kind, String help, Reads reads) {

    /** All names begin so. */
    static final String PREFIX = "keywright_redis_";

    /** The label that tells the servers of one deployment from those of another. */
    static final String DEPLOYMENT = "deployment";

    private static final Pattern SELECTED = Pattern.compile("(" + PREFIX + "\\w+)(\\{?)");
    private static final double MICROS = 1e6;

    enum Kind {
        GAUGE(""),
        COUNTER("_total"),
        SUMMARY(""),
        INFO("_info");

        private final String ending;

        Kind(String ending) {
            this.ending = ending;
        }

        String spoken() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    interface Reads {
        void from(NodeSample node, Points points);
    }

    /** A value with labels beside those of the server. */
    private record Point(Labels labels, double value, long count, Map<String, Double> quantiles) {}

    /** Takes the values of one metric. */
    static final class Points {

        private final List<Point> all = new ArrayList<>();
        private Labels server = Labels.EMPTY;

        void add(double value, String... labels) {
            all.add(new Point(labels(labels), value, 0, Map.of()));
        }

        void add(long count, double sum, Map<String, Double> quantiles, String... labels) {
            all.add(new Point(labels(labels), sum, count, quantiles));
        }

        private Labels labels(String... more) {
            return more.length == 0 ? server : server.merge(Labels.of(more));
        }
    }

    /** As it is written, such as {@code keywright_redis_keys_evicted_total}. */
    String exported() {
        return PREFIX + name + kind.ending;
    }

    /** An expression of PromQL, with each metric in it held to one deployment. */
    static String of(String deployment, String expression) {
        String matcher = DEPLOYMENT + "=\""
                + deployment.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
        return SELECTED.matcher(expression)
                .replaceAll(metric -> Matcher.quoteReplacement(
                        metric.group(1) + "{" + matcher + (metric.group(2).isEmpty() ? "}" : ", ")));
    }

    /** What all servers said; empty when none said anything. */
    Optional<MetricSnapshot> snapshot(String deployment, Sample sample) {
        Points points = new Points();
        for (NodeSample node : sample.nodes()) {
            points.server = Labels.of(
                    DEPLOYMENT,
                    deployment,
                    "node",
                    node.address(),
                    "role",
                    node.isKnown() ? node.info().role() : "unknown",
                    "shard",
                    node.shard());
            if (node.isKnown() || name.equals("up")) {
                reads.from(node, points);
            }
        }
        return points.all.isEmpty() ? Optional.empty() : Optional.of(snapshot(points.all));
    }

    private MetricSnapshot snapshot(List<Point> points) {
        switch (kind) {
            case GAUGE -> {
                GaugeSnapshot.Builder all =
                        GaugeSnapshot.builder().name(PREFIX + name).help(help);
                points.forEach(point -> all.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(point.labels())
                        .value(point.value())
                        .build()));
                return all.build();
            }
            case COUNTER -> {
                CounterSnapshot.Builder all =
                        CounterSnapshot.builder().name(PREFIX + name).help(help);
                points.forEach(point -> all.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(point.labels())
                        .value(point.value())
                        .build()));
                return all.build();
            }
            case INFO -> {
                InfoSnapshot.Builder all =
                        InfoSnapshot.builder().name(PREFIX + name).help(help);
                points.forEach(point -> all.dataPoint(
                        InfoDataPointSnapshot.builder().labels(point.labels()).build()));
                return all.build();
            }
            case SUMMARY -> {
                SummarySnapshot.Builder all =
                        SummarySnapshot.builder().name(PREFIX + name).help(help);
                points.forEach(point -> all.dataPoint(summary(point)));
                return all.build();
            }
        }
        throw new IllegalStateException("no such kind: " + kind);
    }

    private static SummaryDataPointSnapshot summary(Point point) {
        Quantiles.Builder quantiles = Quantiles.builder();
        point.quantiles()
                .forEach(
                        (percent, value) -> quantiles.quantile(new Quantile(Double.parseDouble(percent) / 100, value)));
        SummaryDataPointSnapshot.Builder one =
                SummaryDataPointSnapshot.builder().labels(point.labels()).quantiles(quantiles.build());
        if (point.count() > 0) {
            one.count(point.count()).sum(point.value());
        }
        return one.build();
    }

    // --- the table

    static List<Metric> all() {
        return Stream.of(server(), memory(), traffic(), keys(), clients(), replication(), persistence(), cluster())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Metric> server() {
        return List.of(
                gauge(
                        "up",
                        "Whether the server answered the last look; its other figures are those of its last answer.",
                        (node, points) -> points.add(node.isUp() ? 1 : 0)),
                gauge(
                        "answer_age_seconds",
                        "Time since the server's last answer.",
                        (node, points) -> points.add(Math.max(0, (System.nanoTime() - node.nanos()) / 1e9))),
                new Metric(
                        "server",
                        Kind.INFO,
                        "What the server is.",
                        (node, points) -> points.add(
                                1,
                                "release",
                                node.info().release(),
                                "mode",
                                node.info().isCluster() ? "cluster" : "single",
                                "policy",
                                policy(node))),
                gauge("uptime_seconds", "Time since the server started.", field("uptime_in_seconds", 1)),
                gauge("loading", "Whether the server still loads its data.", field("loading", 1)),
                counter(
                        "cpu_main_thread_seconds",
                        "Processor time of the thread that runs commands.",
                        (node, points) -> {
                            if (node.info().has("used_cpu_user_main_thread")) {
                                points.add(node.info().number("used_cpu_user_main_thread")
                                        + node.info().number("used_cpu_sys_main_thread"));
                            }
                        }),
                new Metric(
                        "ping_seconds",
                        Kind.SUMMARY,
                        "Round trips of PING from the exporter, over the last looks.",
                        (node, points) -> points.add(
                                0,
                                0,
                                Map.of(
                                        "50",
                                        node.pings().p50Millis() / 1000,
                                        "99",
                                        node.pings().p99Millis() / 1000))));
    }

    private static List<Metric> memory() {
        return List.of(
                gauge("memory_used_bytes", "Memory of data and overhead.", field("used_memory", 1)),
                gauge(
                        "memory_max_bytes",
                        "maxmemory; 0 for no limit.",
                        (node, points) -> points.add(node.info().number("maxmemory"), "policy", policy(node))),
                gauge("memory_resident_bytes", "Memory the process has of the machine.", field("used_memory_rss", 1)),
                gauge("memory_peak_bytes", "The most memory ever used.", field("used_memory_peak", 1)),
                gauge("memory_clients_bytes", "Memory of ordinary clients' buffers.", field("mem_clients_normal", 1)),
                gauge("memory_replicas_bytes", "Memory of replicas' buffers.", field("mem_clients_slaves", 1)),
                gauge("machine_memory_bytes", "Memory of the machine.", field("total_system_memory", 1)));
    }

    private static List<Metric> traffic() {
        return List.of(
                counter("commands_processed", "Commands run.", field("total_commands_processed", 1)),
                new Metric(
                        "command_seconds",
                        Kind.SUMMARY,
                        "What commands took; quantiles are since the server started.",
                        (node, points) -> node.info()
                                .commands()
                                .forEach((name, command) -> points.add(
                                        command.calls(),
                                        command.micros() / MICROS,
                                        node.info().latencies().getOrDefault(name, Map.of()),
                                        "command",
                                        name))),
                counter(
                        "errors",
                        "Error replies, by code.",
                        (node, points) ->
                                node.info().errors().forEach((code, count) -> points.add(count, "code", code))),
                counter(
                        "slow_commands",
                        "Commands that came into the slow log.",
                        (node, points) -> points.add((double) node.slowEver())),
                counter("big_replies", "Replies that came into the log of big ones (Valkey).", (node, points) -> {
                    if (!node.refused().contains("COMMANDLOG GET")) {
                        points.add((double) node.bigEver());
                    }
                }),
                counter("network_in_bytes", "Bytes received.", field("total_net_input_bytes", 1)),
                counter("network_out_bytes", "Bytes sent.", field("total_net_output_bytes", 1)));
    }

    private static List<Metric> keys() {
        return List.of(
                gauge(
                        "keys",
                        "Keys, by database.",
                        (node, points) -> node.info()
                                .databases()
                                .forEach((name, parts) -> points.add(number(parts, "keys"), "db", name))),
                gauge(
                        "keys_volatile",
                        "Keys that expire, by database.",
                        (node, points) -> node.info()
                                .databases()
                                .forEach((name, parts) -> points.add(number(parts, "expires"), "db", name))),
                counter(
                        "keys_evicted",
                        "Keys evicted for lack of memory.",
                        (node, points) -> points.add(node.info().number("evicted_keys"), "policy", policy(node))),
                counter("keys_expired", "Keys that expired.", field("expired_keys", 1)),
                gauge(
                        "keys_stale_ratio",
                        "Estimated share of volatile keys that expired and are not freed.",
                        field("expired_stale_perc", 0.01)),
                counter(
                        "expiry_cut_short",
                        "Rounds of expiry that ended for lack of time.",
                        field("expired_time_cap_reached_count", 1)),
                counter("reads_hit", "Reads that found their key.", field("keyspace_hits", 1)),
                counter("reads_missed", "Reads that did not find their key.", field("keyspace_misses", 1)));
    }

    private static List<Metric> clients() {
        return List.of(
                gauge("clients", "Connected clients.", field("connected_clients", 1)),
                gauge("clients_max", "maxclients.", field("maxclients", 1)),
                gauge("clients_blocked", "Clients in blocking commands.", field("blocked_clients", 1)),
                counter("connections", "Connections accepted.", field("total_connections_received", 1)),
                counter(
                        "connections_refused",
                        "Connections refused for maxclients.",
                        field("rejected_connections", 1)));
    }

    private static List<Metric> replication() {
        return List.of(
                gauge("replicas", "Replicas connected to this master.", (node, points) -> {
                    if (!node.info().isReplica()) {
                        points.add(node.info().number("connected_slaves"));
                    }
                }),
                gauge(
                        "replica_lag_bytes",
                        "What a replica has not confirmed, seen from its master.",
                        (node, points) -> {
                            double written = node.info().number("master_repl_offset");
                            node.info()
                                    .replicas()
                                    .forEach(replica -> points.add(
                                            Math.max(0, written - replica.offset()), "replica", replica.address()));
                        }),
                gauge(
                        "replica_lag_seconds",
                        "Time since a replica confirmed something.",
                        (node, points) -> node.info()
                                .replicas()
                                .forEach(replica -> points.add(replica.lagSeconds(), "replica", replica.address()))),
                gauge("replica_link_up", "Whether a replica is connected to its master.", (node, points) -> {
                    if (node.info().isReplica()) {
                        points.add(node.info().isGood("master_link_status") ? 1 : 0);
                    }
                }),
                counter(
                        "replication_bytes",
                        "Bytes written to the replication stream.",
                        field("master_repl_offset", 1)),
                gauge("replication_backlog_bytes", "Size of the replication backlog.", field("repl_backlog_size", 1)),
                counter("full_syncs", "Full synchronisations of replicas.", field("sync_full", 1)),
                counter(
                        "partial_syncs_failed",
                        "Partial synchronisations that the backlog could not serve.",
                        field("sync_partial_err", 1)));
    }

    private static List<Metric> persistence() {
        return List.of(
                gauge(
                        "snapshot_timestamp_seconds",
                        "When the last good snapshot was made.",
                        field("rdb_last_save_time", 1)),
                gauge("snapshot_ok", "Whether the last snapshot succeeded.", good("rdb_last_bgsave_status")),
                gauge(
                        "snapshot_unsaved_changes",
                        "Changes since the last snapshot.",
                        field("rdb_changes_since_last_save", 1)),
                gauge("aof_enabled", "Whether writes are logged to disk.", field("aof_enabled", 1)),
                gauge("aof_write_ok", "Whether the last write of the log succeeded.", good("aof_last_write_status")),
                counter(
                        "aof_delayed_flushes",
                        "Flushes of the log that waited for the disk.",
                        (node, points) -> points.add(node.info().number("aof_delayed_fsync"))),
                gauge("fork_seconds", "What the last fork took.", field("latest_fork_usec", 1 / MICROS)),
                gauge(
                        "snapshot_copied_bytes",
                        "Memory copied during the last snapshot.",
                        field("rdb_last_cow_size", 1)));
    }

    private static List<Metric> cluster() {
        return List.of(
                gauge("cluster_ok", "Whether the node takes the cluster for whole.", good("cluster_state")),
                gauge("cluster_slots_assigned", "Slots that have an owner.", field("cluster_slots_assigned", 1)),
                gauge("cluster_slots_suspect", "Slots of nodes that may be down.", field("cluster_slots_pfail", 1)),
                gauge("cluster_slots_failed", "Slots of nodes that are down.", field("cluster_slots_fail", 1)));
    }

    private static Metric gauge(String name, String help, Reads reads) {
        return new Metric(name, Kind.GAUGE, help, reads);
    }

    private static Metric counter(String name, String help, Reads reads) {
        return new Metric(name, Kind.COUNTER, help, reads);
    }

    /** A field of INFO as it is; nothing where the server does not tell it. */
    private static Reads field(String field, double scale) {
        return (node, points) -> {
            if (node.info().has(field)) {
                points.add(node.info().number(field) * scale);
            }
        };
    }

    private static Reads good(String field) {
        return (node, points) -> {
            if (node.info().has(field)) {
                points.add(node.info().isGood(field) ? 1 : 0);
            }
        };
    }

    private static String policy(NodeSample node) {
        String policy = node.info().text("maxmemory_policy");
        return policy.isEmpty() ? "unknown" : policy;
    }

    private static double number(Map<String, String> parts, String name) {
        return Double.parseDouble(parts.getOrDefault(name, "0"));
    }
}
