package dev.keywright.semaphore;

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
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many at once: never more than there are, nobody is forgotten, nothing is left behind. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class SemaphoreRaceTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** What bears so much at a time. */
    private static final class Resource {

        private final int most;
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger uses = new AtomicInteger();
        private final AtomicInteger highest = new AtomicInteger();

        Resource(int most) {
            this.most = most;
        }

        void use(Permits permits) {
            int now = inside.addAndGet(permits.count());
            assertThat(now).isLessThanOrEqualTo(most);
            highest.accumulateAndGet(now, Math::max);
            uses.incrementAndGet();
            inside.addAndGet(-permits.count());
        }

        void use(Optional<Permits> got) {
            try (Permits permits = got.orElseThrow()) {
                use(permits);
            }
        }
    }

    @Test
    void fiftyWaitersAllGetTheirTurnAndNeverMoreThanThereAre(Redis redis) {
        ExecutorService pool = Executors.newFixedThreadPool(24);
        List<Keywright> processes =
                List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        try {
            Resource resource = new Resource(5);
            Random random = new Random(7);
            Permits all = processes.get(0).semaphore("a", 5).acquire(5, LONG);
            List<CompletableFuture<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                DistributedSemaphore semaphore = processes.get(i % 3).semaphore("a", 5);
                int wanted = 1 + (i % 10 == 0 ? 4 : random.nextInt(2));
                waiters.add(
                        i % 4 == 0
                                ? CompletableFuture.runAsync(
                                        () -> resource.use(Optional.of(semaphore.acquire(wanted, LONG))), pool)
                                : semaphore
                                        .tryAcquireAsync(wanted, LONG)
                                        .thenAcceptAsync(resource::use, pool)
                                        .toCompletableFuture());
            }
            all.close();
            CompletableFuture<Void> finished = CompletableFuture.allOf(waiters.toArray(CompletableFuture[]::new));
            while (!finished.isDone()) {
                assertThat(processes.get(0).semaphore("a", 5).usage().held()).isBetween(0, 5);
            }
            finished.join();
            assertThat(resource.uses).hasValue(50);
            assertThat(processes.get(0).semaphore("a", 5).usage()).isEqualTo(new Usage(5, 0, 0));
        } finally {
            pool.shutdown();
            processes.forEach(Keywright::close);
        }
    }

    @Test
    void waitersThatGoAwayForgetNobody(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (int round = 0; round < 5; round++) {
                List<CompletableFuture<?>> impatient = new ArrayList<>();
                Permits all = kw.semaphore("a", 3).acquire(3, LONG);
                for (int i = 0; i < 10; i++) {
                    DistributedSemaphore semaphore = (i % 2 == 0 ? kw : other).semaphore("a", 3);
                    impatient.add(semaphore
                            .tryAcquireAsync(1 + i % 3, Duration.ofMillis(2L * i))
                            .thenAccept(got -> got.ifPresent(Permits::close))
                            .toCompletableFuture());
                }
                CompletableFuture<Optional<Permits>> patient =
                        other.semaphore("a", 3).tryAcquireAsync(2, LONG).toCompletableFuture();
                all.close();
                patient.join().orElseThrow().close();
                impatient.forEach(CompletableFuture::join);
            }
        }
    }

    @Test
    @WithRedis
    void interruptsLeaveNothingRenewedNothingHeldAndNobodyWaiting(Standalone redis) throws InterruptedException {
        try (Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            DistributedSemaphore semaphore = new DistributedSemaphore(lessee, "a", 2, SemaphoreOptions.DEFAULTS);
            AtomicInteger acquired = new AtomicInteger();
            List<String> strange = new CopyOnWriteArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(() -> {
                    for (int loop = 0; loop < 60 || acquired.get() == 0; loop++) {
                        try (Permits permits = semaphore.acquire(1 + loop % 2, LONG)) {
                            acquired.addAndGet(permits.isHeld() ? 1 : 0);
                        } catch (KeywrightException.Unavailable e) {
                            if (!Thread.interrupted()) {
                                strange.add(e.toString());
                            }
                        }
                    }
                });
                thread.start();
                threads.add(thread);
            }
            Random random = new Random(3);
            while (threads.stream().anyMatch(Thread::isAlive)) {
                threads.get(random.nextInt(threads.size())).interrupt();
                threads.get(0).join(2);
            }
            assertThat(strange).isEmpty();
            assertThat(acquired).hasPositiveValue();
            await().until(() -> lessee.leases().size() == 0
                    && redis.command("EXISTS", "sem:{a}", "sem:{a}:ends", "sem:{a}:waiting")
                            .equals("0"));
        }
    }

    @Test
    @WithRedis
    void anInterruptEndsTheWait(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Permits held = kw.semaphore("a", 1).acquire(LONG);
            AtomicInteger interrupted = new AtomicInteger();
            Thread thread = new Thread(() -> {
                assertThatThrownBy(() -> kw.semaphore("a", 1).acquire(LONG))
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("Interrupted");
                interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            });
            thread.start();
            await().until(() -> redis.command("ZCARD", "sem:{a}:waiting").equals("1"));
            thread.interrupt();
            thread.join();
            assertThat(interrupted).hasValue(1);
            await().until(() -> redis.command("ZCARD", "sem:{a}:waiting").equals("0"));
            held.close();
        }
    }
}
