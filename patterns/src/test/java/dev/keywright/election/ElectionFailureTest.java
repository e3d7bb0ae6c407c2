package dev.keywright.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Subscription;
import dev.keywright.server.Cluster;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Lost answers and messages; servers frozen, killed, flushed, failed over. */
@WithRedis
class ElectionFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final ElectionOptions QUICK = ElectionOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));
    private static final ElectionOptions BRIEF = QUICK.withLease(Duration.ofSeconds(1));

    private static CompletableFuture<Optional<Term>> later(LeaderElection election) {
        return election.campaignAsync(LONG).toCompletableFuture();
    }

    private static void awaitWaiting(Standalone redis, int waiting) {
        await().until(() -> redis.command("ZCARD", "election:{a}:waiting").equals(Integer.toString(waiting)));
    }

    @Test
    void x1_aCampaignWhoseAnswerIsLostFindsItsOwnTerm(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            LeaderElection election = kw.election("a", ElectionOptions.DEFAULTS.withDeadline(LONG));
            election.campaign(LONG).orElseThrow().close(); // so that the scripts are known
            for (int i = 0; i < 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                Term term = election.campaign(Duration.ZERO).orElseThrow();
                assertThat(redis.command("HGET", "election:{a}", "term")).isEqualTo(Long.toString(term.number()));
                assertThat(term.resign()).isTrue();
            }
            assertThat(proxy.cuts()).isEqualTo(5);
        }
    }

    @Test
    void x1_aResignationWhoseAnswerIsLostIsToldAsUnknownAndHappens(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Term term = kw.election("a").campaign(LONG).orElseThrow();
            kw.election("b").campaign(LONG).orElseThrow().close();
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(term::resign)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(term.isLeader()).isFalse();
            kw.election("a").campaign(LONG).orElseThrow().close();
        }
    }

    @Test
    void x1_aTermThatMayHaveBegunIsResigned(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            LeaderElection election = kw.election("a", QUICK.withLease(Duration.ofMinutes(5)));
            election.campaign(LONG).orElseThrow().close();
            proxy.dropReplies(true);
            assertThatThrownBy(() -> election.campaign(Duration.ZERO))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            proxy.dropReplies(false);
            direct.election("a").campaign(LONG).orElseThrow().close();
        }
    }

    @Test
    void theLossIsToldInTimeWhileTheServerIsSilentAndWorkIsInterrupted(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            BlockingQueue<Term> terms = new LinkedBlockingQueue<>();
            BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
            try (Candidacy candidacy = kw.election("a", BRIEF).onElected(term -> {
                terms.add(term);
                try {
                    new LinkedBlockingQueue<String>().take();
                } finally {
                    interrupted.add(term.isLeader());
                }
            })) {
                Term first = next(terms);
                redis.freeze();
                assertThat(next(interrupted))
                        .as("still leader when interrupted")
                        .isFalse();
                assertThat(first.lost().toCompletableFuture().join()).isEqualTo(Lost.LEASE_OVER);
                redis.thaw();
                Term second = next(terms);
                assertThat(second.number()).isGreaterThan(first.number());
                assertThat(candidacy.term()).contains(second);
            }
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Optional.ofNullable(queue.poll(40, TimeUnit.SECONDS)).orElseThrow();
    }

    @Test
    void candidatesLiveThroughAServerThatIsKilledAndStartedAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Term term = kw.election("a", QUICK).campaign(LONG).orElseThrow();
            CompletableFuture<Optional<Term>> waiting = later(other.election("a", QUICK));
            awaitWaiting(redis, 1);
            redis.kill();
            redis.restart();
            Term next = waiting.join().orElseThrow();
            assertThat(next.number()).isGreaterThan(term.number());
            term.close();
            assertThat(next.isLeader()).isTrue();
            next.close();
        }
    }

    @Test
    void x3_renewalOutlivesConnectionsThatAreKilledAndScriptsThatAreForgotten(Standalone redis) {
        Duration lease = Duration.ofSeconds(2);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            redis.command("SCRIPT", "FLUSH");
            Term term = kw.election("a", QUICK.withLease(lease)).campaign(LONG).orElseThrow();
            long start = System.nanoTime();
            await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
                redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                redis.command("SCRIPT", "FLUSH");
                return System.nanoTime() - start > lease.toNanos() * 5 / 4;
            });
            assertThat(term.isLeader()).isTrue();
            term.close();
        }
    }

    @Test
    void aLostMessageIsMadeUpForByLooking(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Term term = kw.election("a", BRIEF).campaign(LONG).orElseThrow();
            CompletableFuture<Optional<Term>> waiting = later(other.election("a", QUICK));
            BlockingQueue<Optional<Leader>> seen = new LinkedBlockingQueue<>();
            try (Subscription watching = other.election("a").watch(seen::add)) {
                assertThat(next(seen).orElseThrow().term()).isEqualTo(term.number());
                awaitWaiting(redis, 1);
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                redis.command("DEL", "election:{a}"); // nobody tells
                long next = waiting.join().orElseThrow().number();
                await().atMost(LONG)
                        .until(() -> next(seen)
                                .filter(leader -> leader.term() == next)
                                .isPresent());
                watching.close();
            }
        }
    }

    @Test
    void theOfficeIsNotKeptLongForOneThatIsDead(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Term term = kw.election("a", QUICK).campaign(LONG).orElseThrow();
            String seconds = redis.command("TIME").lines().findFirst().orElseThrow();
            long soon = (Long.parseLong(seconds.replaceAll("\\D", "")) + 3_600) * 1_000_000;
            redis.command("ZADD", "election:{a}:waiting", "1", "dead-client-of-22-letters-1");
            redis.command("ZADD", "election:{a}:waiting", "2", "sent-client-of-22-letters-2");
            redis.command("HSET", "election:{a}:alive", "sent-client-of-22-letters-2", Long.toString(soon));
            CompletableFuture<Optional<Term>> waiting = later(other.election("a", QUICK));
            awaitWaiting(redis, 3);
            assertThat(term.resign()).isTrue();
            assertThat(redis.command("HMGET", "election:{a}", "owner", "term")).contains("sent-client-of-22-letters-2");
            assertThat(kw.election("a").leader()).isEmpty();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void aLeaseShorterThanARoundTripIsRefusedAndLeavesNothing(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            kw.election("a").campaign(LONG).orElseThrow().close();
            proxy.delay(Duration.ofMillis(60));
            LeaderElection hasty = kw.election("a", ElectionOptions.DEFAULTS.withLease(Duration.ofMillis(20)));
            assertThatThrownBy(() -> hasty.campaign(LONG))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("20 ms was over");
            proxy.delay(Duration.ZERO);
            kw.election("a").campaign(LONG).orElseThrow().close();
        }
    }

    @Test
    void whoMayNotRunScriptsIsToldSo(Standalone redis) {
        redis.command("ACL", "SETUSER", "eve", "on", ">pw", "~*", "&*", "+@all", "-@scripting");
        try (Keywright kw = Keywright.connect("redis://eve:pw@127.0.0.1:" + redis.port())) {
            LeaderElection election = kw.election("a");
            assertThatThrownBy(() -> election.campaign(LONG)).isInstanceOf(KeywrightException.Misused.class);
            assertThat(kw.check()).isNotEmpty();
            try (Candidacy candidacy = election.onElected(Term::requireLeader)) {
                await().until(() -> candidacy.trouble().isPresent());
                assertThat(candidacy.trouble()).get().isInstanceOf(KeywrightException.Misused.class);
                redis.command("ACL", "SETUSER", "eve", "+@all");
                await().atMost(LONG).until(() -> candidacy.term().isPresent());
            }
        } finally {
            redis.command("ACL", "DELUSER", "eve");
        }
    }

    @Test
    void whoMayDoWhatIsNeededAndNoMoreCanDoAll(Standalone redis) throws InterruptedException {
        redis.command("ACL", "SETUSER", "carol", "on", ">pw", "~*", "&*", "+@all", "-evalsha");
        String uri = "redis://carol:pw@127.0.0.1:" + redis.port();
        try (Keywright kw = Keywright.connect(uri)) {
            kw.election("a");
            redis.command(kw.check().get(0).fix().split(" "));
        }
        try (Keywright kw = Keywright.connect(uri)) {
            LeaderElection election = kw.election("a", BRIEF);
            BlockingQueue<Optional<Leader>> seen = new LinkedBlockingQueue<>();
            try (Subscription watching = election.watch(seen::add)) {
                assertThat(next(seen)).isEmpty();
                Term term = election.campaign(LONG).orElseThrow();
                assertThat(next(seen).orElseThrow().term()).isEqualTo(term.number());
                CompletableFuture<Optional<Term>> waiting = later(election);
                awaitWaiting(redis, 1);
                assertThat(term.resign()).isTrue();
                waiting.join().orElseThrow().close();
                watching.close();
            }
            assertThat(kw.check()).isEmpty();
        } finally {
            redis.command("ACL", "DELUSER", "carol");
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void whileASlotMovesTheTermIsKept(Cluster redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Term term = kw.election("a", QUICK).campaign(LONG).orElseThrow();
            CompletableFuture<Optional<Term>> waiting = later(other.election("a", QUICK));
            int slot = Cluster.slotOf("election:{a}");
            Standalone owner = redis.ownerOf(slot);
            redis.migrateSlot(
                    slot,
                    redis.masters().stream()
                            .filter(each -> each.port() != owner.port())
                            .findFirst()
                            .orElseThrow());
            assertThat(waiting).isNotDone();
            assertThat(kw.election("a").leader().orElseThrow().term()).isEqualTo(term.number());
            assertThat(term.resign()).isTrue();
            waiting.join().orElseThrow().close();
        }
    }
}
