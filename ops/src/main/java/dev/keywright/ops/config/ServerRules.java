package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import dev.keywright.ops.config.Rule.Found;
import dev.keywright.ops.config.Rule.Reads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a running server tells of itself: memory, persistence, replication, clients, commands. */
final class ServerRules {

    private static final double MEGABYTE = 1024.0 * 1024;
    private static final double WASTE = 10 * MEGABYTE;
    private static final double ALERT_USED = 500 * MEGABYTE;

    /** Below it code and thread stacks alone make the ratio. */
    private static final double FEW_USED = 32 * MEGABYTE;

    private static final double BIG_CLIENT = 200 * 1024.0;
    private static final double DAY = 86_400;
    private static final double SLOW_FORK_MICROS = 400_000;
    private static final double BIG_AOF = 6000 * MEGABYTE;
    private static final double BEHIND = 20_000_000;
    private static final List<String> COSTLY = List.of("keys", "flushall", "flushdb", "debug", "sort", "monitor");

    private ServerRules() {}

    static List<Rule> all() {
        return List.of(
                rule(
                        "memory-nearly-full",
                        WARNING,
                        "memory near its limit",
                        "Soon keys are evicted, or writes refused.",
                        (subject, found) -> {
                            double limit = value(subject, "maxmemory");
                            double share = limit > 0 ? value(subject, "used_memory") / limit : 0;
                            if (share > 0.8 && subject.role().keepsData()) {
                                found.add(
                                        share > 0.9 ? ERROR : WARNING,
                                        subject.place(),
                                        "used_memory is " + percent(share) + " of maxmemory.",
                                        "Raise maxmemory, delete or expire keys, or add a shard.");
                            }
                        }),
                rule(
                        "fragmentation",
                        WARNING,
                        "much more memory taken than used",
                        "The machine runs out of memory before maxmemory is reached.",
                        (subject, found) -> {
                            double ratio = value(subject, "mem_fragmentation_ratio");
                            double wasted = value(subject, "mem_fragmentation_bytes");
                            boolean afterPeak =
                                    value(subject, "used_memory_peak") > 1.5 * value(subject, "used_memory");
                            if (ratio > 1.4
                                    && wasted > WASTE
                                    && value(subject, "used_memory") > FEW_USED
                                    && !afterPeak) {
                                boolean much = ratio > 1.5 && value(subject, "used_memory") > ALERT_USED;
                                found.add(
                                        much ? WARNING : INFO,
                                        subject.place(),
                                        "The process has " + tenth(ratio) + " times what the data uses, "
                                                + Numbers.spoken((long) wasted) + " more.",
                                        "CONFIG SET activedefrag yes on a build with jemalloc; MEMORY PURGE; a restart"
                                                + " of a replica and a failover.");
                            }
                        }),
                rule(
                        "allocator-fragmentation",
                        INFO,
                        "memory in pieces",
                        "Freed pieces between used ones cannot be given back.",
                        (subject, found) -> wasted(
                                subject,
                                found,
                                "allocator_frag",
                                "CONFIG SET activedefrag yes; it begins at 100 MB and 10 %.")),
                rule(
                        "allocator-keeps-memory",
                        INFO,
                        "the allocator keeps freed memory",
                        "The machine misses it, the server does not need it.",
                        (subject, found) -> wasted(subject, found, "allocator_rss", "MEMORY PURGE")),
                rule(
                        "memory-outside-allocator",
                        INFO,
                        "memory of scripts and modules",
                        "maxmemory does not count it.",
                        (subject, found) -> wasted(
                                subject, found, "rss_overhead", "Look at used_memory_vm_total and at the modules.")),
                rule(
                        "paged-out",
                        ERROR,
                        "parts of the server in swap",
                        "A command that touches them waits for the disk.",
                        (subject, found) -> {
                            double ratio = value(subject, "mem_fragmentation_ratio");
                            boolean swaps = subject.machine().swapUsedBytes().orElse(0) > 0;
                            if (ratio > 0 && ratio < 0.9 && swaps) {
                                found.add(
                                        subject.place(),
                                        "The process has " + tenth(ratio)
                                                + " times what the data uses, the rest is in swap.",
                                        "Lower maxmemory or move other programs away.");
                            }
                        }),
                rule(
                        "peak-far-above",
                        INFO,
                        "a peak far above today's use",
                        "Fragmentation figures mean little, the memory of the peak is still held.",
                        (subject, found) -> {
                            double used = value(subject, "used_memory");
                            double peak = value(subject, "used_memory_peak");
                            if (peak > 1.5 * used && peak > 4 * FEW_USED && peak - used > WASTE) {
                                found.add(
                                        subject.place(),
                                        "used_memory was " + Numbers.spoken((long) peak) + " and is "
                                                + Numbers.spoken((long) used) + ".",
                                        "Find out what the peak was; size for it.");
                            }
                        }),
                rule(
                        "clients-take-memory",
                        WARNING,
                        "clients with big buffers",
                        "Their buffers push data out.",
                        (subject, found) -> {
                            double clients = Math.max(1, value(subject, "connected_clients"));
                            double each = value(subject, "mem_clients_normal") / clients;
                            if (each > BIG_CLIENT && value(subject, "mem_clients_normal") > WASTE) {
                                found.add(
                                        subject.place(),
                                        "A client takes " + Numbers.spoken((long) each) + " on average.",
                                        "CLIENT LIST shows which ones (tot-mem); CONFIG SET maxmemory-clients 5%.");
                            }
                        }),
                rule(
                        "many-scripts",
                        WARNING,
                        "very many cached scripts",
                        "Scripts made with values inside their text are never freed; pass values as ARGV.",
                        (subject, found) -> {
                            if (value(subject, "number_of_cached_scripts") > 1000) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "number_of_cached_scripts") + " scripts are cached.",
                                        "Pass values as KEYS and ARGV; SCRIPT FLUSH ASYNC once.");
                            }
                        }),
                rule(
                        "volatile-policy-few-ttls",
                        WARNING,
                        "eviction of keys with a TTL, and hardly any has one",
                        "When they are used up, writes are refused.",
                        (subject, found) -> {
                            double keys = keyspace(subject, "keys");
                            double expires = keyspace(subject, "expires");
                            if (subject.live()
                                            .orElseThrow()
                                            .info("maxmemory_policy")
                                            .orElse("")
                                            .startsWith("volatile-")
                                    && keys > 100
                                    && expires < keys / 10) {
                                found.add(
                                        subject.place(),
                                        percent(expires / keys) + " of the keys have a TTL.",
                                        "Give cache keys a TTL, or choose an allkeys policy on a cache.");
                            }
                        }),
                rule(
                        "evictions-on-store",
                        ERROR,
                        "keys of a store or queue were evicted",
                        "They are lost, and nobody was told.",
                        (subject, found) -> {
                            if (value(subject, "evicted_keys") > 0
                                    && subject.roleIsGiven()
                                    && subject.role().keepsData()) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "evicted_keys") + " keys were evicted since the start.",
                                        "CONFIG SET maxmemory-policy noeviction, and more memory.");
                            }
                        }),
                rule(
                        "hit-ratio-low",
                        INFO,
                        "a cache that is missed often",
                        "Each miss costs a trip to the database as well.",
                        (subject, found) -> {
                            double hits = value(subject, "keyspace_hits");
                            double all = hits + value(subject, "keyspace_misses");
                            if (subject.role() == Role.CACHE && all > 10_000 && hits / all < 0.8) {
                                found.add(
                                        subject.place(),
                                        percent(hits / all) + " of the reads found their key since the start.",
                                        "Longer TTLs, more memory, or caching what is really read.");
                            }
                        }),
                rule(
                        "expiry-behind",
                        WARNING,
                        "expired keys not freed in time",
                        "They hold memory until somebody asks for them.",
                        (subject, found) -> {
                            if (value(subject, "expired_stale_perc") > 10) {
                                found.add(
                                        subject.place(),
                                        tenth(value(subject, "expired_stale_perc"))
                                                + " % of the keys looked at had expired.",
                                        "CONFIG SET active-expire-effort 5, and TTLs with 10 % of chance in them.");
                            }
                        }),
                rule(
                        "last-save-failed",
                        ERROR,
                        "saving failed",
                        "Nothing new reaches the disk; writes may be refused with MISCONF.",
                        ServerRules::lastSave),
                rule(
                        "save-long-ago",
                        WARNING,
                        "no snapshot for a day",
                        "A loss of the machine costs everything since then.",
                        (subject, found) -> {
                            double age =
                                    value(subject, "server_time_usec") / 1e6 - value(subject, "rdb_last_save_time");
                            boolean changed = value(subject, "rdb_changes_since_last_save") > 0;
                            if (age > DAY
                                    && changed
                                    && value(subject, "rdb_last_save_time") > 0
                                    && value(subject, "aof_enabled") == 0) {
                                found.add(
                                        age > 2 * DAY ? ERROR : WARNING,
                                        subject.place(),
                                        "The last snapshot is " + (long) (age / 3600) + " hours old.",
                                        "BGSAVE now, and rules of save that are met.");
                            }
                        }),
                rule(
                        "aof-delayed",
                        WARNING,
                        "the AOF waited for the disk",
                        "Writes were held up while an earlier flush was under way.",
                        (subject, found) -> {
                            double minutes = Math.max(1, value(subject, "uptime_in_seconds") / 60);
                            if (value(subject, "aof_delayed_fsync") / minutes > 3) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "aof_delayed_fsync")
                                                + " flushes were late since the start.",
                                        "A faster disk, or one of its own for the AOF.");
                            }
                        }),
                rule("aof-big", WARNING, "a big AOF", "The next start takes minutes.", (subject, found) -> {
                    if (value(subject, "aof_current_size") > BIG_AOF) {
                        found.add(
                                subject.place(),
                                "The AOF has " + Numbers.spoken((long) value(subject, "aof_current_size")) + ".",
                                "BGREWRITEAOF, and auto-aof-rewrite-percentage 100.");
                    }
                }),
                rule(
                        "fork-slow",
                        WARNING,
                        "forks that take long",
                        "Nobody is served while the server forks.",
                        (subject, found) -> {
                            if (value(subject, "latest_fork_usec") > SLOW_FORK_MICROS) {
                                found.add(
                                        subject.place(),
                                        "The last fork took " + (long) (value(subject, "latest_fork_usec") / 1000)
                                                + " ms.",
                                        "Smaller shards, huge pages off, snapshots on a replica.");
                            }
                        }),
                rule(
                        "loading",
                        INFO,
                        "a server that still loads",
                        "It answers LOADING to most commands.",
                        (subject, found) -> {
                            if (value(subject, "loading") > 0) {
                                found.add(
                                        subject.place(),
                                        "The server is loading its data.",
                                        "Wait until loading is 0 in INFO persistence.");
                            }
                        }),
                rule(
                        "link-down",
                        ERROR,
                        "a replica without its master",
                        "It answers with old data and cannot replace the master.",
                        (subject, found) -> {
                            if (subject.live()
                                    .orElseThrow()
                                    .info("master_link_status")
                                    .filter("down"::equals)
                                    .isPresent()) {
                                long since = (long) value(subject, "master_link_down_since_seconds");
                                found.add(
                                        subject.place(),
                                        "The link to the master is down "
                                                + (since < 0 ? "since the start." : "for " + since + " s."),
                                        "Read the logs of both; compare masterauth with the master's password.");
                            }
                        }),
                rule(
                        "replica-behind",
                        WARNING,
                        "a replica far behind",
                        "What it has not got is lost in a failover.",
                        ServerRules::replicasBehind),
                rule(
                        "partial-syncs-failed",
                        WARNING,
                        "full synchronisations where partial ones were asked for",
                        "Each costs a fork and the whole data over the network.",
                        (subject, found) -> {
                            if (value(subject, "sync_partial_err") > 1) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "sync_partial_err")
                                                + " requests could not be met from the backlog.",
                                        "CONFIG SET repl-backlog-size to the bytes written in a minute or more.");
                            }
                        }),
                rule(
                        "clients-nearly-full",
                        WARNING,
                        "clients near the limit",
                        "One more than the limit is refused.",
                        (subject, found) -> {
                            double limit = value(subject, "maxclients");
                            if (limit > 0 && value(subject, "connected_clients") > 0.9 * limit) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "connected_clients") + " of " + (long) limit
                                                + " clients are connected.",
                                        "Smaller pools, or CONFIG SET maxclients.");
                            }
                        }),
                rule(
                        "connections-refused",
                        WARNING,
                        "connections were refused",
                        "Somebody could not be served.",
                        (subject, found) -> {
                            if (value(subject, "rejected_connections") > 0) {
                                found.add(
                                        subject.place(),
                                        (long) value(subject, "rejected_connections")
                                                + " connections were refused since the start.",
                                        "Smaller pools, or CONFIG SET maxclients.");
                            }
                        }),
                rule(
                        "input-buffer-big",
                        WARNING,
                        "very long requests",
                        "They are held in memory whole, and block while they are read.",
                        (subject, found) -> {
                            if (value(subject, "client_recent_max_input_buffer") > WASTE) {
                                found.add(
                                        subject.place(),
                                        "A request took "
                                                + Numbers.spoken(
                                                        (long) value(subject, "client_recent_max_input_buffer"))
                                                + ".",
                                        "Send less at once: pipelines of a hundred commands, values below 100 kB.");
                            }
                        }),
                rule(
                        "connection-churn",
                        WARNING,
                        "a new connection for almost every command",
                        "Connecting costs many times what a command costs.",
                        (subject, found) -> {
                            double commands = value(subject, "total_commands_processed");
                            double connections = value(subject, "total_connections_received");
                            if (connections > 1000 && connections > commands / 20) {
                                found.add(
                                        subject.place(),
                                        (long) connections + " connections for " + (long) commands
                                                + " commands since the start.",
                                        "Keep connections open in a pool.");
                            }
                        }),
                rule(
                        "costly-commands",
                        WARNING,
                        "commands that block everybody",
                        "They look at every key, delete all, or stop the server.",
                        ServerRules::costly),
                rule(
                        "errors-counted",
                        WARNING,
                        "errors clients got",
                        "Each was a failed command somewhere.",
                        ServerRules::errors),
                rule(
                        "several-databases",
                        INFO,
                        "keys in several databases",
                        "They share one thread and one limit, and a cluster has only one database.",
                        (subject, found) -> {
                            long used = subject.live().orElseThrow().info().keySet().stream()
                                    .filter(field -> field.matches("db\\d+"))
                                    .count();
                            if (used > 1) {
                                found.add(
                                        subject.place(),
                                        used + " databases hold keys.",
                                        "Use prefixes, or servers of their own.");
                            }
                        }),
                rule(
                        "cluster-not-ok",
                        ERROR,
                        "a cluster that is not whole",
                        "Commands fail with CLUSTERDOWN, or will soon.",
                        ServerRules::clusterState),
                rule(
                        "root",
                        WARNING,
                        "the server may run as root",
                        "Whoever breaks into it owns the machine.",
                        ServerRules::root),
                rule(
                        "config-not-writable",
                        INFO,
                        "a server without a file of its own",
                        "CONFIG REWRITE cannot keep what CONFIG SET changed; the next start forgets it.",
                        (subject, found) -> {
                            if (subject.live()
                                    .orElseThrow()
                                    .info("config_file")
                                    .filter(String::isEmpty)
                                    .isPresent()) {
                                found.add(
                                        subject.place(),
                                        "The server was started without a conf file.",
                                        "Start it with one.");
                            }
                        }),
                rule(
                        "running-differs-from-file",
                        WARNING,
                        "running settings other than the file's",
                        "The next start undoes what was set, or brings what nobody tried.",
                        ServerRules::differs));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, Reads.INFO, finds, why, check);
    }

    private static double value(Subject subject, String field) {
        return subject.info(field).orElse(0);
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    private static String tenth(double value) {
        return Double.toString(Math.round(value * 10) / 10.0);
    }

    private static double keyspace(Subject subject, String field) {
        return subject.live().orElseThrow().info().entrySet().stream()
                .filter(entry -> entry.getKey().matches("db\\d+"))
                .mapToDouble(
                        entry -> Numbers.whole(LiveNode.parts(entry.getValue()).getOrDefault(field, "0"))
                                .orElse(0))
                .sum();
    }

    private static void wasted(Subject subject, Found found, String what, String fix) {
        double ratio = value(subject, what + "_ratio");
        double bytes = value(subject, what + "_bytes");
        if (ratio > 1.1 && bytes > WASTE) {
            found.add(
                    subject.place(),
                    what + "_ratio is " + tenth(ratio) + ", " + Numbers.spoken((long) bytes) + ".",
                    fix);
        }
    }

    private static void lastSave(Subject subject, Found found) {
        for (String field : List.of("rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status")) {
            subject.live()
                    .orElseThrow()
                    .info(field)
                    .filter(status -> !status.equals("ok"))
                    .ifPresent(status -> found.add(
                            subject.place(),
                            field + " is " + status + ".",
                            "Read the server's log; look at free disk space, permissions and vm.overcommit_memory."));
        }
    }

    private static void replicasBehind(Subject subject, Found found) {
        Map<String, String> info = subject.live().orElseThrow().info();
        double written = value(subject, "master_repl_offset");
        info.forEach((field, value) -> {
            if (field.matches("slave\\d+")) {
                OptionalLong offset = Numbers.whole(LiveNode.parts(value).getOrDefault("offset", ""));
                if (offset.isPresent() && written - offset.getAsLong() > BEHIND) {
                    found.add(
                            subject.place(),
                            "A replica is " + Numbers.spoken((long) written - offset.getAsLong()) + " behind.",
                            "Look at its network and processor.");
                }
            }
        });
    }

    private static void costly(Subject subject, Found found) {
        Map<String, String> info = subject.live().orElseThrow().info();
        for (String command : COSTLY) {
            long calls = Numbers.whole(LiveNode.parts(info.getOrDefault("cmdstat_" + command, ""))
                            .getOrDefault("calls", "0"))
                    .orElse(0);
            if (calls > 0) {
                found.add(
                        command.equals("keys") && calls > 100 ? WARNING : INFO,
                        subject.place(),
                        command.toUpperCase(Locale.ROOT) + " was called " + calls + " times since the start.",
                        "Use SCAN for KEYS, UNLINK for deleting; take the command from users who need it not.");
            }
        }
    }

    private static void errors(Subject subject, Found found) {
        Map<String, String> info = subject.live().orElseThrow().info();
        for (String code : List.of(
                "OOM",
                "MISCONF",
                "READONLY",
                "NOAUTH",
                "WRONGPASS",
                "NOREPLICAS",
                "CLUSTERDOWN",
                "CROSSSLOT",
                "BUSY")) {
            long count = Numbers.whole(LiveNode.parts(info.getOrDefault("errorstat_" + code, ""))
                            .getOrDefault("count", "0"))
                    .orElse(0);
            if (count > 0) {
                found.add(
                        code.equals("OOM") || code.equals("MISCONF") ? ERROR : INFO,
                        subject.place(),
                        count + " commands failed with " + code + " since the start.",
                        "keywright \"why do I get " + code + "?\"");
            }
        }
    }

    private static void clusterState(Subject subject, Found found) {
        LiveNode node = subject.live().orElseThrow();
        Optional<String> state = node.info("cluster_state");
        if (state.isEmpty()) {
            return;
        }
        if (!state.get().equals("ok")) {
            found.add(subject.place(), "cluster_state is " + state.get() + ".", "keywright cluster check");
        }
        long missing = 16_384 - (long) value(subject, "cluster_slots_assigned");
        if (missing > 0) {
            found.add(
                    subject.place(),
                    (missing == 1 ? "1 slot has" : missing + " slots have") + " no owner.",
                    "CLUSTER ADDSLOTSRANGE on the master that shall own them.");
        }
        for (String field : List.of("cluster_slots_pfail", "cluster_slots_fail")) {
            long lost = (long) value(subject, field);
            if (lost > 0) {
                found.add(
                        subject.place(),
                        (lost == 1 ? "1 slot belongs to a node that does" : lost + " slots belong to nodes that do")
                                + " not answer (" + field + ").",
                        "Bring the node back, or CLUSTER FAILOVER on its replica.");
            }
        }
    }

    private static void root(Subject subject, Found found) {
        OptionalLong process =
                Numbers.whole(subject.live().orElseThrow().info("process_id").orElse(""));
        if (subject.machine().equals(Machine.UNKNOWN) || process.isEmpty()) {
            return;
        }
        boolean root = ProcessHandle.of(process.getAsLong())
                .flatMap(handle -> handle.info().user())
                .filter("root"::equals)
                .isPresent();
        if (root) {
            found.add(subject.place(), "The server runs as root.", "Run it as a user of its own.");
        }
    }

    private static void differs(Subject subject, Found found) {
        LiveNode node = subject.live().orElseThrow();
        Optional<String> name = node.info("config_file").filter(path -> !path.isEmpty());
        if (name.isEmpty()
                || subject.machine().equals(Machine.UNKNOWN)
                || node.settings().isEmpty()
                || !Files.isReadable(Path.of(name.get()))) {
            return;
        }
        Subject file;
        try {
            file = Subject.file(
                    ConfFile.read(Path.of(name.get())),
                    subject.release(),
                    Machine.UNKNOWN,
                    Optional.empty(),
                    Optional.empty());
        } catch (OpsException unreadable) {
            return;
        }
        for (Directive directive : Directives.known().all()) {
            boolean comparable = file.isGiven(directive.name())
                    && !directive.adds()
                    && node.setting(directive.name()).isPresent()
                    && !List.of("dir", "bind", "replicaof").contains(directive.name());
            if (comparable && !same(directive, file, subject)) {
                found.add(
                        Place.line(
                                file.place(directive.name()).source(),
                                file.place(directive.name()).line().orElse(1)),
                        directive.secret()
                                ? directive.name() + " is another in " + subject.name() + "."
                                : directive.name() + " is " + subject.text(directive.name()) + " in " + subject.name()
                                        + " and " + file.text(directive.name()) + " in the file.",
                        "CONFIG REWRITE, or CONFIG SET the file's value.");
            }
        }
    }

    private static boolean same(Directive directive, Subject file, Subject running) {
        String one = file.text(directive.name());
        String other = running.text(directive.name());
        boolean number = directive.kind(running.release()) instanceof ValueKind.Whole;
        return one.equalsIgnoreCase(other)
                || number && file.number(directive.name()) == running.number(directive.name())
                || directive.kind(running.release()) instanceof ValueKind.MemoryOrPercent
                        && Numbers.memory(one).equals(Numbers.memory(other))
                        && Numbers.memory(one).isPresent()
                || directive.name().equals("notify-keyspace-events")
                || directive.name().equals("unixsocketperm");
    }
}
