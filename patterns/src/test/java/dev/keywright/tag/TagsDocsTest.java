package dev.keywright.tag;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/tag.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class TagsDocsTest {

    private static final Path PAGE = Path.of("../docs/tag.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/tag/TagsDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Tags shop = kw.tags("shop");
            shop.add("1001", "red", "large");
            shop.add("1002", "red", "small", "sold-out");

            ItemPage page =
                    shop.find(TagQuery.allOf("red").any("small", "large").none("sold-out"), 100);
            show(page.items()); // 1001
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            Tags shop = kw.tags("shop");
            // docs: change
            TagChange change = shop.change("1001", List.of("blue"), List.of("red")); // both or neither
            show(change.added()); // blue
            shop.replace("1001", List.of("blue", "large", "new")); // these and no others
            show(shop.of("1001"));
            shop.replace("1002", List.of()); // the item is gone
            // docs: end
            assertThat(shop.of("1001")).containsExactlyInAnyOrder("blue", "large", "new");
            // docs: pages
            TagQuery query = TagQuery.anyOf("blue", "red");
            ItemPage page = shop.find(query, 200);
            show(page.items());
            while (page.next().isPresent()) {
                page = shop.find(query, page.next().get(), 200);
                show(page.items());
            }
            show(shop.count(query, 1_000)); // as the page says "1,000 and more"
            show(shop.counts(List.of("blue", "red"))); // for the numbers beside the tags
            // docs: end
            assertThat(shop.count(query, 1_000)).isEqualTo(new TagCount(1, true));
            // docs: whole
            long renamed = shop.rename("large", "L");
            long removed = shop.removeTag("new");
            // docs: end
            assertThat(renamed + removed).isEqualTo(2);
            // docs: parts
            Tags all = kw.tags("all shops", TagOptions.DEFAULTS.withParts(16)); // the same in all processes, for ever
            // docs: end
            assertThat(all.add("1001", "red").added()).containsExactly("red");
        }
    }

    private static void show(Object what) {
        assertThat(what).isNotNull();
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
