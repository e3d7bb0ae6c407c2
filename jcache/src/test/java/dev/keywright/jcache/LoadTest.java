package dev.keywright.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loader and writer while another process changes the same entry: cache and database agree afterwards. */
@WithRedis
class LoadTest {

    private final KeywrightCachingProvider one = new KeywrightCachingProvider();
    private final KeywrightCachingProvider two = new KeywrightCachingProvider();
    private final KeywrightCachingProvider three = new KeywrightCachingProvider();
    private final Map<String, String> database = new ConcurrentHashMap<>();
    private final AtomicReference<Runnable> duringLoad = new AtomicReference<>(() -> {});
    private final AtomicReference<Runnable> duringWrite = new AtomicReference<>(() -> {});
    private Cache<String, String> here;
    private Cache<String, String> there;
    private Cache<String, String> writing;

    @BeforeEach
    void open(Redis redis) {
        String name = "loads";
        MutableConfiguration<String, String> plain =
                new MutableConfiguration<String, String>().setTypes(String.class, String.class);
        there = one.getCacheManager(URI.create(redis.uri()), null).createCache(name, plain);
        there.clear();
        here = two.getCacheManager(URI.create(redis.uri()), null)
                .createCache(
                        name,
                        new MutableConfiguration<>(plain).setReadThrough(true).setCacheLoaderFactory(() -> new Slow()));
        writing = three.getCacheManager(URI.create(redis.uri()), null)
                .createCache(
                        name,
                        new MutableConfiguration<>(plain)
                                .setWriteThrough(true)
                                .setCacheWriterFactory(() -> new Table()));
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        three.close();
    }

    /** Reads the database, and hands the value out only after something happened. */
    private final class Slow implements CacheLoader<String, String> {

        @Override
        public String load(String key) {
            String value = database.get(key);
            duringLoad.get().run();
            return value;
        }

        @Override
        public Map<String, String> loadAll(Iterable<? extends String> keys) {
            Map<String, String> all = new HashMap<>();
            keys.forEach(key -> {
                if (database.containsKey(key)) {
                    all.put(key, database.get(key));
                }
            });
            duringLoad.get().run();
            return all;
        }
    }

    private final class Table implements CacheWriter<String, String> {

        @Override
        public void write(Cache.Entry<? extends String, ? extends String> entry) {
            database.put(entry.getKey(), entry.getValue());
            duringWrite.getAndSet(() -> {}).run();
        }

        @Override
        public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
            entries.forEach(this::write);
        }

        @Override
        public void delete(Object key) {
            database.remove(key);
            duringWrite.getAndSet(() -> {}).run();
        }

        @Override
        public void deleteAll(Collection<?> keys) {
            keys.forEach(this::delete);
        }
    }

    @Test
    void whatWasLoadedBeforeARemovalIsNotStoredAfterIt() throws Exception {
        Map<String, Function<Cache<String, String>, Object>> loads = new LinkedHashMap<>();
        loads.put("get", cache -> cache.get("a"));
        loads.put("getAll", cache -> cache.getAll(Set.of("a")).get("a"));
        loads.put("invoke", cache -> cache.invoke("a", (entry, nothing) -> entry.getValue()));
        Map<String, Consumer<Cache<String, String>>> changes = new LinkedHashMap<>();
        changes.put("remove", cache -> cache.remove("a"));
        changes.put("getAndRemove", cache -> cache.getAndRemove("a"));
        changes.put("removeAll", cache -> cache.removeAll());
        changes.put("clear", cache -> cache.clear());
        changes.put("put and remove", cache -> {
            cache.put("a", "other");
            cache.remove("a");
        });

        loads.forEach((load, loading) -> changes.forEach((change, changing) -> {
            database.put("a", "old");
            duringLoad.set(() -> {
                database.put("a", "new");
                changing.accept(there);
            });
            assertThat(loading.apply(here)).as(load).isEqualTo("old");
            assertThat(there.get("a")).as(load + " while " + change).isNull();

            duringLoad.set(() -> {});
            assertThat(here.get("a")).as(load + " after " + change).isEqualTo("new");
            assertThat(there.get("a")).as(load + " after " + change).isEqualTo("new");
            there.clear();
        }));
    }

    @Test
    void loadingAllKeepsToItToo() throws Exception {
        database.put("a", "old");
        database.put("b", "kept");
        duringLoad.set(() -> there.remove("a"));
        CompletionListenerFuture done = new CompletionListenerFuture();

        here.loadAll(Set.of("a", "b", "c"), false, done);

        done.get(30, TimeUnit.SECONDS);
        assertThat(there.getAll(Set.of("a", "b", "c"))).isEqualTo(Map.of("b", "kept"));
    }

    @Test
    void aProcessorComputesAgainFromWhatIsThere() {
        database.put("a", "old");
        duringLoad.set(() -> {
            duringLoad.set(() -> {});
            database.put("a", "new");
            there.remove("a");
        });

        String result = here.invoke("a", (entry, nothing) -> {
            entry.setValue(entry.getValue() + "!");
            return entry.getValue();
        });

        assertThat(result).isEqualTo("new!");
        assertThat(there.get("a")).isEqualTo("new!");
    }

    @Test
    void aLoadInProgressIsNoEntry() {
        database.put("a", "old");
        duringLoad.set(() -> {
            assertThat(there.get("a")).isNull();
            assertThat(there.containsKey("a")).isFalse();
            assertThat(there.iterator().hasNext()).isFalse();
            assertThat(there.replace("a", "no")).isFalse();
            assertThat(there.putIfAbsent("a", "put")).isTrue();
        });

        assertThat(here.get("a")).isEqualTo("old");
        assertThat(there.get("a")).isEqualTo("put");
    }

    @Test
    void twoThatLoadAtOnceStoreWhatTheyLoaded() {
        database.put("a", "value");
        duringLoad.set(() -> {
            duringLoad.set(() -> {});
            assertThat(here.get("a")).isEqualTo("value");
            assertThat(there.get("a")).isEqualTo("value");
        });

        assertThat(here.get("a")).isEqualTo("value");
        assertThat(there.get("a")).isEqualTo("value");
    }

    @Test
    void aLoadThatComesToNothingLeavesNothing(Redis redis) {
        assertThat(here.get("a")).isNull();
        assertThat(here.getAll(Set.of("a"))).isEmpty();
        assertThat(here.<String>invoke("a", (entry, nothing) -> entry.getValue()))
                .isNull();
        duringLoad.set(() -> {
            throw new IllegalStateException("no database");
        });
        assertThatThrownBy(() -> here.get("a")).isInstanceOf(CacheLoaderException.class);
        assertThatThrownBy(() -> here.getAll(Set.of("a"))).isInstanceOf(CacheLoaderException.class);

        assertThat(redis.command("EXISTS", "jcache:loads:sa")).isEqualTo("0");
    }

    @Test
    void anExpiryOnAccessTakesOnlyWhatWasRead(Redis redis) {
        Cache<String, String> once = two.getCacheManager(URI.create(redis.uri()), null)
                .createCache(
                        "once",
                        new MutableConfiguration<String, String>()
                                .setTypes(String.class, String.class)
                                .setExpiryPolicyFactory(
                                        () -> new Vanishing(() -> redis.command("SET", "jcache:once:sa", "snew"))));
        redis.command("SET", "jcache:once:sa", "sold");

        assertThat(once.get("a")).isEqualTo("old");
        assertThat(redis.command("GET", "jcache:once:sa")).isEqualTo("snew");
    }

    /** Something happens between reading an entry and taking it away. */
    private record Vanishing(Runnable between) implements ExpiryPolicy {

        @Override
        public Duration getExpiryForCreation() {
            return Duration.ETERNAL;
        }

        @Override
        public Duration getExpiryForAccess() {
            between.run();
            return Duration.ZERO;
        }

        @Override
        public Duration getExpiryForUpdate() {
            return Duration.ETERNAL;
        }
    }

    @Test
    void theDatabaseGetsTheValueOthersLeftWhenNothingComesOfAChange() {
        agree("putIfAbsent", null, () -> there.put("a", "other"), () -> writing.putIfAbsent("a", "mine"));
        agree("replace of", "first", () -> there.put("a", "other"), () -> writing.replace("a", "first", "mine"));
        agree("remove of", "first", () -> there.put("a", "other"), () -> writing.remove("a", "first"));
        agree(
                "processor",
                "first",
                () -> there.put("a", "other"),
                () -> writing.invoke("a", (entry, nothing) -> {
                    if (entry.getValue().equals("first")) {
                        entry.setValue("mine");
                    }
                    return entry.exists();
                }));
    }

    /** It may as well have expired. */
    @Test
    void anEntryThatIsGoneDeletesNothingFromTheDatabase() {
        there.put("a", "first");
        database.put("a", "first");
        duringWrite.set(() -> there.remove("a"));

        assertThat(writing.replace("a", "mine")).isFalse();

        assertThat(there.containsKey("a")).isFalse();
        assertThat(database).containsEntry("a", "mine");
    }

    private void agree(String what, String first, Runnable faster, Runnable change) {
        there.clear();
        database.clear();
        if (first != null) {
            there.put("a", first);
            database.put("a", first);
        }
        duringWrite.set(faster);

        change.run();

        assertThat(database.get("a")).as(what).isEqualTo(there.get("a")).isNotEqualTo("mine");
    }
}
