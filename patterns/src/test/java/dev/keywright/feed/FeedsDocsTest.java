package dev.keywright.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/feed.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class FeedsDocsTest {

    private static final Path PAGE = Path.of("../docs/feed.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/feed/FeedsDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Feeds feeds = kw.feeds("posts", FeedOptions.DEFAULTS);
            FeedItem item = new FeedItem("ann", "post 7", Instant.now());

            if (feeds.publish(item, 3)) { // she has three followers, not ten thousand
                feeds.fanOut(item, List.of("bob", "cid", "dan"));
            }
            show(feeds.read("bob", 20).items());
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            Feeds feeds = kw.feeds("posts", FeedOptions.DEFAULTS);
            List<String> followers = List.of("bob", "cid", "dan");
            FeedItem item = new FeedItem("ann", "post 8", Instant.now().plusSeconds(1));
            boolean unused = feeds.publish(item, 3);
            // docs: resume
            Readers readers = after -> page(followers, after); // of Follows.followers, of a table, of a file
            Optional<String> at = stored(); // empty the first time
            do {
                FanOut step = feeds.fanOut(item, readers, at);
                at = step.next();
                store(at); // a process that takes over goes on here
            } while (at.isPresent());
            // docs: end
            assertThat(feeds.size("dan")).isEqualTo(2);
            // docs: read
            FeedQuery query = FeedQuery.newest(20)
                    .merging(List.of("star")) // whom bob follows, and who is not fanned out
                    .muting(Set.of("loud"));
            FeedPage page = feeds.read("bob", query);
            show(page.items());
            if (page.next().isPresent()) {
                show(feeds.read("bob", query.after(page.next().get())).items());
            }
            // docs: end
            assertThat(page.items()).hasSize(2);
            // docs: more
            feeds.retract("ann", "post 7", followers); // everywhere
            feeds.remove("bob", "ann", "post 8"); // from one feed
            feeds.fill("eve", List.of("ann", "star")); // who is new, or follows more from now on
            feeds.push(
                    "bob", List.of(new FeedItem("shop", "product 12", Instant.now()))); // no fan-out: recently viewed
            // docs: end
            assertThat(feeds.size("bob")).isOne();
            assertThat(feeds.size("eve")).isOne();
        }
    }

    private static Readers.Page page(List<String> followers, Optional<String> after) {
        return after.isEmpty()
                ? new Readers.Page(followers.subList(0, 2), Optional.of("2"))
                : new Readers.Page(followers.subList(2, 3), Optional.empty());
    }

    private static Optional<String> stored() {
        return Optional.empty();
    }

    private static void store(Optional<String> at) {
        assertThat(at.orElse("2")).isEqualTo("2");
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
