package dev.keywright.counter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/counter.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class CountersDocsTest {

    private static final Path PAGE = Path.of("../docs/counter.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/counter/CountersDocsTest.java");

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        Instant now = Instant.now();
        Instant yesterday = now.minus(Duration.ofDays(1));
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            EventCounters views = kw.counters("views");
            views.count("home"); // in memory; written within a second, and when kw is closed
            views.count("home");

            views.flush(); // now
            List<Bucket> hours = views.buckets("home", Granularity.HOUR, yesterday, now.plusSeconds(1));
            long today = views.sum("home", Granularity.DAY, now, now.plusSeconds(1));
            // docs: end
            assertThat(hours).hasSizeBetween(25, 26);
            assertThat(Ranges.sum(hours)).isEqualTo(2);
            assertThat(today).isBetween(0L, 2L);
        }
        try (Keywright kw = Keywright.connect(uri)) {
            EventCounters views = kw.counters("other");
            Instant at = now;
            // docs: forms
            views.count("home", 3); // three more, now
            views.count("home", 1, at, Map.of()); // when it happened

            views.add("home", 1, at, Map.of()); // written when this returns
            boolean first = views.addOnce("event 7", "home", 1, at, Map.of()); // once, however often it is called

            views.flush(); // all that was counted before
            CounterStats stats = views.stats(); // waiting, written, lost, problem
            // docs: end
            assertThat(first).isTrue();
            assertThat(stats.lost()).isZero();
            // docs: reading
            List<Bucket> minutes = views.buckets("home", Granularity.MINUTE, at, at.plusSeconds(300));
            long sum = views.sum("home", Granularity.HOUR, yesterday, at.plusSeconds(60));
            CompletionStage<Long> later = views.sumAsync("home", Granularity.DAY, yesterday, at.plusSeconds(60));
            // docs: end
            assertThat(minutes).hasSizeBetween(5, 6);
            assertThat(sum).isEqualTo(6);
            assertThat(later.toCompletableFuture().join()).isEqualTo(6);
            // docs: dimensions
            EventCounters orders = kw.counters("orders", CounterOptions.DEFAULTS.withDimension("country", 100));
            orders.count("shop", Map.of("country", "de"));
            orders.flush();

            Breakdown byCountry = orders.breakdown(
                    "shop", "country", Granularity.DAY, yesterday, Instant.now().plusSeconds(1));
            List<Map.Entry<String, Long>> top = byCountry.top(10); // the biggest first
            long other = byCountry.other(); // of countries beyond the cap
            // docs: end
            assertThat(top).containsExactly(Map.entry("de", 1L));
            assertThat(other).isZero();
            // docs: options
            CounterOptions options = CounterOptions.DEFAULTS
                    .withRetention(Duration.ofHours(6), Duration.ofDays(30), Duration.ofDays(400))
                    .withZone(ZoneId.of("Europe/Berlin")) // where days begin
                    .withDimension("status", 20) // so many values are counted each for itself
                    .withFlushEvery(Duration.ofMillis(200)) // what a crash may cost
                    .withMostWaiting(10_000); // sums in memory while Redis is away
            // docs: end
            kw.counters("api", options).add("/orders", 1, at, Map.of("status", "200"));
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
