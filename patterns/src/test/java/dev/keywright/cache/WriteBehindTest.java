package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.cache.BehindLab.Database;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is put reaches the database, in order, at least once, and whatever happens. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class WriteBehindTest {

    @Test
    void w2_whatIsPutReachesTheDatabaseAndLeavesNothingBehind(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            for (int i = 0; i < 300; i++) {
                lab.put("k" + i, "v" + i);
            }
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(300).containsEntry("k7", "v7");
            Backlog backlog = lab.behind.backlog();
            assertThat(backlog.written()).isEqualTo(300);
            assertThat(backlog.oldestAge()).isZero();
            assertThat(backlog.deadLetters()).isZero();
            assertThat(backlog.lastFailure()).isEmpty();
        }
    }

    @Test
    void r1_w3_aKeyThatWasPutTwiceAndRemovedInOneWindowHasNoRow(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            for (int round = 0; round < 20; round++) {
                lab.put("k", "A");
                lab.put("k", "B");
                lab.remove("k");
            }
            lab.awaitEmpty();
            assertThat(database.values()).isEmpty();
        }
    }

    @Test
    void r2_w4_aWriterThatThrowsOnceIsAskedAgain(Redis redis) {
        Database database = new Database();
        AtomicInteger calls = new AtomicInteger();
        Writer<String, String> writer = changes -> {
            if (calls.incrementAndGet() == 1) {
                throw new java.sql.SQLException("once");
            }
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            lab.put("x", "1");
            lab.put("y", "2");
            lab.awaitEmpty();
            assertThat(database.values()).isEqualTo(Map.of("x", "1", "y", "2"));
        }
    }

    @Test
    void w5_manyUpdatesOfAKeyInAWindowAreOneWriteOfTheNewest(Redis redis) {
        Database database = new Database();
        try (BehindLab lab =
                new BehindLab(redis.uri(), database, BehindLab.QUICK.withDelay(Duration.ofMillis(1_500)))) {
            for (int i = 1; i <= 200; i++) {
                lab.put("k", "v" + i);
            }
            lab.awaitEmpty();
            assertThat(database.values()).isEqualTo(Map.of("k", "v200"));
            assertThat(database.batches.size()).as("writes").isLessThanOrEqualTo(2);
        }
    }

    @Test
    void w4_poisonIsLaidAsideWithItsCauseAndTheRestIsWritten(Redis redis) {
        Database database = new Database();
        Writer<String, String> writer = changes -> {
            if (changes.stream().anyMatch(change -> change.key().startsWith("bad"))) {
                throw new java.sql.SQLException("column too short");
            }
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK.withPartitions(1))) {
            for (int i = 0; i < 60; i++) {
                lab.put((i % 20 == 7 ? "bad" : "k") + i, "v" + i);
            }
            await().atMost(BehindLab.PATIENCE).until(() -> database.values().size() == 57);
            await().atMost(BehindLab.PATIENCE).until(() -> {
                lab.put("heartbeat", "x"); // what shows that the database works
                return lab.behind.backlog().deadLetters() == 3;
            });
            lab.awaitEmpty();
            List<DeadLetter<String, String>> dead = lab.behind.deadLetters(10);
            assertThat(dead).extracting(DeadLetter::key).containsExactlyInAnyOrder("bad7", "bad27", "bad47");
            assertThat(dead).allSatisfy(letter -> {
                assertThat(letter.cause()).isEqualTo("SQLException: column too short");
                assertThat(letter.attempts()).isGreaterThanOrEqualTo(3);
                assertThat(letter.value()).isPresent();
            });
            assertThat(lab.claim("bad7")).as("whoever asks gets the newest").isEqualTo("v7");
        }
    }

    @Test
    void w4_deadLettersAreRedrivenDiscardedOrReplaced(Redis redis) {
        Database database = new Database();
        AtomicInteger refused = new AtomicInteger(1);
        Writer<String, String> writer = changes -> {
            if (refused.get() == 1
                    && changes.stream().anyMatch(change -> change.key().startsWith("bad"))) {
                throw new KeywrightException.Misused("never");
            }
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            lab.put("bad1", "1");
            lab.put("bad2", "2");
            lab.put("bad3", "3");
            lab.put("bad4", "4");
            await().atMost(BehindLab.PATIENCE).until(() -> lab.behind.backlog().deadLetters() == 4);
            refused.set(0);
            assertThat(lab.behind.redrive("bad1")).isTrue();
            assertThat(lab.behind.redrive("bad1")).isFalse();
            assertThat(lab.behind.discard("bad2")).isTrue();
            lab.put("bad3", "newer");
            lab.awaitEmpty();
            assertThat(database.values()).isEqualTo(Map.of("bad1", "1", "bad3", "newer"));
            assertThat(lab.behind.redriveAll()).isEqualTo(1);
            lab.awaitEmpty();
            assertThat(database.values()).containsEntry("bad4", "4").doesNotContainKey("bad2");
            assertThat(lab.behind.deadLetters(10)).isEmpty();
        }
    }

    @Test
    void w4_aDatabaseThatIsAwayIsWaitedForAndNothingIsLaidAside(Redis redis) {
        Database database = new Database();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean away = new AtomicBoolean(true);
        Writer<String, String> writer = changes -> {
            if (away.get()) {
                refused.incrementAndGet();
                throw new java.sql.SQLException("away");
            }
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            for (int i = 0; i < 40; i++) {
                lab.put("k" + i, "v" + i);
            }
            await().atMost(BehindLab.PATIENCE).until(() -> refused.get() > 60);
            assertThat(lab.behind.backlog().lastFailure()).hasValue("SQLException: away");
            assertThat(lab.behind.backlog().depth()).isEqualTo(40);
            away.set(false);
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(40);
            assertThat(lab.behind.backlog().deadLetters()).isZero();
        }
    }

    @Test
    void w4_aWriterThatInterruptsItsOwnThreadIsAFailureLikeOthers(Redis redis) {
        Database database = new Database();
        AtomicInteger calls = new AtomicInteger();
        Writer<String, String> writer = changes -> {
            int call = calls.incrementAndGet();
            if (call == 1) {
                throw new InterruptedException("the writer's own");
            }
            if (call == 2) {
                Thread.currentThread().interrupt();
                throw new java.sql.SQLException("interrupted");
            }
            database.write(changes);
            Thread.currentThread().interrupt();
        };
        WriteBehindOptions options = BehindLab.QUICK.withPartitions(1).withWorkers(1);
        try (BehindLab lab = new BehindLab(redis.uri(), writer, options)) {
            for (int i = 0; i < 5; i++) {
                lab.put("k" + i, "v");
                lab.awaitEmpty();
            }
            assertThat(database.values()).hasSize(5);
            assertThat(database.batches).as("each was acknowledged").hasSize(5);
            assertThat(lab.behind.backlog().lastFailure()).isEmpty();
        }
    }

    @Test
    void w4_aCodecThatFailsWithAnErrorEndsNoWorkerAndHoldsNoLease(Redis redis) {
        Database database = new Database();
        AtomicBoolean broken = new AtomicBoolean(true);
        Codec<String> codec = new Codec<>() {

            @Override
            public byte format() {
                return Codecs.string().format();
            }

            @Override
            public byte[] encode(String value) {
                return Codecs.string().encode(value);
            }

            @Override
            public String decode(byte format, byte[] bytes, int offset, int length) {
                if (broken.get()) {
                    throw new NoClassDefFoundError("User");
                }
                return Codecs.string().decode(format, bytes, offset, length);
            }
        };
        WriteBehindOptions options = BehindLab.QUICK.withWorkers(1);
        try (BehindLab lab = new BehindLab(redis.uri(), codec, database, options)) {
            lab.put("k", "v");
            await().atMost(BehindLab.PATIENCE)
                    .until(() -> lab.behind.backlog().lastFailure().equals(Optional.of("NoClassDefFoundError: User")));
            try (BehindLab other = new BehindLab(redis.uri(), database, options)) {
                other.awaitEmpty();
                assertThat(other.behind.backlog().written()).isEqualTo(1);
            }
            broken.set(false);
            for (int i = 0; i < 20; i++) {
                lab.put("k" + i, "v");
            }
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(21);
        }
    }

    @Test
    void w5_aFullBacklogBlocksAndThenRefusesAndDropsNothing(Redis redis) throws Exception {
        Database database = new Database();
        CountDownLatch open = new CountDownLatch(1);
        Writer<String, String> writer = changes -> {
            open.await();
            database.write(changes);
        };
        WriteBehindOptions options = BehindLab.QUICK
                .withPartitions(1)
                .withWorkers(1)
                .withMaxBacklog(10)
                .withPatience(Duration.ofMillis(150));
        try (BehindLab lab = new BehindLab(redis.uri(), writer, options)) {
            for (int i = 0; i < 10; i++) {
                lab.put("k" + i, "v");
            }
            lab.put("k3", "again"); // takes no more room
            long start = System.nanoTime();
            assertThatThrownBy(() -> lab.put("one more", "v"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("backlog");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            assertThatThrownBy(() -> lab.shelf
                            .put("one more", new byte[] {'V', 0, 't', 0, 0}, new byte[0], 1_000)
                            .send(lab.connection, BehindLab.PATIENCE)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> Errand.batch(
                            List.of(lab.shelf.put("one more", new byte[] {'V', 0, 't', 0, 0}, new byte[0], 1_000)),
                            lab.connection,
                            BehindLab.PATIENCE))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(lab.claim("one more")).isEqualTo("load");
            open.countDown();
            await().atMost(BehindLab.PATIENCE).ignoreExceptions().until(() -> {
                lab.put("one more", "v");
                return true;
            });
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(11).containsEntry("k3", "again");
        }
    }

    @Test
    void aMissIsAnsweredFromTheChangeThatWaits(Redis redis) {
        CountDownLatch never = new CountDownLatch(1);
        WriteBehindOptions options = BehindLab.QUICK.withDrain(Duration.ZERO);
        try (BehindLab lab = new BehindLab(redis.uri(), changes -> never.await(), options)) {
            assertThat(lab.claim("k")).isEqualTo("load");
            lab.put("k", "new");
            lab.invalidate("k"); // or evicted
            assertThat(lab.claim("k")).isEqualTo("new");
            assertThat(lab.putIfAbsent("k", "other")).isFalse();
            lab.invalidate("k");
            assertThat(lab.putIfAbsent("k", "other")).isFalse();
            lab.remove("k");
            assertThat(lab.claim("k")).isEqualTo("absent");
            assertThat(lab.putIfAbsent("k", "third")).isTrue();
            assertThat(lab.claim("k")).isEqualTo("third");
        }
    }

    @Test
    void w2_theValueOfALoadThatBeganBeforeThePutIsRefused(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            byte[] token = Tokens.next();
            assertThat(Claim.of(lab.shelf
                            .claim("k", token, 10_000, new byte[0], -1, new byte[0])
                            .call(lab.connection, BehindLab.PATIENCE)))
                    .isInstanceOf(Claim.Granted.class);
            lab.remove("k");
            assertThat(dev.keywright.script.Script.beside(Loads.class, "fill.lua")
                            .with(
                                    lab.shelf.key("k"),
                                    token,
                                    new byte[] {'V', 0, 't', 0, 0, 'x'},
                                    PlainShelf.number(1_000),
                                    new byte[] {'c'},
                                    new byte[] {'k'})
                            .call(lab.connection, BehindLab.PATIENCE)
                            .number())
                    .isZero();
        }
    }

    @Test
    void w6_closingDrainsAndWhatIsLeftIsForTheNextProcess(Redis redis) {
        Database database = new Database();
        WriteBehindOptions slow = BehindLab.QUICK.withDelay(Duration.ofMinutes(1));
        try (BehindLab lab = new BehindLab(redis.uri(), database, slow)) {
            for (int i = 0; i < 50; i++) {
                lab.put("k" + i, "v");
            }
        }
        assertThat(database.values()).as("drained on close").hasSize(50);

        CountDownLatch never = new CountDownLatch(1);
        try (BehindLab lab = new BehindLab(
                redis.uri(), changes -> never.await(), BehindLab.QUICK.withDrain(Duration.ofMillis(100)))) {
            lab.put("left", "over");
            long start = System.nanoTime();
            lab.behind.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            lab.awaitEmpty();
            assertThat(database.values()).containsEntry("left", "over");
        }
    }

    @Test
    void everyProcessHasTheSamePartitions(Redis redis) {
        try (BehindLab first = new BehindLab(redis.uri(), new Database(), BehindLab.QUICK)) {
            first.put("k", "v");
            assertThatThrownBy(() -> new BehindLab(redis.uri(), new Database(), BehindLab.QUICK.withPartitions(8)))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("with 4 partitions and not with 8");
        }
    }

    @Test
    void whatTheCodecCannotReadIsLaidAsideAndNotLost(Redis redis) {
        try (BehindLab lab = new BehindLab(redis.uri(), new Database(), BehindLab.QUICK)) {
            lab.shelf
                    .put("k", new byte[] {'V', 0, '?', 0, 0}, new byte[] {1}, 1_000)
                    .call(lab.connection, BehindLab.PATIENCE)
                    .orThrow("put");
            await().atMost(BehindLab.PATIENCE).until(() -> lab.behind.backlog().deadLetters() == 1);
            assertThat(lab.behind.deadLetters(1).get(0).readable()).isFalse();
        }
    }

    @Test
    void aFullRedisRefusesPutsAndTheBacklogIsStillWritten(Redis redis) {
        Database database = new Database();
        AtomicBoolean away = new AtomicBoolean(true);
        Writer<String, String> writer = changes -> {
            if (away.get()) {
                throw new java.sql.SQLException("away");
            }
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            for (int i = 0; i < 20; i++) {
                lab.put("k" + i, "v");
            }
            redis.nodes().forEach(node -> node.command("CONFIG", "SET", "maxmemory", "1"));
            assertThatThrownBy(() -> lab.put("one more", "v"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse());
            away.set(false);
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(20);
        }
    }

    @Test
    void x3_scriptsMayBeForgottenAtAnyTime(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            for (int i = 0; i < 20; i++) {
                redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
                lab.put("k" + i, "v");
            }
            lab.awaitEmpty();
            assertThat(database.values()).hasSize(20);
        }
    }

    @Test
    void x5_onlyTheDeclaredKeysHaveNoTimeToLive(Redis redis) {
        CountDownLatch never = new CountDownLatch(1);
        try (BehindLab lab =
                new BehindLab(redis.uri(), changes -> never.await(), BehindLab.QUICK.withDrain(Duration.ZERO))) {
            for (int i = 0; i < 40; i++) {
                lab.put("k" + i, "v");
            }
            for (Standalone node : redis.nodes()) {
                if (!node.command("ROLE").startsWith("master")) {
                    continue;
                }
                node.command("KEYS", "*").lines().forEach(key -> {
                    boolean lasts = node.command("PTTL", key).equals("-1");
                    assertThat(lasts)
                            .as(key)
                            .isEqualTo(key.matches("cache:users!(\\{p\\d}:(changes|due|since|dead)|partitions)"));
                });
            }
        }
    }
}
