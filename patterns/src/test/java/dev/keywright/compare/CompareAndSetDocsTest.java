package dev.keywright.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/compare-and-set.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class CompareAndSetDocsTest {

    private static final Path PAGE = Path.of("../docs/compare-and-set.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/compare/CompareAndSetDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            CompareAndSet<String, String> pages = kw.compareAndSet("page", KeyCodec.STRING, Codecs.string());
            pages.setIfAbsent("home", "Hello");

            Versioned<String> read = pages.get("home").orElseThrow();
            Outcome<String> outcome = pages.setIfVersion("home", read.version(), "Hello, Ann");
            if (outcome instanceof Outcome.Refused<String> refused) {
                show(refused.there()); // somebody else was faster, and wrote this
            }
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            CompareAndSet<String, String> pages = kw.compareAndSet("page", KeyCodec.STRING, Codecs.string());
            assertThat(pages.get("home").orElseThrow().value()).isEqualTo("Hello, Ann");

            // docs: update
            CompareAndSet<String, Integer> stock =
                    kw.compareAndSet("stock", KeyCodec.STRING, Codecs.json(Integer.class));
            Versioned<Integer> now = stock.update("apples", there -> there.orElse(0) + 12);
            // docs: end
            assertThat(now.value()).isEqualTo(12);

            // docs: lifetime
            CompareAndSet<String, String> sessions = kw.compareAndSet("session", KeyCodec.STRING, Codecs.string());
            sessions.lifetime(Lifetime.of(Duration.ofMinutes(30))).setIfAbsent("s1", "ann"); // from now on
            sessions.setIfValue("s1", "ann", "ann, admin"); // the 30 minutes go on
            sessions.deleteIfValue("s1", "ann, admin");
            // docs: end
            assertThat(sessions.get("s1")).isEmpty();

            // docs: unknown
            CompareAndSet<String, String> write = pages.call("request-4711");
            try {
                write.setIfValue("home", "Hello, Ann", "Hello, Bob");
            } catch (KeywrightException.Unavailable e) {
                write.setIfValue("home", "Hello, Ann", "Hello, Bob"); // changes nothing if the first one did
            }
            // docs: end
            assertThat(pages.get("home").orElseThrow().value()).isEqualTo("Hello, Bob");
        }
    }

    private static void show(Object there) {
        throw new AssertionError(there);
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
