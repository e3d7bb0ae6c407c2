package dev.keywright.follow;

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
 * The samples of {@code docs/follow.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class FollowsDocsTest {

    private static final Path PAGE = Path.of("../docs/follow.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/follow/FollowsDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Follows follows = kw.follows("people");
            follows.follow("ann", "bob");
            follows.follow("cid", "bob");

            show(follows.counts("bob")); // 0 following, 2 followers
            show(follows.isFollowing("ann", "bob"));
            show(follows.followedOf("ann", List.of("bob", "cid", "dan"))); // a whole page in one round trip: bob
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            Follows follows = kw.follows("people", FollowOptions.DEFAULTS.withMost(5_000));
            assertThat(follows.counts("bob").followers()).isEqualTo(2);
            int shown = 0;
            // docs: pages
            FollowPage page = follows.followers("bob", 20);
            shown += page.follows().size();
            while (page.next().isPresent()) { // the cursor is text: it may travel to a browser and back
                page = follows.followers("bob", page.next().get(), 20);
                shown += page.follows().size();
            }
            // docs: end
            assertThat(shown).isEqualTo(2);
            // docs: shared
            Between between = follows.between("ann", "bob"); // follows, followed, mutual()
            Common common = follows.commonFollowing("ann", "cid", 10); // bob
            List<Suggestion> suggestions = follows.suggestions("ann", 10); // whom her friends follow, most first
            // docs: end
            assertThat(between).isEqualTo(new Between(true, false));
            assertThat(common).isEqualTo(new Common(List.of("bob"), true));
            assertThat(suggestions).isEmpty();
            // docs: repair
            long told = follows.repair(); // what processes that died left half done
            long mended = follows.reconcile("bob"); // what a failover lost
            long ended = follows.forget("bob"); // the user leaves: both lists, and this user in the lists of others
            // docs: end
            assertThat(told).isLessThanOrEqualTo(2);
            assertThat(mended).isZero();
            assertThat(ended).isEqualTo(2);
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
