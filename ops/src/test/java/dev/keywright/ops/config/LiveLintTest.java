package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.ops.Finding;
import dev.keywright.server.Cluster;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Running servers. */
class LiveLintTest {

    private static LintReport lint(String uri) {
        return lint(uri, Optional.empty());
    }

    private static LintReport lint(String uri, Optional<Role> role) {
        return new Linter(new Linter.Options(Release.NEWEST, Optional.empty(), role, false)).server(uri);
    }

    private static List<String> ids(LintReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    @Test
    void judgesSettingsUsersAndFigures() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("maxmemory", "3mb")
                .withDirective("maxmemory-policy", "allkeys-lru"))) {
            server.command("ACL", "SETUSER", "ann", "on", "nopass", "~*", "+@all");
            String value = "x".repeat(1000);
            for (int i = 0; i < 3000; i++) {
                server.command("SET", "key:" + i, value);
            }
            server.command("KEYS", "*");
            LintReport report = lint(server.uri(), Optional.of(Role.STORE));
            assertThat(ids(report))
                    .contains(
                            "eviction-on-store",
                            "evictions-on-store",
                            "user-without-password",
                            "costly-commands",
                            "debug-allowed");
            assertThat(server.command("INFO", "server"))
                    .contains(report.judgedFor()
                            .replaceFirst("Redis ", "redis_version:")
                            .replaceFirst("Valkey ", "valkey_version:"));
            assertThat(report.notRun()).isEmpty();
            assertThat(report.findings())
                    .allSatisfy(finding ->
                            assertThat(finding.place().source()).isIn(List.of("127.0.0.1:" + server.port())));
        }
    }

    @Test
    void aPasswordClosesTheDefaultUserAndIsNotRepeated() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("requirepass", "Tr0ub4dor"))) {
            LintReport report = lint(server.uri());
            assertThat(ids(report)).contains("weak-password").doesNotContain("default-user-wide-open", "no-password");
            assertThat(report.toString()).doesNotContain("Tr0ub4dor");
        }
    }

    @Test
    void aSettingChangedWhileRunningDiffersFromTheFile() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("hz", "10"))) {
            assertThat(ids(lint(server.uri()))).doesNotContain("running-differs-from-file");
            server.command("CONFIG", "SET", "hz", "50");
            LintReport report = lint(server.uri());
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("running-differs-from-file"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.what()).contains("hz is 50", "10 in the file"));
        }
    }

    @Test
    void saysWhichRulesCouldNotLookWhereCommandsAreForbidden() {
        try (Standalone server = Standalone.start()) {
            server.command("ACL", "SETUSER", "guest", "on", ">guest", "~*", "+@all", "-config", "-acl");
            LintReport report = lint("redis://guest:guest@127.0.0.1:" + server.port());
            assertThat(report.notRun())
                    .extracting(LintReport.NotRun::reason)
                    .contains("the server does not allow CONFIG GET", "the server does not allow ACL LIST");
            assertThat(report.notRun())
                    .allSatisfy(missed -> assertThat(missed.rules()).isNotEmpty());
            assertThat(report.rulesRun()).isGreaterThan(20);
        }
    }

    @Test
    void aClusterIsJudgedNodeByNodeAndAsAWhole() {
        try (Cluster cluster = Cluster.start(3)) {
            cluster.nodes().get(1).command("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
            LintReport report = lint(cluster.uri());
            assertThat(ids(report)).contains("nodes-set-differently", "master-without-replica", "majority-on-one-host");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("master-without-replica"))
                    .hasSize(3);
        }
    }

    @Test
    void aSlotWithoutAnOwnerIsSaidInTheSingular() {
        try (Cluster cluster = Cluster.start(3)) {
            cluster.nodes().forEach(node -> node.command("CLUSTER", "DELSLOTS", "77"));
            assertThat(lint(cluster.uri()).findings())
                    .extracting(Finding::what)
                    .contains("1 slot has no owner.")
                    .noneMatch(what -> what.contains("1 slots"));
        }
    }

    @Test
    void requirepassThatRulesOfUsersMakeVoidIsFound() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("requirepass", "Tr0ub4dor"))) {
            server.command("ACL", "SETUSER", "default", "nopass");
            assertThat(ids(lint(server.uri()))).contains("password-void", "default-user-wide-open");
        }
    }

    @Test
    void refusedLoginsAndCommandsAreCountedWithoutNames() {
        try (Standalone server = Standalone.start()) {
            server.command("ACL", "SETUSER", "s3cretname", "on", ">guest", "~*", "+@all", "-set");
            try (Connection guest = Connection.open("redis://s3cretname:guest@127.0.0.1:" + server.port())) {
                guest.call(Command.named("SET").key("k").argument("v").build());
            }
            LintReport report = lint(server.uri());
            assertThat(report.findings())
                    .filteredOn(finding -> finding.id().equals("acl-refusals"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.what())
                            .contains("1 x command set")
                            .doesNotContain("s3cretname"));
        }
    }

    @Test
    void slotsInTheMiddleOfAMoveAndNodesThatAreAwayAreFound() {
        try (Cluster cluster = Cluster.start(3, 1)) {
            String other = cluster.nodes().get(1).command("CLUSTER", "MYID");
            cluster.nodes().get(0).command("CLUSTER", "SETSLOT", "0", "MIGRATING", other);
            cluster.nodes().get(5).freeze();
            LintReport report = lint(cluster.uri());
            assertThat(ids(report)).contains("cluster-slots-open", "node-silent", "cluster-full-coverage");
        }
    }
}
