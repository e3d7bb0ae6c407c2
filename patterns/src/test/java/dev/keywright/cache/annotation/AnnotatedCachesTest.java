package dev.keywright.cache.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.cache.annotation.CacheEvict.When;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the annotations promise, on the interface and on the class. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class AnnotatedCachesTest {

    public record User(long id, String name) {}

    public static final class IsDraft implements Predicate<User> {
        @Override
        public boolean test(User user) {
            return user.name().equals("draft");
        }
    }

    public static final class IsPositive implements Predicate<Invocation> {
        @Override
        public boolean test(Invocation call) {
            return (long) call.argument(0) > 0;
        }
    }

    public static final class Breaks implements Predicate<Object> {
        @Override
        public boolean test(Object value) {
            throw new IllegalStateException("a bug");
        }
    }

    public interface Users {

        @Cached(
                name = "user",
                key = "id",
                ttl = "1h",
                negativeTtl = "1m",
                unless = IsDraft.class,
                condition = IsPositive.class)
        User find(long id) throws IOException;

        @CachePut(name = "user", key = "user.id", unless = IsDraft.class)
        User save(User user);

        @CacheEvict(name = "user", key = "id")
        void delete(long id) throws IOException;

        @CacheEvict(name = "user", all = true)
        @CacheEvict(name = "names", all = true)
        void load();

        @Cached(name = "names")
        List<String> names(String part);

        @Cached(name = "names")
        List<String> names(Object part);

        @Cached(name = "names")
        List<String> names(String part, int limit);

        default List<User> findAll(long... ids) throws IOException {
            List<User> all = new ArrayList<>();
            for (long id : ids) {
                all.add(find(id));
            }
            return all;
        }
    }

    /** Counts its calls. */
    private static final class Table implements Users {
        private final Map<Long, User> rows = new ConcurrentHashMap<>();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile IOException broken;
        private volatile Runnable meanwhile = () -> {};

        @Override
        public User find(long id) throws IOException {
            calls.incrementAndGet();
            if (broken != null) {
                throw broken;
            }
            User row = rows.get(id);
            meanwhile.run();
            return row;
        }

        @Override
        public User save(User user) {
            rows.put(user.id(), user);
            return user;
        }

        @Override
        public void delete(long id) throws IOException {
            rows.remove(id);
            if (broken != null) {
                throw broken;
            }
        }

        @Override
        public void load() {
            rows.clear();
        }

        @Override
        public List<String> names(String part) {
            calls.incrementAndGet();
            return List.of("string " + part);
        }

        @Override
        public List<String> names(Object part) {
            calls.incrementAndGet();
            return List.of("object " + part);
        }

        @Override
        public List<String> names(String part, int limit) {
            calls.incrementAndGet();
            return List.of(part + limit);
        }
    }

    private Keywright kw;
    private AnnotatedCaches caches;
    private final Table table = new Table();
    private Users users;

    @BeforeEach
    void open(Redis redis) {
        kw = Keywright.connect(redis.uri());
        caches = AnnotatedCaches.over(kw);
        users = caches.proxy(Users.class, table);
    }

    @AfterEach
    void close() {
        caches.close();
        kw.close();
    }

    private int calls() {
        return table.calls.get();
    }

    @Test
    void runsWhatIsMissingPutsWhatIsSavedForgetsWhatIsDeleted() throws IOException {
        User ann = new User(1, "ann");
        table.rows.put(1L, ann);
        assertThat(users.find(1)).isEqualTo(ann);
        assertThat(users.find(1)).isEqualTo(ann);
        assertThat(calls()).isEqualTo(1);
        assertThat(users.findAll(1, 1, 1))
                .as("a default method passes the proxy")
                .containsOnly(ann);
        assertThat(calls()).isEqualTo(1);
        users.save(new User(1, "anna"));
        assertThat(users.find(1).name()).isEqualTo("anna");
        assertThat(calls()).isEqualTo(1);
        users.delete(1);
        assertThat(users.find(1)).isNull();
        assertThat(users.find(1)).as("remembered").isNull();
        assertThat(calls()).isEqualTo(2);
        assertThat(caches.lastFailure("user")).isEmpty();
        assertThat(caches.stats("user").hits()).isEqualTo(6);
        assertThat(users)
                .isEqualTo(caches.proxy(Users.class, table))
                .hasSameHashCodeAs(table)
                .isNotEqualTo(table);
    }

    @Test
    void an1_overloadsAndArgumentsDoNotMeet() {
        for (int round = 0; round < 2; round++) {
            assertThat(users.names("a")).containsExactly("string a");
            assertThat(users.names((Object) "a")).containsExactly("object a");
            assertThat(users.names((String) null)).containsExactly("string null");
            assertThat(users.names("null")).containsExactly("string null");
            assertThat(users.names((Object) null)).containsExactly("object null");
            assertThat(users.names((Object) 1)).containsExactly("object 1");
            assertThat(users.names((Object) 1L)).containsExactly("object 1");
            assertThat(users.names("a", 1)).containsExactly("a1");
            assertThat(users.names("a1", 1)).containsExactly("a11");
            assertThat(users.names("a", 11)).containsExactly("a11");
        }
        assertThat(calls()).isEqualTo(10);
    }

    public interface Shapes {
        @Cached(name = "optional", key = "id")
        Optional<User> optional(long id);

        @Cached(name = "stage", key = "id")
        CompletionStage<List<User>> stage(long id);

        @Cached(name = "future", key = "id")
        CompletableFuture<Optional<User>> future(long id);

        @CachePut(name = "future", key = "result.id")
        CompletionStage<User> store(String name);

        @CacheEvict(name = "future", all = true, when = When.BOTH)
        CompletionStage<Void> forget();

        @Cached(name = "count")
        int count();
    }

    private static class Rows implements Shapes {
        final AtomicInteger calls = new AtomicInteger();
        volatile Throwable broken;

        @Override
        public Optional<User> optional(long id) {
            calls.incrementAndGet();
            return id == 0 ? Optional.empty() : Optional.of(new User(id, "ann"));
        }

        @Override
        public CompletionStage<List<User>> stage(long id) {
            calls.incrementAndGet();
            return broken == null
                    ? CompletableFuture.supplyAsync(() -> List.of(new User(id, "ann")))
                    : CompletableFuture.failedStage(broken);
        }

        @Override
        public CompletableFuture<Optional<User>> future(long id) {
            calls.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletionStage<User> store(String name) {
            return CompletableFuture.supplyAsync(() -> new User(7, name));
        }

        @Override
        public CompletionStage<Void> forget() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public int count() {
            return calls.incrementAndGet();
        }
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void an2_optionalsAndStagesAreCachedByWhatTheyHold() throws Exception {
        Rows rows = new Rows();
        Shapes shapes = caches.proxy(Shapes.class, rows);
        for (int round = 0; round < 2; round++) {
            assertThat(shapes.optional(1)).contains(new User(1, "ann"));
            assertThat(shapes.optional(0)).isEmpty();
            assertThat(done(shapes.stage(1))).containsExactly(new User(1, "ann"));
            assertThat(done(shapes.future(7))).isEmpty();
            assertThat(shapes.count()).isEqualTo(5);
        }
        assertThat(rows.calls).hasValue(5);
        rows.broken = new IOException("disk");
        assertThatThrownBy(() -> done(shapes.stage(2)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(rows.broken);
    }

    @Test
    void an2_putAndEvictWaitForTheStage() {
        Rows rows = new Rows();
        interface Both extends Shapes {
            @Override
            @Cached(name = "future", key = "id")
            CompletableFuture<Optional<User>> future(long id);
        }
        class More extends Rows implements Both {}
        More more = new More();
        assertThat(rows.calls).hasValue(0);
        Both both = caches.proxy(Both.class, more);
        assertThat(both.store("bob").toCompletableFuture().join().name()).isEqualTo("bob");
        assertThat(both.future(7).join()).contains(new User(7, "bob"));
        assertThat(more.calls).hasValue(0);
        both.forget().toCompletableFuture().join();
        assertThat(both.future(7).join()).isEmpty();
        assertThat(more.calls).hasValue(1);
    }

    public interface Chain {
        @Cached(name = "chain", key = "depth")
        CompletionStage<String> down(int depth);

        @Cached(name = "never", key = "id", loadTimeout = "200ms")
        CompletionStage<String> never(int id);

        @Cached(name = "tuned", key = "id")
        CompletionStage<String> tuned(int id);
    }

    /** Each level asks for the next through the proxy. */
    private static final class Links implements Chain {
        private final AtomicInteger calls = new AtomicInteger();
        private volatile Chain proxy = this;

        @Override
        public CompletionStage<String> down(int depth) {
            return depth == 0
                    ? CompletableFuture.completedStage("end")
                    : proxy.down(depth - 1).thenApply(below -> depth + " " + below);
        }

        @Override
        public CompletionStage<String> never(int id) {
            return calls.incrementAndGet() == 1 ? new CompletableFuture<>() : CompletableFuture.completedStage("came");
        }

        @Override
        public CompletionStage<String> tuned(int id) {
            return never(id);
        }
    }

    @Test
    void an2_stagesMayNestDeeperThanAnyPoolIsWide() throws Exception {
        Links links = new Links();
        links.proxy = caches.proxy(Chain.class, links);
        assertThat(done(links.proxy.down(50))).startsWith("50 49 ").endsWith(" 1 end");
        caches.close();
        assertThat(done(links.proxy.down(50))).as("closed").startsWith("50 49 ").endsWith(" 1 end");
    }

    @Test
    void an4_aStageThatNeverComesFailsAfterTheLoadTimeout() throws Exception {
        Links links = new Links();
        Chain chain = caches.proxy(Chain.class, links);
        assertThatThrownBy(() -> done(chain.never(1)))
                .cause()
                .isInstanceOf(KeywrightException.Unavailable.class)
                .hasMessageContainingAll("Chain.never", "200 ms", "raise loadTimeout");
        assertThat(links.calls).as("not run again").hasValue(1);
        assertThat(done(chain.never(1))).isEqualTo("came");
    }

    @Test
    void an4_theLoadTimeoutMayBeTuned() {
        caches = AnnotatedCaches.over(
                kw,
                AnnotationOptions.DEFAULTS.withTuning((name, builder) -> builder.loadTimeout(Duration.ofMillis(150))));
        Chain chain = caches.proxy(Chain.class, new Links());
        assertThatThrownBy(() -> done(chain.tuned(1))).hasMessageContainingAll("Chain.tuned", "150 ms");
    }

    public static class Talker implements Greeting {
        @Override
        @Cached(name = "greeting")
        public String greet(String name) {
            return "hello " + name;
        }

        @Override
        public String greetAll() {
            return greet("all");
        }
    }

    public interface Greeting {
        String greet(String name);

        String greetAll();
    }

    @Test
    void an3_callsOfAnObjectToItselfAreWarnedAbout() {
        List<String> warnings = new ArrayList<>();
        AnnotatedCaches caches = AnnotatedCaches.over(kw, AnnotationOptions.DEFAULTS.withWarnings(warnings::add));
        caches.proxy(Users.class, table);
        caches.proxy(Shapes.class, new Rows());
        assertThat(warnings).isEmpty();
        Greeting greeting = caches.proxy(Greeting.class, new Talker());
        assertThat(greeting.greet("ann")).isEqualTo(greeting.greet("ann"));
        assertThat(caches.stats("greeting").hits()).as("annotated on the class").isEqualTo(1);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("Talker calls its own Greeting.greet")
                .contains("proxy");
        caches.proxy(Runnable.class, () -> {});
        assertThat(warnings).hasSize(2).last().asString().contains("No method of java.lang.Runnable");
        caches.close();
    }

    @Test
    void an4_theMethodRunsOnceWhenRedisIsAway(Redis redis) throws Exception {
        caches = AnnotatedCaches.over(
                kw, AnnotationOptions.DEFAULTS.withTuning((name, builder) -> builder.deadline(Duration.ofMillis(300))));
        users = caches.proxy(Users.class, table);
        table.rows.put(1L, new User(1, "ann"));
        redis.nodes().forEach(Standalone::freeze);
        assertThat(users.find(1).name()).isEqualTo("ann");
        assertThat(calls()).isEqualTo(1);
        users.save(new User(1, "anna"));
        users.delete(1);
        assertThat(users.find(1)).isNull();
        assertThat(calls()).isEqualTo(2);
        assertThat(caches.failures("user")).as("put and evict").isEqualTo(2);
        assertThat(caches.lastFailure("user")).isPresent();
        Shapes shapes = caches.proxy(Shapes.class, new Rows());
        assertThat(done(shapes.stage(1))).hasSize(1);
        redis.nodes().forEach(Standalone::thaw);
        await().until(() -> {
            users.find(5);
            users.find(5);
            return caches.stats("user").hits() > 0;
        });
    }

    public interface Odd {
        @Cached(name = "odd")
        Unwritable get(Object key);

        @Cached(name = "broken", key = "key", unless = Breaks.class)
        String broken(String key);

        @CachePut(name = "broken", key = "key", unless = Breaks.class)
        String put(String key);
    }

    public static final class Unwritable {
        public String secret() {
            return "x";
        }

        public String getName() {
            return List.of("fails when it is written").get(1);
        }
    }

    @Test
    void an4_whatCannotBeStoredOrKeyedIsGivenAllTheSame() {
        AtomicInteger calls = new AtomicInteger();
        Odd odd = caches.proxy(Odd.class, new Odd() {
            @Override
            public Unwritable get(Object key) {
                calls.incrementAndGet();
                return new Unwritable();
            }

            @Override
            public String broken(String key) {
                return key + calls.incrementAndGet();
            }

            @Override
            public String put(String key) {
                return key;
            }
        });
        long start = System.nanoTime();
        assertThat(odd.get("a").secret()).isEqualTo("x");
        assertThat(odd.get("a").secret()).isEqualTo("x");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("nobody waits for what cannot be stored")
                .isLessThan(Duration.ofSeconds(8));
        assertThat(odd.get(new Unwritable()).secret()).isEqualTo("x");
        assertThat(calls).hasValue(3);
        assertThat(caches.failures("odd")).isEqualTo(3);
        assertThat(odd.broken("k")).isEqualTo("k4");
        assertThat(odd.broken("k")).as("not kept").isEqualTo("k5");
        assertThat(odd.put("k")).isEqualTo("k");
        assertThat(caches.failures("broken")).isEqualTo(3);
        caches.close();
        assertThat(odd.broken("k")).as("closed").isEqualTo("k6");
    }

    @Test
    void an4_whatTheMethodThrowsPassesAsItIs() throws Exception {
        table.broken = new IOException("disk");
        assertThatThrownBy(() -> users.find(1)).isSameAs(table.broken);
        assertThatThrownBy(() -> users.find(1)).isSameAs(table.broken);
        assertThat(calls()).as("not kept").isEqualTo(2);
        assertThatThrownBy(() -> users.delete(1)).isSameAs(table.broken);
        assertThat(caches.lastFailure("user")).isEmpty();
        table.broken = null;
        table.rows.put(1L, new User(1, "ann"));
        IllegalStateException late = new IllegalStateException("late");
        table.meanwhile = () -> {
            await().until(() -> caches.stats("user").waits() >= 5);
            throw late;
        };
        List<CompletableFuture<Throwable>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(CompletableFuture.supplyAsync(() -> failure(users), AnnotatedCachesTest::daemon));
        }
        for (CompletableFuture<Throwable> each : all) {
            assertThat(done(each)).as("who waits gets it, too").isSameAs(late);
        }
        assertThat(calls()).isEqualTo(3);
    }

    @Test
    void an4_whoWaitsForAnotherProcessThatFailsFindsOutHimself(Redis redis) throws Exception {
        Table elsewhere = new Table();
        elsewhere.rows.put(1L, new User(1, "ann"));
        CountDownLatch inside = new CountDownLatch(1);
        IllegalStateException there = new IllegalStateException("there");
        elsewhere.meanwhile = () -> {
            inside.countDown();
            await().until(() -> caches.stats("user").waits() > 0);
            throw there;
        };
        table.broken = new IOException("here");
        try (Keywright other = Keywright.connect(redis.uri());
                AnnotatedCaches others = AnnotatedCaches.over(other)) {
            Users far = others.proxy(Users.class, elsewhere);
            CompletableFuture<Throwable> farther =
                    CompletableFuture.supplyAsync(() -> failure(far), AnnotatedCachesTest::daemon);
            assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(failure(users)).isSameAs(table.broken);
            assertThat(done(farther)).isSameAs(there);
        }
        assertThat(calls()).isEqualTo(1);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private static Throwable failure(Users users) {
        try {
            users.find(1);
            return new AssertionError("no failure");
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    @Test
    void an5_conditionUnlessAndEvictionAsTheySay() throws Exception {
        table.rows.put(-1L, new User(-1, "odd"));
        users.find(-1);
        users.find(-1);
        assertThat(calls()).as("the condition says no").isEqualTo(2);
        table.rows.put(1L, new User(1, "draft"));
        users.find(1);
        assertThat(users.find(1).name()).isEqualTo("draft");
        assertThat(calls()).as("not to be kept").isEqualTo(4);
        table.rows.put(1L, new User(1, "ann"));
        users.find(1);
        users.save(new User(1, "draft"));
        assertThat(users.find(1).name()).as("the older one is evicted").isEqualTo("draft");
        table.rows.put(1L, new User(1, "ann"));
        users.find(1);
        table.broken = new IOException("timeout");
        assertThatThrownBy(() -> users.delete(1)).isSameAs(table.broken);
        table.broken = null;
        assertThat(users.find(1)).as("evicted though it failed").isNull();
        users.names("a");
        int before = calls();
        users.load();
        users.names("a");
        users.find(1);
        assertThat(calls()).as("all of both names").isEqualTo(before + 2);
    }

    public interface Turns {
        @Cached(name = "turn", key = "id")
        String get(long id);

        @CacheEvict(name = "turn", key = "id", when = When.BEFORE)
        void before(long id);

        @CacheEvict(name = "turn", key = "0", when = When.AFTER)
        void after(long id);
    }

    @Test
    void an5_beforeAndAfter() {
        List<String> seen = new ArrayList<>();
        List<Turns> front = new ArrayList<>();
        AtomicInteger loads = new AtomicInteger();
        front.add(caches.proxy(Turns.class, new Turns() {
            @Override
            public String get(long id) {
                return "v" + loads.incrementAndGet();
            }

            @Override
            public void before(long id) {
                seen.add(front.get(0).get(id));
            }

            @Override
            public void after(long id) {
                seen.add(front.get(0).get(id));
            }
        }));
        Turns turns = front.get(0);
        assertThat(turns.get(1)).isEqualTo("v1");
        turns.after(1);
        assertThat(seen).as("while it runs").containsExactly("v1");
        assertThat(turns.get(1)).isEqualTo("v2");
        turns.before(1);
        assertThat(seen).containsExactly("v1", "v3");
        assertThat(turns.get(1)).isEqualTo("v3");
    }

    @Test
    void an6_c1_oneRunAmongTwoProcessesOfThirtyThreads(Redis redis) throws Exception {
        table.rows.put(1L, new User(1, "ann"));
        CountDownLatch all = new CountDownLatch(30);
        try (Keywright other = Keywright.connect(redis.uri());
                AnnotatedCaches elsewhere = AnnotatedCaches.over(other)) {
            Users there = elsewhere.proxy(Users.class, table);
            List<CompletableFuture<User>> found = IntStream.range(0, 30)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                all.countDown();
                                try {
                                    all.await(20, TimeUnit.SECONDS);
                                    return (i % 2 == 0 ? users : there).find(1);
                                } catch (IOException | InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            },
                            AnnotatedCachesTest::daemon))
                    .toList();
            for (CompletableFuture<User> each : found) {
                assertThat(done(each).name()).isEqualTo("ann");
            }
            assertThat(calls()).isEqualTo(1);
        }
    }

    @Test
    void an6_c4_whatWasReadBeforeAnEvictionIsNotKept() throws Exception {
        for (boolean all : new boolean[] {false, true}) {
            table.rows.put(1L, new User(1, "old"));
            table.meanwhile = () -> {
                table.meanwhile = () -> {};
                if (all) {
                    users.load();
                } else {
                    deleteElsewhere();
                }
            };
            assertThat(users.find(1).name()).as("read before").isEqualTo("old");
            assertThat(users.find(1)).isNull();
            users.delete(1);
        }
    }

    private void deleteElsewhere() {
        try {
            users.delete(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an6_c6_timesAreSpread(Redis redis) throws Exception {
        for (long id = 1; id <= 20; id++) {
            table.rows.put(id, new User(id, "u"));
            users.find(id);
        }
        List<Long> lives = new ArrayList<>();
        for (long id = 1; id <= 20; id++) {
            lives.add(kw.connection()
                    .call(dev.keywright.connection.Command.named("PTTL")
                            .key("cache:user:l" + id)
                            .build())
                    .number());
        }
        assertThat(lives.stream().mapToLong(l -> l).max().orElse(0))
                .isBetween(
                        Duration.ofMinutes(55).toMillis(), Duration.ofHours(1).toMillis());
        assertThat(lives.stream().mapToLong(l -> l).min().orElse(0))
                .isBetween(
                        Duration.ofMinutes(51).toMillis() - 60_000,
                        Duration.ofMinutes(54).toMillis());
    }

    public interface Prices {
        @Cached(name = "price", key = "id", ttl = "200ms", jitter = 0, staleIfError = "10m")
        String price(long id);

        @Cached(name = "rate", key = "id", ttl = "1h", refreshAhead = "59m", jitter = 0.99)
        String rate(long id);
    }

    @Test
    void an6_c7_c8_refreshedAheadAndShownStaleWhenTheMethodFails() {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger broken = new AtomicInteger();
        Prices prices = caches.proxy(Prices.class, new Prices() {
            @Override
            public String price(long id) {
                if (broken.get() > 0) {
                    broken.incrementAndGet();
                    throw new IllegalStateException("down");
                }
                return "price";
            }

            @Override
            public String rate(long id) {
                return "rate" + calls.incrementAndGet();
            }
        });
        assertThat(prices.price(1)).isEqualTo("price");
        broken.set(1);
        await().until(() -> prices.price(1).equals("price") && broken.get() > 1);
        assertThat(caches.stats("price").staleServed()).isPositive();
        assertThat(caches.failures("price")).isZero();
        await().until(() -> !prices.rate(1).equals("rate1"));
        assertThat(caches.stats("rate").refreshes()).isPositive();
    }
}
