package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.cache.BehindLab.Database;
import dev.keywright.cache.WriteBehindOptions.Confirmation;
import dev.keywright.connection.Connection;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** W7: a put may wait for replicas, and says when they do not have it. */
@WithRedis(Topology.REPLICA)
class WriteBehindConfirmationTest {

    private static final byte[] HEAD = {'V', 0, 't', 0, 0};

    @Test
    void aPutReturnsWhenTheReplicaHasIt(Replication redis) {
        WriteBehindOptions options =
                BehindLab.QUICK.withConfirmation(Confirmation.byReplicas(1, Duration.ofSeconds(10)));
        try (BehindLab lab = new BehindLab(primary(redis).uri(), new Database(), options)) {
            for (int i = 0; i < 20; i++) {
                lab.put("k" + i, "v" + i);
                assertThat(replicaHas(redis, lab, "k" + i)).isTrue();
            }
            List<CompletableFuture<?>> puts = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                CompletionStage<?> put =
                        lab.shelf.put("a" + i, HEAD, new byte[] {'x'}, 60_000).send(lab.connection, BehindLab.PATIENCE);
                puts.add(put.toCompletableFuture());
            }
            CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new))
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            assertThat(replicaHas(redis, lab, "a199")).isTrue();
        }
    }

    @Test
    void aPutThatTheReplicaDoesNotConfirmSaysSoAndIsStored(Replication redis) {
        WriteBehindOptions options =
                BehindLab.QUICK.withConfirmation(Confirmation.byReplicas(1, Duration.ofMillis(100)));
        Database database = new Database();
        try (BehindLab lab = new BehindLab(primary(redis).uri(), database, options)) {
            redis.nodes().get(1).freeze();
            assertThatThrownBy(() -> lab.put("k", "v"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue())
                    .hasMessageContaining("0 of 1 replicas");
            lab.awaitEmpty();
            assertThat(database.values()).containsEntry("k", "v");
            redis.nodes().get(1).thaw();
        }
    }

    @Test
    void theDiskIsAskedForOnlyWhereTheServerKnowsHow(Replication redis) {
        WriteBehindOptions options = BehindLab.QUICK.withConfirmation(Confirmation.onDisk(0, Duration.ofSeconds(1)));
        boolean knows = !primary(redis).command("COMMAND", "INFO", "WAITAOF").isBlank();
        primary(redis).command("CONFIG", "SET", "appendonly", "yes");
        try (BehindLab lab = new BehindLab(primary(redis).uri(), new Database(), options)) {
            if (knows) {
                lab.put("k", "v");
            } else {
                assertThatThrownBy(() -> lab.put("k", "v"))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("7.2");
            }
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void aFailoverKeepsWhatWasConfirmed(Sentinel redis) {
        Database database = new Database();
        WriteBehindOptions options = BehindLab.QUICK
                .withDelay(Duration.ofSeconds(1))
                .withConfirmation(Confirmation.byReplicas(2, Duration.ofSeconds(10)));
        try (BehindLab lab = new BehindLab(redis.uri(), database, options)) {
            for (int i = 0; i < 50; i++) {
                lab.put("k" + i, "v" + i);
            }
            redis.primary().kill();
            await().atMost(BehindLab.PATIENCE).until(() -> database.values().size() == 50);
        }
    }

    @Test
    void whoeverQueuedBehindAWaitThatBreaksFailsWithIt(Replication redis) {
        try (Connection connection = Connection.open(primary(redis).uri());
                Confirmations confirmations = confirmations(connection)) {
            redis.nodes().get(1).freeze();
            CompletableFuture<Void> first = confirmations.of(0).toCompletableFuture();
            CompletableFuture<Void> queued = confirmations.of(0).toCompletableFuture();
            await().atMost(BehindLab.PATIENCE).until(() -> waiting(redis).size() == 1);
            primary(redis).command("CLIENT", "KILL", "ID", waiting(redis).get(0));
            redis.nodes().get(1).thaw();
            assertUnknown(first);
            assertUnknown(queued);
            assertThat(confirmations.of(0)).as("whoever comes later").succeedsWithin(BehindLab.PATIENCE);
        }
    }

    @Test
    void closingFailsWhoWaitsAndLeavesNoConnection(Replication redis) {
        try (Connection connection = Connection.open(primary(redis).uri())) {
            Confirmations confirmations = confirmations(connection);
            redis.nodes().get(1).freeze();
            CompletableFuture<Void> first = confirmations.of(0).toCompletableFuture();
            CompletableFuture<Void> queued = confirmations.of(0).toCompletableFuture();
            await().atMost(BehindLab.PATIENCE).until(() -> waiting(redis).size() == 1);
            confirmations.close();
            assertUnknown(first);
            assertUnknown(queued);
            assertUnknown(confirmations.of(0).toCompletableFuture());
            redis.nodes().get(1).thaw();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> clients(redis, " cmd=wait ").isEmpty());
        }
    }

    private static Confirmations confirmations(Connection connection) {
        ChangeLog log = new ChangeLog(connection, "users", BehindLab.QUICK);
        return new Confirmations(connection, log, 1, Confirmation.byReplicas(1, Duration.ofSeconds(30)));
    }

    private static void assertUnknown(CompletableFuture<Void> confirmation) {
        assertThat(confirmation)
                .failsWithin(Duration.ofSeconds(20)) // long before the wait itself would end
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        KeywrightException.Unavailable.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
    }

    /** The numbers of connections that are held up by a WAIT. */
    private static List<String> waiting(Replication redis) {
        return clients(redis, " flags=b ");
    }

    private static List<String> clients(Replication redis, String sign) {
        return primary(redis)
                .command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains(sign))
                .map(line -> line.substring("id=".length(), line.indexOf(' ')))
                .toList();
    }

    private static boolean replicaHas(Replication redis, BehindLab lab, String key) {
        return redis.nodes()
                .get(1)
                .command("EXISTS", new String(lab.shelf.key(key), UTF_8))
                .equals("1");
    }

    private static Standalone primary(Replication redis) {
        return redis.nodes().get(0);
    }
}
