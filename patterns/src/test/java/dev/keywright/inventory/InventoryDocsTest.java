package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.inventory.jdbc.Difference;
import dev.keywright.inventory.jdbc.Reconciliation;
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
 * The samples of {@code docs/inventory.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class InventoryDocsTest {

    private static final Path PAGE = Path.of("../docs/inventory.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/inventory/InventoryDocsTest.java");

    @Test
    void samples(Redis redis) throws SQLException {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Inventory shop = kw.inventory("shop");
            shop.restock("delivery 3", "shoes", 100);
            shop.restock("delivery 4", "laces", 40);

            Answer answer = shop.reserve("order 7", Basket.of("shoes", 2).and("laces", 1));
            if (answer instanceof Refused refused) {
                tellTheCustomer(refused.reason(), refused.free());
            } else {
                boolean paid = pay("order 7");
                if (!paid || shop.confirm("order 7") instanceof Refused) {
                    show(shop.cancel("order 7") ? "given back" : "sold after all");
                }
            }
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            Inventory before = kw.inventory("shop");
            assertThat(before.stock("shoes")).isEqualTo(new Stock("shoes", 98, 0, 2, 0));
            // docs: options
            InventoryOptions options = InventoryOptions.DEFAULTS
                    .withCells(6) // spread over the nodes of a Cluster; the same in all processes, for ever
                    .withHold(Duration.ofMinutes(10)) // so long a reservation waits for its confirmation
                    .withLate(InventoryOptions.Late.AGAIN) // a late one takes the units again if they are free
                    .withRetention(Duration.ofDays(7)); // retries come no later than that
            Inventory concert = kw.inventory("concert", options);
            // docs: end
            concert.restock("all", "seat", 10);
            concert.reserve("order 1", Basket.of("seat", 10)).orThrow();
            DataSource database = database();
            // docs: reconcile
            Reconciliation books = new Reconciliation(before, database);
            List<Difference> differences = books.sold("SELECT product, SUM(quantity) FROM order_line GROUP BY product");
            Map<String, Reconciliation.Odd> odd =
                    books.reservations("SELECT DISTINCT order_id FROM order_line WHERE booked > DATE '2026-11-01'");
            // docs: end
            assertThat(differences)
                    .containsExactly(
                            new Difference(Difference.Kind.SOLD, "hats", 3, 0, true),
                            new Difference(Difference.Kind.SOLD, "shoes", 5, 2, true));
            assertThat(odd).isEqualTo(Map.of("order 8", Reconciliation.Odd.UNKNOWN));
            before.reserve("order 8", Basket.of("shoes", 3)).orThrow();
            assertThat(books.reservations("SELECT 'order 8'"))
                    .isEqualTo(Map.of(
                            "order 7", Reconciliation.Odd.NOT_BOOKED, "order 8", Reconciliation.Odd.NOT_CONFIRMED));
            assertThat(books.onHand("SELECT 'shoes', 98 UNION SELECT 'laces', 39"))
                    .isEmpty();
        }
    }

    private static void tellTheCustomer(Refused.Reason reason, Map<String, Long> free) {
        assertThat(free).as("%s", reason).isNotEmpty();
    }

    private static void show(String what) {
        assertThat(what).isEqualTo("given back");
    }

    private static boolean pay(String order) {
        return !order.isEmpty();
    }

    private static DataSource database() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:inventory-docs;DB_CLOSE_DELAY=-1");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE order_line (order_id VARCHAR(50), product VARCHAR(50), quantity BIGINT,"
                    + " booked DATE)");
            statement.execute("INSERT INTO order_line VALUES ('order 7', 'shoes', 2, '2026-11-20'),"
                    + " ('order 7', 'laces', 1, '2026-11-20'), ('order 8', 'shoes', 3, '2026-11-21'),"
                    + " ('order 8', 'hats', 3, '2026-11-21')");
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
