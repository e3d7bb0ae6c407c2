package dev.keywright.cart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.inventory.Answer;
import dev.keywright.inventory.Basket;
import dev.keywright.inventory.Inventory;
import dev.keywright.inventory.Reservation;
import dev.keywright.inventory.Stock;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/cart.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class CartDocsTest {

    private static final Path PAGE = Path.of("../docs/cart.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/cart/CartDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Carts carts = kw.carts("shop");

            Change shoes = Change.add("shoes", 2)
                    .withPrice(49_99) // cents, as shown
                    .withRequest("form 81"); // sent twice, it counts once
            if (!carts.change("ann", shoes).isDone()) {
                show("not that many");
            }
            Cart cart = carts.find("ann"); // all lines of one moment
            // docs: end
            assertThat(cart.total()).hasValue(99_98);
            // docs: forms
            Changed more = carts.add("ann", "laces", 1); // outcome, quantity now, version
            Changed fewer = carts.add("ann", "laces", -1); // none left: the line is gone
            Changed exactly = carts.set("ann", "shoes", 3);
            CompletionStage<Changed> removed = carts.removeAsync("ann", "hats");

            CartSize size = carts.size("ann"); // units, lines; does not read the lines
            // docs: end
            assertThat(more.version()).isLessThan(fewer.version());
            assertThat(exactly.quantity()).isEqualTo(3);
            assertThat(removed.toCompletableFuture().join().isDone()).isTrue();
            assertThat(size.units()).isEqualTo(3);
            carts.add("guest 4711", "laces", 2);
            // docs: merge
            Map<String, Long> cut = carts.merge("guest 4711", "ann"); // units that were beyond the bounds
            // docs: end
            assertThat(cut).isEmpty();
            assertThat(carts.find("guest 4711").isEmpty()).isTrue();
            Inventory stock = kw.inventory("shop");
            stock.restock("delivery 1", "shoes", 10);
            stock.restock("delivery 2", "laces", 10);
            Cart shown = carts.find("ann");
            // docs: checkout
            Checkout checkout = carts.checkout(shown);
            Map<String, Long> free = stock.stocks(shown.quantities().keySet()).stream()
                    .collect(Collectors.toMap(Stock::product, Stock::free));
            if (!checkout.asShown() || !shown.missing(free).isEmpty()) {
                show("please look again");
            } else {
                String order = shown.id() + " " + shown.version(); // two tabs make one order
                Answer held = stock.reserve(order, new Basket(shown.quantities()));
                if (held instanceof Reservation && pay(order, shown.total())) {
                    stock.confirm(order).orThrow();
                    carts.complete(shown, order); // what came in since stays
                }
            }
            // docs: end
            assertThat(carts.find("ann").isEmpty()).isTrue();
            assertThat(stock.stock("shoes").free()).isEqualTo(7);
            // docs: options
            CartOptions options = CartOptions.DEFAULTS
                    .withMost(20) // units of one line
                    .withLines(50) // of one cart
                    .withIdle(Duration.ofDays(14)) // after the last change
                    .withLifetime(Duration.ofDays(90)) // in all
                    .withRule(MergeRule.MAX);
            Carts wishes = kw.carts("wishes", options);
            // docs: end
            assertThat(wishes.find("ann").isEmpty()).isTrue();
        }
    }

    private static void show(String what) {
        throw new AssertionError(what);
    }

    private static boolean pay(String order, OptionalLong cents) {
        return !order.isEmpty() && cents.isEmpty();
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
