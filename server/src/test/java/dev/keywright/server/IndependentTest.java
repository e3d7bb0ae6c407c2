package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IndependentTest {

    @Test
    void mastersKnowNothingOfEachOther() {
        ServerOptions options = ServerOptions.DEFAULTS.withNodeDirective(1, "maxmemory", "5mb");
        try (Independent five = Independent.start(5, options)) {
            five.command("SET", "key", "value");

            assertThat(five.topology()).isEqualTo(Topology.INDEPENDENT);
            assertThat(five.uris()).hasSize(5).doesNotHaveDuplicates().startsWith(five.uri());
            assertThat(five.nodes())
                    .allSatisfy(node -> assertThat(node.info("role")).isEqualTo("master"));
            assertThat(five.nodes().get(0).command("GET", "key")).isEqualTo("value");
            assertThat(five.nodes().get(1).command("GET", "key")).isEmpty();
            assertThat(five.nodes().get(0).configuration()).containsEntry("maxmemory", "0");
            assertThat(five.nodes().get(1).configuration()).containsEntry("maxmemory", "5242880");

            five.flushAll();
            assertThat(five.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void numbersAreChecked() {
        assertThatThrownBy(() -> Independent.start(0)).hasMessage("masters is 0; give 1 or more");
        assertThatThrownBy(() -> Independent.start(2, ServerOptions.DEFAULTS.withNodeDirective(2, "hz", "20")))
                .hasMessageContaining("There is no node 2");
        assertThatThrownBy(() -> Independent.start(2, ServerOptions.DEFAULTS.withPartitions()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
