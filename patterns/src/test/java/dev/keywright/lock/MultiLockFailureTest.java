package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One of several locks is lost; answers are. */
@WithRedis
class MultiLockFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final LockOptions QUICK = LockOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));
    private static final List<String> NAMES = List.of("c", "a", "b");

    private static void awaitAllFree(Keywright kw) {
        for (String name : NAMES) {
            kw.lock(name).acquire(LONG).close();
        }
    }

    private static void awaitHeld(Keywright kw, String name) {
        await().until(() -> {
            Optional<Hold> hold = kw.lock(name).tryAcquire();
            hold.ifPresent(Hold::close);
            return hold.isEmpty();
        });
    }

    @Test
    void itIsLostAsSoonAsOneIsAndTheOthersStayUntilTheRelease(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            MultiHold hold = kw.multiLock(NAMES, LockOptions.DEFAULTS.withLease(Duration.ofSeconds(2)))
                    .acquire(LONG);
            redis.command("DEL", "lock:{b}");
            assertThat(hold.lost().toCompletableFuture().join()).isEqualTo(Lost.TAKEN);
            assertThat(hold.isHeld()).isFalse();
            assertThat(hold.remaining()).isZero();
            assertThatThrownBy(hold::requireHeld)
                    .isInstanceOf(KeywrightException.Lost.class)
                    .hasMessageContaining("lock b");
            assertThat(hold.extend(LONG)).isFalse();
            other.lock("b").acquire(LONG).close();
            assertThat(other.lock("c").tryAcquire()).isEmpty();
            assertThat(hold.release()).isFalse();
            awaitAllFree(other);
        }
    }

    @Test
    void whatWasLostWhileOthersWereWaitedForIsAskedForAgain(Standalone redis) {
        LockOptions fixed = LockOptions.DEFAULTS.withFixedLease(Duration.ofSeconds(1));
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold last = other.lock("b").acquire(LONG);
            CompletableFuture<MultiHold> blocking = CompletableFuture.supplyAsync(
                    () -> kw.multiLock(List.of("a", "b"), fixed).acquire(LONG));
            awaitHeld(other, "a");
            other.lock("a").acquire(LONG).close(); // its lease was over
            CompletableFuture<Optional<MultiHold>> waiting = other.multiLock(List.of("a", "b"), fixed)
                    .tryAcquireAsync(LONG)
                    .toCompletableFuture();
            awaitHeld(kw, "a");
            kw.lock("a").acquire(LONG).close();
            last.close();
            CompletableFuture.allOf(
                            blocking.thenAccept(MultiHold::close),
                            waiting.thenAccept(got -> got.orElseThrow().close()))
                    .join();
        }
    }

    @Test
    void anInterruptUndoesWhatWasAcquired(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold last = other.lock("c").acquire(LONG);
            Thread thread = new Thread(() ->
                    assertThatThrownBy(() -> kw.multiLock(NAMES).acquire(LONG)).hasMessageContaining("Interrupted"));
            thread.start();
            await().until(() -> redis.command("ZCARD", "lock:{c}:waiting").equals("1"));
            thread.interrupt();
            thread.join();
            other.lock("a").acquire(LONG).close();
            other.lock("b").acquire(LONG).close();
            last.close();
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            redis.command("SCRIPT", "FLUSH");
            MultiHold hold = kw.multiLock(NAMES).acquire(LONG);
            redis.command("SCRIPT", "FLUSH");
            assertThat(hold.extend(LONG)).isTrue();
            redis.command("SCRIPT", "FLUSH");
            assertThat(hold.release()).isTrue();
        }
    }

    @Test
    void whatRedisDoesNotAnswerForIsFreed(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            DistributedMultiLock lock = kw.multiLock(NAMES, QUICK);
            lock.acquire(LONG).close(); // so that the scripts are known
            proxy.dropReplies(true);
            assertThatThrownBy(lock::tryAcquire)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThatThrownBy(() -> lock.tryAcquireAsync(Duration.ZERO)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            proxy.dropReplies(false);
            awaitAllFree(direct);

            MultiHold held = lock.acquire(LONG);
            proxy.dropReplies(true);
            assertThatThrownBy(held::release).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(held.isHeld()).isFalse();
            proxy.dropReplies(false);
            awaitAllFree(direct);
        }
    }
}
