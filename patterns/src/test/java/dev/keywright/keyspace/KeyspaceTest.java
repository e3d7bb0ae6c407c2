package dev.keywright.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Loads and sweeps: all of it, no more than that, and said how far where it stopped. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class KeyspaceTest {

    private static final KeyFamily<Integer> ITEMS = KeyFamily.of("shop", "item", KeyCodec.INTEGER);
    private static final String PLACE = "load:{products}";

    private static Command set(int item) {
        return Command.named("SET").key(ITEMS.key(item, "price")).argument(item).buildRepeatable();
    }

    private static Iterator<Integer> items(int count) {
        return IntStream.range(0, count).iterator();
    }

    private static void fill(Keywright kw, int count) {
        kw.keyspace().load("products", items(count), KeyspaceTest::set).orThrow();
    }

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static long found(Keywright kw, String pattern) {
        return kw.keyspace().sweep(pattern).look().orThrow().found();
    }

    @Test
    void aLoadStoresAllAndForgetsItsPlace(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Long> told = new ArrayList<>();
            LoadOptions options =
                    LoadOptions.DEFAULTS.withChunk(300).withProgress(report -> told.add(report.position()));
            LoadReport report = kw.keyspace().load("products", items(1_000), KeyspaceTest::set, options);
            assertThat(report).isEqualTo(new LoadReport(0, 1_000, 1_000, List.of(), true, java.util.Optional.empty()));
            assertThat(report.orThrow()).isSameAs(report);
            assertThat(told).containsExactly(300L, 600L, 900L, 1_000L);
            assertThat(number(kw, "EXISTS", PLACE)).isZero();
            assertThat(number(kw, "EXISTS", ITEMS.key(999, "price"))).isOne();
            assertThat(found(kw, "shop:item:*")).isEqualTo(1_000);
            assertThat(kw.keyspace().load("none", items(0), KeyspaceTest::set).complete())
                    .isTrue();
        }
    }

    @Test
    void aLoadThatStoppedGoesOnWhereItWas(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            LoadOptions chunks = LoadOptions.DEFAULTS.withChunk(100);
            String bad = ITEMS.key(450, "price");
            kw.connection().call(Command.named("LPUSH").key(bad).argument("x").build());
            LoadReport report = kw.keyspace().load("products", items(1_000), KeyspaceTest::append, chunks);
            assertThat(report.complete()).isFalse();
            assertThat(report.position()).isEqualTo(400);
            assertThat(report.end()).isEqualTo(500);
            assertThat(report.refused()).hasSize(1);
            assertThat(report.refused().get(0).position()).isEqualTo(450);
            assertThatThrownBy(report::orThrow)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("entry 450")
                    .hasMessageContaining("WRONGTYPE");
            assertThat(number(kw, "PTTL", PLACE))
                    .isBetween(1L, Duration.ofDays(7).toMillis());
            kw.connection().call(Command.named("DEL").key(bad).build());
            List<Integer> sent = new ArrayList<>();
            LoadReport rest = other.keyspace()
                    .load(
                            "products",
                            items(1_000),
                            item -> {
                                sent.add(item);
                                return append(item);
                            },
                            chunks);
            assertThat(rest.orThrow().resumedAt()).isEqualTo(400);
            assertThat(sent).startsWith(400).hasSize(600);
            assertThat(found(kw, "shop:item:*")).isEqualTo(1_000);
        }
    }

    private static Command append(int item) {
        return Command.named("SETRANGE")
                .key(ITEMS.key(item, "price"))
                .argument(0)
                .argument(item)
                .buildRepeatable();
    }

    @Test
    void aSourceThatIsAnotherOneIsRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.connection().call(Command.named("SET").key(PLACE).argument(500).build());
            LoadReport report = kw.keyspace().load("products", items(10), KeyspaceTest::set);
            assertThat(report.complete()).isFalse();
            assertThat(report.cause().orElseThrow())
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("another one");
            kw.keyspace().forget("products");
            assertThat(kw.keyspace()
                            .load("products", items(10), KeyspaceTest::set)
                            .orThrow()
                            .resumedAt())
                    .isZero();
            kw.keyspace().forgetAsync("products").toCompletableFuture().join();
        }
    }

    @Test
    void whatTheSourceThrowsEndsTheLoadAndThePlaceIsKept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Iterator<Integer> broken = IntStream.range(0, 1_000)
                    .peek(each -> {
                        if (each == 250) {
                            throw new IllegalStateException("the source broke");
                        }
                    })
                    .iterator();
            LoadOptions chunks = LoadOptions.DEFAULTS.withChunk(100);
            assertThatThrownBy(() -> kw.keyspace().load("products", broken, KeyspaceTest::set, chunks))
                    .hasMessage("the source broke");
            assertThat(kw.keyspace()
                            .load("products", items(1_000), KeyspaceTest::set, chunks)
                            .orThrow()
                            .resumedAt())
                    .isEqualTo(200);
        }
    }

    @Test
    void aLoadIsCancelledBetweenChunksAndKeepsItsPace(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            AtomicInteger chunks = new AtomicInteger();
            LoadOptions slow = LoadOptions.DEFAULTS
                    .withChunk(10)
                    .withPerSecond(500)
                    .withProgress(report -> chunks.incrementAndGet());
            CompletableFuture<LoadReport> load =
                    kw.keyspace().loadAsync("products", items(1_000_000), KeyspaceTest::set, slow);
            await().until(() -> chunks.get() >= 5);
            load.cancel(true);
            int seen = chunks.get();
            await().during(Duration.ofMillis(100)).until(() -> chunks.get() <= seen + 1);
            assertThat(found(kw, "shop:item:*")).isBetween(50L, 5_000L);

            long start = System.nanoTime();
            kw.keyspace().load("paced", items(200), KeyspaceTest::set, slow).orThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));

            Thread.currentThread().interrupt();
            LoadReport interrupted = kw.keyspace().load("other", items(100), KeyspaceTest::set, slow);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted.complete()).isFalse();
            assertThatThrownBy(interrupted::orThrow).isInstanceOf(KeywrightException.Unavailable.class);
            LoadReport later = kw.keyspace()
                    .loadAsync("other", items(100), KeyspaceTest::set, LoadOptions.DEFAULTS)
                    .join();
            assertThat(later.complete()).isTrue();
        }
    }

    @Test
    void aLookChangesNothingAndASweepOnlyWhatFits(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            fill(kw, 1_500);
            kw.connection()
                    .call(Command.named("SET").key("shop:other").argument("x").build());
            Sweep sweep = kw.keyspace().sweep("shop:item:*", SweepOptions.DEFAULTS.withSamples(30));
            SweepReport look = sweep.look().orThrow();
            assertThat(look.found()).isEqualTo(1_500);
            assertThat(look.changed()).isZero();
            assertThat(look.samples()).hasSize(30).allMatch(key -> ITEMS.id(key).isPresent());
            assertThat(sweep.lookAsync().join().found()).isEqualTo(1_500);
            SweepReport done = sweep.unlink().orThrow();
            assertThat(done.changed()).isEqualTo(1_500);
            assertThat(found(kw, "shop:*")).isEqualTo(1);
            fill(kw, 500);
            assertThat(sweep.unlinkAsync().join().changed()).isEqualTo(500);
            assertThat(sweep.unlink().orThrow().found()).isZero();
        }
    }

    @Test
    void keysGetAnEndSpreadOutAndNoneLivesLonger(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            fill(kw, 500);
            String marked = ITEMS.key(7, "price");
            kw.connection()
                    .call(Command.named("PEXPIRE").key(marked).argument(600_000).build());
            Sweep sweep = kw.keyspace().sweep("shop:item:*");
            assertThat(sweep.expire(Duration.ofHours(1), Sweep.Which.WITHOUT_TTL)
                            .orThrow()
                            .changed())
                    .isEqualTo(499);
            assertThat(number(kw, "PTTL", marked)).isLessThanOrEqualTo(600_000);
            Set<Long> ends = new HashSet<>();
            for (int i = 10; i < 60; i++) {
                long ttl = number(kw, "PTTL", ITEMS.key(i, "price"));
                assertThat(ttl).isBetween(3_000_000L, 3_600_000L);
                ends.add(ttl / 10_000);
            }
            assertThat(ends).hasSizeGreaterThan(10);
            assertThat(sweep.expire(Duration.ofHours(2), Sweep.Which.LONGER_TTL)
                            .orThrow()
                            .changed())
                    .isZero();
            assertThat(sweep.expireAsync(Duration.ofMinutes(30), Sweep.Which.LONGER_TTL)
                            .join()
                            .changed())
                    .isEqualTo(499);
            assertThat(sweep.expire(Duration.ofHours(2), Sweep.Which.ALL)
                            .orThrow()
                            .changed())
                    .isEqualTo(500);
            assertThat(number(kw, "PTTL", marked)).isGreaterThan(6_000_000L);
        }
    }

    @Test
    void aSweepKeepsItsPaceAndIsCancelledBetweenPages(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            fill(kw, 2_000);
            AtomicInteger pages = new AtomicInteger();
            SweepOptions slow = SweepOptions.DEFAULTS
                    .withPage(20)
                    .withChangedPerSecond(200)
                    .withProgress(report -> pages.incrementAndGet());
            CompletableFuture<SweepReport> sweep =
                    kw.keyspace().sweep("shop:item:*", slow).unlinkAsync();
            await().until(() -> pages.get() >= 2);
            sweep.cancel(true);
            int seen = pages.get();
            await().during(Duration.ofMillis(100)).until(() -> pages.get() <= seen + 1);
            assertThat(found(kw, "shop:item:*")).isBetween(1L, 1_999L);

            Thread.currentThread().interrupt();
            SweepReport interrupted = kw.keyspace().sweep("shop:item:*", slow).unlink();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted.complete()).isFalse();
            assertThatThrownBy(interrupted::orThrow)
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("Sweep again");

            long start = System.nanoTime();
            SweepOptions looks = SweepOptions.DEFAULTS.withPage(100).withSeenPerSecond(1_000);
            kw.keyspace().sweep("nothing:*", looks).look().orThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
        }
    }

    @Test
    void anInterruptStopsASweepAndALoadAndIsKept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            fill(kw, 3_000);
            SweepOptions interrupting = SweepOptions.DEFAULTS.withProgress(
                    report -> Thread.currentThread().interrupt());
            SweepReport sweep = kw.keyspace().sweep("shop:*", interrupting).unlink();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(sweep.complete()).isFalse();
            assertThat(found(kw, "shop:*")).isEqualTo(3_000 - sweep.changed());

            LoadOptions some = LoadOptions.DEFAULTS.withChunk(100).withProgress(report -> {
                if (report.position() == 300) {
                    Thread.currentThread().interrupt();
                }
            });
            LoadReport load = kw.keyspace().load("products", items(1_000), KeyspaceTest::set, some);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(load.position()).isEqualTo(300);
            AtomicInteger read = new AtomicInteger();
            Iterator<Integer> stopping = IntStream.range(0, 1_000)
                    .peek(each -> {
                        if (read.incrementAndGet() == 50) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .iterator();
            LoadReport skipping = kw.keyspace().load("products", stopping, KeyspaceTest::set);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(skipping.complete()).isFalse();
            assertThat(read.get()).as("skipping is ended too").isEqualTo(50);
            assertThat(kw.keyspace()
                            .load("products", items(1_000), KeyspaceTest::set)
                            .orThrow()
                            .resumedAt())
                    .isEqualTo(300);
        }
    }

    @Test
    @WithRedis
    void onlyTheDatabaseOfTheConnectionIsSwept(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright second = Keywright.connect(redis.uri() + "/2")) {
            fill(kw, 150);
            fill(second, 250);
            assertThat(second.keyspace().sweep("shop:*").look().orThrow().found())
                    .isEqualTo(250);
            assertThat(second.keyspace().sweep("shop:*").unlink().orThrow().changed())
                    .isEqualTo(250);
            assertThat(found(second, "shop:*")).isZero();
            assertThat(found(kw, "shop:*")).isEqualTo(150);
        }
    }

    @Test
    void aPlaceThatIsNoneIsRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.connection()
                    .call(Command.named("SET").key(PLACE).argument("text").build());
            assertThatThrownBy(() -> kw.keyspace()
                            .load("products", items(10), KeyspaceTest::set)
                            .orThrow())
                    .hasRootCauseInstanceOf(NumberFormatException.class)
                    .hasStackTraceContaining(PLACE);
            assertThat(found(kw, "shop:item:*")).isZero();
        }
    }

    @Test
    void aPatternThatFitsEverythingHasToBeMeant(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            fill(kw, 10);
            for (String wide : List.of("*", "?*", "[a-z]*", "**", "*:price", "")) {
                assertThatThrownBy(() -> kw.keyspace().sweep(wide)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> kw.keyspace().sweep("", SweepOptions.DEFAULTS.withAllKeys()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(kw.keyspace()
                            .sweep("*", SweepOptions.DEFAULTS.withAllKeys())
                            .unlink()
                            .orThrow()
                            .changed())
                    .isEqualTo(10);
        }
    }

    @Test
    void badArgumentsAreRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Keyspace keyspace = kw.keyspace();
            List<Runnable> wrong = List.of(
                    () -> keyspace.load("", items(1), KeyspaceTest::set),
                    () -> keyspace.loadAsync("", items(1), KeyspaceTest::set, LoadOptions.DEFAULTS)
                            .join(),
                    () -> keyspace.load(
                            "a",
                            items(1),
                            item -> Command.named("INCR").key("a").build()),
                    () -> LoadOptions.DEFAULTS.withChunk(0),
                    () -> LoadOptions.DEFAULTS.withPerSecond(0),
                    () -> LoadOptions.DEFAULTS.withAttempts(0),
                    () -> LoadOptions.DEFAULTS.withMemory(Duration.ZERO),
                    () -> LoadOptions.DEFAULTS.withDeadline(Duration.ZERO),
                    () -> SweepOptions.DEFAULTS.withPage(1),
                    () -> SweepOptions.DEFAULTS.withSeenPerSecond(0),
                    () -> SweepOptions.DEFAULTS.withChangedPerSecond(-1),
                    () -> SweepOptions.DEFAULTS.withSamples(-1),
                    () -> SweepOptions.DEFAULTS.withDeadline(Duration.ofNanos(1)),
                    () -> keyspace.sweep("a*").expire(Duration.ZERO, Sweep.Which.ALL));
            for (Runnable each : wrong) {
                assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void keysOfAnyBytesAreSwept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int i = 0; i < 256; i++) {
                byte[] key = {'b', ':', (byte) i, (byte) 0xff};
                kw.connection().call(Command.named("SET").key(key).argument("x").build());
            }
            assertThat(kw.keyspace().sweep("b:*").unlink().orThrow().changed()).isEqualTo(256);
        }
    }

    @Test
    @WithRedis
    void aServerThatIsAwayStopsALoadAndASweepAndSaysWhere(Standalone redis) {
        ConnectionOptions quick = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMillis(300));
        try (Keywright kw = Keywright.connect(redis.uri(), quick)) {
            LoadOptions freezing = LoadOptions.DEFAULTS
                    .withChunk(100)
                    .withAttempts(2)
                    .withProgress(report -> {
                        if (report.position() == 300) {
                            redis.freeze();
                        }
                    });
            LoadReport report = kw.keyspace().load("products", items(1_000), KeyspaceTest::set, freezing);
            assertThat(report.position()).isEqualTo(300);
            assertThat(report.end()).isEqualTo(400);
            assertThat(report.complete()).isFalse();
            assertThatThrownBy(report::orThrow)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue())
                    .hasMessageContaining("300");
            SweepReport sweep = kw.keyspace().sweep("shop:*").unlink();
            assertThat(sweep.complete()).isFalse();
            assertThatThrownBy(sweep::orThrow).isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().until(() -> kw.keyspace()
                    .load("products", items(1_000), KeyspaceTest::set)
                    .complete());
            await().until(() -> kw.keyspace().sweep("shop:*").unlink().complete());
        }
    }

    @Test
    @WithRedis
    void aChunkWhoseAnswersAreLostIsSentAgain(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            LoadOptions cutting = LoadOptions.DEFAULTS.withChunk(100).withProgress(report -> {
                if (report.position() % 300 == 0) {
                    proxy.cutAfterNextRequest("SET");
                }
            });
            LoadReport report = kw.keyspace().load("products", items(1_000), KeyspaceTest::set, cutting);
            assertThat(report.complete()).isTrue();
            assertThat(proxy.cuts()).isPositive();
            assertThat(found(kw, "shop:item:*")).isEqualTo(1_000);
        }
    }
}
