package dev.keywright.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lost answers; servers frozen, that forgot the scripts, or failed over. */
@WithRedis
class LeaderboardFailureTest {

    private static final LeaderboardOptions FIRST = LeaderboardOptions.DEFAULTS.withFirstToReach();

    private static void isUnknown(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        KeywrightException.Unavailable.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
    }

    @Test
    void x1_anAdditionWhoseAnswerIsLostIsToldAsUnknownAndHappensOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Leaderboard plain = kw.leaderboard("a");
            Leaderboard first = kw.leaderboard("a", FIRST);
            first.add("a", 1);
            plain.add("a", 1);
            proxy.cutAfterNextRequest("ZINCRBY");
            isUnknown(() -> plain.add("a", 1));
            proxy.cutAfterNextRequest("EVALSHA");
            isUnknown(() -> first.add("a", 1));
            proxy.cutAfterNextRequest("ZADD");
            isUnknown(() -> plain.set("b", 1));
            assertThat(plain.score("a")).hasValue(2);
            assertThat(first.score("a")).hasValue(2);
        }
    }

    @Test
    void x1_aBestScoreWhoseAnswerIsLostIsSentAgain(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            for (LeaderboardOptions options : List.of(LeaderboardOptions.DEFAULTS, FIRST)) {
                Leaderboard board = kw.leaderboard("a", options.withDeadline(Duration.ofSeconds(20)));
                board.best("a", 1);
                proxy.cutAfterNextRequest(options.scripted() ? "EVALSHA" : "ZADD");
                assertThat(board.best("a", 2)).isFalse(); // it was the first sending that did it
                assertThat(board.score("a")).hasValue(2);
                proxy.cutAfterNextRequest("ZREM");
                assertThat(board.remove("a")).isFalse();
                assertThat(board.size()).isZero();
            }
            assertThat(proxy.cuts()).isEqualTo(4);
        }
    }

    @Test
    void x1_aBestScoreOfAPeriodIsNotSentAgainAsItMightCountForTheNextOneToo(Standalone redis) {
        LeaderboardOptions daily = LeaderboardOptions.DEFAULTS
                .withWindow(Window.daily(ZoneOffset.UTC))
                .withDeadline(Duration.ofSeconds(20));
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Leaderboard board = kw.leaderboard("a", daily);
            board.best("a", 1);
            proxy.cutAfterNextRequest("EVALSHA");
            isUnknown(() -> board.best("a", 2));
        }
    }

    @Test
    void aServerThatForgotTheScriptsIsToldThemAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a", FIRST.withDistinctScores()).ranked(Ranks.DENSE);
            for (int i = 0; i < 3; i++) {
                redis.command("SCRIPT", "FLUSH");
                board.set("a", i);
                redis.command("SCRIPT", "FLUSH");
                assertThat(board.addAsync("a", 1).toCompletableFuture().join()).isEqualTo(i + 1);
                assertThat(board.around("a", 1, 1)).containsExactly(new Standing("a", 1, i + 1));
                assertThat(board.rank("a")).hasValue(1);
            }
        }
    }

    @Test
    void aSilentServerIsToldWithinTheDeadline(Standalone redis) {
        LeaderboardOptions quick = LeaderboardOptions.DEFAULTS.withDeadline(Duration.ofMillis(200));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard board = kw.leaderboard("a", quick);
            board.set("a", 1);
            redis.freeze();
            try {
                isUnknown(() -> board.add("a", 1));
                assertThatThrownBy(() -> board.around("a", 1, 1)).isInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
            await().ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(board.score("a").getAsDouble()).isBetween(1.0, 2.0));
        }
    }

    @Test
    void aBoardGoesOnAfterAFailover() {
        try (Cluster cluster = Cluster.start(3, 1);
                Keywright kw = Keywright.connect(cluster.uri())) {
            Leaderboard board = kw.leaderboard("a", FIRST.withDeadline(Duration.ofSeconds(20)));
            board.set("b", 1);
            board.set("a", 1);
            Standalone master = cluster.ownerOf(Cluster.slotOf("board:{a}:first26"));
            Standalone replica = cluster.replicasOf(master).get(0);
            await().untilAsserted(
                            () -> assertThat(master.command("WAIT", "1", "100")).isEqualTo("1"));
            cluster.failover(replica);
            await().ignoreExceptions().until(() -> board.set("c", 1) || board.size() == 3);
            assertThat(board.top(9)).extracting(Standing::member).containsExactly("b", "a", "c");
        }
    }
}
