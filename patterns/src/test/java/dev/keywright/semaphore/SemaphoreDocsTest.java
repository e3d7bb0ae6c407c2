package dev.keywright.semaphore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/semaphore.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class SemaphoreDocsTest {

    private static final Path PAGE = Path.of("../docs/semaphore.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/semaphore/SemaphoreDocsTest.java");

    private final List<String> done = new ArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        List<String> reports = List.of("a", "b");
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            DistributedSemaphore exports = kw.semaphore("exports", 5);

            for (String report : reports) {
                try (Permits permits = exports.acquire(Duration.ofSeconds(10))) {
                    export(report, permits.count());
                }
            }
        }
        // docs: end
        assertThat(done).containsExactly("a 1", "b 1");
        try (Keywright kw = Keywright.connect(uri)) {
            DistributedSemaphore exports = kw.semaphore("exports", 5);
            // docs: forms
            Optional<Permits> now = exports.tryAcquire(); // one, asks once
            now.ifPresent(Permits::close);

            Optional<Permits> three = exports.tryAcquire(3, Duration.ofSeconds(1)); // all three, or none
            three.ifPresent(Permits::close);

            String big = exports.withPermits(3, Duration.ofSeconds(10), permits -> export("c", permits.count()));

            CompletionStage<Optional<Permits>> later = exports.tryAcquireAsync(2, Duration.ofSeconds(10));
            // docs: end
            assertThat(now).isPresent();
            assertThat(three).isPresent();
            assertThat(big).isEqualTo("c 3");
            later.toCompletableFuture().join().orElseThrow().close();
            // docs: change
            exports.changePermits(8); // for all processes, from now on

            Usage usage = exports.usage(); // permits, held, waiting
            // docs: end
            assertThat(usage).isEqualTo(new Usage(8, 0, 0));
            // docs: options
            SemaphoreOptions options = SemaphoreOptions.DEFAULTS
                    .withLease(Duration.ofSeconds(10)) // after a crash permits are missing so long
                    .withLongest(Duration.ofMinutes(15)) // one that hangs is not renewed longer than that
                    .withDeadline(Duration.ofMillis(500)); // of each command
            DistributedSemaphore partner = kw.semaphore("partner", 20, options);
            // docs: end
            partner.acquire(Duration.ofSeconds(5)).close();
        }
    }

    private String export(String report, int permits) {
        done.add(report + " " + permits);
        return report + " " + permits;
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
