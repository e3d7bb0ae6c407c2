package dev.keywright.autocomplete;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/autocomplete.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class AutocompleteDocsTest {

    private static final Path PAGE = Path.of("../docs/autocomplete.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/autocomplete/AutocompleteDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Autocomplete products = kw.autocomplete("products");
            products.add("Winter boots");
            products.add("Window cleaner");
            products.raise("Winter boots", 1); // somebody chose it

            List<String> shown = products.suggest("win", 10); // Winter boots, Window cleaner
            // docs: end
            assertThat(shown).containsExactly("Winter boots", "Window cleaner");
            // docs: forms
            boolean isNew = products.put("Winter coat", 12); // as popular as that
            boolean known = products.raise("wintr cote", 1); // false: nobody added it
            OptionalDouble popularity = products.popularity("Winter coat");
            CompletionStage<List<String>> later = products.suggestAsync("winter c", 10);
            List<String> best = products.suggest("", 10); // of all
            boolean removed = products.remove("Window cleaner");
            // docs: end
            assertThat(isNew).isTrue();
            assertThat(known).isFalse();
            assertThat(popularity).hasValue(12);
            assertThat(later.toCompletableFuture().join()).containsExactly("Winter coat");
            assertThat(best).hasSize(3);
            assertThat(removed).isTrue();
            // docs: many
            products.load(List.of(new Term("Wool hat", 3), new Term("Wool scarf", 8))); // 200 at a time
            products.repair(); // fills what removed terms have left
            // docs: end
            assertThat(products.suggest("wo", 10)).containsExactly("Wool scarf", "Wool hat");
            // docs: options
            AutocompleteOptions options = AutocompleteOptions.DEFAULTS
                    .withAnyWord() // "boots" finds Winter boots
                    .withoutAccents() // "creme" finds Crème
                    .withHalfLife(Duration.ofDays(7)) // popularity counts half after a week
                    .withShortest(2) // letters with a set of their own
                    .withKept(20)
                    .withLooked(500);
            Autocomplete trending = kw.autocomplete("trending", options);
            // docs: end
            trending.add("Crème brûlée");
            assertThat(trending.suggest("brul", 5)).containsExactly("Crème brûlée");
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
