package dev.keywright.ops.watch;

import dev.keywright.ops.config.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Alert rules of Prometheus for one deployment, over the figures that {@link Exporter} exports. Limits come from the design where it
 * says something, else from the rules of the doctor; each alert says why it is one.
 */
public final class AlertRules {

    private static final String M = Metric.PREFIX;
    private static final String CRITICAL = "critical";
    private static final String WARNING = "warning";

    private final WatchedDesign design;
    private final List<Map<String, Object>> rules = new ArrayList<>();

    private AlertRules(WatchedDesign design) {
        this.design = design;
    }

    /** A file of rules for {@code rule_files}; they look only at figures with the label of this deployment. */
    public static String yaml(WatchedDesign design) {
        AlertRules alerts = new AlertRules(design);
        alerts.availability();
        alerts.memory();
        alerts.traffic();
        alerts.clients();
        alerts.replication();
        alerts.persistence();
        alerts.cluster();
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("name", "keywright " + design.name());
        group.put("rules", alerts.rules);
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(160)
                .setSplitLines(false)
                .build();
        return "# Alerts on figures that keywright watch --prometheus exports, for " + design.name() + ".\n"
                + "# They are those with the label " + Metric.DEPLOYMENT + "=\"" + design.name()
                + "\": export them with --name " + design.name() + ".\n"
                + new Dump(settings).dumpToString(Map.of("groups", List.of(group)));
    }

    private void availability() {
        add(
                "RedisDown",
                M + "up == 0",
                "30s",
                CRITICAL,
                "{{ $labels.node }} does not answer.",
                "Clients that are sent there fail.");
        add(
                "RedisWatchGone",
                "absent(" + M + "up)",
                "1m",
                CRITICAL,
                "Nobody exports figures of " + design.name() + ".",
                "Without keywright watch --prometheus no other alert can fire.");
        if (design.servers() > 1) {
            add(
                    "RedisServersMissing",
                    "count(" + M + "up == 1) < " + design.servers(),
                    "2m",
                    WARNING,
                    "Only {{ $value }} of " + design.servers() + " servers answer.",
                    "The design counts on all of them; the next loss may be an outage.");
        }
        add(
                "RedisLoading",
                M + "loading == 1",
                "5m",
                WARNING,
                "{{ $labels.node }} loads its data for minutes.",
                "It answers LOADING to most commands meanwhile.");
        add(
                "RedisPingSlow",
                M + "ping_seconds{quantile=\"0.99\"} > 0.1",
                "5m",
                WARNING,
                "A PING of {{ $labels.node }} takes {{ $value | humanizeDuration }}.",
                "Every command waits at least as long.");
    }

    private void memory() {
        boolean known = design.maxmemoryBytes().orElse(0) > 0;
        String used = M + "memory_used_bytes";
        // A limit of 0 is none: dividing by it gives infinity, so such servers are left out.
        String share = used + " / on(instance, node) group_left() (" + M + "memory_max_bytes > 0)";
        if (design.role() == Role.CACHE) {
            add(
                    "RedisCacheMisses",
                    ratio("reads_hit", "reads_missed") + " < 0.8 and " + reads() + " > 10",
                    "1h",
                    WARNING,
                    "{{ $value | humanizePercentage }} of the reads of {{ $labels.node }} find their key.",
                    "Below 80 % over an hour a cache costs more than it should: longer TTLs, or more memory.");
        } else {
            add(
                    "RedisMemoryFillingUp",
                    share + " > 0.8",
                    "5m",
                    WARNING,
                    "{{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory.",
                    "At 100 % writes are refused or keys are lost; 80 % leaves time to act.");
            add(
                    "RedisMemoryNearlyFull",
                    share + " > 0.9",
                    "2m",
                    CRITICAL,
                    "{{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory.",
                    "At 100 % writes are refused or keys are lost.");
            add(
                    "RedisEvictsData",
                    "rate(" + M + "keys_evicted_total[5m]) > 0",
                    "0s",
                    CRITICAL,
                    "{{ $labels.node }} evicts keys under {{ $labels.policy }}.",
                    "This is no cache: what is evicted is lost, and nobody is told.");
        }
        if (known) {
            add(
                    "RedisLimitChanged",
                    M + "memory_max_bytes != " + design.maxmemoryBytes().getAsLong(),
                    "15m",
                    WARNING,
                    "maxmemory of {{ $labels.node }} is {{ $value | humanize1024 }}B.",
                    "The design says "
                            + Spoken.bytes((double) design.maxmemoryBytes().getAsLong())
                            + "; after a failover servers behave differently.");
        } else {
            add(
                    "RedisUnlimited",
                    M + "memory_max_bytes == 0",
                    "15m",
                    WARNING,
                    "{{ $labels.node }} has no maxmemory.",
                    "It grows until the kernel ends it.");
        }
        add(
                "RedisFragmented",
                M + "memory_resident_bytes / " + used + " > 1.5 and " + used + " > 500e6 and " + M
                        + "memory_peak_bytes < 1.5 * " + used,
                "30m",
                WARNING,
                "{{ $labels.node }} has {{ $value }} times the memory its data uses.",
                "Below 500 MB, or after a peak, the ratio means nothing; here the machine runs out of memory before"
                        + " maxmemory is reached.");
        add(
                "RedisMachineFull",
                M + "memory_resident_bytes / (" + M + "machine_memory_bytes > 0) > 0.9",
                "5m",
                CRITICAL,
                "{{ $labels.node }} has {{ $value | humanizePercentage }} of its machine's memory.",
                "The kernel ends the biggest process when memory runs out.");
        add(
                "RedisClientsTakeMemory",
                M + "memory_clients_bytes / (" + M + "clients > 0) > 200e3 and " + M + "memory_clients_bytes > 10e6",
                "10m",
                WARNING,
                "A client of {{ $labels.node }} takes {{ $value | humanize1024 }}B on average.",
                "Buffers of slow clients push data out.");
    }

    private void traffic() {
        add(
                "RedisMainThreadBusy",
                "rate(" + M + "cpu_main_thread_seconds_total[2m]) > 0.9",
                "5m",
                CRITICAL,
                "The main thread of {{ $labels.node }} used {{ $value | humanizePercentage }} of a core.",
                "Commands run on one thread; from here on waiting grows without bound.");
        if (design.opsPerSecond().isPresent()) {
            double expected = design.opsPerSecond().getAsDouble();
            add(
                    "RedisAboveDesign",
                    "sum(rate(" + M + "commands_processed_total{role=\"master\"}[5m])) > " + number(expected * 1.2),
                    "10m",
                    WARNING,
                    "{{ $value | humanize }} commands per second.",
                    "The design is made for " + Spoken.count(expected) + ", and a fifth more is not measured.");
        }
        add(
                "RedisRefusesWrites",
                "sum by (node, code) (rate(" + M
                        + "errors_total{code=~\"OOM|MISCONF|READONLY|NOREPLICAS|CLUSTERDOWN\"}[5m])) > 0",
                "1m",
                CRITICAL,
                "{{ $labels.node }} answers {{ $labels.code }}.",
                "Writes fail for somebody now.");
        add(
                "RedisLoginsFail",
                "sum by (node, code) (increase(" + M + "errors_total{code=~\"NOAUTH|WRONGPASS|NOPERM\"}[1h])) > 10",
                "0s",
                WARNING,
                "{{ $labels.node }} answered {{ $labels.code }} {{ $value | humanize }} times in an hour.",
                "A program lacks a right, or somebody tries passwords.");
        add(
                "RedisSlowCommands",
                "increase(" + M + "slow_commands_total[10m]) > 10",
                "0s",
                WARNING,
                "{{ $value | humanize }} commands of {{ $labels.node }} were slow within ten minutes.",
                "While one of them runs nobody else is served; SLOWLOG GET names them.");
        add(
                "RedisKeysRuns",
                "sum by (node) (rate(" + M + "command_seconds_count{command=~\"keys|flushall|flushdb\"}[5m])) > 0",
                "0s",
                WARNING,
                "KEYS or FLUSHALL runs on {{ $labels.node }}.",
                "Everybody waits meanwhile; SCAN does not block.");
        add(
                "RedisExpiryBehind",
                M + "keys_stale_ratio > 0.1",
                "15m",
                WARNING,
                "{{ $value | humanizePercentage }} of the volatile keys of {{ $labels.node }} expired and hold memory.",
                "Expiry has no time; CONFIG SET active-expire-effort 5, and TTLs with chance in them.");
    }

    private void clients() {
        add(
                "RedisClientsNearlyFull",
                M + "clients / (" + M + "clients_max > 0) > 0.9",
                "2m",
                WARNING,
                "{{ $labels.node }} has {{ $value | humanizePercentage }} of the clients it allows.",
                "One more than the limit is refused.");
        add(
                "RedisRefusesConnections",
                "increase(" + M + "connections_refused_total[5m]) > 0",
                "0s",
                CRITICAL,
                "{{ $labels.node }} refused {{ $value | humanize }} connections.",
                "Somebody could not be served.");
        add(
                "RedisConnectionChurn",
                "rate(" + M + "connections_total[5m]) > 10 and rate(" + M + "connections_total[5m]) > 0.05 * rate(" + M
                        + "commands_processed_total[5m])",
                "15m",
                WARNING,
                "{{ $value | humanize }} new connections per second at {{ $labels.node }}.",
                "Connecting costs many times what a command costs; keep connections in a pool.");
    }

    private void replication() {
        if (design.replicas() == 0) {
            return;
        }
        add(
                "RedisReplicaCutOff",
                M + "replica_link_up == 0",
                "10s",
                CRITICAL,
                "{{ $labels.node }} is not connected to its master.",
                "It answers with old data and cannot replace the master.");
        add(
                "RedisReplicaMissing",
                M + "replicas{role=\"master\"} < " + design.replicas(),
                "2m",
                WARNING,
                "The master {{ $labels.node }} has {{ $value }} of " + design.replicas() + " replicas.",
                "The design counts on them in a failover.");
        add(
                "RedisReplicaBehind",
                M + "replica_lag_bytes > 20e6",
                "1m",
                WARNING,
                "{{ $labels.replica }} is {{ $value | humanize1024 }}B behind.",
                "What it has not got is lost in a failover.");
        add(
                "RedisFullSyncs",
                "increase(" + M + "full_syncs_total[15m]) > 2",
                "0s",
                WARNING,
                "{{ $value | humanize }} full synchronisations at {{ $labels.node }} within 15 minutes.",
                "A loop: the backlog or the replica's buffer limit is too small for the writes.");
        add(
                "RedisBacklogShort",
                M + "replication_backlog_bytes < 60 * rate(" + M + "replication_bytes_total[5m])",
                "10m",
                WARNING,
                "The backlog of {{ $labels.node }} holds less than a minute of writes.",
                "A replica that is away for longer needs a full synchronisation.");
        if (!design.isCluster()) {
            add(
                    "RedisTwoMasters",
                    "count(" + M + "up{role=\"master\"} == 1) > 1",
                    "1m",
                    CRITICAL,
                    "{{ $value }} masters where one is expected.",
                    "Writes go to two places and one of them is lost.");
        }
    }

    private void persistence() {
        if (design.snapshots()) {
            add(
                    "RedisSnapshotFailed",
                    M + "snapshot_ok == 0",
                    "0s",
                    CRITICAL,
                    "The last snapshot of {{ $labels.node }} failed.",
                    "Nothing new reaches the disk, and writes may be refused with MISCONF.");
            add(
                    "RedisSnapshotOld",
                    "time() - " + M + "snapshot_timestamp_seconds > 86400 and " + M + "snapshot_unsaved_changes > 0",
                    "10m",
                    WARNING,
                    "The last snapshot of {{ $labels.node }} is {{ $value | humanizeDuration }} old.",
                    "A loss of the machine costs everything since then.");
        }
        if (design.log()) {
            add(
                    "RedisLogOff",
                    M + "aof_enabled == 0",
                    "5m",
                    CRITICAL,
                    "{{ $labels.node }} does not log its writes.",
                    "The design promises an AOF; a crash loses what the last snapshot has not.");
            add(
                    "RedisLogFails",
                    M + "aof_write_ok == 0",
                    "0s",
                    CRITICAL,
                    "{{ $labels.node }} cannot write its AOF.",
                    "Writes are refused until it can; look at the disk.");
            add(
                    "RedisLogWaits",
                    "rate(" + M + "aof_delayed_flushes_total[5m]) * 60 > 3",
                    "5m",
                    WARNING,
                    "{{ $value | humanize }} flushes of {{ $labels.node }} per minute wait for the disk.",
                    "Writes are held up meanwhile.");
        }
        if (design.snapshots() || design.log() || design.replicas() > 0) {
            add(
                    "RedisForkSlow",
                    M + "fork_seconds > 0.4",
                    "0s",
                    WARNING,
                    "The last fork of {{ $labels.node }} took {{ $value | humanizeDuration }}.",
                    "Nobody is served while the server forks; huge pages off, smaller shards.");
        }
    }

    private void cluster() {
        if (!design.isCluster()) {
            return;
        }
        add(
                "RedisClusterNotWhole",
                M + "cluster_ok == 0",
                "10s",
                CRITICAL,
                "{{ $labels.node }} takes the cluster for broken.",
                "Commands fail with CLUSTERDOWN.");
        add(
                "RedisSlotsUnserved",
                M + "cluster_slots_assigned < 16384",
                "10s",
                CRITICAL,
                "Only {{ $value }} of 16384 slots have an owner.",
                "Keys of the others cannot be read or written.");
        add(
                "RedisSlotsFailing",
                M + "cluster_slots_failed > 0 or " + M + "cluster_slots_suspect > 0",
                "30s",
                CRITICAL,
                "{{ $value }} slots belong to nodes that do not answer.",
                "Their keys fail until a replica takes over.");
        add(
                "RedisShardsUneven",
                "max(" + M + "memory_used_bytes{role=\"master\"}) > 1.2 * avg(" + M
                        + "memory_used_bytes{role=\"master\"}) and max(" + M
                        + "memory_used_bytes{role=\"master\"}) > 100e6",
                "1h",
                WARNING,
                "The biggest shard is a fifth above the mean.",
                "It decides when the cluster is full; keywright cluster plan spreads slots by bytes.");
    }

    private static String ratio(String hits, String misses) {
        String hit = "rate(" + M + hits + "_total[5m])";
        return hit + " / (" + hit + " + rate(" + M + misses + "_total[5m]) > 0)";
    }

    private static String reads() {
        return "(rate(" + M + "reads_hit_total[5m]) + rate(" + M + "reads_missed_total[5m]))";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private void add(String name, String expression, String time, String severity, String summary, String reason) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("alert", name);
        rule.put("expr", Metric.of(design.name(), expression));
        rule.put("for", time);
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put("severity", severity);
        labels.put(Metric.DEPLOYMENT, design.name()); // A sum over servers has lost it.
        rule.put("labels", labels);
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("summary", summary);
        annotations.put("description", reason);
        rule.put("annotations", annotations);
        rules.add(rule);
    }
}
