package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.lease.Lessee;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many at once: nobody overlaps, nobody is forgotten, nothing is left behind. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class LockRaceTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** What only one may use at a time, and only with a higher token than before. */
    private static final class Resource {

        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicLong last = new AtomicLong();
        private final AtomicInteger uses = new AtomicInteger();

        void use(Hold hold) {
            assertThat(inside.getAndIncrement()).as("others inside").isZero();
            assertThat(last.getAndSet(hold.token())).isLessThan(hold.token());
            uses.incrementAndGet();
            inside.getAndDecrement();
        }
    }

    @Test
    void l6_twoHundredWaitersAllGetTheirTurn(Redis redis) {
        ExecutorService pool = Executors.newFixedThreadPool(64);
        List<Keywright> processes =
                List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        try {
            for (LockOptions options : List.of(
                    LockOptions.DEFAULTS,
                    LockOptions.DEFAULTS.withFair(true),
                    LockOptions.DEFAULTS.withFixedLease(LONG))) {
                Resource resource = new Resource();
                Hold first = processes.get(0).lock("a", options).acquire(LONG);
                List<CompletableFuture<?>> waiters = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    DistributedLock lock = processes.get(i % 3).lock("a", options);
                    waiters.add(
                            i % 4 == 0
                                    ? CompletableFuture.runAsync(() -> lock.withLock(LONG, used(resource)), pool)
                                    : lock.tryAcquireAsync(LONG)
                                            .thenAcceptAsync(got -> use(resource, got), pool)
                                            .toCompletableFuture());
                }
                first.close();
                CompletableFuture.allOf(waiters.toArray(CompletableFuture[]::new))
                        .join();
                assertThat(resource.uses).hasValue(200);
            }
        } finally {
            pool.shutdown();
            processes.forEach(Keywright::close);
        }
    }

    private static DistributedLock.Action<String, RuntimeException> used(Resource resource) {
        return hold -> {
            resource.use(hold);
            return "";
        };
    }

    private static void use(Resource resource, Optional<Hold> got) {
        try (Hold hold = got.orElseThrow()) {
            resource.use(hold);
        }
    }

    @Test
    void waitersThatGoAwayForgetNobody(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (LockOptions options : List.of(LockOptions.DEFAULTS, LockOptions.DEFAULTS.withFair(true))) {
                for (int round = 0; round < 10; round++) {
                    List<CompletableFuture<Optional<Hold>>> impatient = new ArrayList<>();
                    Hold hold = kw.lock("a", options).acquire(LONG);
                    for (int i = 0; i < 10; i++) {
                        DistributedLock lock = (i % 2 == 0 ? kw : other).lock("a", options);
                        impatient.add(lock.tryAcquireAsync(Duration.ofMillis(2L * i))
                                .thenApply(got -> {
                                    got.ifPresent(Hold::close);
                                    return got;
                                })
                                .toCompletableFuture());
                    }
                    CompletableFuture<Optional<Hold>> patient =
                            other.lock("a", options).tryAcquireAsync(LONG).toCompletableFuture();
                    hold.close();
                    patient.join().orElseThrow().close();
                    impatient.forEach(CompletableFuture::join);
                }
            }
        }
    }

    /** L3, in short; LockLeakHunt does it for long. */
    @Test
    void l3_interruptsLeaveNothingRenewedAndNothingLocked(Redis redis) {
        try (Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            Locks locks = new Locks(lessee);
            LockLeakHunt.hunt(locks, 300, 4, 7);
            await().until(() -> lessee.leases().size() == 0 && locks.busyGates() == 0);
            locks.lock("leak", LockOptions.DEFAULTS).acquire(LONG).close();
        }
    }

    @Test
    @WithRedis
    void anInterruptEndsTheWaitAndTheNextOneGetsIt(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold hold = other.lock("a").acquire(LONG);
            AtomicInteger interrupted = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) { // one asks the server, one waits in the process
                Thread thread = new Thread(() -> {
                    assertThatThrownBy(() -> kw.lock("a").acquire(LONG))
                            .isInstanceOf(KeywrightException.Unavailable.class)
                            .hasMessageContaining("Interrupted");
                    interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                });
                thread.start();
                threads.add(thread);
            }
            await().until(() -> !redis.command("ZCARD", "lock:{a}:waiting").equals("0"));
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(interrupted).hasValue(2);
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("0"));
            CompletableFuture<Optional<Hold>> next =
                    kw.lock("a").tryAcquireAsync(LONG).toCompletableFuture();
            hold.close();
            next.join().orElseThrow().close();
        }
    }

    @Test
    @WithRedis
    void oneOfThoseWhoWaitIsWokenPerRelease(Standalone redis) {
        List<Keywright> processes = new ArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Hold hold = kw.lock("a").acquire(LONG);
            List<CompletableFuture<Optional<Hold>>> waiters = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Keywright process = Keywright.connect(redis.uri());
                processes.add(process);
                waiters.add(process.lock("a").tryAcquireAsync(LONG).toCompletableFuture());
            }
            await().until(() -> redis.command("ZCARD", "lock:{a}:waiting").equals("6"));
            await().until(() ->
                    redis.command("PUBSUB", "CHANNELS", "wake!*").lines().count() == 6);
            redis.command("CONFIG", "RESETSTAT");
            hold.close();
            CompletableFuture.anyOf(waiters.toArray(CompletableFuture[]::new)).join();
            assertThat(redis.info("cmdstat_publish")).startsWith("calls=1,");
            assertThat(waiters.stream().filter(CompletableFuture::isDone)).hasSize(1);
            for (int i = 0; i < 6; i++) {
                CompletableFuture.anyOf(waiters.toArray(CompletableFuture[]::new))
                        .join();
                int done = 0;
                while (!waiters.get(done).isDone()) {
                    done++;
                }
                waiters.remove(done).join().orElseThrow().close();
            }
        } finally {
            processes.forEach(Keywright::close);
        }
    }

    @Test
    @WithRedis
    void handOversInOneProcessDoNotAskTheServer(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Resource resource = new Resource();
            DistributedLock lock = kw.lock("a");
            Hold hold = lock.acquire(LONG);
            List<CompletableFuture<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                waiters.add(lock.tryAcquireAsync(LONG)
                        .thenAccept(got -> use(resource, got))
                        .toCompletableFuture());
            }
            redis.command("CONFIG", "RESETSTAT");
            hold.close();
            CompletableFuture.allOf(waiters.toArray(CompletableFuture[]::new)).join();
            assertThat(resource.uses).hasValue(400);
            String calls = redis.info("cmdstat_evalsha").replaceAll("calls=(\\d+),.*", "$1");
            assertThat(Integer.parseInt(calls)).isLessThan(400);
        }
    }
}
