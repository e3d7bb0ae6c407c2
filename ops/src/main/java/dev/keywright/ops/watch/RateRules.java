package dev.keywright.ops.watch;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.Case.Look;
import dev.keywright.ops.watch.Case.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What two looks some seconds apart show: what goes on now, rather than since the server started. */
final class RateRules {

    private static final int MINUTE = 60;

    /** Errors that break something, whoever gets them. */
    private static final Set<String> GRAVE = Set.of("OOM", "MISCONF", "CLUSTERDOWN", "MASTERDOWN");

    /** Errors that programs are made for: redirections, and scripts that are not loaded yet. */
    private static final Set<String> ORDINARY = Set.of("MOVED", "ASK", "NOSCRIPT");

    private static final List<String> ALL_KEYS = List.of("keys", "flushall", "flushdb", "sort", "debug");

    private static final Set<String> WHOLE = Set.of(
            "hgetall",
            "hkeys",
            "hvals",
            "smembers",
            "lrange",
            "zrange",
            "zrevrange",
            "zrangebyscore",
            "sunion",
            "sinter",
            "sdiff",
            "zunion",
            "zinter",
            "xrange",
            "mget",
            "sort",
            "keys",
            "lrem",
            "zunionstore",
            "sunionstore");

    private RateRules() {}

    static List<Rule> all() {
        return List.of(
                rule("evicting-now", RateRules::evicting),
                rule("mass-expiry-now", RateRules::massExpiry),
                rule("expiry-behind-now", (server, symptom) -> {
                    double rounds = server.rise("expired_time_cap_reached_count");
                    if (rounds >= symptom.limit("least_rounds")) {
                        server.find(
                                symptom,
                                Spoken.count(rounds) + " rounds of expiry ended for lack of time within "
                                        + Spoken.seconds(server.seconds()) + ", "
                                        + Spoken.count(server.rate("expired_keys")) + " keys expire per second.");
                    }
                }),
                rule("hit-ratio-now", (server, symptom) -> {
                    double hits = server.rise("keyspace_hits");
                    double reads = hits + server.rise("keyspace_misses");
                    if (server.role() == Role.CACHE
                            && reads >= symptom.limit("least_reads")
                            && hits / reads < symptom.limit("hit_ratio")) {
                        server.find(
                                symptom,
                                Spoken.percent(hits / reads) + " of " + Spoken.count(reads)
                                        + " reads found their key while looking.");
                    }
                }),
                rule("connections-refused-now", (server, symptom) -> {
                    double refused = server.rise("rejected_connections");
                    if (refused > 0) {
                        server.find(
                                symptom,
                                Spoken.count(refused) + " connections were refused within "
                                        + Spoken.seconds(server.seconds()) + "; maxclients is "
                                        + Spoken.count(server.info().number("maxclients")) + ".");
                    }
                }),
                rule("connection-churn-now", (server, symptom) -> {
                    double fresh = server.rate("total_connections_received");
                    double commands = server.rate("total_commands_processed");
                    if (fresh >= symptom.limit("least_per_second") && fresh > symptom.limit("share") * commands) {
                        server.find(
                                symptom,
                                Spoken.count(fresh) + " new connections per second for " + Spoken.count(commands)
                                        + " commands per second.");
                    }
                }),
                rule("clients-cut-off", RateRules::cutOff),
                rule("full-syncs-now", (server, symptom) -> {
                    double full = server.rise("sync_full");
                    double failed = server.rise("sync_partial_err");
                    if (full + failed > 0) {
                        server.find(
                                symptom,
                                full >= symptom.limit("loop") ? Severity.ERROR : Severity.WARNING,
                                Spoken.count(full) + " full synchronisations within " + Spoken.seconds(server.seconds())
                                        + ", " + Spoken.count(failed) + " partial ones could not be served.");
                    }
                }),
                rule("backlog-short", (server, symptom) -> {
                    double written = server.rate("master_repl_offset");
                    double backlog = server.info().number("repl_backlog_size");
                    if (server.info().number("connected_slaves") > 0
                            && written >= symptom.limit("least_bytes_per_second")
                            && backlog < written * symptom.limit("seconds")) {
                        server.find(
                                symptom,
                                "The backlog of " + Spoken.bytes(backlog) + " holds "
                                        + Spoken.seconds(Math.rint(backlog / written)) + " of writes, at "
                                        + Spoken.bytes(written) + " per second.");
                    }
                }),
                rule("errors-rising", RateRules::errors),
                rule("redirects-many", (server, symptom) -> {
                    double moved = risen(server, "MOVED") + risen(server, "ASK");
                    double commands = server.rise("total_commands_processed") + moved;
                    if (moved / server.seconds() >= symptom.limit("least_per_second")
                            && moved > symptom.limit("share") * commands) {
                        server.find(
                                symptom,
                                Spoken.percent(moved / commands) + " of the commands were sent to another node.");
                    }
                }),
                rule("main-thread-busy", (server, symptom) -> {
                    double busy = server.rate("used_cpu_user_main_thread") + server.rate("used_cpu_sys_main_thread");
                    if (busy >= symptom.limit("warning")) {
                        server.find(
                                symptom,
                                Case.graded(busy, symptom.limit("warning"), symptom.limit("error")),
                                "The main thread used " + Spoken.percent(Math.min(1, busy)) + " of a core, with "
                                        + Spoken.count(server.rate("total_commands_processed"))
                                        + " commands per second.");
                    }
                }),
                rule("operations-many", (server, symptom) -> {
                    double commands = server.rate("total_commands_processed");
                    if (commands > symptom.limit("per_second")) {
                        server.find(symptom, Spoken.count(commands) + " commands per second.");
                    }
                }),
                rule("network-heavy", (server, symptom) -> {
                    double out = server.rate("total_net_output_bytes") * MINUTE;
                    double in = server.rate("total_net_input_bytes") * MINUTE;
                    if (out > symptom.limit("out_bytes_per_minute") || in > symptom.limit("in_bytes_per_minute")) {
                        server.find(
                                symptom,
                                Spoken.bytes(out) + " go out and " + Spoken.bytes(in) + " come in per minute.");
                    }
                }),
                rule("aof-delayed-now", (server, symptom) -> {
                    double late = server.rise("aof_delayed_fsync");
                    if (late > 0 && late / server.seconds() * MINUTE > symptom.limit("per_minute")) {
                        server.find(
                                symptom,
                                Spoken.count(late) + " flushes were late within " + Spoken.seconds(server.seconds())
                                        + ".");
                    }
                }),
                rule("costly-commands-now", RateRules::costly),
                rule("unbounded-reads", RateRules::wholeReads));
    }

    /** Rules that need two looks leave a server alone that was restarted in between. */
    private static Rule rule(String id, Look look) {
        return Rule.of(id, (server, symptom) -> {
            if (server.goesOn()) {
                look.at(server, symptom);
            }
        });
    }

    private static void evicting(Case server, Symptom symptom) {
        double evicted = server.rate("evicted_keys");
        if (evicted == 0) {
            return;
        }
        double hits = server.rise("keyspace_hits");
        double reads = hits + server.rise("keyspace_misses");
        String policy = server.info().text("maxmemory_policy");
        Severity kept = policy.startsWith("volatile") ? Severity.WARNING : Severity.ERROR;
        server.find(
                symptom,
                server.role() == Role.CACHE ? Severity.INFO : kept,
                Spoken.count(evicted) + " keys per second are evicted under "
                        + policy
                        + (reads == 0
                                ? "."
                                : ", and " + Spoken.percent(hits / reads) + " of the reads find their key."));
    }

    private static void massExpiry(Case server, Symptom symptom) {
        double expired = server.rate("expired_keys");
        double all = server.before().info().volatileKeys();
        if (expired >= symptom.limit("least_per_second") && expired > symptom.limit("share_per_second") * all) {
            server.find(
                    symptom,
                    Spoken.count(expired) + " keys expired per second, of " + Spoken.count(all) + " with a TTL.");
        }
    }

    private static void cutOff(Case server, Symptom symptom) {
        Map<String, String> counters = Map.of(
                "client_output_buffer_limit_disconnections", "for replies they did not read",
                "client_query_buffer_limit_disconnections", "for requests that were too long",
                "evicted_clients", "by maxmemory-clients");
        new TreeMap<>(counters).forEach((counter, reason) -> {
            double cut = server.rise(counter);
            if (cut > 0) {
                server.find(
                        symptom,
                        Spoken.count(cut) + " clients were cut off " + reason + " within "
                                + Spoken.seconds(server.seconds()) + ".");
            }
        });
    }

    private static double risen(Case server, String code) {
        return Math.max(
                0,
                server.info().errors().getOrDefault(code, 0L)
                        - server.before().info().errors().getOrDefault(code, 0L));
    }

    /** ERR is everything else, also what clients newer than the server try when they connect. */
    private static void errors(Case server, Symptom symptom) {
        for (String code : new TreeMap<>(server.info().errors()).keySet()) {
            double risen = risen(server, code);
            if (risen > 0 && !ORDINARY.contains(code)) {
                server.find(
                        symptom,
                        GRAVE.contains(code) ? Severity.ERROR : code.equals("ERR") ? Severity.INFO : Severity.WARNING,
                        Spoken.count(risen) + " commands failed with " + Spoken.clean(code) + " within "
                                + Spoken.seconds(server.seconds()) + ".",
                        symptom.why(),
                        symptom.fix().replace("<code>", Spoken.clean(code)));
            }
        }
    }

    private static void costly(Case server, Symptom symptom) {
        Map<String, Info.Command> before = server.before().info().commands();
        Map<String, Info.Command> now = server.info().commands();
        for (String name : ALL_KEYS) {
            Info.Command ran =
                    now.getOrDefault(name, Info.Command.NEVER).since(before.getOrDefault(name, Info.Command.NEVER));
            if (ran.calls() > 0) {
                server.find(
                        symptom,
                        ran.microsPerCall() > symptom.limit("slow_micros") ? Severity.ERROR : symptom.severity(),
                        name.toUpperCase(Locale.ROOT) + " ran " + Spoken.count((double) ran.calls()) + " times within "
                                + Spoken.seconds(server.seconds()) + ", " + Spoken.millis(ran.microsPerCall() / 1000)
                                + " each.");
            }
        }
    }

    private static void wholeReads(Case server, Symptom symptom) {
        String slow = server.info().commands().entrySet().stream()
                .filter(entry -> WHOLE.contains(entry.getKey()))
                .filter(entry -> entry.getValue().calls() >= symptom.limit("least_calls"))
                .filter(entry -> entry.getValue().microsPerCall() > symptom.limit("micros_per_call"))
                .sorted((one, other) ->
                        Double.compare(other.getValue().micros(), one.getValue().micros()))
                .limit(5)
                .map(entry -> entry.getKey().toUpperCase(Locale.ROOT) + " takes "
                        + Spoken.millis(entry.getValue().microsPerCall() / 1000) + " per call in "
                        + Spoken.count((double) entry.getValue().calls()) + " calls")
                .collect(Collectors.joining(", "));
        if (!slow.isEmpty()) {
            server.find(symptom, slow + " since the start.");
        }
    }
}
