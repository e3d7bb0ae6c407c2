package dev.keywright.limit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/limit.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class RateLimiterDocsTest {

    private static final Path PAGE = Path.of("../docs/limit.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/limit/RateLimiterDocsTest.java");

    @Test
    void first(Redis redis) {
        String uri = redis.uri();
        Map<String, String> answer = new LinkedHashMap<>();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            RateLimiter api = kw.rateLimiter("api", Quota.slidingWindow(100, Duration.ofMinutes(1)));

            Decision decision = api.tryAcquire("user:1001");
            answer.putAll(decision.headers()); // RateLimit-Limit, -Remaining, -Reset, Retry-After
            if (decision instanceof Decision.Refused refused) {
                reply(429, refused.retryAfter());
            }
        }
        // docs: end
        assertThat(answer).containsEntry("RateLimit-Limit", "100").containsEntry("RateLimit-Remaining", "99");
    }

    @Test
    void more(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: quotas
            RateLimiter login = kw.rateLimiter("login", Quota.slidingLog(5, Duration.ofMinutes(15))); // exact
            RateLimiter search =
                    kw.rateLimiter("search", Quota.tokenBucket(20, 10, Duration.ofSeconds(1))); // bursts of 20
            RateLimiter export = kw.rateLimiter("export", Quota.fixedWindow(1_000, Duration.ofDays(1)));
            RateLimiter mail = kw.rateLimiter( // both, or neither is spent
                    "mail", Quota.tokenBucket(2, Duration.ofSeconds(1)), Quota.slidingLog(500, Duration.ofHours(1)));
            // docs: end
            assertThat(login.tryAcquire("ann").remaining()).isEqualTo(4);
            assertThat(search.tryAcquire("ann").remaining()).isEqualTo(19);
            assertThat(mail.tryAcquire("ann").remaining()).isEqualTo(1);

            // docs: cost
            Decision decision = export.tryAcquire("tenant:7", 250); // 250 permits at once, or none
            if (decision instanceof Decision.Granted granted && !rowsWereWritten()) {
                export.refund(granted);
            }
            // docs: end
            assertThat(export.tryAcquire("tenant:7", 1_000).isGranted()).isTrue();

            // docs: async
            CompletionStage<String> page = search.tryAcquireAsync("user:1001", 1)
                    .thenApply(each -> each.isGranted() ? "200" : "429"); // never on a transport thread
            // docs: end
            assertThat(page.toCompletableFuture().join()).isEqualTo("200");

            // docs: options
            LimitOptions options = LimitOptions.DEFAULTS
                    .withDeadline(Duration.ofMillis(50))
                    .withWhenAway(WhenAway.local()) // each process goes on by itself
                    .withBlock(Duration.ofMinutes(10)) // a refusal has a sequel
                    .withRememberedRefusals(10_000); // who has to wait costs no round trip
            RateLimiter coupons = kw.rateLimiter("coupons", options, Quota.slidingWindow(10, Duration.ofMinutes(1)));
            // docs: end
            assertThat(coupons.tryAcquire("ann").remaining()).isEqualTo(9);

            // docs: unknown
            try {
                mail.tryAcquire("user:1001", 1, "message-4711");
            } catch (KeywrightException.Unavailable e) {
                mail.tryAcquire("user:1001", 1, "message-4711"); // spends nothing if the first one did
            }
            // docs: end

            // docs: change
            search.change(Quota.tokenBucket(40, 20, Duration.ofSeconds(1))); // what was used stays used
            // docs: end
            assertThat(search.tryAcquire("cat").limit()).isEqualTo(40);
        }
    }

    private static void reply(int status, Duration retryAfter) {
        throw new AssertionError(status + " after " + retryAfter);
    }

    private static boolean rowsWereWritten() {
        return false;
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
