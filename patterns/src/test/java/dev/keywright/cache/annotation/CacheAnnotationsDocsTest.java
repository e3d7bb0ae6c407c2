package dev.keywright.cache.annotation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.TypeRef;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/cache-annotations.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class CacheAnnotationsDocsTest {

    private static final Path PAGE = Path.of("../docs/cache-annotations.md");
    private static final Path HERE =
            Path.of("src/test/java/dev/keywright/cache/annotation/CacheAnnotationsDocsTest.java");

    record User(long id, String name) {}

    // docs: interface
    interface Users {

        @Cached(name = "user", key = "id", ttl = "1h", negativeTtl = "1m")
        User find(long id);

        @CachePut(name = "user", key = "user.id")
        User save(User user);

        @CacheEvict(name = "user", key = "id")
        @CacheEvict(name = "search", all = true)
        void delete(long id);

        @Cached(name = "search", ttl = "5m")
        List<User> search(String text, int limit);
    }

    // docs: end

    static final class DatabaseUsers implements Users {
        private final Map<Long, User> rows = new ConcurrentHashMap<>();
        private int reads;

        @Override
        public User find(long id) {
            reads++;
            return rows.get(id);
        }

        @Override
        public User save(User user) {
            rows.put(user.id(), user);
            return user;
        }

        @Override
        public void delete(long id) {
            rows.remove(id);
        }

        @Override
        public List<User> search(String text, int limit) {
            reads++;
            return rows.values().stream()
                    .filter(row -> row.name().contains(text))
                    .limit(limit)
                    .toList();
        }
    }

    @Test
    void first(Redis redis) {
        String uri = redis.uri();
        DatabaseUsers database = new DatabaseUsers();
        // docs: proxy
        try (Keywright kw = Keywright.connect(uri);
                AnnotatedCaches caches = AnnotatedCaches.over(kw)) {
            Users users = caches.proxy(Users.class, database);

            users.save(new User(1001, "ann"));
            User ann = users.find(1001); // from Redis
            // docs: end
            assertThat(ann).isEqualTo(new User(1001, "ann"));
            assertThat(users.search("an", 10)).isEqualTo(users.search("an", 10)).containsExactly(ann);
            assertThat(database.reads).isEqualTo(1);
            users.delete(1001);
            assertThat(users.search("an", 10)).isEmpty();
        }
    }

    // docs: conditions
    static final class IsGuest implements Predicate<Profile> {
        @Override
        public boolean test(Profile profile) {
            return profile.guest();
        }
    }

    static final class InOffice implements Predicate<Invocation> {
        @Override
        public boolean test(Invocation call) {
            return !"test".equals(call.argument(0));
        }
    }

    interface Profiles {
        @Cached(
                name = "profile",
                key = {"tenant", "id"},
                condition = InOffice.class,
                unless = IsGuest.class)
        CompletionStage<Profile> find(String tenant, long id);
    }

    // docs: end

    record Profile(boolean guest) {}

    @Test
    void more(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: options
            AnnotationOptions options = AnnotationOptions.DEFAULTS
                    .withCodec(type -> Codecs.cbor(TypeRef.of(type)))
                    .withPrefix("eu.") // the cache "user" is "eu.user"
                    .withTuning((name, builder) ->
                            builder.deadline(Duration.ofMillis(50)).schemaVersion(2));
            AnnotatedCaches caches = AnnotatedCaches.over(kw, options);
            // docs: end
            Profiles profiles = caches.proxy(
                    Profiles.class, (tenant, id) -> CompletableFuture.completedFuture(new Profile(id == 0)));
            for (int round = 0; round < 2; round++) {
                assertThat(profiles.find("acme", 1).toCompletableFuture().join().guest())
                        .isFalse();
                assertThat(profiles.find("acme", 0).toCompletableFuture().join().guest())
                        .isTrue();
                profiles.find("test", 1).toCompletableFuture().join();
            }
            assertThat(caches.stats("profile").hits()).isEqualTo(1);

            // docs: stats
            long loads = caches.stats("profile").loads();
            long failures = caches.failures("profile"); // the callers noticed nothing
            Optional<Throwable> last = caches.lastFailure("profile");
            // docs: end
            assertThat(loads).isEqualTo(3);
            assertThat(failures).isZero();
            assertThat(last).isEmpty();
            caches.close();
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = regions();
        String page = Files.readString(PAGE, UTF_8);
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        StringBuilder written = new StringBuilder();
        Map<String, String> shown = new LinkedHashMap<>();
        while (fence.find()) {
            shown.put(fence.group(1), fence.group(2));
            String code = regions.getOrDefault(fence.group(1), fence.group(2));
            fence.appendReplacement(
                    written,
                    Matcher.quoteReplacement("<!-- sample: " + fence.group(1) + " -->\n```java\n" + code + "```"));
        }
        fence.appendTail(written);
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, written, UTF_8);
        } else {
            assertThat(shown).isEqualTo(regions);
        }
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?)\n*? +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(
                    region.group(2), region.group(3).stripTrailing().replaceAll("(?m)^" + region.group(1), "") + "\n");
        }
        return regions;
    }
}
