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

class RedisUriTest {

    @Test
    void readsHostPortUserPasswordAndDatabase() {
        RedisUri uri = RedisUri.parse("rediss://ann:s%40crEt@db.example:6380/3");
        assertThat(uri.tls()).isTrue();
        assertThat(uri.hosts()).isEqualTo(List.of(new Endpoint("db.example", 6380)));
        assertThat(uri.user()).contains("ann");
        assertThat(uri.password()).contains("s@crEt");
        assertThat(uri.database()).isEqualTo(3);
    }

    @Test
    void readsSeveralHostsOfACluster() {
        assertThat(RedisUri.parse("redis-cluster://:pw@a:7000,b,[::1]:7001").hosts())
                .extracting(Endpoint::toString)
                .containsExactly("a:7000", "b:6379", "[::1]:7001");
    }

    @Test
    void printsNoUserAndNoPassword() {
        assertThat(RedisUri.parse("redis://ann:s3cret@h:1/2")).hasToString("redis://h:1/2");
        assertThat(RedisUri.parse("redis://s3cret@h")).hasToString("redis://h:6379");
    }

    @Test
    void readsSentinelsTheNameOfTheMasterAndOptions() {
        RedisUri uri = RedisUri.parse("redis-sentinel://ann:p%23w@s1,[::1]:7000,s3:7/2?sentinelUser=eve"
                + "&sentinelPassword=s3%40cret&timeout=500ms&readFrom=any#my%20master");
        assertThat(uri.kind()).isEqualTo(Topology.Kind.SENTINEL);
        assertThat(uri.hosts()).extracting(Endpoint::toString).containsExactly("s1:26379", "[::1]:7000", "s3:7");
        assertThat(uri.user()).contains("ann");
        assertThat(uri.password()).contains("p#w");
        assertThat(uri.options().sentinelLogin()).isEqualTo(new Login("eve", "s3@cret"));
        assertThat(uri.database()).isEqualTo(2);
        assertThat(uri.master()).contains("my master");
        assertThat(uri.options().over(ConnectionOptions.DEFAULTS).timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(uri.options().over(ConnectionOptions.DEFAULTS).readFrom()).isEqualTo(ReadFrom.ANY);
        assertThat(uri.toString() + uri.options() + uri.options().sentinelLogin())
                .contains("redis-sentinel://s1:26379,[::1]:7000,s3:7/2#my master")
                .doesNotContain("s3@cret", "p#w", "ann", "eve");
    }

    @Test
    void theUriWinsOverTheOptionsAndLeavesTheOthersAlone() {
        ConnectionOptions given =
                ConnectionOptions.DEFAULTS.withTimeout(Duration.ofSeconds(9)).withMaxWaiting(7);
        ConnectionOptions both = RedisUri.parse("redis://h?timeout=1m&connectTimeout=2s&clientName=shop")
                .options()
                .over(given);
        assertThat(both.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(both.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(both.clientName()).isEqualTo("shop");
        assertThat(both.maxWaiting()).isEqualTo(7);
        assertThat(RedisUri.parse("redis://h").options().over(given)).isEqualTo(given);
    }

    @Test
    void oneNodeIsTakenAsItStandsWithTheOtherOptionsOfTheUri() {
        RedisUri uri =
                RedisUri.parse("redis-cluster://a,b?readFrom=any&timeout=3s").only(new Endpoint("b", 6379));
        assertThat(uri.kind()).isEqualTo(Topology.Kind.STANDALONE);
        assertThat(uri.option("topology")).contains("standalone");
        assertThat(uri.option("timeout")).contains("3s");
        assertThat(uri.option("readFrom")).isEmpty();
    }

    @Test
    void readsAnAddress() {
        assertThat(Endpoint.parse("db:1")).isEqualTo(new Endpoint("db", 1));
        assertThat(Endpoint.parse("[::1]:7000")).isEqualTo(Endpoint.parse("::1:7000"));
        for (String wrong : List.of("db", ":1", "db:0", "db:65536", "db:x")) {
            assertThatThrownBy(() -> Endpoint.parse(wrong))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("host:port");
        }
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
        assertThatThrownBy(() -> RedisUri.parse(uri))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("nearest known one is \"" + nearest + "\"")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void theNodesOfAGroupKeepItsCredentialsAndSentinelsHaveTheirOwn() {
        RedisUri uri = RedisUri.parse("rediss-sentinel://ann:pw@s1:1,s2:2/3?sentinelPassword=eve#m");
        assertThat(uri.only(new Endpoint("db", 6379)).user()).contains("ann");
        assertThat(uri.only(new Endpoint("db", 6379)).password()).contains("pw");
        assertThat(uri.only(new Endpoint("db", 6379)).database()).isEqualTo(3);
        assertThat(uri.only(new Endpoint("db", 6379))).hasToString("rediss://db:6379/3");
        assertThat(uri.only(new Endpoint("s2", 2)).user()).isEmpty();
        assertThat(uri.only(new Endpoint("s2", 2)).password()).contains("eve");
        assertThat(uri.only(new Endpoint("s2", 2))).hasToString("rediss://s2:2");
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
        assertThatThrownBy(() -> RedisUri.parse(uri))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
