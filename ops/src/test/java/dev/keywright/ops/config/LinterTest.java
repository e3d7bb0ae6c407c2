package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinterTest {

    private static final Linter LINTER = new Linter(Linter.Options.DEFAULTS);

    @TempDir
    private Path folder;

    private static Linter as(Role role) {
        return new Linter(new Linter.Options(Release.NEWEST, Optional.empty(), Optional.of(role), false));
    }

    private static List<String> ids(LintReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    /** Lines are separated by a bar. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "port 6379; maxmemory-unset",
                "maxmemory-policy allkeys-lru; policy-without-maxmemory",
                "maxmemory 1gb|maxmemory-policy volatile-lru; volatile-policy",
                "maxmemory-policy allkeys-random; random-eviction",
                "maxmemory-samples 3; few-samples",
                "lfu-log-factor 5; lfu-settings-unused",
                "maxmemory-policy allkeys-lfu|lfu-decay-time 0; lfu-never-forgets",
                "maxmemory 1gb; client-memory-unlimited",
                "hash-max-listpack-entries 100000; listpack-hash-long",
                "zset-max-listpack-entries 2000; listpack-hash-long",
                "active-defrag-cycle-max 50; defrag-settings-unused",
                "active-defrag-cycle-min 50; defrag-thresholds-crossed",
                "databases 5000; many-databases",
                "appendfsync always; appendfsync-without-aof",
                "appendonly yes|appendfsync always; appendfsync-always",
                "appendonly yes|appendfsync no; appendfsync-no",
                "appendonly yes|no-appendfsync-on-rewrite yes; no-fsync-during-rewrite",
                "appendonly yes|auto-aof-rewrite-percentage 0; aof-rewrite-off",
                "appendonly yes|aof-use-rdb-preamble no; aof-without-preamble",
                "appendonly yes|aof-load-truncated no; aof-truncated-refused",
                "appendonly yes; appendonly-switched-on-in-file",
                "rdbchecksum no; rdbchecksum-off",
                "stop-writes-on-bgsave-error no; writes-despite-failed-snapshots",
                "save 5 1; snapshots-too-often",
                "save ``; nothing-persisted",
                "replicaof 10.0.0.1 6379; repl-backlog-small",
                "client-output-buffer-limit replica 16mb 8mb 60|repl-backlog-size 64mb; replica-buffer-below-backlog",
                "client-output-buffer-limit replica 16mb 8mb 60|cluster-enabled yes; replica-buffer-small",
                "min-replicas-to-write 1|min-replicas-max-lag 0; min-replicas-without-lag",
                "replica-read-only no; replica-writable",
                "requirepass x|replicaof 10.0.0.1 6379; password-without-masterauth",
                "repl-timeout 5; repl-timeout-below-ping",
                "replicaof 10.0.0.1 6379|masteruser repl; masteruser-without-masterauth",
                "requirepass x|user default on nopass ~* +@all; password-void",
                "requirepass x|aclfile /nowhere/users.acl; password-void",
                "tls-cert-file a|tls-key-file b; tls-unused",
                "min-replicas-max-lag 5; half-setting",
                "maxmemory 100; maxmemory-tiny",
                "maxmemory 99999999999999999999gb; number-overflows",
                "maxmemory 1gb|maxmemory-policy allkeys-lru|appendonly yes; persisted-cache",
                "bind 127.0.0.1 ::1; bind-must-exist",
                "bind 10.0.0.5|replicaof 10.0.0.5 6379; replica-of-loopback",
                "tls-port 6379|tls-cert-file a|tls-key-file b|tls-ca-cert-file c; port-twice",
                "rename-command FLUSHALLL ``; renamed-command-unknown",
                "user exporter on >x ~* +@read +info; monitor-user-too-wide",
                "user ann on >x ~a:* +@al; user-rule-wrong",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel auth-user m app; sentinel-half-setting",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel down-after m 5000; sentinel-directive-unknown",
                "save ``|cluster-enabled yes; master-without-persistence",
                "replica-priority 0; replica-priority-zero",
                "repl-diskless-load swapdb; diskless-load-swapdb",
                "replicaof 127.0.0.1 6380; replica-of-loopback",
                "repl-backlog-ttl 60; backlog-freed",
                "cluster-enabled yes; cluster-full-coverage",
                "cluster-enabled yes|cluster-node-timeout 500; cluster-timeout-short",
                "cluster-enabled yes|cluster-node-timeout 60000; cluster-timeout-long",
                "cluster-enabled yes; cluster-file-default",
                "cluster-enabled yes|databases 4; cluster-databases",
                "cluster-enabled yes|cluster-replica-validity-factor 0; cluster-stale-replica",
                "cluster-enabled yes|cluster-announce-port 6379; cluster-announce-half",
                "cluster-enabled yes|cluster-preferred-endpoint-type hostname; cluster-hostname-missing",
                "cluster-node-timeout 5000; cluster-settings-unused",
                "bind 0.0.0.0|protected-mode no; open-to-everybody",
                "bind 10.0.0.5; no-password",
                "protected-mode no|bind 127.0.0.1; protected-mode-off",
                "bind 0.0.0.0; listens-everywhere",
                "user default off; nobody-can-log-in",
                "user default off|user ann off >x; nobody-can-log-in",
                "requirepass ${PASSWORD}; variable-not-replaced",
                "maxmemory {{ .Values.memory }}; variable-not-replaced",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel down-after-milliseconds m 5s; sentinel-number-cut",
                "bind 10.0.0.5; no-tls",
                "tls-port 6380|tls-cert-file a|tls-key-file b|tls-ca-cert-file c; tls-beside-plain",
                "tls-port 6380|cluster-enabled yes; tls-replication-plain",
                "tls-protocols TLSv1.1; tls-old-version",
                "requirepass foobared; weak-password",
                "enable-debug-command yes; debug-allowed",
                "enable-module-command yes; module-loading-allowed",
                "enable-protected-configs yes; dir-change-allowed",
                "user default on nopass ~* +@all; default-user-wide-open",
                "user ann on nopass ~a:* +get; user-without-password",
                "user ann on >aaaa ~* +@all; user-too-mighty",
                "user ann on >aaaa ~a:* +get; user-weak-password",
                "user ann on >aaaa ~a:* +get; passwords-in-clear",
                "unixsocket /tmp/s|unixsocketperm 777; unixsocket-for-everybody",
                "tcp-keepalive 0; keepalive-off",
                "timeout 10; timeout-short",
                "maxclients 10; few-clients",
                "client-output-buffer-limit pubsub 0 0 0; output-limit-pubsub-off",
                "client-output-buffer-limit pubsub 1mb 8mb 60; buffer-soft-limit-useless",
                "slowlog-log-slower-than -1; slowlog-off",
                "slowlog-max-len 0; slowlog-off",
                "slowlog-log-slower-than 0; slowlog-everything",
                "latency-monitor-threshold 0; latency-monitor-off",
                "latency-monitor-threshold 5; latency-below-slowlog",
                "notify-keyspace-events Ex; expired-events-as-timers",
                "notify-keyspace-events gx; events-without-channel",
                "hz 500; hz-high",
                "hz 1; hz-low",
                "busy-reply-threshold 0; busy-threshold-off",
                "io-threads 32; io-threads-many",
                "loglevel debug; log-too-much",
                "daemonize yes|supervised systemd; daemonize-supervised",
                "port 6379; dir-not-given",
                "maxmemory 1gb|maxmemory 2gb; directive-twice",
                "save 900 1|save ``; save-empty-too-late",
                "io-threads-do-reads yes; directive-ignored",
                "slaveof 10.0.0.1 6379; old-name",
                "client-output-buffer-limit slave 256mb 64mb 60; old-buffer-class",
                "rename-command FLUSHALL nothing; rename-command",
                "search-timeoot 5; module-setting-unknown",
                "include /no/such/file.conf; include-missing",
                "activedefrag yes; activedefrag-needs-jemalloc",
                "sentinel monitor m 10.0.0.1 6379 1; sentinel-quorum-one",
                "sentinel monitor m 127.0.0.1 6379 2; sentinel-loopback",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel known-sentinel m 10.0.0.2 26379; sentinel-too-few",
                "sentinel monitor m 10.0.0.1 6379 2; sentinel-no-auth-pass",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel down-after-milliseconds m 200; sentinel-down-after-short",
                "sentinel monitor m 10.0.0.1 6379 2; sentinel-down-after-long",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel failover-timeout m 1000; sentinel-failover-timeout-short",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel parallel-syncs m 5; sentinel-parallel-syncs",
                "sentinel monitor m 10.0.0.1 6379 3|sentinel known-sentinel m 10.0.0.2 1|sentinel known-sentinel m"
                        + " 10.0.0.3 1; sentinel-quorum-too-high",
                "sentinel monitor m 10.0.0.1 6379 2|sentinel known-sentinel m a 1|sentinel known-sentinel m b"
                        + " 1|sentinel known-sentinel m c 1; sentinel-even",
                "sentinel monitor m h 6379 2|sentinel resolve-hostnames yes; sentinel-announce",
                "protected-mode no|sentinel monitor m 10.0.0.1 6379 2; sentinel-protected"
            })
    void finds(String lines, String rule) {
        String text = lines.replace('|', '\n').replace("``", "\"\"");
        LintReport report = LINTER.text("redis.conf", text);
        assertThat(ids(report)).as(text).contains(rule);
        assertThat(report.findings()).allSatisfy(finding -> {
            assertThat(finding.what()).endsWith(".");
            assertThat(finding.why()).endsWith(".");
            assertThat(finding.fix()).isNotBlank();
        });
    }

    @Test
    void theRoleDecidesWhetherEvictionIsAnAccident() {
        String text = "maxmemory 1gb\nmaxmemory-policy allkeys-lru\nsave \"\"\n";
        assertThat(ids(as(Role.STORE).text("c", text))).contains("eviction-on-store", "nothing-persisted");
        assertThat(ids(as(Role.CACHE).text("c", text))).doesNotContain("eviction-on-store", "nothing-persisted");
        assertThat(ids(as(Role.CACHE).text("c", "maxmemory 1gb\n"))).contains("noeviction-on-cache");
        assertThat(ids(as(Role.QUEUE).text("c", "maxmemory 1gb\n"))).contains("snapshots-only");
    }

    @Test
    void aCarefulFileHasNoErrorsAndNoWarnings() {
        LintReport report = as(Role.STORE).text("redis.conf", """
            bind 127.0.0.1 -::1
            dir /var/lib/redis
            appendonly yes
            maxmemory 2gb
            maxmemory-clients 5%
            latency-monitor-threshold 100
            lazyfree-lazy-expire yes
            """);
        assertThat(report.findings()).noneMatch(finding -> finding.severity() != Severity.INFO);
    }

    @Test
    void namesTheNearestDirectiveAndTheReleaseThatKnowsIt() {
        assertThat(fix("maxmemroy 1gb")).contains("maxmemory");
        assertThat(fix("append_fsync always")).contains("appendfsync");
        assertThat(fix("slave-readonly yes")).contains("slave-read-only");
        assertThat(fix("qwertyuiop 1")).isEqualTo("Remove the line.");
        Linter old =
                new Linter(new Linter.Options(Release.parse("redis-7.0"), Optional.empty(), Optional.empty(), false));
        assertThat(old.text("c", "max-new-connections-per-cycle 5").findings())
                .anySatisfy(
                        finding -> assertThat(finding.what()).contains("Redis 7.4 or newer", "checked for Redis 7.0"));
    }

    private static String fix(String line) {
        return LINTER.text("c", line).findings().get(0).fix();
    }

    @Test
    void passwordsAndHashesAreNeverRepeated() {
        String text = "requirepass Tr0ub4dor\n"
                + "masterauth Tr0ub4dor\n"
                + "user ann on >Tr0ub4dor ~* +@all\n"
                + "user bob on #Tr0ub4dor ~*\n"
                + "user eve on >a Tr0ub4dor\n"
                + "requirepass Tr0ub4dor Tr0ub4dor # Tr0ub4dor\n"
                + "tls-key-file-pass Tr0ub4dor x\n"
                + "requirepass \"Tr0ub4dor\n";
        assertThat(LINTER.text("redis.conf", text).findings().toString().replace("(Tr0ub4dor)", ""))
                .doesNotContain("Tr0ub4dor");
    }

    @Test
    void followsIncludesAndPointsIntoThem() throws IOException {
        Files.createDirectory(folder.resolve("conf.d"));
        Path part = Files.writeString(folder.resolve("conf.d/a.conf"), "hz 10\nmaxmemory 1gb # much\n");
        Path main = Files.writeString(folder.resolve("redis.conf"), "include conf.d/*.conf\ninclude none/*.conf\n");
        LintReport report = LINTER.file(main);
        Finding first = report.findings().get(0);
        assertThat(first.id()).isEqualTo("trailing-comment");
        assertThat(first.place()).hasToString(part + ":2");
        assertThat(report.fixable()).as("included files stay as they are").isZero();
    }

    @Test
    void endlessIncludesEnd() throws IOException {
        Path main = folder.resolve("redis.conf");
        Files.writeString(main, "include " + main + "\n");
        assertThat(ids(LINTER.file(main))).contains("include-too-deep");
    }

    @Test
    void refusesWhatIsNoConfFile() throws IOException {
        Path binary = Files.write(folder.resolve("dump.rdb"), new byte[] {'R', 'E', 'D', 'I', 'S', 0, 1});
        assertThatThrownBy(() -> LINTER.file(binary))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("no text");
        Path huge = Files.write(folder.resolve("huge.conf"), new byte[9 * 1024 * 1024]);
        assertThatThrownBy(() -> LINTER.file(huge))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("9 MB");
        assertThatThrownBy(() -> LINTER.file(folder))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> LINTER.file(folder.resolve("none"))).isInstanceOf(OpsException.class);
    }

    @Test
    void readsOtherCharsetsAndLineEnds() throws IOException {
        Path latin = Files.write(
                folder.resolve("latin.conf"),
                "# caf\u00e9\r\nslave-read-only yes\r\n".getBytes(StandardCharsets.ISO_8859_1));
        FixedConf fixed = LINTER.fix(latin);
        Path copy = folder.resolve("copy.conf");
        Linter.write(fixed, latin, copy);
        assertThat(Files.readAllBytes(copy))
                .isEqualTo("# caf\u00e9\r\nreplica-read-only yes\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(fixed.notes()).containsExactly("line 2: slave-read-only became replica-read-only");
    }

    @Test
    void recognisesSentinelAndUserFiles() {
        assertThat(LINTER.text("s.conf", "port 26379\nsentinel monitor m 10.0.0.1 6379 2\n")
                        .kind())
                .isEqualTo("sentinel.conf");
        LintReport users = LINTER.text("users.acl", "user default off\nuser ann on nopass ~* +@all\nport 6379\n");
        assertThat(LINTER.text("users.acl", "user default off\nuser ann on nopass ~* +@all\n")
                        .kind())
                .isEqualTo("users.acl");
        assertThat(users.kind()).isEqualTo("users.acl");
        assertThat(ids(users)).contains("unknown-directive");
    }

    /** Words of an ACL file end at each blank; quotes are part of them, and nothing is a comment. */
    @Test
    void readsFilesOfUsersAsTheServerDoes() {
        assertThat(ids(LINTER.text("a.acl", "# people\nuser ann off\n"))).contains("unknown-directive");
        assertThat(ids(LINTER.text("a.acl", "user \"ann b\" off\n"))).contains("user-rule-wrong");
        assertThat(ids(LINTER.text("a.acl", "user  ann off\n"))).contains("user-rule-wrong");
        assertThat(ids(LINTER.text("a.acl", "user ann on   >pa\"ss ~a:* +get\n")))
                .doesNotContain("user-rule-wrong", "unbalanced-quotes");
        assertThat(LINTER.fix("a.acl", "user ann off # left\n").text()).isEqualTo("user ann off\n");
        assertThat(LINTER.text("a.acl", "user ann on >my passphrase\n").toString())
                .doesNotContain("passphrase");
    }

    @Test
    void refusesTheStateOfAClusterNodeAndUtf16() throws IOException {
        Path nodes = Files.writeString(folder.resolve("nodes.conf"), "a".repeat(40) + " :0@0 myself,master - 0 0 0\n");
        assertThatThrownBy(() -> LINTER.file(nodes))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("cluster");
        Path wide = Files.writeString(folder.resolve("w.conf"), "\uFEFFport 0\n", StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> LINTER.file(wide))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("UTF-16");
    }

    @Test
    void namesPathsThatAreNotHereOnlyWhereTheFileIsForThisMachine() {
        Linter here = new Linter(new Linter.Options(Release.NEWEST, Optional.empty(), Optional.empty(), true));
        String text = "dir /no-such-folder\nlogfile " + folder + "/redis.log\n";
        assertThat(ids(here.text("c", text))).containsOnlyOnce("path-missing");
        assertThat(ids(LINTER.text("c", text))).doesNotContain("path-missing");
    }

    @Test
    void judgesTheMachineOnlyWhereTheFileIsForIt() {
        Linter here = new Linter(new Linter.Options(Release.NEWEST, Optional.empty(), Optional.empty(), true));
        assertThat(ids(here.text("c", "maxmemory 900gb\nio-threads 64\n")))
                .contains("maxmemory-above-machine", "io-threads-above-cores");
        assertThat(ids(LINTER.text("c", "maxmemory 900gb\nio-threads 64\n")))
                .doesNotContain("maxmemory-above-machine", "io-threads-above-cores");
    }

    @Test
    void idsAreUniqueAndInKebabCase() {
        assertThat(Linter.rules())
                .extracting(Linter.Described::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"));
    }
}
