package dev.keywright.once;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.once.jdbc.Database;
import dev.keywright.once.jdbc.OnceTable;
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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/once.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class OnceDocsTest {

    private static final Path PAGE = Path.of("../docs/once.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/once/OnceDocsTest.java");

    record Receipt(String order, long token) {}

    @Test
    void samples(Redis redis) throws SQLException {
        String uri = redis.uri();
        String key = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        String body = "{\"order\": 7, \"cents\": 1000}";
        Receipt shown;
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Once<Receipt> payments = kw.once("payment", Codecs.json(Receipt.class));

            shown = payments.run(key, body, attempt -> charge("order 7", attempt.token()));
        }
        // docs: end
        assertThat(shown.order()).isEqualTo("order 7");
        try (Keywright kw = Keywright.connect(uri)) {
            // docs: options
            OnceOptions options = OnceOptions.DEFAULTS
                    .withLease(Duration.ofSeconds(10)) // after a crash the next one begins so much later
                    .withRetention(Duration.ofDays(7)) // retries come no later than that
                    .withPatience(Duration.ofSeconds(2)); // so long a second caller waits for the first
            Once<Receipt> payments = kw.once("payment", options, Codecs.json(Receipt.class));
            // docs: end
            assertThat(answer(payments, key, body)).isEqualTo(200);
            assertThat(answer(payments, "another", body)).isEqualTo(201);
            assertThat(answer(payments, key, "another")).isEqualTo(422);

            DataSource database = database();
            // docs: table
            OnceTable<Receipt> table = new OnceTable<>(database, "payment_once", Codecs.json(Receipt.class));
            Receipt receipt = payments.run(
                    "key 8",
                    body,
                    attempt -> table.inTransaction(
                            "key 8", body, connection -> book(connection, "order 8", attempt.token())));
            // docs: end
            assertThat(receipt.order()).isEqualTo("order 8");
        }
    }

    private static int answer(Once<Receipt> payments, String key, String body) {
        // docs: steps
        Begin<Receipt> begin = payments.begin(key, body);
        if (begin instanceof Attempt<Receipt> attempt) {
            attempt.keepAlive(); // a sign of life every third of the lease, for work that takes long
            attempt.complete(charge("order 7", attempt.token())); // or fail("card declined"), or free()
            return 201;
        } else if (begin instanceof Begin.Completed<Receipt> completed) {
            return show(completed.result());
        } else if (begin instanceof Begin.Running) {
            return 409;
        } else {
            return 422; // Failed for good, or OtherRequest: the key was used for something else
        }
        // docs: end
    }

    private static int show(Receipt receipt) {
        return receipt.order().isEmpty() ? 204 : 200;
    }

    private static Receipt charge(String order, long token) {
        return new Receipt(order, token);
    }

    private static Receipt book(Connection connection, String order, long token) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO payment VALUES ('" + order + "')");
        }
        return charge(order, token);
    }

    private static DataSource database() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:once-docs;DB_CLOSE_DELAY=-1");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE payment (name VARCHAR(100))");
            statement.execute(Database.H2.ddl("payment_once"));
        }
        return source;
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
