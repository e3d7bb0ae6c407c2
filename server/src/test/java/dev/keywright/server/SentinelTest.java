package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SentinelTest {

    private static Sentinel sentinel;

    @BeforeAll
    static void start() {
        sentinel = Sentinel.start(2, ServerOptions.DEFAULTS.withDirective("requirepass", "secret"));
        hasten(sentinel);
    }

    @AfterAll
    static void close() {
        sentinel.close();
    }

    @Test
    @Order(1)
    void allAgreeAsSoonAsStartReturns() {
        assertThat(sentinel.topology()).isEqualTo(Topology.SENTINEL);
        assertThat(sentinel.nodes()).hasSize(3);
        assertThat(sentinel.sentinels()).hasSize(3);
        assertThat(sentinel.primary()).isEqualTo(sentinel.nodes().get(0));
        assertThat(sentinel.replicas()).hasSize(2);
        assertThat(sentinel.uri())
                .matches(
                        "redis-sentinel://:secret@127\\.0\\.0\\.1:\\d+,127\\.0\\.0\\.1:\\d+,127\\.0\\.0\\.1:\\d+#main");
        for (Standalone one : sentinel.sentinels()) {
            assertThat(sentinel.uri()).contains("127.0.0.1:" + one.port());
            assertThat(one.command("SENTINEL", "CKQUORUM", "main")).startsWith("OK 3 usable Sentinels");
            assertThat(one.command("SENTINEL", "MASTER", "main"))
                    .contains("num-slaves\n2\n", "num-other-sentinels\n2\n", "quorum\n2\n")
                    .contains("down-after-milliseconds\n1000\n");
        }
    }

    @Test
    @Order(2)
    void failoverOnDemandKeepsTheData() {
        sentinel.command("SET", "kept", "yes");
        Standalone before = sentinel.primary();
        sentinel.awaitAgreement(); // a failover on demand does not wait for what the replicas have not read

        sentinel.failover();

        assertThat(sentinel.primary()).isNotEqualTo(before);
        assertThat(sentinel.command("GET", "kept")).isEqualTo("yes");
        assertThat(before.info("role")).isEqualTo("slave");
    }

    @Test
    @Order(3)
    void aKilledPrimaryIsReplacedAndComesBackAsAReplica() {
        Standalone killed = sentinel.primary();
        killed.kill();

        assertThat(sentinel.primary()).isNotEqualTo(killed);
        sentinel.command("SET", "meanwhile", "yes");
        killed.restart();
        sentinel.awaitAgreement();

        assertThat(killed.info("role")).isEqualTo("slave");
        assertThat(killed.command("GET", "meanwhile")).isEqualTo("yes");
    }

    @Test
    @Order(4)
    void aSentinelThatWasKilledKnowsAllWhenItComesBack() {
        Standalone one = sentinel.sentinels().get(0);
        one.kill();
        sentinel.sentinels().get(1).kill();
        assertThat(sentinel.primary().isRunning()).as("the one left knows it").isTrue();
        sentinel.sentinels().get(1).restart();
        one.restart();
        sentinel.awaitAgreement();

        sentinel.flushAll();
        assertThat(sentinel.nodes())
                .allSatisfy(node -> assertThat(node.command("DBSIZE")).isEqualTo("0"));
        assertThat(sentinel.log()).contains("==> sentinel 127.0.0.1:" + one.port());
    }

    /** Sentinels ask a node for INFO every 10 s and wait four publishing periods of 2 s before they make a replica of it. */
    static void hasten(Sentinel sentinel) {
        sentinel.sentinels()
                .forEach(one -> one.command("SENTINEL", "DEBUG", "info-period", "500", "publish-period", "500"));
    }

    @Test
    void numbersAreChecked() {
        assertThatThrownBy(() -> Sentinel.start(1, 0, ServerOptions.DEFAULTS))
                .hasMessage("replicas is 1 and sentinels is 0; give 0 or more replicas and 1 or more sentinels");
    }
}
