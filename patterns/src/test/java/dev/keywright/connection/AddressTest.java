package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @Test
    void readsHostPortUserPasswordAndDatabase() {
        Address address = Address.parse("rediss://ann:s%40crEt@db.example:6380/3");
        assertThat(address.tls()).isTrue();
        assertThat(address.hosts()).isEqualTo(List.of(new Endpoint("db.example", 6380)));
        assertThat(address.login()).isEqualTo(new Login("ann", "s@crEt"));
        assertThat(address.database()).isEqualTo(3);
    }

    @Test
    void readsSeveralHostsOfACluster() {
        assertThat(Address.parse("redis-cluster://:pw@a:7000,b,[::1]:7001").hosts())
                .extracting(Endpoint::toString)
                .containsExactly("a:7000", "b:6379", "[::1]:7001");
    }

    @Test
    void printsNoUserAndNoPassword() {
        assertThat(Address.parse("redis://ann:s3cret@h:1/2")).hasToString("redis://h:1/2");
        assertThat(Address.parse("redis://s3cret@h")).hasToString("redis://h:6379");
    }

    @Test
    void readsSentinelsTheNameOfTheMasterAndOptions() {
        Address address = Address.parse("redis-sentinel://ann:p%23w@s1,[::1]:7000,s3:7/2?sentinelUser=eve"
                + "&sentinelPassword=s3%40cret&timeout=500ms&readFrom=any#my%20master");
        assertThat(address.kind()).isEqualTo(Topology.Kind.SENTINEL);
        assertThat(address.hosts()).extracting(Endpoint::toString).containsExactly("s1:26379", "[::1]:7000", "s3:7");
        assertThat(address.login()).isEqualTo(new Login("ann", "p#w"));
        assertThat(address.options().sentinelLogin()).isEqualTo(new Login("eve", "s3@cret"));
        assertThat(address.database()).isEqualTo(2);
        assertThat(address.master()).isEqualTo("my master");
        assertThat(address.options().over(ConnectionOptions.DEFAULTS).timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address.options().over(ConnectionOptions.DEFAULTS).readFrom())
                .isEqualTo(ReadFrom.ANY);
        assertThat(address.toString() + address.login() + address.options())
                .contains("redis-sentinel://s1:26379,[::1]:7000,s3:7/2#my master")
                .doesNotContain("s3@cret", "p#w", "ann", "eve");
    }

    @Test
    void theUriWinsOverTheOptionsAndLeavesTheOthersAlone() {
        ConnectionOptions given =
                ConnectionOptions.DEFAULTS.withTimeout(Duration.ofSeconds(9)).withMaxWaiting(7);
        ConnectionOptions both = Address.parse("redis://h?timeout=1m&connectTimeout=2s&clientName=shop")
                .options()
                .over(given);
        assertThat(both.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(both.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(both.clientName()).isEqualTo("shop");
        assertThat(both.maxWaiting()).isEqualTo(7);
        assertThat(Address.parse("redis://h").options().over(given)).isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h?timeOut=2s, timeout",
        "redis://h?connect-timeout=2s, connectTimeout",
        "redis://h?clientname=x, clientName",
        "redis://h?readfrom=any, readFrom",
        "rediss://h?cafile=x, ca",
        "redis-sentinel://h?sentinelPasword=s3cret#m, sentinelPassword"
    })
    void namesTheNearestOptionThatThereIs(String uri, String nearest) {
        assertThatThrownBy(() -> Address.parse(uri))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("nearest known one is \"" + nearest + "\"")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void theNodesOfAGroupKeepItsCredentialsAndSentinelsHaveTheirOwn() {
        Address address = Address.parse("rediss-sentinel://ann:pw@s1:1,s2:2/3?sentinelPassword=eve#m");
        assertThat(address.only("db", 6379).login()).isEqualTo(new Login("ann", "pw"));
        assertThat(address.only("db", 6379).database()).isEqualTo(3);
        assertThat(address.only("db", 6379)).hasToString("rediss://db:6379/3");
        assertThat(address.only("s2", 2).login()).isEqualTo(new Login(null, "eve"));
        assertThat(address.only("s2", 2)).hasToString("rediss://s2:2");
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
                "redis://:s3cret@h?timeout=1",
                "redis://:s3cret@h?timeout=",
                "redis://:s3cret@h?timeout=1s&timeout=2s",
                "redis://:s3?cret=s3cret@h",
                "redis://:s3#cret@h",
                "redis://:s3cret@h#master",
                "redis://:s3cret@h?readFrom=slave",
                "redis://:s3cret@h?ca=x",
                "redis://:s3cret@h?sentinelPassword=s3cret",
                "rediss://:s3cret@h?verify=no",
                "rediss://:s3cret@h?ca=/no/such/file",
                "redis-cluster://:s3cret@h?topology=standalone",
                "redis-sentinel://:s3cret@h",
                "redis-sentinel://:s3cret@h/0#",
                "redis-sentinel://:s3cret@h?sentinelUser=eve#m"
            })
    void complainsInOneSentenceWithoutThePassword(String uri) {
        assertThatThrownBy(() -> Address.parse(uri))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
