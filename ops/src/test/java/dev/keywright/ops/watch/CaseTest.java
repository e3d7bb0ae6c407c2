package dev.keywright.ops.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.NodeSample.Pings;
import dev.keywright.ops.watch.NodeSample.Slow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for what a test cannot bring a real server to, such as a full network: two texts of INFO, ten seconds apart. */
class CaseTest {

    private static final String ALIKE = "role:master\nrun_id:x\nserver_time_usec:1700000000000000\n";
    private static final Details NOTHING = new Details(List.of(), List.of(), List.of(), List.of(), List.of());
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private static NodeSample node(String address, String info, int second) {
        return new NodeSample(
                address,
                "0",
                Optional.empty(),
                Info.parse(ALIKE, info.replace(';', '\n')),
                second * 1_000_000_000L + 1,
                Pings.NONE,
                List.of(),
                0,
                List.of(),
                0,
                List.of());
    }

    private static List<Finding> found(String before, String now, Details details) {
        List<Finding> findings = new ArrayList<>();
        Case one = new Case(node("a:1", before, 0), node("a:1", now, 10), details, Role.CACHE, findings::add);
        Case.rules().forEach(rule -> rule.look().at(one, rule.symptom()));
        return findings;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        main-thread-busy | error | used_cpu_user_main_thread:1;used_cpu_sys_main_thread:1 | used_cpu_user_main_thread:8;used_cpu_sys_main_thread:3.5
        main-thread-busy | warning | used_cpu_user_main_thread:1 | used_cpu_user_main_thread:9.5
        - | - | used_cpu_user_main_thread:1 | used_cpu_user_main_thread:6
        operations-many | info | total_commands_processed:0 | total_commands_processed:700000
        network-heavy | warning | total_net_output_bytes:0 | total_net_output_bytes:1200000000
        network-heavy | warning | total_net_input_bytes:0 | total_net_input_bytes:300000000
        - | - | total_net_output_bytes:0 | total_net_output_bytes:500000000
        aof-delayed-now | warning | aof_delayed_fsync:3 | aof_delayed_fsync:5
        backlog-short | warning | connected_slaves:1;master_repl_offset:0;repl_backlog_size:1048576 | connected_slaves:1;master_repl_offset:1048576;repl_backlog_size:1048576
        - | - | connected_slaves:0;master_repl_offset:0;repl_backlog_size:1048576 | connected_slaves:0;master_repl_offset:1048576;repl_backlog_size:1048576
        full-syncs-now | error | sync_full:1 | sync_full:4
        full-syncs-now | warning | sync_partial_err:1 | sync_partial_err:2
        mass-expiry-now | warning | expired_keys:0;db0:keys=50000,expires=50000,avg_ttl=1 | expired_keys:60000
        - | - | expired_keys:0;db0:keys=900000,expires=900000,avg_ttl=1 | expired_keys:60000
        expiry-behind-now | warning | expired_time_cap_reached_count:0 | expired_time_cap_reached_count:5
        connection-churn-now | warning | total_connections_received:0;total_commands_processed:0 | total_connections_received:200;total_commands_processed:1000
        - | - | total_connections_received:0;total_commands_processed:0 | total_connections_received:50;total_commands_processed:100
        clients-cut-off | warning | evicted_clients:0 | evicted_clients:2
        hit-ratio-now | warning | keyspace_hits:0;keyspace_misses:0 | keyspace_hits:500;keyspace_misses:1500
        - | - | keyspace_hits:0;keyspace_misses:0 | keyspace_hits:5;keyspace_misses:15
        evicting-now | info | evicted_keys:0 | evicted_keys:100
        errors-rising | error | errorstat_OOM:count=1 | errorstat_OOM:count=5
        errors-rising | warning | errorstat_CROSSSLOT:count=1 | errorstat_CROSSSLOT:count=5
        redirects-many | info | errorstat_MOVED:count=0;total_commands_processed:0 | errorstat_MOVED:count=500;total_commands_processed:1000
        - | - | errorstat_NOSCRIPT:count=1 | errorstat_NOSCRIPT:count=5
        unbounded-reads | warning | cmdstat_hgetall:calls=1,usec=1 | cmdstat_hgetall:calls=50,usec=900000
        - | - | cmdstat_hgetall:calls=1,usec=1 | cmdstat_hgetall:calls=50,usec=900
        costly-commands-now | error | cmdstat_keys:calls=0,usec=0 | cmdstat_keys:calls=2,usec=90000
        loading-now | error | loading:1 | loading:1;loading_loaded_perc:40.00;loading_eta_seconds:12
        - | - | loading:1 | loading:0
        replica-lagging | warning | a:1 | slave0:ip=b,port=2,state=online,offset=5,lag=30
        fork-rate-low | warning | a:1 | latest_fork_usec:900000;used_memory:2147483648
        - | - | a:1 | latest_fork_usec:20000;used_memory:2147483648
        - | - | a:1 | latest_fork_usec:900000;used_memory:2147480
        """)
    void figuresAreComparedWithTheirLimits(String id, String severity, String before, String now) {
        List<Finding> findings = found(before, now, NOTHING);
        if (id.equals("-")) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.id()).isEqualTo(id);
                assertThat(finding.severity()).isEqualTo(Severity.valueOf(severity.toUpperCase(Locale.ROOT)));
            });
        }
    }

    @Test
    void aServerThatWasRestartedHasNoRates() {
        assertThat(found("evicted_keys:0", "evicted_keys:100;run_id:y", NOTHING))
                .isEmpty();
    }

    @Test
    void clientsAreJudgedByTheirLibraries() {
        List<Map<String, String>> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(Map.of(
                    "id",
                    "" + i,
                    "flags",
                    "N",
                    "lib-name",
                    i < 4 ? "jedis" : "",
                    "lib-ver",
                    i < 4 ? "5.0." + i % 2 : ""));
        }
        assertThat(found("", "", new Details(clients, List.of(), List.of(), List.of(), List.of())))
                .extracting(Finding::what)
                .containsExactlyInAnyOrder(
                        "jedis is connected in versions 5.0.0, 5.0.1.", "8 of 12 clients do not name their library.");
    }

    @Test
    void bigRepliesOfTheLastHourAreToldByTheBiggest() {
        List<Slow> big = List.of(
                new Slow(2, NOW.minusSeconds(60), 3 << 20, "LRANGE list ..."),
                new Slow(1, NOW.minusSeconds(90), 2 << 20, "GET big"),
                new Slow(0, NOW.minusSeconds(9000), 9 << 20, "GET old"));
        assertThat(found("", "", new Details(List.of(), List.of(), big, List.of(), List.of())))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what())
                        .isEqualTo("2 replies of the last hour were big, the biggest with 3 MB: LRANGE list ...."));
    }

    @Test
    void eventsOfTheLastHourSayWhatTheyMean() {
        List<Details.Event> events = List.of(
                new Details.Event("fork", List.of(new Details.Point(NOW.minusSeconds(60), 1200))),
                new Details.Event("aof-write-alone", List.of(new Details.Point(NOW.minusSeconds(60), 20))),
                new Details.Event("new-kind", List.of(new Details.Point(NOW.minusSeconds(9000), 300))));
        assertThat(found("", "", new Details(List.of(), List.of(), List.of(), events, List.of())))
                .satisfiesExactlyInAnyOrder(
                        fork -> {
                            assertThat(fork.severity()).isEqualTo(Severity.ERROR);
                            assertThat(fork.why()).contains("fork of a snapshot");
                        },
                        write -> {
                            assertThat(write.severity()).isEqualTo(Severity.INFO);
                            assertThat(write.why()).contains("nothing else of the server used the disk");
                        });
    }

    private static List<String> together(String first, String second, Set<String> said) {
        Sample before = new Sample("s", "cluster", NOW, List.of(node("h:1", "", 0), node("h:2", "", 0)));
        Sample now = new Sample("s", "cluster", NOW, List.of(node("h:1", first, 10), node("h:2", second, 10)));
        return TogetherRules.look(before, now, said).stream().map(Finding::id).toList();
    }

    @Test
    void hostsAndShardsAreJudgedTogether() {
        String machine = "total_system_memory:1000000000;";
        assertThat(together(machine + "maxmemory:500000000", machine + "maxmemory:400000000", Set.of()))
                .containsExactly("memory-near-machine");
        assertThat(together(machine + "maxmemory:400000000", machine + "maxmemory:400000000", Set.of()))
                .isEmpty();
        assertThat(together(machine + "maxmemory:400000000;aof_enabled:1", machine + "maxmemory:400000000", Set.of()))
                .containsExactly("memory-near-machine");
        assertThat(together(machine + "used_memory_rss:500000000", machine + "used_memory_rss:450000000", Set.of()))
                .containsExactly("machine-nearly-full");
        assertThat(together(machine + "used_memory_rss:800000000;rdb_last_cow_size:200000000", machine, Set.of()))
                .containsExactly("copy-on-write-room");
        assertThat(together("used_memory_dataset:900000000", "used_memory_dataset:300000000", Set.of()))
                .containsExactly("shards-uneven");
        assertThat(together("used_memory_dataset:900000", "used_memory_dataset:300000", Set.of()))
                .isEmpty();
        assertThat(together("total_commands_processed:90000", "total_commands_processed:10000", Set.of()))
                .containsExactly("shard-hot");
        assertThat(together("maxmemory:0", "maxmemory:0", Set.of()))
                .containsExactly("memory-unlimited", "memory-unlimited");
        assertThat(together("maxmemory:0", "maxmemory:0", Set.of("maxmemory-unset")))
                .isEmpty();
    }
}
