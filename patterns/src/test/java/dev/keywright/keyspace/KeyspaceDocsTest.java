package dev.keywright.keyspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/keyspace.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class KeyspaceDocsTest {

    private static final Path PAGE = Path.of("../docs/keyspace.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/keyspace/KeyspaceDocsTest.java");

    private record Product(long id, String json) {}

    private String show(Object what) {
        return what.toString();
    }

    @Test
    void samples(Redis redis) {
        List<Product> rows = List.of(new Product(1, "{}"), new Product(2, "{}"));
        // docs: names
        KeyFamily<Long> products = KeyFamily.of("shop", "product", KeyCodec.LONG);

        String key = products.key(42L, "json"); // shop:product:{42}:json
        String all = products.pattern("json"); // shop:product:{*}:json
        List<String> problems = KeyNames.problems("shop::my key"); // blanks, doubled separators
        // docs: end
        assertThat(key).isEqualTo("shop:product:{42}:json");
        assertThat(all).isEqualTo("shop:product:{*}:json");
        assertThat(problems).hasSize(2);
        // docs: ttl
        Duration cached = Ttl.CACHE.next(Duration.ofMinutes(5)); // 4:30 to 5:00, another one each time
        Duration session = Ttl.SESSION.usual(); // 30 minutes, exactly
        String doubt = Ttl.LOCK.doubt(Duration.ofHours(2)).orElse("fine"); // "PT2H is long for lock, ..."
        // docs: end
        assertThat(cached).isBetween(Duration.ofSeconds(270), Duration.ofMinutes(5));
        assertThat(session).isEqualTo(Duration.ofMinutes(30));
        assertThat(doubt).startsWith("PT2H is long for lock, ");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: load
            LoadOptions options = LoadOptions.DEFAULTS
                    .withChunk(500) // entries in one batch, and in memory
                    .withPerSecond(20_000)
                    .withProgress(report -> show(report.position()));

            LoadReport loaded = kw.keyspace()
                    .load(
                            "products", // the place is remembered under this name
                            rows.iterator(),
                            row -> Command.named("SET")
                                    .key(products.key(row.id(), "json"))
                                    .argument(row.json())
                                    .argument("PX")
                                    .argument(
                                            Ttl.CACHE.next(Duration.ofHours(12)).toMillis())
                                    .buildRepeatable(),
                            options);
            loaded.orThrow(); // all of it, or an exception that says where it stopped
            // docs: end
            assertThat(loaded.position()).isEqualTo(2);
            // docs: sweep
            Sweep old = kw.keyspace().sweep(products.pattern("json"));

            SweepReport look = old.look(); // how many, and 20 of them; changes nothing
            SweepReport ended =
                    old.expire(Duration.ofHours(1), Sweep.Which.LONGER_TTL).orThrow();
            CompletableFuture<SweepReport> removal = old.unlinkAsync(); // cancel(true) ends it
            // docs: end
            assertThat(look.found()).isEqualTo(2);
            assertThat(ended.changed()).isEqualTo(2);
            assertThat(removal.join().changed()).isEqualTo(2);
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
