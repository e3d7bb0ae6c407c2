package dev.keywright.cache.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.TypeRef;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is refused when a proxy is made, because it would go wrong quietly later; and types that are known only together. */
@WithRedis
class AgreementTest {

    public record User(long id, String name) {}

    public static final class Filter {}

    private Keywright kw;
    private AnnotatedCaches caches;

    @BeforeEach
    void open(Redis redis) {
        kw = Keywright.connect(redis.uri());
        caches = AnnotatedCaches.over(kw);
    }

    @AfterEach
    void close() {
        caches.close();
        kw.close();
    }

    private <T> void refuses(Class<T> face, String... words) {
        T nothing = face.cast(java.lang.reflect.Proxy.newProxyInstance(
                face.getClassLoader(), new Class<?>[] {face}, (proxy, method, arguments) -> null));
        AnnotatedCaches own = AnnotatedCaches.over(kw);
        assertThatThrownBy(() -> own.proxy(face, nothing))
                .isInstanceOfAny(KeywrightException.Misused.class, IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    interface OtherType {
        @Cached(name = "a", key = "0")
        User user(long id);

        @Cached(name = "a", key = "0")
        String name(long id);
    }

    interface OtherKey {
        @Cached(name = "a", key = "id")
        User user(long id);

        @CacheEvict(name = "a", key = "id")
        void delete(int id);
    }

    interface KeyOfMethod {
        @Cached(name = "a")
        User user(long id);

        @CacheEvict(name = "a", key = "id")
        void delete(long id);
    }

    interface OtherTtl {
        @Cached(name = "a", key = "0", ttl = "1m")
        User user(long id);

        @Cached(name = "a", key = "0", ttl = "2m")
        User again(long id);
    }

    interface NotClearable {
        @Cached(name = "a", key = "0", clearable = false)
        User user(long id);

        @CacheEvict(name = "a", all = true)
        void clear();
    }

    interface NoParameter {
        @Cached(name = "a", key = "ident")
        User user(long id);
    }

    interface NoProperty {
        @CachePut(name = "a", key = "user.ident")
        User user(User user);
    }

    interface NoValue {
        @Cached(name = "a")
        void run();
    }

    interface NoType {
        @Cached(name = "a")
        Object anything(long id);
    }

    interface NoKey {
        @Cached(name = "a")
        User user(Filter filter);
    }

    interface BadTime {
        @Cached(name = "a", ttl = "10 minutes")
        User user(long id);
    }

    interface TwoMinds {
        @Cached(name = "a", key = "0")
        @CachePut(name = "a", key = "0")
        User user(long id);
    }

    interface NothingToEvict {
        @CacheEvict(name = "a")
        void delete(long id);
    }

    @Test
    void an1_contradictionsAreRefusedWhenTheProxyIsMade() {
        refuses(OtherType.class, "cache a", "another type", "User", "String", "OtherType.user", "OtherType.name");
        refuses(OtherKey.class, "other keys", "Long", "Integer");
        refuses(KeyOfMethod.class, "other keys", "its arguments");
        refuses(OtherTtl.class, "other settings", "1m", "2m");
        refuses(NotClearable.class, "evicted all at once");
        refuses(NoParameter.class, "NoParameter.user", "'ident'", "id");
        refuses(NoProperty.class, "'ident'", "User");
        refuses(NoValue.class, "returns nothing");
        refuses(NoType.class, "does not say what is kept");
        refuses(NoKey.class, "Filter", "user.id");
        refuses(BadTime.class, "10 minutes", "10m");
        refuses(TwoMinds.class, "both @Cached and @CachePut");
        refuses(NothingToEvict.class, "neither a key nor all");
        assertThatThrownBy(() -> caches.proxy(String.class, "")).hasMessageContaining("no interface");
        assertThatThrownBy(() -> caches.stats("b")).hasMessageContaining("cache b");
    }

    public interface Repository<K, V> {
        @Cached(name = "repository", key = "id")
        V find(K id);

        @Cached(name = "lists")
        List<V> list(K id);
    }

    public interface Users extends Repository<Long, User> {
        @Override
        User find(Long id);
    }

    static final class Rows implements Users {
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public User find(Long id) {
            return new User(id, "n" + calls.incrementAndGet());
        }

        @Override
        public List<User> list(Long id) {
            return List.of(new User(id, "n" + calls.incrementAndGet()));
        }
    }

    @Test
    void typeArgumentsOfAnInterfaceAreKnown() {
        Rows rows = new Rows();
        Users users = caches.proxy(Users.class, rows);
        Repository<Long, User> repository = users;
        for (int round = 0; round < 2; round++) {
            assertThat(users.list(1L)).containsExactly(new User(1, "n1"));
        }
        assertThat(repository.list(1L)).containsExactly(new User(1, "n1"));
        assertThat(users.find(1L)).isEqualTo(users.find(1L)).isEqualTo(repository.find(1L));
        assertThat(rows.calls).hasValue(2);
        @SuppressWarnings("unchecked")
        Repository<Long, User> bare = AnnotatedCaches.over(kw).proxy(Repository.class, rows);
        assertThat(bare.find(1L)).as("known from the class").isEqualTo(users.find(1L));
        assertThat(rows.calls).hasValue(2);
    }

    @Test
    void anotherProxyOfTheSameKindGoesOnWithTheSameCache() {
        Users users = caches.proxy(Users.class, new Rows());
        assertThat(users.find(1L)).isEqualTo(users.find(1L));
        Users more = caches.proxy(Users.class, new Rows());
        assertThat(more.find(1L)).isEqualTo(users.find(1L));
        assertThat(caches.stats("repository").hits())
                .as("of both, from the beginning")
                .isEqualTo(3);
    }

    @Test
    void whatNewsMadeStaleIsClosedInTheEnd() {
        NamedCache named = new NamedCache(kw, "news", AnnotationOptions.DEFAULTS, Runnable::run);
        List<Cache<Call, Object>> built = new ArrayList<>(List.of(named.build()));
        named.type(String.class, "Names.put");
        built.add(named.build());
        named.settings(Settings.DEFAULTS, "Names.get");
        built.add(named.build());
        named.type(String.class, "Names.get");
        named.settings(Settings.DEFAULTS, "Names.again");
        assertThat(named.build()).as("no news").isSameAs(built.get(2));
        assertThat(built).doesNotHaveDuplicates();
        named.close();
        Call key = new Call("key", null);
        assertThat(built)
                .allSatisfy(each -> assertThatThrownBy(() -> each.get(key))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("was closed"));
    }

    @Test
    void codecsPrefixesAndTuningAreChosen(Redis redis) {
        List<Type> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        AnnotationOptions options = AnnotationOptions.DEFAULTS
                .withCodec(type -> {
                    types.add(type);
                    return Codecs.cbor(TypeRef.of(type));
                })
                .withPrefix("eu.")
                .withTuning((name, builder) ->
                        names.add(name + builder.schemaVersion(3).getClass().getSimpleName()));
        try (AnnotatedCaches european = AnnotatedCaches.over(kw, options)) {
            Rows rows = new Rows();
            Users users = european.proxy(Users.class, rows);
            assertThat(users.list(1L)).isEqualTo(users.list(1L));
            assertThat(caches.proxy(Users.class, new Rows()).list(2L)).hasSize(1);
            assertThat(types)
                    .extracting(Type::getTypeName)
                    .contains(User.class.getName(), "java.util.List<" + User.class.getName() + ">");
            assertThat(names).contains("eu.repositoryCacheBuilder", "eu.listsCacheBuilder");
            assertThat(redis.command("KEYS", "cache:eu.lists:*").toString())
                    .contains("list(java.lang.Object):l1".replace(":l1", ""));
        }
    }
}
