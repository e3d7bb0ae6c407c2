package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.cache.WriteBehindOptions.Confirmation;
import dev.keywright.cache.jdbc.JdbcWriter;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/write-behind.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
class WriteBehindDocsTest {

    private static final Path PAGE = Path.of("../docs/write-behind.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/cache/WriteBehindDocsTest.java");

    record User(String name, String email) {}

    private static DataSource database() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:behinddocs;DB_CLOSE_DELAY=-1");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE users (id BIGINT PRIMARY KEY, name VARCHAR(100), email VARCHAR(200),"
                    + " version BIGINT NOT NULL, deleted BOOLEAN NOT NULL)");
        }
        return source;
    }

    @Test
    @WithRedis
    void samples(Redis redis) throws SQLException {
        DataSource dataSource = database();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: first
            JdbcWriter<Long, User> table = JdbcWriter.<Long, User>to(dataSource, "users")
                    .key("id", id -> id)
                    .column("name", User::name)
                    .column("email", User::email)
                    .build();
            try (Cache<Long, User> users = kw.cache("user", KeyCodec.LONG, Codecs.json(User.class))
                    .ttl(Duration.ofHours(1))
                    .writeBehind(table)
                    .build()) {
                users.put(1001L, new User("Anna", "anna@example.org")); // Redis has it, and the database soon
            }
            // docs: end
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement
                                .executeQuery("SELECT * FROM users WHERE NOT deleted")
                                .next())
                        .isTrue();
            }
        }
    }

    @Test
    @WithRedis
    void more(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: confirmed
            WriteBehindOptions options = WriteBehindOptions.DEFAULTS
                    .withDelay(Duration.ofSeconds(1))
                    .withConfirmation(Confirmation.byReplicas(1, Duration.ofMillis(500)));
            // docs: end
            assertThat(options.confirmation()).isPresent();
            Writer<Long, User> refusing = changes -> {
                throw new dev.keywright.KeywrightException.Misused("never");
            };
            try (Cache<Long, User> users = kw.cache("more", KeyCodec.LONG, Codecs.json(User.class))
                    .writeBehind(refusing, BehindLab.QUICK)
                    .build()) {
                users.put(1L, new User("Anna", "anna@example.org"));
                await().atMost(BehindLab.PATIENCE)
                        .until(() -> users.writeBehind().orElseThrow().backlog().deadLetters() == 1);
                // docs: dead
                WriteBehind<Long, User> behind = users.writeBehind().orElseThrow();
                List<DeadLetter<Long, User>> refused = behind.deadLetters(100); // key, value, attempts, cause
                behind.redrive(refused.get(0).key()); // try it again, when the cause is mended
                behind.discard(refused.get(0).key()); // or give it up
                int all = behind.redriveAll();
                // docs: end
                assertThat(all).isBetween(0, 1);
                // docs: backlog
                Backlog backlog = behind.backlog(); // one round trip per node
                boolean alarm = backlog.oldestAge().compareTo(Duration.ofMinutes(1)) > 0
                        || backlog.depth() > 100_000
                        || backlog.deadLetters() > 0;
                String why = backlog.lastFailure().orElse("");
                // docs: end
                assertThat(alarm || why.isEmpty() || !why.isEmpty()).isTrue();
            }
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = regions();
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE, UTF_8));
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
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
