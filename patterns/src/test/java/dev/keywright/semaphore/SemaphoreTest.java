package dev.keywright.semaphore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who gets permits, until when, and what the handle says. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class SemaphoreTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration BRIEF = Duration.ofMillis(150);

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static CompletableFuture<Optional<Permits>> later(DistributedSemaphore semaphore, int wanted) {
        return semaphore.tryAcquireAsync(wanted, LONG).toCompletableFuture();
    }

    /** A request that waits has to be known before the next one comes. */
    private static CompletableFuture<Optional<Permits>> queued(DistributedSemaphore semaphore, int wanted) {
        int waiting = semaphore.usage().waiting();
        CompletableFuture<Optional<Permits>> later = later(semaphore, wanted);
        await().until(() -> semaphore.usage().waiting() == waiting + 1);
        return later;
    }

    @Test
    void soManyAtATimeAndNoMore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedSemaphore here = kw.semaphore("a", 5);
            DistributedSemaphore there = other.semaphore("a", 5);
            Permits three = here.acquire(3, LONG);
            Permits two = there.acquire(2, LONG);
            assertThat(three.count()).isEqualTo(3);
            assertThat(three.isHeld()).isTrue();
            assertThat(three.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(29));
            assertThat(here.tryAcquire()).isEmpty();
            assertThat(there.tryAcquire(1, Duration.ofMillis(20))).isEmpty();
            await().until(() -> here.usage().equals(new Usage(5, 5, 0)));
            assertThat(two.release()).isTrue();
            assertThat(two.release()).isFalse();
            assertThat(two.isHeld()).isFalse();
            assertThat(two.remaining()).isEqualTo(Duration.ZERO);
            assertThat(two.lost().toCompletableFuture()).isNotDone();
            assertThatThrownBy(two::requireHeld).isInstanceOf(KeywrightException.Lost.class);
            assertThat(here.usage().free()).isEqualTo(2);
            assertThat(here.tryAcquire(3)).isEmpty();
            Permits again = here.tryAcquire(2).orElseThrow();
            assertThat(again.releaseAsync().toCompletableFuture().join()).isTrue();
            three.close();
            assertThat(number(kw, "EXISTS", "sem:{a}")).isZero();
            assertThat(number(kw, "EXISTS", "sem:{a}:ends")).isZero();
            await().until(() -> number(kw, "EXISTS", "sem:{a}:waiting") == 0);
            assertThat(number(kw, "EXISTS", "sem:{a}:wishes")).isZero();
        }
    }

    @Test
    void x5_everyKeyHasATimeToLive(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2);
            semaphore.changePermits(1);
            Permits permits = semaphore.acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = queued(semaphore, 1);
            assertThat(number(kw, "PTTL", "sem:{a}")).isBetween(1L, 90_000L);
            assertThat(number(kw, "PTTL", "sem:{a}:ends")).isBetween(1L, 90_000L);
            assertThat(number(kw, "PTTL", "sem:{a}:waiting")).isBetween(1L, 5_000L);
            assertThat(number(kw, "PTTL", "sem:{a}:wishes")).isBetween(1L, 5_000L);
            assertThat(number(kw, "PTTL", "sem:{a}:permits"))
                    .isBetween(1L, Duration.ofDays(30).toMillis());
            permits.close();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void thoseWhoWaitAreServedInTheOrderTheyCame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2);
            Permits first = semaphore.acquire(LONG);
            Permits second = semaphore.acquire(LONG);
            List<CompletableFuture<Optional<Permits>>> waiting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                waiting.add(queued((i % 2 == 0 ? kw : other).semaphore("a", 2), 1));
            }
            assertThat(semaphore.tryAcquire()).isEmpty();
            first.close();
            second.close();
            for (int i = 0; i < 6; i++) {
                Permits permits = waiting.get(i).join().orElseThrow();
                assertThat(waiting.stream().skip(i + 2).filter(CompletableFuture::isDone))
                        .as("two at a time, the next ones")
                        .isEmpty();
                permits.close();
            }
        }
    }

    @Test
    void oneWhoWantsManyIsNotPassedByThoseWhoCameLater(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 4);
            List<Permits> small = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                small.add(semaphore.acquire(LONG));
            }
            CompletableFuture<Optional<Permits>> three = queued(semaphore, 3);
            CompletableFuture<Optional<Permits>> one = queued(semaphore, 1);
            CompletableFuture<Optional<Permits>> two = queued(semaphore, 2);
            small.get(0).close();
            small.get(1).close();
            assertThat(semaphore.tryAcquire())
                    .as("two are free, and are waited for")
                    .isEmpty();
            assertThat(semaphore.tryAcquire(1, Duration.ofMillis(60))).isEmpty();
            assertThat(three).isNotDone();
            small.get(2).close();
            Permits big = three.join().orElseThrow();
            assertThat(one).isNotDone();
            small.get(3).close();
            Permits little = one.join().orElseThrow(); // there is enough for it beside the big one
            assertThat(two).isNotDone();
            big.close();
            two.join().orElseThrow().close();
            little.close();
        }
    }

    @Test
    void aReleaseWakesAllForWhomThereAreEnough(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 6);
            Permits all = semaphore.acquire(6, LONG);
            List<CompletableFuture<Optional<Permits>>> waiting =
                    List.of(queued(semaphore, 3), queued(semaphore, 2), queued(semaphore, 1));
            all.close();
            waiting.forEach(each -> assertThat(each.join()).isPresent());
            assertThat(semaphore.usage().held()).isEqualTo(6);
            waiting.forEach(each -> each.join().orElseThrow().close());
        }
    }

    @Test
    void oneWhoGoesAwayMakesRoomForTheNext(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2);
            Permits held = semaphore.acquire(LONG);
            CompletableFuture<Optional<Permits>> impatient =
                    semaphore.tryAcquireAsync(2, Duration.ofMillis(400)).toCompletableFuture();
            await().until(() -> semaphore.usage().waiting() == 1);
            CompletableFuture<Optional<Permits>> patient = later(semaphore, 1);
            assertThat(impatient.join()).isEmpty();
            patient.join().orElseThrow().close();
            held.close();
        }
    }

    @Test
    void moreThanThereAreIsRefusedAtOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 3);
            assertThatThrownBy(() -> semaphore.acquire(4, LONG))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("4 of 3")
                    .hasMessageContaining("semaphore a");
            assertThatThrownBy(() -> later(semaphore, 4).join()).hasCauseInstanceOf(KeywrightException.Misused.class);
            semaphore.acquire(3, LONG).close();
            Permits held = semaphore.acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = queued(semaphore, 3);
            semaphore.changePermits(2);
            assertThatThrownBy(waiting::join)
                    .as("who waits for more than there are from now on is told")
                    .hasCauseInstanceOf(KeywrightException.Misused.class);
            semaphore.acquire(LONG).close();
            held.close();
        }
    }

    @Test
    void theirNumberMayBeChangedForAll(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 1);
            DistributedSemaphore there = other.semaphore("a", 1);
            Permits one = semaphore.acquire(LONG);
            CompletableFuture<Optional<Permits>> waiting = queued(there, 1);
            semaphore.changePermits(3); // wakes those who wait
            Permits two = waiting.join().orElseThrow();
            Permits three = there.tryAcquire().orElseThrow();
            assertThat(there.usage()).isEqualTo(new Usage(3, 3, 0));
            there.changePermits(2);
            assertThat(semaphore.usage()).isEqualTo(new Usage(2, 3, 0));
            three.close();
            assertThat(semaphore.tryAcquire()).isEmpty();
            two.close();
            two = semaphore.tryAcquire().orElseThrow();
            two.close();
            there.resetPermits();
            assertThat(semaphore.tryAcquire()).isEmpty();
            assertThat(one.release()).isTrue();
            assertThat(other.semaphore("a", 7).usage().permits()).isEqualTo(7);
        }
    }

    @Test
    void permitsOfOneWhoIsGoneComeBackWithItsLease(Redis redis) {
        try (Keywright other = Keywright.connect(redis.uri())) {
            DistributedSemaphore there = other.semaphore("a", 2);
            SemaphoreOptions brief = SemaphoreOptions.DEFAULTS.withLease(Duration.ofSeconds(1));
            try (Keywright kw = Keywright.connect(redis.uri())) {
                kw.semaphore("a", 2, brief).acquire(2, LONG);
            }
            CompletableFuture<Optional<Permits>> waiting = queued(there, 2);
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void aFixedLeaseEndsWhenItSaysAndIsToldBefore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2, SemaphoreOptions.DEFAULTS.withFixedLease(BRIEF));
            Permits permits = semaphore.acquire(2, LONG);
            CompletableFuture<Lost> told = permits.lost().toCompletableFuture();
            Permits next = kw.semaphore("a", 2).acquire(2, LONG);
            assertThat(told.join()).isEqualTo(Lost.LEASE_OVER);
            assertThat(permits.isHeld()).isFalse();
            assertThat(permits.release()).isFalse();
            assertThat(next.isHeld()).isTrue();
            assertThat(next.release()).isTrue();
        }
    }

    @Test
    void theActionRunsWithPermitsAndItsFailurePasses(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedSemaphore semaphore = kw.semaphore("a", 2);
            assertThat(semaphore.<String, RuntimeException>withPermits(2, LONG, permits -> {
                        assertThat(semaphore.tryAcquire()).isEmpty();
                        return "done with " + permits.count();
                    }))
                    .isEqualTo("done with 2");
            assertThatThrownBy(() -> semaphore.withPermits(1, LONG, permits -> {
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> semaphore.<String, RuntimeException>withPermits(1, LONG, permits -> {
                        number(kw, "DEL", "sem:{a}");
                        return "late";
                    }))
                    .isInstanceOf(KeywrightException.Lost.class)
                    .hasMessageContaining("semaphore a");
            Permits all = semaphore.acquire(2, LONG);
            assertThatThrownBy(() -> semaphore.acquire(Duration.ofMillis(20)))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("20 ms");
            all.close();
        }
    }

    @Test
    void namesMayHoldAnything(Redis redis) {
        List<String> names = List.of(
                "a{b}c",
                "a}b",
                "a%7Db",
                "{",
                "}",
                "{}",
                "a:ends",
                "a",
                "a\0b",
                "a b\r\n",
                "\u00e9\ud83d\ude00",
                "n".repeat(1_024));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Permits> held = new ArrayList<>();
            for (String name : names) {
                assertThat(kw.semaphore(name, 1).name()).isEqualTo(name);
                held.add(kw.semaphore(name, 1).tryAcquire().orElseThrow());
                assertThat(kw.semaphore(name, 1).tryAcquire()).isEmpty();
            }
            assertThat(held).allMatch(Permits::release);
            assertThatThrownBy(() -> kw.semaphore("", 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kw.semaphore("half \ud83d", 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @WithRedis
    void badNumbersAndDurationsAreRefusedBeforeAnythingIsDone(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int permits : new int[] {0, -1, 1_000_001, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> kw.semaphore("a", permits)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> kw.semaphore("a", 1).tryAcquire(permits))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> kw.semaphore("a", 1).changePermits(permits))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            DistributedSemaphore semaphore = kw.semaphore("a", 1);
            Duration negative = Duration.ofMillis(-1);
            assertThatThrownBy(() -> semaphore.acquire(negative)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> semaphore.tryAcquireAsync(1, negative))
                    .isInstanceOf(IllegalArgumentException.class);
            for (Duration lease : List.of(negative, Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(2))) {
                assertThatThrownBy(() -> SemaphoreOptions.DEFAULTS.withLease(lease))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 ms to 1 day");
            }
            assertThatThrownBy(() -> SemaphoreOptions.DEFAULTS.withDeadline(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SemaphoreOptions.DEFAULTS.withLongest(negative))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
            redis.command("RPUSH", "sem:{a}", "x");
            assertThatThrownBy(semaphore::tryAcquire).isInstanceOf(KeywrightException.Misused.class);
            assertThat(redis.command("DBSIZE"))
                    .as("what is no semaphore is left alone")
                    .isEqualTo("1");
        }
    }

    @Test
    void closingTellsThoseWhoHoldAndThoseWhoWait(Redis redis) {
        CompletableFuture<Lost> told;
        CompletableFuture<Optional<Permits>> waiting;
        try (Keywright other = Keywright.connect(redis.uri())) {
            Permits theirs = other.semaphore("b", 1).acquire(LONG);
            try (Keywright kw = Keywright.connect(redis.uri())) {
                told = kw.semaphore("a", 1).acquire(LONG).lost().toCompletableFuture();
                waiting = queued(kw.semaphore("b", 1), 1);
            }
            assertThat(told.join()).isEqualTo(Lost.CLOSED);
            assertThatThrownBy(waiting::join).hasCauseInstanceOf(KeywrightException.class);
            theirs.close();
        }
    }
}
