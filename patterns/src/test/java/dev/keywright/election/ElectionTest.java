package dev.keywright.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Command;
import dev.keywright.connection.Subscription;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who leads, until when, and what others see. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class ElectionTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static ElectionOptions node(int number) {
        return ElectionOptions.DEFAULTS.withCandidate("node-" + number).withData("10.0.0." + number + ":80");
    }

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static CompletableFuture<Optional<Term>> waiting(Keywright kw, LeaderElection election) {
        String key = "election:{" + election.name() + "}:waiting";
        long before = number(kw, "ZCARD", key);
        CompletableFuture<Optional<Term>> later = election.campaignAsync(LONG).toCompletableFuture();
        await().until(() -> number(kw, "ZCARD", key) > before);
        return later;
    }

    @Test
    void oneLeaderAtATimeAndTermsGrow(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            LeaderElection here = kw.election("a", node(1));
            LeaderElection there = other.election("a", node(2));
            assertThat(there.leader()).isEmpty();
            long last = 0;
            for (int i = 0; i < 3; i++) {
                Term term = here.campaign(LONG).orElseThrow();
                assertThat(term.number()).isGreaterThan(last);
                assertThat(term.isLeader()).isTrue();
                assertThat(term.remaining()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(9));
                assertThat(there.leader()).contains(new Leader("node-1", "10.0.0.1:80", term.number()));
                assertThat(there.campaign(Duration.ZERO)).isEmpty();
                assertThat(here.campaign(Duration.ofMillis(20))).isEmpty();
                assertThat(term.resign()).isTrue();
                assertThat(term.resign()).isFalse();
                assertThat(term.isLeader()).isFalse();
                assertThatThrownBy(term::requireLeader).isInstanceOf(KeywrightException.Lost.class);
                term.ended().toCompletableFuture().join();
                assertThat(term.lost().toCompletableFuture()).isNotDone();
                assertThat(there.leaderAsync().toCompletableFuture().join()).isEmpty();
                Term next = there.campaign(LONG).orElseThrow();
                assertThat(next.number()).isGreaterThan(term.number());
                assertThat(term.resign()).isFalse();
                assertThat(here.leader().orElseThrow().candidate()).isEqualTo("node-2");
                assertThat(next.resignAsync().toCompletableFuture().join()).isTrue();
                last = next.number();
            }
            assertThat(number(kw, "EXISTS", "election:{a}")).isZero();
            assertThat(number(kw, "PTTL", "election:{a}:term")).isBetween(1L, 172_800_000L);
            redis.flushAll();
            assertThat(here.campaign(LONG).orElseThrow().number())
                    .as("the counter was lost")
                    .isGreaterThan(last);
        }
    }

    @Test
    void whoResignsHandsOverToTheOneThatWaitedLongest(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Term term = kw.election("a", node(1)).campaign(LONG).orElseThrow();
            List<CompletableFuture<Optional<Term>>> waiting = new ArrayList<>();
            for (int i = 2; i < 6; i++) {
                waiting.add(waiting(kw, (i % 2 == 0 ? other : kw).election("a", node(i))));
            }
            assertThat(number(kw, "PTTL", "election:{a}:waiting")).isBetween(1L, 5_000L);
            assertThat(number(kw, "PTTL", "election:{a}:alive")).isBetween(1L, 5_000L);
            long last = term.number();
            for (CompletableFuture<Optional<Term>> each : waiting) {
                assertThat(each).isNotDone();
                assertThat(term.resign()).isTrue();
                term = each.join().orElseThrow();
                assertThat(term.number()).isGreaterThan(last);
                last = term.number();
            }
            term.close();
        }
    }

    @Test
    void aLeaderThatIsGoneIsReplacedWhenItsLeaseIsOver(Redis redis) {
        try (Keywright other = Keywright.connect(redis.uri())) {
            CompletableFuture<Optional<Term>> waiting;
            Term term;
            try (Keywright kw = Keywright.connect(redis.uri())) {
                LeaderElection election = kw.election("a", node(1).withLease(Duration.ofMillis(600)));
                term = election.campaign(LONG).orElseThrow();
                waiting = waiting(other, other.election("a", node(2)));
            }
            assertThat(term.lost().toCompletableFuture().join()).isEqualTo(Lost.CLOSED);
            Term next = waiting.join().orElseThrow();
            assertThat(next.number()).isGreaterThan(term.number());
            next.close();
        }
    }

    @Test
    void theListenerLeadsAndCampaignsAgainUntilItIsClosed(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            BlockingQueue<Term> terms = new LinkedBlockingQueue<>();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger interrupts = new AtomicInteger();
            LeaderElection election = kw.election("a", node(1).withLease(Duration.ofSeconds(1)));
            try (Candidacy candidacy = election.onElected(term -> {
                assertThat(inside.getAndIncrement()).isZero();
                terms.add(term);
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                    throw e;
                } finally {
                    inside.decrementAndGet();
                }
            })) {
                Term first = next(terms);
                assertThat(candidacy.term()).contains(first);
                number(kw, "DEL", "election:{a}"); // taken away
                Term second = next(terms);
                assertThat(first.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
                assertThat(second.number()).isGreaterThan(first.number());
                assertThat(interrupts).hasValue(1);
                assertThat(candidacy.trouble()).isEmpty();
                candidacy.close();
                assertThat(interrupts).hasValue(2);
                assertThat(second.isLeader()).isFalse();
                assertThat(second.lost().toCompletableFuture()).isNotDone();
                assertThat(candidacy.term()).isEmpty();
            }
            assertThat(election.leader()).isEmpty();
            assertThat(terms).isEmpty();
        }
    }

    private static Term next(BlockingQueue<Term> terms) throws InterruptedException {
        return Optional.ofNullable(terms.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    @Test
    void workThatReturnsStaysInOfficeAndWorkThatFailsResigns(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            BlockingQueue<Term> terms = new LinkedBlockingQueue<>();
            AtomicInteger runs = new AtomicInteger();
            LeaderElection there = other.election("a", node(2));
            try (Candidacy candidacy = kw.election("a", node(1)).onElected(term -> {
                terms.add(term);
                if (runs.getAndIncrement() == 1) {
                    throw new IllegalStateException("no disk");
                }
            })) {
                Term first = next(terms);
                assertThat(there.campaign(Duration.ofMillis(50))).isEmpty();
                assertThat(first.isLeader()).isTrue();
                assertThat(first.resign()).isTrue();
                Term second = next(terms); // nobody else was there, and it fails
                second.ended().toCompletableFuture().join();
                assertThat(second.isLeader()).isFalse();
                assertThat(candidacy.trouble()).get().isInstanceOf(IllegalStateException.class);
                there.campaign(LONG).orElseThrow().close();
                Term third = next(terms);
                await().until(() -> candidacy.trouble().isEmpty());
                CompletableFuture<Optional<Term>> waiting = waiting(kw, there);
                candidacy.close();
                assertThat(third.isLeader()).isFalse();
                waiting.join().orElseThrow().close();
            }
            assertThat(terms).isEmpty();
        }
    }

    @Test
    void closingEndsALoopThatOnlyLooksWhetherItLeads(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LeaderElection election = kw.election("a", node(1).withLease(Duration.ofMinutes(5)));
            CountDownLatch leads = new CountDownLatch(1);
            try (Candidacy candidacy = election.onElected(term -> {
                while (term.isLeader()) {
                    leads.countDown();
                    Thread.onSpinWait();
                }
            })) {
                leads.await();
                assertThat(candidacy.term()).isPresent();
            }
            await().until(() -> election.leader().isEmpty());
            CompletableFuture<Boolean> closedByItself = new CompletableFuture<>();
            CompletableFuture<Candidacy> self = new CompletableFuture<>();
            self.complete(election.onElected(term -> {
                self.join().close();
                closedByItself.complete(term.isLeader());
            }));
            assertThat(closedByItself.join()).isFalse();
            await().until(() -> election.leader().isEmpty());
        }
    }

    @Test
    void everyoneMayWatch(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            BlockingQueue<Optional<Leader>> seen = new LinkedBlockingQueue<>();
            LeaderElection election = kw.election("a", node(1));
            try (Subscription watching = other.election("a").watch(seen::add)) {
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.empty());
                Term term = election.campaign(LONG).orElseThrow();
                assertThat(seen.poll(30, TimeUnit.SECONDS))
                        .isEqualTo(Optional.of(new Leader("node-1", "10.0.0.1:80", term.number())));
                term.close();
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.empty());
                Term brief = kw.election("a", node(3).withLease(Duration.ofMillis(300)))
                        .campaign(LONG)
                        .orElseThrow();
                assertThat(seen.poll(30, TimeUnit.SECONDS))
                        .isEqualTo(Optional.of(new Leader("node-3", "10.0.0.3:80", brief.number())));
                brief.close();
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.empty());
                watching.close();
                election.campaign(LONG).orElseThrow().close();
            }
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void namesAndDataMayHoldAnything(Redis redis) {
        List<String> names =
                List.of("a{b}c", "a}b", "a%7Db", "{", "}", "a:term", "a", "a\0b", "a b\r\n", "\u00e9\ud83d\ude00");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Term> terms = new ArrayList<>();
            for (String name : names) {
                LeaderElection election = kw.election(
                        name, ElectionOptions.DEFAULTS.withCandidate(name).withData(name));
                terms.add(election.campaign(Duration.ZERO).orElseThrow());
                assertThat(election.campaign(Duration.ZERO)).isEmpty();
                Leader leader = election.leader().orElseThrow();
                assertThat(List.of(leader.candidate(), leader.data(), election.name()))
                        .containsOnly(name);
            }
            assertThat(terms).allMatch(Term::resign);
            assertThatThrownBy(() -> kw.election("")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kw.election("half \ud83d")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @WithRedis
    void badOptionsAreRefusedBeforeAnythingIsDone(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LeaderElection election = kw.election("a");
            Duration negative = Duration.ofMillis(-1);
            assertThatThrownBy(() -> election.campaign(negative)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> election.campaignAsync(negative)).isInstanceOf(IllegalArgumentException.class);
            for (Duration lease : List.of(negative, Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(2))) {
                assertThatThrownBy(() -> ElectionOptions.DEFAULTS.withLease(lease))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 ms to 1 day");
            }
            for (String candidate : List.of("", "n".repeat(257))) {
                assertThatThrownBy(() -> ElectionOptions.DEFAULTS.withCandidate(candidate))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> ElectionOptions.DEFAULTS.withData("n".repeat(4_097)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ElectionOptions.DEFAULTS.withDeadline(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
            redis.command("RPUSH", "election:{a}", "x");
            assertThatThrownBy(() -> election.campaign(Duration.ZERO)).isInstanceOf(KeywrightException.Misused.class);
            assertThatThrownBy(election::leader).isInstanceOf(KeywrightException.Misused.class);
            assertThat(redis.command("DBSIZE"))
                    .as("what is no election is left alone")
                    .isEqualTo("1");
        }
    }
}
