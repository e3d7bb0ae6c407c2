package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @Test
    void readsHostPortUserPasswordAndDatabase() {
        Address address = Address.parse("rediss://ann:s%40crEt@db.example:6380/3");
        assertThat(address.tls()).isTrue();
        assertThat(address.hosts()).isEqualTo(List.of(new Address.HostPort("db.example", 6380)));
        assertThat(address.user()).isEqualTo("ann");
        assertThat(address.password()).isEqualTo("s@crEt");
        assertThat(address.database()).isEqualTo(3);
    }

    @Test
    void readsSeveralHostsOfACluster() {
        assertThat(Address.parse("redis-cluster://:pw@a:7000,b,[::1]:7001").hosts())
                .extracting(Address.HostPort::toString)
                .containsExactly("a:7000", "b:6379", "[::1]:7001");
    }

    @Test
    void printsNoUserAndNoPassword() {
        assertThat(Address.parse("redis://ann:s3cret@h:1/2")).hasToString("redis://h:1/2");
        assertThat(Address.parse("redis://s3cret@h")).hasToString("redis://h:6379");
    }

    @Test
    void saysThatSentinelIsNotThereYet() {
        assertThatThrownBy(() -> Address.parse("redis-sentinel://:s3cret@a,b#master"))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("Sentinel is not supported yet")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://:s3cret@h",
                "redis://:s3cret@",
                "redis://:s3cret@h:port",
                "redis://:s3cret@h:99999",
                "redis://:s3cret@a,b",
                "redis://:s3cret@h/x",
                "redis-cluster://:s3cret@a/1",
                "redis://:s3cret%@h",
                "redis://:s3cret@h?timeout=1s"
            })
    void complainsInOneSentenceWithoutThePassword(String uri) {
        assertThatThrownBy(() -> Address.parse(uri))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
