package dev.keywright.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.ReadFrom;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Replication;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Lost replies, one side away, scripts forgotten, writes lost, foreign keys in the way. */
@WithRedis
class FollowsFailureTest {

    private static final FollowOptions QUICK = FollowOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));
    private static final FollowKeys KEYS = new FollowKeys("people", 10);
    private static final String FOLLOWING = new String(KEYS.following("ann"), UTF_8);
    private static final String FOLLOWERS = new String(KEYS.followers("bob"), UTF_8);

    @Test
    void x1_whatIsAskedAgainAfterALostAnswerIsDoneOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Follows follows = kw.follows("people");
            for (int i = 0; i < 4; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                boolean unused = follows.follow("ann", "bob");
                assertThat(follows.counts("bob").followers()).isOne();
                proxy.cutAfterNextRequest("EVALSHA");
                unused = follows.unfollow("ann", "bob");
                assertThat(follows.counts("bob").followers()).isZero();
            }
        }
    }

    @Test
    void x3_scriptsThatAreForgottenAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people");
            for (int i = 0; i < 5; i++) {
                redis.command("SCRIPT", "FLUSH");
                assertThat(follows.follow("ann", "u" + i)).isTrue();
                redis.command("SCRIPT", "FLUSH");
                assertThat(follows.followAsync("u" + i, "ann")
                                .toCompletableFuture()
                                .join())
                        .isTrue();
            }
            assertThat(follows.counts("ann")).isEqualTo(new FollowCounts(5, 5));
        }
    }

    @Test
    void aServerThatIsFrozenIsToldOf(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people", QUICK);
            follows.follow("ann", "bob");
            redis.freeze();
            try {
                assertThatThrownBy(() -> follows.follow("ann", "cid"))
                        .isInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> follows.followAsync("ann", "cid")
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> follows.forget("ann")).isInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
            await().ignoreExceptions()
                    .until(() -> follows.repair() == 0 && follows.counts("ann").following() == 2);
            assertThat(follows.counts("cid").followers()).isOne();
        }
    }

    @TestTemplate
    @WithRedis(Topology.CLUSTER)
    void theOtherSideIsToldLaterWhenItsServerIsAway(Cluster redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people", QUICK);
            Standalone here = redis.ownerOf(Cluster.slotOf(FOLLOWING));
            String other = IntStream.range(0, 1_000)
                    .mapToObj(i -> "u" + i)
                    .filter(user -> redis.ownerOf(Cluster.slotOf(new String(KEYS.followers(user), UTF_8))) != here)
                    .findFirst()
                    .orElseThrow();
            Standalone there = redis.ownerOf(Cluster.slotOf(new String(KEYS.followers(other), UTF_8)));
            there.freeze();
            try {
                assertThat(follows.follow("ann", other)).isTrue();
                assertThat(follows.isFollowing("ann", other)).isTrue();
                assertThat(follows.unfollowAsync("ann", other)
                                .toCompletableFuture()
                                .join())
                        .isTrue();
                assertThat(follows.followAsync("ann", other)
                                .toCompletableFuture()
                                .join())
                        .isTrue();
            } finally {
                there.thaw();
            }
            await().ignoreExceptions().until(() -> follows.repair() == 0);
            assertThat(follows.counts(other).followers()).isOne();
            redis.awaitAgreement();
        }
    }

    @Test
    void aKeyOfAnotherTypeIsNotOverwritten(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people");
            redis.command("SET", FOLLOWING, "foreign");
            assertThatThrownBy(() -> follows.follow("ann", "bob"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThat(follows.counts("bob").followers()).isZero();
            redis.command("DEL", FOLLOWING);
            redis.command("SET", FOLLOWERS, "foreign");
            assertThatThrownBy(() -> follows.follow("ann", "bob")).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(follows::repair).isInstanceOf(KeywrightException.Misused.class);
            assertThat(redis.command("GET", FOLLOWERS)).isEqualTo("foreign");
            redis.command("DEL", FOLLOWERS);
            assertThat(follows.repair()).isOne();
            assertThat(follows.counts("bob").followers()).isOne();
        }
    }

    @Test
    void whatAFailoverLostIsFoundByComparing(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people");
            for (int i = 0; i < 5; i++) {
                follows.follow("ann", "u" + i);
                follows.follow("u" + i, "bob");
            }
            follows.follow("ann", "bob");
            redis.command("ZREM", FOLLOWERS, "ann"); // the other side lost one
            redis.command("ZREM", new String(KEYS.following("u1"), UTF_8), "bob"); // the truth lost one
            redis.command("ZADD", new String(KEYS.followers("u3"), UTF_8), "1", "ann"); // an older version came back
            assertThat(follows.reconcile("ann")).isEqualTo(2);
            assertThat(follows.reconcile("bob")).isEqualTo(1);
            assertThat(follows.counts("bob").followers()).isEqualTo(5);
            assertThat(follows.reconcile("ann") + follows.reconcile("bob")).isZero();
            assertThat(follows.followers("u3", 1).follows().get(0).since())
                    .isEqualTo(follows.following("ann", 10).follows().get(2).since());
        }
    }

    @Test
    void x5_onlyListsAndMarksLast(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("people");
            follows.follow("ann", "bob");
            follows.unfollow("ann", "bob");
            await().until(() -> follows.repair() == 0);
            String keys = redis.command("KEYS", "*");
            assertThat(keys).endsWith(":ended").doesNotContain("\n");
            assertThat(Long.parseLong(redis.command("PTTL", keys))).isBetween(1_000L, 1_300_000L);
        }
    }

    /** The replica forgets everything here before each look. */
    @Test
    void whatChangesReadsFromTheMasterWhereReplicasAnswerReads() {
        try (Replication redis = Replication.start(1);
                Keywright kw = Keywright.connect(redis.uri());
                Connection reading =
                        Connection.open(redis.uri(), ConnectionOptions.DEFAULTS.withReadFrom(ReadFrom.REPLICA))) {
            Standalone replica = redis.replicas().get(0);
            replica.command("CONFIG", "SET", "replica-read-only", "no");
            Follows follows = new Follows(reading, "people", FollowOptions.DEFAULTS);
            Relation relation = new Relation("ann", "bob");
            Ticket unused =
                    Ticket.of(KEYS.follow(relation).call(kw.connection(), Duration.ofSeconds(20))); // and it died
            forgotten(redis, replica);
            assertThat(follows.repair()).isOne();
            assertThat(kw.follows("people").counts("bob").followers()).isOne();
            redis.command("ZREM", FOLLOWERS, "ann");
            forgotten(redis, replica);
            assertThat(follows.reconcile("ann")).isOne();
            forgotten(redis, replica);
            assertThat(follows.forget("bob")).isOne();
            assertThat(kw.follows("people").isFollowing("ann", "bob")).isFalse();
        }
    }

    private static void forgotten(Replication redis, Standalone replica) {
        redis.command("WAIT", "1", "5000");
        replica.command("FLUSHALL");
    }
}
