package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithRedis
class SelfCheckTest {

    private static final Needs NEEDS =
            Needs.of(List.of("get", "SET", "EVALSHA", "ZADD", "SCRIPT LOAD", "TIME"), List.of("app:*", "rl:*"));

    @AfterEach
    void forget(Standalone redis) {
        redis.command("ACL", "DELUSER", "bob");
    }

    private static String uri(Standalone redis) {
        return "redis://bob:pw@127.0.0.1:" + redis.port();
    }

    private static void grant(Standalone redis, String rule) {
        redis.command((rule + " >pw").split(" "));
    }

    @Test
    void findsNothingWhereAllIsAsNeeded(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            assertThat(connection.check(NEEDS.thatLast())).isEmpty();
        }
    }

    @Test
    void theRuleItPrintsIsEnoughAndWithoutOnePartItIsNot(Standalone redis) {
        String rule = NEEDS.aclRule("bob", Topology.Kind.STANDALONE);
        assertThat(rule)
                .startsWith("ACL SETUSER bob on resetkeys ~app:* ~rl:* -@all ")
                .contains(" +script|load");
        grant(redis, rule);
        try (Connection connection = Connection.open(uri(redis))) {
            assertThat(connection.check(NEEDS)).isEmpty();
            assertThat(connection
                            .call(Command.named("SET")
                                    .key("app:1")
                                    .argument("v")
                                    .build())
                            .text())
                    .isEqualTo("OK");
        }
        grant(redis, rule.replace(" +evalsha", "").replace(" ~rl:*", "") + " -evalsha");
        try (Connection connection = Connection.open(uri(redis))) {
            assertThat(connection.check(NEEDS)).singleElement().satisfies(problem -> {
                assertThat(problem.what())
                        .contains("User bob", "EVALSHA with a key app:*", "GET with a key rl:*")
                        .doesNotContain("GET with a key app:*", "TIME", "SCRIPT");
                assertThat(problem.fix()).isEqualTo(rule);
            });
            assertThat(redis.command("KEYS", "*"))
                    .as("what the check itself ran")
                    .isEqualTo("app:1");
        }
    }

    @Test
    void theRuleForAClusterIsEnoughToo() {
        try (Cluster cluster = Cluster.start(1)) {
            Standalone node = cluster.nodes().get(0);
            grant(node, NEEDS.aclRule("bob", Topology.Kind.CLUSTER));
            try (Connection connection = Connection.open(uri(node))) {
                assertThat(connection.topology().kind()).isEqualTo(Topology.Kind.CLUSTER);
                assertThat(connection.check(NEEDS)).isEmpty();
            }
        }
    }

    @Test
    void saysWhenRightsCannotBeTriedOut(Standalone redis) {
        grant(redis, NEEDS.aclRule("bob", Topology.Kind.STANDALONE).replace(" +multi", ""));
        try (Connection connection = Connection.open(uri(redis))) {
            assertThat(connection.check(NEEDS))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.what()).contains("could not be tried out", "'multi'"));
        }
    }

    @Test
    void dataThatMustLastAndEvictionDoNotGoTogether(Standalone redis) {
        redis.command("CONFIG", "SET", "maxmemory", "100mb");
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try (Connection connection = Connection.open(redis.uri())) {
            assertThat(connection.check(NEEDS)).isEmpty();
            assertThat(connection.check(NEEDS.thatLast()))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.toString()).contains("allkeys-lru", "noeviction"));
        } finally {
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aClusterWithSlotsThatNobodyServesIsFound() {
        try (Cluster cluster = Cluster.start(1);
                Connection connection = Connection.open(cluster.uri())) {
            assertThat(connection.check(NEEDS)).isEmpty();
            cluster.nodes().get(0).command("CLUSTER", "DELSLOTS", "7");
            assertThat(connection.check(NEEDS))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.what()).contains("16383 of 16384 hash slots"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6.2.14, true",
        "7.0.0, false",
        "7.0.15, false",
        "7.4.1, false",
        "8.0.0, false",
        "10.1, false",
        "'', true"
    })
    void knowsVersionsThatAreTooOld(String version, boolean old) {
        assertThat(SelfCheck.isOlder(version, "7.0")).isEqualTo(old);
    }
}
