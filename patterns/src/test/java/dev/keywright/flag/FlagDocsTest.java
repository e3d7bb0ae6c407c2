package dev.keywright.flag;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/flag.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class FlagDocsTest {

    private static final Path PAGE = Path.of("../docs/flag.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/flag/FlagDocsTest.java");

    private String checkout(boolean isNew) {
        return isNew ? "new" : "old";
    }

    private String show(Object what) {
        return what.toString();
    }

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        String user = "ann";
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            FeatureFlags flags = kw.flags("shop"); // once, for the life of the application

            flags.change("new-checkout", flag -> flag.withPercent(10), "ann", "first tenth");

            String page = checkout(flags.isOn("new-checkout", user)); // from memory

            flags.change("new-checkout", flag -> flag.withPercent(20), "ann", "no errors at 10 %");
            flags.change("new-checkout", Flag::kill, "bob", "payments fail"); // off for everybody
            // docs: end
            assertThat(page).isIn("new", "old");
            assertThat(flags.isOn("new-checkout", user)).isFalse();
            // docs: rules
            flags.group("staff").add(List.of("7", "8", "ann"), "ann", "they work here");
            flags.change(
                    "new-checkout",
                    flag -> flag.revived()
                            .withSegment("staff", 100) // first rule that fits counts
                            .withSegment("beta", 50)
                            .withPercent(5),
                    "ann",
                    "staff first");
            flags.override("new-checkout", "4000000000", false, "bob", "asked not to");

            Verdict why = flags.verdict("new-checkout", "ann"); // SEGMENT_ON
            // docs: end
            assertThat(why).isEqualTo(Verdict.SEGMENT_ON);
            assertThat(flags.isOn("new-checkout", 4_000_000_000L)).isFalse();
            // docs: variants
            flags.change(
                    "button",
                    flag -> flag.withPercent(100).withVariants(new Variant("red", 1), new Variant("green", 3)),
                    "ann",
                    "which sells better");
            String colour = flags.variant("button", user).orElse("grey");
            // docs: end
            assertThat(colour).isIn("red", "green");
            // docs: compare
            Flag seen = flags.read("new-checkout").orElseThrow(); // what the admin looks at
            Outcome outcome = flags.change(seen.withPercent(50), "ann", "half");
            if (outcome instanceof Outcome.Overtaken overtaken) {
                show(overtaken.current()); // somebody else was faster, nothing was stored
            }
            // docs: end
            assertThat(outcome).isInstanceOf(Outcome.Changed.class);
            // docs: history
            for (AuditEntry entry : flags.history("new-checkout", 10)) { // newest first
                show(entry.at() + " " + entry.by() + " " + entry.why() + ": " + entry.before() + " -> "
                        + entry.after());
            }
            // docs: end
            assertThat(flags.history("new-checkout", 10)).hasSize(6);
        }
        // docs: opening
        FlagOptions options = FlagOptions.DEFAULTS
                .withFallback("search-v2", true) // until something is known of it; others are off
                .withDeadline(Duration.ofMillis(500));
        try (FeatureFlags flags = FeatureFlags.opening(uri, ConnectionOptions.DEFAULTS, "shop", options)) {
            boolean on = flags.isOn("search-v2", 42);
            FlagsState state = flags.state(); // live, age, flags, unreadable, pages
            // docs: end
            assertThat(on).isTrue();
            assertThat(state.flags()).isEqualTo(2);
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
