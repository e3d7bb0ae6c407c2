package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.cache.jdbc.Dialect;
import dev.keywright.cache.jdbc.InvalidationOutbox;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/cache.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class CacheDocsTest {

    private static final Path PAGE = Path.of("../docs/cache.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/cache/CacheDocsTest.java");

    record User(long id, String name) {}

    /** Stands for the user's own. */
    private static final class Database {

        private final Map<Long, User> rows = new ConcurrentHashMap<>();

        User findUser(long id) throws SQLException {
            return rows.get(id);
        }

        Map<Long, User> findUsers(Set<Long> ids) throws SQLException {
            Map<Long, User> found = new LinkedHashMap<>();
            ids.stream().filter(rows::containsKey).forEach(id -> found.put(id, rows.get(id)));
            return found;
        }

        void save(User user) {
            rows.put(user.id(), user);
        }

        void change(List<Change<Long, User>> changes) throws SQLException {
            for (Change<Long, User> change : changes) {
                change.value().ifPresentOrElse(this::save, () -> rows.remove(change.key()));
            }
        }
    }

    private final Database database = new Database();

    @Test
    void first(Redis redis) {
        String uri = redis.uri();
        User ann = new User(1001, "Ann");
        database.save(ann);
        User found;
        // docs: first
        try (Keywright kw = Keywright.connect(uri);
                Cache<Long, User> users = kw.cache("user", KeyCodec.LONG, Codecs.json(User.class))
                        .ttl(Duration.ofHours(1))
                        .readThrough(database::findUser)
                        .build()) {
            found = users.get(1001L); // one load, whatever the number of callers and processes

            database.save(new User(1001, "Anna"));
            users.invalidate(1001L); // nobody reads or stores the old one from here on
        }
        // docs: end
        assertThat(found).isEqualTo(ann);
    }

    @Test
    void more(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            database.save(new User(1, "Ann"));
            database.save(new User(2, "Bob"));

            // docs: aside
            Cache<String, byte[]> pages = kw.cache("page", KeyCodec.STRING, Codecs.bytes())
                    .ttl(Duration.ofMinutes(5))
                    .build();
            byte[] page = pages.getIfPresent("/home");
            if (page == null) {
                page = render("/home");
                pages.put("/home", page);
            }
            byte[] same = pages.get("/home", this::render); // the same, with one load at a time
            // docs: end
            assertThat(same).isEqualTo(page);

            // docs: resilient
            Cache<Long, User> users = kw.cache("user", KeyCodec.LONG, Codecs.json(User.class))
                    .ttl(Duration.ofMinutes(10))
                    .readThrough(database::findUser)
                    .readThroughAll(database::findUsers) // for getAll
                    .refreshAhead(Duration.ofMinutes(2)) // read in the last 2 minutes: loaded anew in the background
                    .staleIfError(Duration.ofHours(6)) // shown when the database is down
                    .rememberAbsent(Duration.ofSeconds(30))
                    .deadline(Duration.ofMillis(100))
                    .build();
            Optional<Found<User>> user = users.find(1L);
            boolean old = user.map(Found::stale).orElse(false);
            // docs: end
            assertThat(old).isFalse();

            // docs: many
            Map<Long, User> some = users.getAll(List.of(1L, 2L, 3L)); // one flush, one load for what is missing
            CompletionStage<User> later = users.getAsync(1L);
            // docs: end
            assertThat(some).hasSize(2);
            assertThat(later.toCompletableFuture().join().name()).isEqualTo("Ann");

            // docs: tags
            Cache<String, String> prices = kw.cache("price", KeyCodec.STRING, Codecs.string())
                    .tags(key -> List.of(key.substring(0, key.indexOf('/')))) // "shoes/4711" has the tag "shoes"
                    .build();
            prices.put("shoes/4711", "59.90");
            prices.invalidateTag("shoes"); // one command, whatever their number
            // docs: end
            assertThat(prices.getIfPresent("shoes/4711")).isNull();

            // docs: through
            Cache<Long, User> written = kw.cache("through", KeyCodec.LONG, Codecs.json(User.class))
                    .readThrough(database::findUser)
                    .writeThrough(database::change) // the database first
                    .build();
            written.put(3L, new User(3, "Cat"));
            written.remove(3L); // from both
            // docs: end
            assertThat(written.get(3L)).isNull();

            // docs: behind
            Cache<Long, User> soon = kw.cache("behind", KeyCodec.LONG, Codecs.json(User.class))
                    .readThrough(database::findUser)
                    .writeBehind(database::change) // in batches, at least once, also after a crash
                    .build();
            soon.put(4L, new User(4, "Dan"));
            // docs: end
            await().until(() -> database.rows.containsKey(4L));

            // docs: near
            Cache<Long, User> near = kw.cache("near", KeyCodec.LONG, Codecs.json(User.class))
                    .readThrough(database::findUser)
                    .near() // copies in this process, until the server tells of a change
                    .build();
            // docs: end
            assertThat(near.get(1L).name()).isEqualTo("Ann");

            List.of(pages, users, prices, written, soon, near).forEach(Cache::close);
        }
    }

    @Test
    void outbox(Redis redis) throws SQLException {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:outbox-sample;DB_CLOSE_DELAY=-1");
        try (Keywright kw = Keywright.connect(redis.uri());
                Cache<Long, String> names =
                        kw.cache("name", KeyCodec.LONG, Codecs.string()).build();
                Connection setUp = dataSource.getConnection();
                Statement statement = setUp.createStatement()) {
            statement.execute("CREATE TABLE person (id BIGINT PRIMARY KEY, name VARCHAR(100))");
            names.put(42L, "old");
            String ddl;
            // docs: outbox
            ddl = InvalidationOutbox.ddl(Dialect.H2, "cache_invalidations"); // once, with the rest of your schema
            // docs: end
            statement.execute(ddl);

            // docs: outboxuse
            try (InvalidationOutbox outbox = InvalidationOutbox.in(dataSource)
                    .cache("name", names, KeyCodec.LONG) // the same name in every process
                    .build()) {
                outbox.inTransaction((connection, changed) -> {
                    try (Statement insert = connection.createStatement()) {
                        insert.executeUpdate("INSERT INTO person VALUES (42, 'Ann')");
                    }
                    changed.key(names, 42L); // a row of the outbox, in this very transaction
                }); // committed, then invalidated

                try (Connection connection = dataSource.getConnection()) { // in a transaction of somebody else's
                    connection.setAutoCommit(false);
                    InvalidationOutbox.Changes changes = outbox.on(connection).key(names, 42L);
                    connection.commit();
                    changes.committed(); // in the hook after the commit; if it is never called, the row is found later
                }
            }
            // docs: end
            assertThat(names.getIfPresent(42L)).isNull();
        }
    }

    private byte[] render(String path) {
        return path.getBytes(UTF_8);
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

    @Test
    void theReadmeShowsTheFirstSample() throws IOException {
        assertThat(Files.readString(Path.of("../README.md")))
                .contains("```java\n" + regions().get("first") + "```");
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
