package dev.keywright.unique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.ReadFrom;
import dev.keywright.connection.Topology;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PFCOUNT may write: what replicas and users of few rights can count. */
class UniquesRightsTest {

    private static final UniquesOptions EXACT = UniquesOptions.DEFAULTS.withExactUpTo(10);

    private static List<String> people(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "person " + i).toList();
    }

    @Test
    @WithRedis(dev.keywright.server.Topology.SENTINEL)
    void hl3_replicasCountDaysThoughPfcountCanWrite(Sentinel sentinel) {
        ConnectionOptions reading = ConnectionOptions.DEFAULTS.withReadFrom(ReadFrom.REPLICA);
        try (Keywright kw = Keywright.connect(sentinel.uri());
                Keywright replica = Keywright.connect(sentinel.uri(), reading)) {
            Uniques uniques = kw.uniques("a");
            LocalDate day = uniques.today();
            uniques.add("x", day, people(0, 3_000)); // its count is not stored in it: the replica has to find it
            await().untilAsserted(() ->
                    assertThat(replica.uniques("a").count("x", day)).isEqualTo(uniques.count("x", day)));
            assertThat(replica.uniques("a").count("x", day.minusDays(3), day).value())
                    .isEqualTo(uniques.count("x", day).value());
            assertThat(sentinel.replicas().stream()
                            .map(each -> each.info("cmdstat_pfcount"))
                            .toList())
                    .anyMatch(calls -> calls != null && calls.contains("calls="));
        }
    }

    @Test
    @WithRedis
    void hl3_aUserWhoMayOnlyReadCountsDaysAndIsToldWhatHeMayNot(Standalone redis) {
        redis.command("ACL", "SETUSER", "reader", "on", ">secret", "%R~uniq:*", "+@all");
        redis.command("ACL", "SETUSER", "worker", "on", ">secret");
        String rule = Uniques.NEEDS.aclRule("worker", Topology.Kind.STANDALONE);
        redis.command(rule.split(" "));
        try (Keywright reader = Keywright.connect("redis://reader:secret@localhost:" + redis.port());
                Keywright worker = Keywright.connect("redis://worker:secret@localhost:" + redis.port())) {
            Uniques uniques = worker.uniques("a", EXACT);
            LocalDate day = uniques.today();
            uniques.add("x", day, people(0, 5));
            uniques.add("x", day, people(0, 15));
            assertThat(uniques.count("x", day.minusDays(50), day).value()).isEqualTo(15);
            assertThat(worker.uniques("a").count("x", day).value()).isEqualTo(15);
            assertThat(uniques.forget("x", day.minusDays(1))).isFalse();
            assertThat(worker.check()).isEmpty();
            Uniques read = reader.uniques("a");
            assertThat(read.count("x", day).value()).isEqualTo(15);
            assertThatThrownBy(() -> read.count("x", day.minusDays(50), day))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("NOPERM");
            assertThatThrownBy(() -> read.add("x", "anna"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("NOPERM");
        }
    }
}
