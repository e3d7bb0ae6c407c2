package dev.keywright.cache.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** C10: what was committed is invalidated, whoever dies in between. On every database. */
abstract class InvalidationOutboxContract {

    private static final String TABLE = "cache_invalidations";
    private static final Duration SOON = Duration.ofMillis(50);

    private final DataSource source;
    private final Redis redis;
    private final Keywright kw;
    private final Cache<String, String> names;

    InvalidationOutboxContract(DataSource source, Redis redis) {
        this.source = source;
        this.redis = redis;
        this.kw = Keywright.connect(redis.uri());
        this.names = kw.cache("name", KeyCodec.STRING, Codecs.string())
                .deadline(Duration.ofMillis(500))
                .readThrough(this::load)
                .build();
    }

    @BeforeEach
    void tables() throws SQLException {
        sql("DROP TABLE IF EXISTS " + TABLE);
        sql(InvalidationOutbox.ddl(dialect(), TABLE));
        sql("DROP TABLE IF EXISTS person");
        sql("CREATE TABLE person (id VARCHAR(100) PRIMARY KEY, name VARCHAR(100))");
        sql("INSERT INTO person VALUES ('ann', 'old'), ('bob', 'old')");
    }

    @AfterEach
    void close() {
        names.close();
        kw.close();
    }

    abstract Dialect dialect();

    private void sql(String statement) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement each = connection.createStatement()) {
            each.execute(statement);
        }
    }

    private @Nullable String load(String id) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT name FROM person WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    private static void rename(Connection connection, String id, String name) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE person SET name = ? WHERE id = ?")) {
            update.setString(1, name);
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    private InvalidationOutbox outbox() {
        return InvalidationOutbox.in(source)
                .cache("name", names, KeyCodec.STRING)
                .every(SOON)
                .build();
    }

    private static void awaitNoneWaits(InvalidationOutbox outbox) {
        await().atMost(Duration.ofSeconds(30)).until(() -> outbox.waiting().rows() == 0);
    }

    @Test
    void c10_whatWasCommittedIsInvalidatedAtOnce() throws SQLException {
        try (InvalidationOutbox outbox = outbox()) {
            assertThat(names.get("ann")).isEqualTo("old");
            outbox.inTransaction((connection, changed) -> {
                rename(connection, "ann", "new");
                changed.key(names, "ann");
            });
            assertThat(names.get("ann")).isEqualTo("new");
            awaitNoneWaits(outbox);
            assertThat(outbox.stats()).isEqualTo(new InvalidationOutbox.Stats(1, 1, 0, ""));
        }
    }

    @Test
    void whatWasRolledBackIsNot() throws SQLException {
        try (InvalidationOutbox outbox = outbox()) {
            assertThat(names.get("ann")).isEqualTo("old");
            assertThatThrownBy(() -> outbox.inTransaction((connection, changed) -> {
                        changed.key(names, "ann");
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertThat(outbox.waiting()).isEqualTo(new InvalidationOutbox.Waiting(0, Duration.ZERO));
            assertThat(names.getIfPresent("ann")).isEqualTo("old");
            assertThat(outbox.stats().delivered()).isZero();
        }
    }

    /** Commits are automatic again only after the rollback; else they would commit what is half done. */
    @Test
    void anErrorRollsBackToo() throws SQLException {
        try (InvalidationOutbox outbox = outbox()) {
            assertThatThrownBy(() -> outbox.inTransaction((connection, changed) -> {
                        rename(connection, "ann", "half done");
                        changed.key(names, "ann");
                        throw new AssertionError("an error");
                    }))
                    .hasMessage("an error");
            assertThat(load("ann")).isEqualTo("old");
            assertThat(outbox.waiting().rows()).isZero();
        }
    }

    @Test
    void manyRowsAreSeenTo() throws SQLException {
        List<String> keys = IntStream.range(0, 1_200).mapToObj(i -> "k" + i).toList();
        names.putAll(keys.stream().collect(Collectors.toMap(key -> key, key -> "old")));
        try (InvalidationOutbox died = InvalidationOutbox.in(source)
                        .cache("name", names, KeyCodec.STRING)
                        .every(Duration.ofHours(1))
                        .build();
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            died.on(connection).keys(names, keys);
            connection.commit();
            assertThat(died.waiting().rows()).isEqualTo(1_200);
            await().until(() -> died.waiting().oldest().toMillis() > 100);
        }
        try (InvalidationOutbox outbox = outbox()) {
            awaitNoneWaits(outbox);
            assertThat(names.getAllPresent(keys)).isEmpty();
        }
    }

    @Test
    void c10_whatRedisDidNotTakeFollowsWhenItIsBack() throws SQLException {
        try (InvalidationOutbox outbox = outbox()) {
            assertThat(names.getAll(List.of("ann", "bob"))).hasSize(2);
            redis.nodes().forEach(Standalone::freeze);
            outbox.inTransaction((connection, changed) -> {
                rename(connection, "ann", "new");
                changed.keys(names, List.of("ann", "bob"));
            });
            assertThat(outbox.waiting().rows()).isEqualTo(2);
            assertThat(outbox.stats().failures()).isPositive();
            redis.nodes().forEach(Standalone::thaw);
            awaitNoneWaits(outbox);
            await().until(() -> "new".equals(names.get("ann")));
        }
    }

    @Test
    void c10_whatAnotherProcessLeftBehindIsSeenTo() throws SQLException {
        assertThat(names.get("ann")).isEqualTo("old");
        try (InvalidationOutbox died = InvalidationOutbox.in(source)
                        .cache("name", names, KeyCodec.STRING)
                        .every(Duration.ofHours(1))
                        .build();
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            rename(connection, "ann", "new");
            died.on(connection).key(names, "ann");
            connection.commit();
        }
        assertThat(names.get("ann")).as("nobody saw to it yet").isEqualTo("old");
        try (InvalidationOutbox one = outbox();
                InvalidationOutbox two = outbox()) {
            awaitNoneWaits(one);
            assertThat(names.get("ann")).isEqualTo("new");
            assertThat(one.stats().delivered() + two.stats().delivered()).isPositive();
        }
    }

    @Test
    void c4_aLoadThatBeganBeforeTheCommitIsNotKept() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch committed = new CountDownLatch(1);
        try (InvalidationOutbox outbox = outbox()) {
            CompletableFuture<@Nullable String> reader = CompletableFuture.supplyAsync(() -> names.get("ann", id -> {
                String old = load(id);
                loading.countDown();
                committed.await();
                return old;
            }));
            assertThat(loading.await(10, TimeUnit.SECONDS)).isTrue();
            outbox.inTransaction((connection, changed) -> {
                rename(connection, "ann", "new");
                changed.key(names, "ann");
            });
            committed.countDown();
            reader.get(10, TimeUnit.SECONDS);
            assertThat(names.get("ann")).isEqualTo("new");
        }
    }

    @Test
    void keysOfAnyTextAndThoseThatAreNoneAreSeenTo() throws SQLException {
        Cache<Long, String> numbers =
                kw.cache("number", KeyCodec.LONG, Codecs.string()).build();
        String odd = "a\0b%00c%25d\\'\"";
        names.put(odd, "old");
        numbers.put(7L, "old");
        try (InvalidationOutbox died = InvalidationOutbox.in(source)
                        .cache("name", names, KeyCodec.STRING)
                        .every(Duration.ofHours(1))
                        .build();
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            died.on(connection).key(names, odd);
            connection.commit();
        }
        sql("INSERT INTO " + TABLE + " (id, cache, cache_key) VALUES ('0', 'number', 'seven'), ('1', 'number', '7')");
        try (InvalidationOutbox outbox = InvalidationOutbox.in(source)
                .cache("name", names, KeyCodec.STRING)
                .cache("number", numbers, KeyCodec.LONG)
                .every(SOON)
                .build()) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(outbox.waiting().rows())
                            .as("%s", outbox.stats())
                            .isOne());
            assertThat(names.getIfPresent(odd)).isNull();
            assertThat(numbers.getIfPresent(7L)).isNull();
            assertThat(outbox.stats().lastFailure()).contains("seven");
        } finally {
            numbers.close();
        }
    }

    @Test
    void mistakesAreSaid() throws SQLException {
        InvalidationOutbox.Builder elsewhere =
                InvalidationOutbox.in(source).table("not_there").cache("name", names, KeyCodec.STRING);
        assertThatThrownBy(elsewhere::build)
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContainingAll(
                        "The table not_there for invalidations cannot be read", "CREATE TABLE not_there (id");
        assertThatThrownBy(() -> InvalidationOutbox.in(source).build())
                .hasMessageContaining("name one with cache(...)");
        assertThatThrownBy(() -> InvalidationOutbox.in(source).table("x; DROP TABLE y"))
                .hasMessageContaining("letters, digits and _");
        assertThatThrownBy(() -> InvalidationOutbox.in(source).every(Duration.ZERO))
                .hasMessageContaining("every is 0 ms");
        assertThatThrownBy(() -> elsewhere.cache("name", names, KeyCodec.STRING))
                .hasMessageContaining("Two caches are called name");
        assertThatThrownBy(() -> elsewhere.cache("other", names, KeyCodec.STRING))
                .hasMessageContaining("is called name already");
        try (InvalidationOutbox outbox = outbox();
                Cache<String, String> other =
                        kw.cache("other", KeyCodec.STRING, Codecs.string()).build()) {
            assertThatThrownBy(
                            () -> outbox.inTransaction((connection, changed) -> changed.key(names, "x".repeat(4_001))))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("has 4001 characters");
            assertThatThrownBy(() -> outbox.inTransaction((connection, changed) -> changed.key(other, "ann")))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("knows the caches [name]");
        }
    }
}
