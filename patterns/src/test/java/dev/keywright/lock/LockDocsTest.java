package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.Lost;
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
 * The samples of {@code docs/lock.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class LockDocsTest {

    private static final Path PAGE = Path.of("../docs/lock.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/lock/LockDocsTest.java");

    private final List<Long> written = new ArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        List<String> rows = List.of("a", "b");
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            DistributedLock lock = kw.lock("invoices");

            try (Hold hold = lock.acquire(Duration.ofSeconds(5))) {
                for (String row : rows) {
                    hold.requireHeld(); // stops when the lock was lost
                    write(row, hold.token()); // and the store refuses a lower token
                }
            }
        }
        // docs: end
        assertThat(written).hasSize(2);
        try (Keywright kw = Keywright.connect(uri)) {
            DistributedLock lock = kw.lock("invoices");
            // docs: forms
            Optional<Hold> now = lock.tryAcquire(); // asks once
            now.ifPresent(Hold::close);

            String done = lock.withLock(Duration.ofSeconds(5), hold -> write("c", hold.token()));

            CompletionStage<Optional<Hold>> later = lock.tryAcquireAsync(Duration.ofSeconds(5));
            // docs: end
            assertThat(done).isEqualTo("c");
            later.toCompletableFuture().join().orElseThrow().close();
            // docs: loss
            Hold hold = lock.acquire(Duration.ofSeconds(5));
            hold.lost().thenAccept(why -> stopWork(why));
            // docs: end
            assertThat(hold.release()).isTrue();
            // docs: options
            LockOptions options = LockOptions.DEFAULTS
                    .withLease(Duration.ofSeconds(10)) // after a crash others wait so long
                    .withLongest(Duration.ofMinutes(15)) // one that hangs is not renewed longer than that
                    .withFair(true) // in the order they came
                    .withDeadline(Duration.ofMillis(500)); // of each command
            DistributedLock fair = kw.lock("reports", options);
            // docs: end
            fair.acquire(Duration.ofSeconds(5)).close();
        }
        assertThat(written).isSorted().hasSize(3);
    }

    @Test
    void samplesOfReadersAndOfSeveral(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: readwrite
            DistributedReadWriteLock prices = kw.readWriteLock("prices");

            String list = prices.read().withLock(Duration.ofSeconds(5), hold -> load()); // many at a time
            prices.write().withLock(Duration.ofSeconds(5), hold -> write("9.90", hold.token())); // one alone
            // docs: end
            assertThat(list).isEqualTo("prices");
            // docs: several
            DistributedMultiLock accounts = kw.multiLock(List.of("account:2", "account:1"));

            try (MultiHold hold = accounts.acquire(Duration.ofSeconds(5))) {
                write("minus 10", hold.token("account:1"));
                hold.requireHeld(); // all of them
                write("plus 10", hold.token("account:2"));
            }
            // docs: end
            assertThat(accounts.names()).containsExactly("account:1", "account:2");
            assertThat(accounts.tryAcquire()).isPresent();
        }
        assertThat(written).hasSize(3);
    }

    private static String load() {
        return "prices";
    }

    private String write(String row, long token) {
        written.add(token);
        return row;
    }

    private static void stopWork(Lost why) {
        throw new AssertionError(why);
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
