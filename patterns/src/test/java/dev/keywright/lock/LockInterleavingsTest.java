package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.Lost;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.election.Term;
import dev.keywright.lease.Lease;
import dev.keywright.lease.Lessee;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What comes late, in another order, without an answer, after the end, or all at once. */
@WithRedis
class LockInterleavingsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LockOptions QUICK = LockOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));

    @Test
    void anExtensionWithoutAnswerNeverShortensALease(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold =
                    kw.lock("a", QUICK.withFixedLease(Duration.ofSeconds(15))).acquire(LONG);
            assertThat(hold.extend(Duration.ofSeconds(15))).isTrue();
            proxy.dropReplies(true);
            assertThatThrownBy(() -> hold.extend(Duration.ofMillis(100)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(other.lock("a").tryAcquire(Duration.ofSeconds(1))).isEmpty();
            assertThat(hold.isHeld()).isTrue();
        }
    }

    @Test
    void answersInAnyOrderNeverShowMoreThanTheServerHas(Standalone redis) {
        AtomicBoolean gated = new AtomicBoolean();
        Queue<Runnable> late = new ConcurrentLinkedQueue<>();
        ExecutorService pool = Executors.newCachedThreadPool();
        try (Keywright kw = Keywright.connect(redis.uri(), ConnectionOptions.DEFAULTS.withCallbacks(task -> {
                    if (gated.get()) {
                        late.add(task);
                    } else {
                        pool.execute(task);
                    }
                }));
                Keywright other = Keywright.connect(redis.uri())) {
            kw.lock("y").acquire(LONG).extend(LONG); // the script is known
            Hold hold = kw.lock("a", QUICK.withLease(Duration.ofSeconds(6))).acquire(LONG);
            await().until(() -> Long.parseLong(redis.command("PTTL", "lock:{a}")) < 4_600);
            gated.set(true);
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> Long.parseLong(redis.command("PTTL", "lock:{a}")) > 5_000
                            && !late.isEmpty()); // a renewal, answered but not told yet
            assertThat(hold.extend(Duration.ofMillis(600))).isTrue();
            gated.set(false);
            late.forEach(pool::execute);
            assertThat(other.lock("a").tryAcquire(Duration.ofSeconds(1))).isEmpty();
            assertThat(hold.isHeld()).isTrue();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void whoFirstWaitsWhileRedisIsAwayListensLater(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            kw.lock("x").acquire(LONG).close();
            proxy.refuse(true);
            proxy.cut();
            assertThat(kw.lock("a", QUICK)
                            .tryAcquireAsync(Duration.ofMillis(500))
                            .toCompletableFuture()
                            .handle((h, e) -> e != null)
                            .join())
                    .isTrue();
            proxy.refuse(false);
            await().atMost(Duration.ofSeconds(15))
                    .ignoreExceptions()
                    .until(() -> kw.lock("b", QUICK)
                            .tryAcquireAsync(Duration.ofMillis(200))
                            .toCompletableFuture()
                            .join()
                            .map(Hold::release)
                            .orElse(false));
            try (Keywright other = Keywright.connect(redis.uri())) {
                Hold hold = other.lock("c").acquire(LONG);
                CompletableFuture<Optional<Hold>> waiting =
                        kw.lock("c", QUICK).tryAcquireAsync(LONG).toCompletableFuture();
                await().atMost(Duration.ofSeconds(5))
                        .until(() ->
                                redis.command("PUBSUB", "CHANNELS", "wake!*").contains("wake!"));
                hold.close();
                waiting.join().ifPresent(Hold::close);
            }
        }
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsGivenBack(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = other.lock("a").acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    kw.lock("a").tryAcquireAsync(LONG).toCompletableFuture();
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("1"));
            waiting.cancel(false);
            hold.close();
            other.lock("a").acquire(Duration.ofSeconds(5)).close(); // the one cancelled must not have it for an hour
        }
    }

    @Test
    void cancelledFuturesTakeNothing(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            MultiHold held = other.multiLock(List.of("m", "n")).acquire(LONG);
            CompletableFuture<Optional<MultiHold>> locks =
                    kw.multiLock(List.of("m", "n")).tryAcquireAsync(LONG).toCompletableFuture();
            Term leads = other.election("e").campaign(LONG).orElseThrow();
            CompletableFuture<Optional<Term>> term =
                    kw.election("e").campaignAsync(LONG).toCompletableFuture();
            await().until(() -> redis.command("ZCARD", "lock:{m}:waiting").equals("1")
                    && redis.command("ZCARD", "election:{e}:waiting").equals("1"));
            locks.cancel(false);
            term.cancel(false);
            held.close();
            leads.resign();
            other.multiLock(List.of("m", "n")).acquire(Duration.ofSeconds(10)).close();
            other.election("e").campaign(Duration.ofSeconds(10)).orElseThrow().close();
        }
    }

    /** One lease alone on its connection: nothing but its own alarm wakes the thread that renews. */
    @Test
    void aLeaseIsRenewedEachThirdOfIt(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Duration lease = Duration.ofSeconds(3);
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withLease(lease)).acquire(LONG);
            long start = System.nanoTime();
            await().pollInterval(Duration.ofMillis(20)).atMost(LONG).until(() -> {
                assertThat(Long.parseLong(redis.command("PTTL", "lock:{a}"))).isGreaterThan(1_450);
                return System.nanoTime() - start > 3 * lease.toNanos();
            });
            hold.close();
        }
    }

    @Test
    void whoGetsItAfterALostAnswerWaitsNoMore(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LockKeys keys = new LockKeys("a", true);
            Duration timeout = Duration.ofSeconds(5);
            byte[] holder = "holder-client-of-22-ch-1".getBytes(US_ASCII);
            byte[] w = "waiter-client-of-22-ch-1".getBytes(US_ASCII);
            keys.acquire(holder, LONG, 1, Duration.ZERO, 0).call(kw.connection(), timeout);
            keys.acquire(w, LONG, 1, Duration.ofSeconds(5), 0)
                    .call(kw.connection(), timeout); // answer lost: since stays 0
            keys.release(holder, false).call(kw.connection(), timeout);
            assertThat(keys.acquire(w, LONG, 1, Duration.ofSeconds(5), 1)
                            .call(kw.connection(), timeout)
                            .items()
                            .get(0)
                            .number())
                    .isEqualTo(1);
            assertThat(redis.command("ZCARD", "lock:{a}:waiting"))
                    .as("the holder still waits")
                    .isEqualTo("0");
            keys.release(w, false).call(kw.connection(), timeout);
            assertThat(kw.lock("a", LockOptions.DEFAULTS.withFair(true)).tryAcquire())
                    .isPresent();
        }
    }

    @Test
    void whatIsGrantedAfterTheCloseIsLostOrRefused(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            Lessee lessee = new Lessee(connection);
            Locks locks = new Locks(lessee);
            lessee.close();
            assertThatThrownBy(() -> locks.lock("a", LockOptions.DEFAULTS).tryAcquire())
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void whoWaitsLivesThroughABusyServer(Standalone redis) {
        redis.command("CONFIG", "SET", "lua-time-limit", "20");
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = other.lock("a").acquire(LONG);
            CompletableFuture<Optional<Hold>> waiting =
                    kw.lock("a").tryAcquireAsync(LONG).toCompletableFuture();
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("1"));
            redis.command(
                    "EVAL",
                    "local t=redis.call('TIME')[1]+2; while tonumber(redis.call('TIME')[1])<t do end return 1",
                    "0");
            hold.close();
            waiting.join().orElseThrow().close();
        }
    }

    @Test
    void anExtensionThatComesTooLateLeavesNoLock(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withFixedLease(Duration.ofSeconds(1)))
                    .acquire(LONG);
            kw.lock("y").acquire(LONG).extend(LONG);
            proxy.delay(Duration.ofMillis(1_100));
            assertThat(hold.extend(Duration.ofHours(20))).isFalse();
            proxy.delay(Duration.ZERO);
            hold.close();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> redis.command("EXISTS", "lock:{a}").equals("0"));
        }
    }

    @Test
    void aRoundTripOfASixthOfTheLeaseIsQuickEnough(Standalone redis) {
        Duration lease = Duration.ofMillis(1_500);
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            kw.lock("y", LockOptions.DEFAULTS.withLease(lease)).acquire(LONG).extend(lease);
            proxy.delay(Duration.ofMillis(220));
            Hold hold = kw.lock("a", LockOptions.DEFAULTS.withLease(lease)).acquire(LONG);
            long start = System.nanoTime();
            await().atMost(LONG).until(() -> System.nanoTime() - start > 2 * lease.toNanos());
            assertThat(hold.isHeld()).isTrue();
        }
    }

    @Test
    void aShortWaitIsShortWhenTheServerIsSilent(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.lock("a").acquire(LONG).close();
            redis.freeze();
            long start = System.nanoTime();
            try {
                assertThatThrownBy(() -> kw.lock("a").acquire(Duration.ofMillis(50)))
                        .isInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void listenersOfManyLossesShareSomeThreads(Standalone redis) throws InterruptedException {
        try (Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            Locks locks = new Locks(lessee);
            LockOptions options = LockOptions.DEFAULTS.withFixedLease(Duration.ofSeconds(3));
            CountDownLatch go = new CountDownLatch(1);
            List<Hold> holds = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                Possession p = new Possession(locks, new LockKeys("n" + i, false), options, "o" + i, null);
                lessee.leases().watch(p.lease);
                LockHold hold = p.granted(i, Lease.now());
                CompletionStage<Void> unused = hold.lost().thenAccept(why -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                holds.add(hold);
            }
            await().until(() -> holds.stream().noneMatch(Hold::isHeld));
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().startsWith("keywright-holders"))
                    .count();
            go.countDown();
            assertThat(threads).isLessThan(700);
        }
    }

    @Test
    void aReentrantLockIsNotGivenWhileItsLastLevelEnds(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            Locks locks = new Locks(lessee);
            Nests nests = new Nests();
            ServerLock server = new ServerLock(locks, new LockKeys("a", false), LockOptions.DEFAULTS);
            ReentrantLock lock = new ReentrantLock(server, nests);
            Hold real = server.acquire(LONG);
            Nests.Nest[] nest = new Nests.Nest[1];
            Hold slow = new Hold() { // between its check and what follows another thread releases
                        @Override
                        public long token() {
                            return real.token();
                        }

                        @Override
                        public boolean isHeld() {
                            return real.isHeld();
                        }

                        @Override
                        public Duration remaining() {
                            return real.remaining();
                        }

                        @Override
                        public CompletionStage<Lost> lost() {
                            return real.lost();
                        }

                        @Override
                        public void requireHeld() {
                            real.requireHeld();
                            if (nests.leave(nest[0])) {
                                real.release();
                            }
                        }

                        @Override
                        public boolean extend(Duration lease) {
                            return real.extend(lease);
                        }

                        @Override
                        public boolean release() {
                            return real.release();
                        }

                        @Override
                        public CompletionStage<Boolean> releaseAsync() {
                            return real.releaseAsync();
                        }

                        @Override
                        public void close() {
                            real.close();
                        }
                    };
            nest[0] = nests.first("a", slow);
            Optional<Hold> again = lock.tryAcquire();
            assertThat(again.isEmpty() || again.get().isHeld())
                    .as("given and not held")
                    .isTrue();
        }
    }

    @Test
    void callersWhoBlockAfterAReleaseDoNotStopRenewal(Standalone redis) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold held = kw.lock("a", LockOptions.DEFAULTS.withLease(Duration.ofMillis(1_500)))
                    .acquire(LONG);
            Thread here = Thread.currentThread();
            for (int i = 0; i < 40; i++) {
                CompletionStage<Void> unused = kw.lock("n" + i)
                        .acquire(LONG)
                        .releaseAsync()
                        .thenAccept(ok -> {
                            try {
                                if (Thread.currentThread() != here) { // which it is when the answer is there already
                                    go.await(10, TimeUnit.SECONDS);
                                }
                            } catch (InterruptedException e) {
                                here.interrupt();
                            }
                        });
            }
            long start = System.nanoTime();
            await().atMost(LONG).until(() -> System.nanoTime() - start > 3_000_000_000L);
            boolean still = held.isHeld();
            go.countDown();
            assertThat(still).isTrue();
        }
    }
}
