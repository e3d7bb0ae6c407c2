package dev.keywright.lock.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/fencing.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class FencingDocsTest {

    private static final Path PAGE = Path.of("../docs/fencing.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/lock/jdbc/FencingDocsTest.java");

    private final JdbcConnectionPool database =
            JdbcConnectionPool.create("jdbc:h2:mem:fencing;DB_CLOSE_DELAY=-1", "", "");

    @Test
    void samples(Redis redis) throws SQLException {
        FenceColumn accounts = new FenceColumn("account", "fence", "id");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Fence.ddl("fence"));
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, balance INT)");
            statement.execute(accounts.ddl());
            statement.execute("INSERT INTO account (id, balance) VALUES (7, 0)");
        }
        long token;
        try (Keywright kw = Keywright.connect(redis.uri())) {
            token = byTable(kw.lock("accounts"));
            byColumn(kw.lock("accounts"));
        }
        try (Connection late = database.getConnection()) {
            late.setAutoCommit(false);
            assertThatThrownBy(() -> new Fence("fence").check(late, "accounts", token - 1))
                    .isInstanceOf(KeywrightException.Lost.class);
            assertThatThrownBy(() -> accounts.update(late, token, "balance = ?", 0, 7))
                    .isInstanceOf(KeywrightException.Lost.class);
            late.rollback();
        }
        assertThat(number("SELECT balance FROM account")).isEqualTo(30);
    }

    private long byTable(DistributedLock lock) throws SQLException {
        // docs: table
        Fence fence = new Fence("fence");

        try (Hold hold = lock.acquire(Duration.ofSeconds(5));
                Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                fence.check(connection, "accounts", hold.token()); // throws Lost when a later holder was here
                payInterest(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
        // docs: end
        return number("SELECT token FROM fence");
    }

    private void byColumn(DistributedLock lock) throws SQLException {
        // docs: column
        FenceColumn accounts = new FenceColumn("account", "fence", "id");

        try (Hold hold = lock.acquire(Duration.ofSeconds(5));
                Connection connection = database.getConnection()) {
            boolean found = accounts.update(connection, hold.token(), "balance = balance + ?", 10, 7);
            if (!found) {
                throw new IllegalArgumentException("there is no account 7");
            }
        }
        // docs: end
    }

    private static void payInterest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE account SET balance = balance + 20");
        }
    }

    private long number(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
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
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
