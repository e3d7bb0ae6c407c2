package dev.keywright.redlock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.server.Independent;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/redlock.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis(value = Topology.INDEPENDENT, masters = 3)
class RedlockDocsTest {

    private static final Path PAGE = Path.of("../docs/redlock.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/redlock/RedlockDocsTest.java");

    private final Map<String, Long> written = new HashMap<>();

    @Test
    void samples(Independent redis) {
        String a = redis.uris().get(0);
        String b = redis.uris().get(1);
        String c = redis.uris().get(2);
        RedlockOptions options = options();
        // docs: first
        try (Redlock redlock = Redlock.connect(List.of(a, b, c))) {
            DistributedLock lock = redlock.lock("invoices", options);

            try (Hold hold = lock.acquire(Duration.ofSeconds(30))) {
                hold.requireHeld(); // stops when the lock was lost
                write("a", hold.token()); // and the store refuses a lower token, if it can
            }
        }
        // docs: end
        assertThat(written).hasSize(1);
    }

    private static RedlockOptions options() {
        // docs: options
        RedlockOptions options = RedlockOptions.DEFAULTS
                .withLease(Duration.ofSeconds(20)) // after a crash others wait so long
                .withNodeTimeout(Duration.ofMillis(500)) // of each master
                .withRestartDelay(Duration.ZERO); // the masters run with appendfsync always
        // docs: end
        return options;
    }

    private void write(String row, long token) {
        written.merge(row, token, Math::max);
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
