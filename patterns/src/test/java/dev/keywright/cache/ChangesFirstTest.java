package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.cache.BehindLab.Database;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the database does not have yet counts before what it has, and is forgotten only for something newer. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class ChangesFirstTest {

    private static final byte[] NONE = {};
    private static final long LIFE = 600_000;
    private static final byte[] BODY = Codecs.string().encode("new");

    private static byte[] head(int schema) {
        return Entry.head(Entry.VALUE, Codecs.string().format(), schema, true, 1, null);
    }

    private static final byte[] WORTHLESS = Entry.startOf(PlainShelf.joined(head(0), BODY));

    private static void put(BehindLab lab, int schema) {
        lab.shelf
                .put("k", head(schema), BODY, LIFE)
                .call(lab.connection, BehindLab.PATIENCE)
                .orThrow("put");
    }

    private static Claim claim(BehindLab lab, long renew, byte[] worthless) {
        return Claim.of(lab.shelf
                .claim("k", Tokens.next(), 10_000, NONE, renew, worthless)
                .call(lab.connection, BehindLab.PATIENCE)
                .orThrow("claim"));
    }

    private static void assertNothingIsLoadedOver(BehindLab lab) {
        assertThat(claim(lab, LIFE, NONE)).as("past its time").isInstanceOf(Claim.Value.class);
        assertThat(claim(lab, -1, WORTHLESS)).as("unreadable").isInstanceOf(Claim.Writing.class);
        lab.invalidate("k"); // or evicted
        assertThat(claim(lab, -1, WORTHLESS)).as("unreadable, and gone").isInstanceOf(Claim.Writing.class);
        lab.invalidate("k");
        assertThat(claim(lab, 2 * LIFE, NONE)).as("gone").isInstanceOf(Claim.Value.class);
        assertThat(lab.claim("k")).isEqualTo("new");
    }

    @Test
    void w2_aValueWhoseChangeWaitsIsNotLoadedAnew(Redis redis) {
        CountDownLatch open = new CountDownLatch(1);
        Database database = new Database();
        Writer<String, String> writer = changes -> {
            open.await();
            database.write(changes);
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            put(lab, 0);
            assertNothingIsLoadedOver(lab);
            open.countDown();
            lab.awaitEmpty();
            assertThat(claim(lab, LIFE, NONE)).as("the database has it").isInstanceOf(Claim.Granted.class);
        }
    }

    @Test
    void w2_aValueWhoseChangeWasLaidAsideIsNotLoadedAnew(Redis redis) {
        Writer<String, String> writer = changes -> {
            throw new KeywrightException.Misused("never");
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            put(lab, 0);
            await().atMost(BehindLab.PATIENCE).until(() -> lab.behind.backlog().deadLetters() == 1);
            assertNothingIsLoadedOver(lab);
        }
    }

    @Test
    void w4_anAcknowledgementThatComesLateLeavesTheDeadLetterOfANewerChange(Redis redis) {
        Writer<String, String> writer = changes -> {
            throw new KeywrightException.Misused("never");
        };
        try (BehindLab lab = new BehindLab(redis.uri(), writer, BehindLab.QUICK)) {
            lab.put("k", "newer");
            await().atMost(BehindLab.PATIENCE).until(() -> lab.behind.backlog().deadLetters() == 1);
            long version = lab.behind.deadLetters(1).get(0).version();
            ChangeLog log = new ChangeLog(lab.connection, "users", BehindLab.QUICK);
            log.acknowledge(log.partitionOf("k"), List.of(written(version - 1)));
            assertThat(lab.behind.backlog().deadLetters()).isEqualTo(1);
            assertThat(lab.claim("k")).isEqualTo("newer");
            log.acknowledge(log.partitionOf("k"), List.of(written(version + 1)));
            assertThat(lab.behind.backlog().deadLetters()).isZero();
        }
    }

    private static Pending written(long version) {
        return new Pending("k", ByteBuffer.allocate(17).putLong(version).array(), 0);
    }

    @Test
    void w4_aChangeOfAnotherSchemaIsLaidAsideUnread(Redis redis) {
        Database database = new Database();
        try (BehindLab lab = new BehindLab(redis.uri(), database, BehindLab.QUICK)) {
            put(lab, 7);
            await().atMost(BehindLab.PATIENCE)
                    .until(() -> lab.behind.backlog().depth() == 0
                            && (!database.rows.isEmpty() || lab.behind.backlog().deadLetters() == 1));
            assertThat(database.values()).isEmpty();
            DeadLetter<String, String> letter = lab.behind.deadLetters(1).get(0);
            assertThat(letter.readable()).isFalse();
            assertThat(letter.cause()).contains("schema version 7", "reads 0");
        }
    }
}
