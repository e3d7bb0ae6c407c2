package dev.keywright.unique;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/unique.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class UniqueDocsTest {

    private static final Path PAGE = Path.of("../docs/unique.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/unique/UniqueDocsTest.java");

    private final List<String> sent = new ArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            Uniques visitors = kw.uniques("visitors");
            visitors.add("home", "user 1001");
            visitors.add("home", "user 1001");

            LocalDate today = visitors.today();
            long week = visitors.count("home", today.minusDays(6), today).value(); // 1: each counts once
            // docs: end
            assertThat(week).isEqualTo(1);
            // docs: forms
            boolean changed = visitors.add("home", today.minusDays(1), List.of("user 7", "user 8"));

            UniqueCount yesterday = visitors.count("home", today.minusDays(1)); // value, exact, error()
            CompletionStage<UniqueCount> later = visitors.countAsync("home", today.minusDays(29), today);

            boolean gone = visitors.forget("home", today.minusDays(1));
            // docs: end
            assertThat(changed).isTrue();
            assertThat(yesterday).isEqualTo(new UniqueCount(2, false));
            assertThat(later.toCompletableFuture().join().value()).isBetween(1L, 3L);
            assertThat(gone).isTrue();
            // docs: exact
            UniquesOptions options = UniquesOptions.DEFAULTS
                    .withExactUpTo(100) // days of up to so many are exact
                    .withRetention(Duration.ofDays(400)) // after the end of the day
                    .withZone(ZoneId.of("Europe/Berlin")); // where days begin
            Uniques devices = kw.uniques("devices", options);
            // docs: end
            assertThat(devices.add("customer 7", "phone")).isTrue();
            assertThat(devices.count("customer 7", devices.today())).isEqualTo(new UniqueCount(1, true));
            String mail = "mail 7";
            // docs: seen
            SeenFilter seen = kw.seen(
                    "newsletter",
                    SeenOptions.DEFAULTS
                            .withCapacity(100_000) // so many within the memory
                            .withRate(0.001) // one in a thousand new ones is taken for seen
                            .withMemory(Duration.ofDays(1))); // a day at least, two at most

            if (seen.addIfAbsent(mail)) { // certainly the first time
                send(mail);
            }
            SeenUsage usage = seen.usage(); // members, capacity, rate, bytes, saturated()
            // docs: end
            assertThat(sent).containsExactly(mail);
            assertThat(usage.saturated()).isFalse();
            assertThat(seen.mightContain(mail)).isTrue();
        }
    }

    private void send(String mail) {
        sent.add(mail);
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
