package dev.keywright.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.server.Cluster;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClusterCheckTest {

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(3, 1, ServerOptions.DEFAULTS);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void empty() {
        cluster.masters().forEach(node -> node.command("FLUSHALL"));
    }

    private static ClusterReport check() {
        return ClusterCheck.run("redis://" + ClusterLab.address(cluster.nodes().get(4)), step -> {});
    }

    private static List<String> ids(ClusterReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    private static Standalone master(int number) {
        return cluster.masters().get(number);
    }

    @Test
    void aHealthyClusterHasNoErrorAndShowsItsMastersWithReplicas() {
        ClusterReport report = check();
        assertThat(report.hasErrors()).isFalse();
        assertThat(report.covered()).isEqualTo(Slots.ALL);
        assertThat(report.nodes()).hasSize(6).allMatch(ClusterView.Node::reachable);
        assertThat(ids(report)).contains("one-host", "full-coverage").doesNotContain("master-alone", "slot-skew");
    }

    @Test
    void aNodeThatLetsNobodyInIsNotTakenForOneThatIsAway() {
        Standalone closed = master(2);
        List<Standalone> open =
                cluster.nodes().stream().filter(node -> node != closed).toList();
        open.forEach(node -> node.command("ACL", "SETUSER", "checker", "on", ">pw", "~*", "&*", "+@all"));
        try {
            String uri = "redis://checker:pw@" + ClusterLab.address(open.get(0));
            assertThat(ClusterCheck.run(uri, step -> {}).findings())
                    .filteredOn(finding -> finding.id().equals("node-unreachable"))
                    .extracting(Finding::what)
                    .singleElement()
                    .asString()
                    .contains(ClusterLab.address(closed), "lets nobody in", "WRONGPASS")
                    .doesNotContain("pw");
        } finally {
            open.forEach(node -> node.command("ACL", "DELUSER", "checker"));
        }
    }

    @Test
    void anOpenSlotIsNamedWithBothEnds() {
        String slot = "1";
        Standalone from = cluster.ownerOf(1);
        Standalone to = cluster.masters().stream()
                .filter(node -> node.port() != from.port())
                .findFirst()
                .orElseThrow();
        to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", ClusterLab.id(from));
        from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", ClusterLab.id(to));
        try {
            List<Finding> open = check().findings().stream()
                    .filter(finding -> finding.id().equals("slot-open"))
                    .toList();
            assertThat(open).hasSize(2).allMatch(finding -> finding.severity() == Severity.WARNING);
            assertThat(open.get(0).what() + open.get(1).what())
                    .contains("migrating from " + ClusterLab.address(from))
                    .contains("importing to " + ClusterLab.address(to));
        } finally {
            to.command("CLUSTER", "SETSLOT", slot, "STABLE");
            from.command("CLUSTER", "SETSLOT", slot, "STABLE");
        }
    }

    @Test
    void aHotHashTagAndAGiantKeyAreFound() {
        try (Connection client = Connection.open(cluster.uri())) {
            List<Command> commands = IntStream.range(0, 3_000)
                    .mapToObj(i ->
                            Command.named("SET").key("{hot}:" + i).argument("x").buildRepeatable())
                    .toList();
            client.batch(commands, Duration.ofSeconds(30)).forEach(reply -> reply.orThrow("fill"));
            client.call(Command.named("SET")
                            .key("giant")
                            .argument(new byte[20 << 20])
                            .build())
                    .orThrow("giant");
            Reply refused =
                    client.call(Command.named("MGET").key("a").argument("b").build());
            assertThat(refused).isInstanceOf(Reply.Failure.class);
        }
        ClusterReport report = check();
        assertThat(ids(report)).contains("hash-tag-hot-spot", "key-giant", "crossslot");
        assertThat(report.findings())
                .anyMatch(finding -> finding.id().equals("hash-tag-hot-spot")
                        && finding.what().contains("Slot " + Cluster.slotOf("{hot}") + " holds 3000 of 3001"));
        assertThat(report.findings())
                .anyMatch(finding ->
                        finding.id().equals("key-giant") && finding.what().contains("'giant'"));
    }

    @Test
    void differingSettingsAndAShortTimeoutAreFound() {
        master(0).command("CONFIG", "SET", "cluster-node-timeout", "1500");
        master(1).command("CONFIG", "SET", "maxmemory", "500mb");
        try {
            assertThat(ids(check())).contains("node-timeout-differs", "node-timeout", "maxmemory-differs");
        } finally {
            master(0).command("CONFIG", "SET", "cluster-node-timeout", "5000");
            master(1).command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aSlotThatOneNodeGaveUpIsUncoveredOrDisputed() {
        Standalone owner = cluster.ownerOf(7);
        owner.command("CLUSTER", "DELSLOTS", "7");
        try {
            ClusterReport report = check();
            assertThat(report.hasErrors()).isTrue();
            assertThat(ids(report)).contains("slots-uncovered", "cluster-state");
            assertThat(report.covered()).isEqualTo(Slots.ALL - 1);
            ClusterPlan plan = Planner.plan("redis://" + ClusterLab.address(owner), ClusterLab.evenly(), step -> {});
            assertThat(plan.refusals()).anyMatch(reason -> reason.contains("Slots 7 are served by no master"));
        } finally {
            owner.command("CLUSTER", "ADDSLOTS", "7");
            cluster.awaitAgreement();
        }
    }

    @Test
    void aServerOutsideAnyClusterIsAnErrorOfTheUser() {
        try (Standalone plain = Standalone.start()) {
            assertThatThrownBy(() -> ClusterCheck.run(plain.uri(), step -> {}))
                    .isInstanceOf(OpsException.class)
                    .hasMessageContaining("no node of a cluster");
        }
    }
}
