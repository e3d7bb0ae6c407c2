package dev.keywright.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many readers or one writer, in the order they came. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class ReadWriteLockTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final List<String> KEYS = List.of("", ":readers", ":fence", ":writers", ":waiting", ":alive");

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static void awaitWaiting(Keywright kw, String side, int count) {
        await().until(() -> number(kw, "ZCARD", "lock:{a}:rw:" + side) == count);
    }

    private static CompletableFuture<Optional<Hold>> later(DistributedLock lock, Duration wait) {
        return lock.tryAcquireAsync(wait).toCompletableFuture();
    }

    @Test
    void manyReadOrOneWrites(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock here = kw.readWriteLock("a");
            DistributedReadWriteLock there = other.readWriteLock("a");
            long last = 0;
            for (int i = 0; i < 3; i++) {
                Hold one = here.read().acquire(LONG);
                Hold two = there.read().tryAcquire().orElseThrow();
                Hold three = here.read().tryAcquire().orElseThrow();
                assertThat(List.of(two.token(), three.token())).containsOnly(one.token());
                assertThat(here.write().tryAcquire()).isEmpty();
                assertThat(there.write().tryAcquire(Duration.ofMillis(30))).isEmpty();
                assertThat(one.release()).isTrue();
                assertThat(one.release()).isFalse();
                assertThat(three.release()).isTrue();
                assertThat(here.write().tryAcquire()).isEmpty();
                assertThat(two.release()).isTrue();

                Hold write = there.write().tryAcquire().orElseThrow();
                assertThat(write.token()).isGreaterThan(Math.max(last, one.token()));
                last = write.token();
                assertThat(write.remaining()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(29));
                assertThat(here.write().tryAcquire()).isEmpty();
                assertThat(here.read().tryAcquire()).isEmpty();
                assertThat(two.release()).isFalse();
                assertThat(write.release()).isTrue();
                assertThat(write.release()).isFalse();
                assertThat(write.lost().toCompletableFuture()).isNotDone();
                Hold after = here.read().acquire(LONG);
                assertThat(after.token()).isEqualTo(last);
                after.close();
            }
            assertThat(here.name()).isEqualTo("a");
            for (String key : KEYS) {
                assertThat(number(kw, "PTTL", "lock:{a}:rw" + key)).as(key).isNotEqualTo(-1);
            }
        }
    }

    @Test
    void aWriterThatWaitsLetsNoReaderInThatCameLater(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock here = kw.readWriteLock("a");
            DistributedReadWriteLock there = other.readWriteLock("a");
            Hold reader = here.read().acquire(LONG);
            CompletableFuture<Optional<Hold>> writer = later(there.write(), LONG);
            awaitWaiting(kw, "writers", 1);
            assertThat(here.read().tryAcquire()).isEmpty();
            List<CompletableFuture<Optional<Hold>>> readers =
                    List.of(later(here.read(), LONG), later(there.read(), LONG));
            awaitWaiting(kw, "waiting", 2);
            CompletableFuture<Optional<Hold>> lastWriter = later(here.write(), LONG);
            awaitWaiting(kw, "writers", 2);
            assertThat(reader.extend(LONG)).isTrue(); // who reads already reads on
            for (String key : KEYS) {
                assertThat(number(kw, "PTTL", "lock:{a}:rw" + key)).as(key).isNotEqualTo(-1);
            }

            reader.close();
            Hold write = writer.join().orElseThrow();
            assertThat(readers).noneMatch(CompletableFuture::isDone);
            write.close();
            List<Hold> reads = new ArrayList<>();
            readers.forEach(each -> reads.add(each.join().orElseThrow()));
            assertThat(reads).extracting(Hold::token).containsOnly(write.token());
            assertThat(lastWriter).isNotDone();
            reads.forEach(Hold::close);
            lastWriter.join().orElseThrow().close();
        }
    }

    @Test
    void aWriterThatGoesLetsTheReadersBehindItIn(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Hold reader = kw.readWriteLock("a").read().acquire(LONG);
            CompletableFuture<Optional<Hold>> writer =
                    later(kw.readWriteLock("a").write(), Duration.ofMillis(300));
            awaitWaiting(kw, "writers", 1);
            CompletableFuture<Optional<Hold>> behind =
                    later(other.readWriteLock("a").read(), LONG);
            assertThat(writer.join()).isEmpty();
            behind.join().orElseThrow().close();
            assertThat(reader.release()).isTrue();
        }
    }

    @Test
    void nobodyOverlapsAndNobodyStarves(Redis redis) {
        ExecutorService pool = Executors.newFixedThreadPool(12);
        List<Keywright> processes =
                List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        AtomicLong last = new AtomicLong();
        try {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Keywright process = processes.get(i % 3);
                DistributedReadWriteLock lock = process.readWriteLock("a");
                boolean writes = i < 3;
                all.add(CompletableFuture.runAsync(
                        () -> {
                            for (int round = 0; round < (writes ? 10 : 20); round++) {
                                try (Hold hold = (writes ? lock.write() : lock.read()).acquire(LONG)) {
                                    if (writes) {
                                        assertThat(writers.getAndIncrement()).isZero();
                                        number(process, "EXISTS", "x"); // takes a while
                                        assertThat(readers).hasValue(0);
                                        assertThat(last.getAndSet(hold.token())).isLessThan(hold.token());
                                        assertThat(writers.getAndDecrement()).isEqualTo(1);
                                    } else {
                                        readers.incrementAndGet();
                                        number(process, "EXISTS", "x");
                                        assertThat(writers).hasValue(0);
                                        assertThat(last.get()).isIn(0L, hold.token());
                                        readers.decrementAndGet();
                                    }
                                }
                            }
                        },
                        pool));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } finally {
            pool.shutdown();
            processes.forEach(Keywright::close);
        }
    }

    @Test
    void tokensGrowWhenTheCounterWasLost(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a");
            long written = lock.write().<Long, RuntimeException>withLock(LONG, Hold::token);
            redis.flushAll();
            long read = lock.read().<Long, RuntimeException>withLock(LONG, Hold::token);
            assertThat(read).isGreaterThan(written);
            assertThat(lock.write().<Long, RuntimeException>withLock(LONG, Hold::token))
                    .isGreaterThan(read);
        }
    }

    @Test
    void aThreadGetsAReentrantSideAgainAndReadsInsideItsWrite(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a", LockOptions.DEFAULTS.withReentrant(true));
            Hold outer = lock.read().acquire(LONG);
            CompletableFuture<Optional<Hold>> writer =
                    later(other.readWriteLock("a").write(), LONG);
            awaitWaiting(kw, "writers", 1);
            Hold inner = lock.read().acquire(LONG); // though a writer waits
            assertThatThrownBy(() -> lock.write().tryAcquire(LONG))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("would wait for itself");
            assertThat(List.of(inner.release(), outer.release())).containsOnly(true);
            writer.join().orElseThrow().close();

            Hold write = lock.write().acquire(LONG);
            Hold read = lock.read().acquire(LONG);
            assertThat(read.token()).isEqualTo(write.token());
            assertThat(write.release()).isTrue();
            assertThat(other.readWriteLock("a").read().tryAcquire()).isEmpty();
            assertThat(read.release()).isTrue();
            other.readWriteLock("a").read().tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void anUpgradeOfAPlainOneEndsWithTheWait(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DistributedReadWriteLock lock = kw.readWriteLock("a");
            try (Hold hold = lock.read().acquire(LONG)) {
                assertThat(lock.write().tryAcquire()).isEmpty();
                assertThatThrownBy(() -> lock.write().acquire(Duration.ofMillis(20)))
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("write lock a");
                assertThat(hold.isHeld()).isTrue();
            }
            lock.write().tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void namesAndDurationsAreLookedAt(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Hold> holds = new ArrayList<>();
            for (String name :
                    List.of("a{b}c", "a}b", "a%7Db", "{", "}", "{}", "a:rw", "a\0b\r\n", "\u00e9\ud83d\ude00")) {
                holds.add(kw.readWriteLock(name).write().tryAcquire().orElseThrow());
                holds.add(kw.lock(name).tryAcquire().orElseThrow()); // has nothing to do with it
                assertThat(kw.readWriteLock(name).read().tryAcquire()).isEmpty();
            }
            assertThat(holds).allMatch(Hold::release);
            for (String name : List.of("", "half \ud83d")) {
                assertThatThrownBy(() -> kw.readWriteLock(name)).isInstanceOf(IllegalArgumentException.class);
            }
            DistributedReadWriteLock lock = kw.readWriteLock("a");
            for (DistributedLock side : List.of(lock.read(), lock.write())) {
                assertThatThrownBy(() -> side.tryAcquire(Duration.ofMillis(-1)))
                        .isInstanceOf(IllegalArgumentException.class);
                try (Hold hold = side.acquire(LONG)) {
                    assertThatThrownBy(() -> hold.extend(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
                    CountDownLatch released = new CountDownLatch(1);
                    new Thread(() -> {
                                hold.close();
                                released.countDown();
                            })
                            .start();
                    released.await();
                    assertThat(hold.isHeld()).isFalse();
                }
            }
            kw.connection()
                    .call(Command.named("RPUSH")
                            .key("lock:{a}:rw")
                            .argument("x")
                            .build());
            assertThatThrownBy(() -> lock.read().tryAcquire()).isInstanceOf(KeywrightException.Misused.class);
            assertThat(number(kw, "LLEN", "lock:{a}:rw")).isEqualTo(1);
        }
    }
}
