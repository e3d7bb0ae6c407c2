package dev.keywright.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.connection.Subscription;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/election.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class ElectionDocsTest {

    private static final Path PAGE = Path.of("../docs/election.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/election/ElectionDocsTest.java");

    private final CountDownLatch worked = new CountDownLatch(3);
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final BlockingQueue<String> addresses = new LinkedBlockingQueue<>();

    @Test
    void samples(Redis redis) throws InterruptedException {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            LeaderElection election = kw.election("scheduler");

            try (Candidacy candidacy = election.onElected(term -> {
                while (term.isLeader()) {
                    scheduleNext(term.number()); // and the receiver refuses a lower number
                }
            })) {
                runApplication(); // leader or not
            }
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            LeaderElection election = kw.election("scheduler");
            // docs: work
            Candidacy candidacy = election.onElected(term -> {
                startScheduler(term.number());
                term.ended().thenRun(this::stopScheduler);
            });
            // docs: end
            started.await();
            candidacy.close();
            stopped.await();
            // docs: campaign
            Optional<Term> elected = election.campaign(Duration.ofSeconds(30)); // waits so long at most
            if (elected.isPresent()) {
                try (Term term = elected.get()) {
                    term.requireLeader(); // stops when it was lost
                    startScheduler(term.number());
                }
            }
            // docs: end
            assertThat(elected).isPresent();
            // docs: options
            ElectionOptions options = ElectionOptions.DEFAULTS
                    .withLease(Duration.ofSeconds(5)) // after a crash there is no leader for so long
                    .withCandidate("node-7")
                    .withData("10.0.0.7:8080") // where others find it
                    .withDeadline(Duration.ofMillis(500)); // of each command
            LeaderElection named = kw.election("scheduler", options);
            // docs: end
            // docs: watch
            Optional<Leader> leader = election.leader();

            Subscription watching = election.watch(found -> connectTo(found.map(Leader::data)));
            // docs: end
            assertThat(leader).isEmpty();
            assertThat(addresses.take()).isEqualTo("nobody");
            Term term = named.campaign(Duration.ofSeconds(30)).orElseThrow();
            assertThat(addresses.take()).isEqualTo("10.0.0.7:8080");
            watching.close();
            term.close();
        }
    }

    private void scheduleNext(long number) {
        assertThat(number).isPositive();
        worked.countDown();
    }

    private void runApplication() throws InterruptedException {
        worked.await();
    }

    private void startScheduler(long number) {
        assertThat(number).isPositive();
        started.countDown();
    }

    private void stopScheduler() {
        stopped.countDown();
    }

    private void connectTo(Optional<String> address) {
        addresses.add(address.orElse("nobody"));
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
