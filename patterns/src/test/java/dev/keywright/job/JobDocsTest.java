package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/jobs.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class JobDocsTest {

    private static final Path PAGE = Path.of("../docs/jobs.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/job/JobDocsTest.java");

    // docs: type
    static final JobType<String> MAIL = JobType.of("mail", Codecs.string()); // or Codecs.json(Mail.class)
    // docs: end

    private final List<String> sent = new CopyOnWriteArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            JobQueue jobs = kw.jobs("mails");
            jobs.enqueue(MAIL, "welcome, Ann"); // in the process that has the work

            try (JobWorker worker = jobs.worker() // in those that do it
                    .on(MAIL, job -> send(job.value()))
                    .start()) {
                waitForTheEnd();
            }
        }
        // docs: end
        assertThat(sent).containsExactly("welcome, Ann");
        try (Keywright kw = Keywright.connect(uri)) {
            JobQueue jobs = kw.jobs("mails");
            Instant tomorrow = Instant.parse("2190-01-01T00:00:00Z");
            // docs: options
            jobs.enqueue(MAIL.job("reminder").withDelay(Duration.ofHours(2)));
            jobs.enqueue(MAIL.job("greeting").at(tomorrow));
            jobs.enqueue(MAIL.job("password").withPriority(1)); // before others
            jobs.enqueue(MAIL.job("invoice 7").withId("invoice 7")); // once, however often it is asked for
            jobs.enqueue(MAIL.job("digest").unique("digest of Ann")); // none while another one waits or runs
            jobs.enqueue(MAIL.job("3rd letter").withKey("Ann")); // one after the other, in order
            jobs.enqueueAll(List.of(MAIL.job("to Bob"), MAIL.job("to Cid"))); // 100 in each round trip
            // docs: end
            // docs: handler
            JobWorker worker = jobs.worker()
                    .threads(16)
                    .neverRetry(IllegalArgumentException.class)
                    .on(MAIL, Duration.ofSeconds(30), job -> {
                        job.progress("rendering");
                        job.requireHeld(); // stops when it was cancelled, or another worker may have it
                        send(job.value());
                        job.result("sent at attempt " + job.attempt(), Codecs.string());
                    })
                    .start();
            // docs: end
            await().until(() -> sent.size() >= 7);
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
            // docs: steering
            JobStats stats = jobs.stats(); // where the jobs are, how long the oldest waits
            jobs.pause();
            jobs.resume();
            for (StoredJob dead : jobs.dead(0, 20)) {
                report(dead.id(), dead.history()); // why, at each attempt
            }
            jobs.redriveAll(1_000, Duration.ofSeconds(1)); // 100 a second
            jobs.cancel("invoice 7");
            // docs: end
            assertThat(stats.later()).isEqualTo(2);
            // docs: together
            jobs.enqueueBatch(List.of(MAIL.job("to Dan"), MAIL.job("to Eve")), MAIL.job("all are sent"));
            jobs.enqueueChain(List.of(MAIL.job("offer"), MAIL.job("order"), MAIL.job("bill")));
            // docs: end
            // docs: cron
            Schedule nightly = jobs.schedule(
                    "nightly",
                    Cron.of("0 3 * * MON-FRI", ZoneId.of("Europe/Berlin")),
                    CatchUp.ONE,
                    time -> MAIL.job("report of " + time));
            // docs: end
            nightly.close();
            // docs: script
            PreparedJob job = jobs.prepare(MAIL.job("paid"));
            // in a script: redis.call('RPUSH', KEYS[2], ARGV[1]) with job.inbox() and job.entry()
            // in MULTI or a pipeline: job.command()
            // docs: end
            kw.connection().call(job.command()).orThrow("docs");
            assertThat(jobs.stats().inbox()).isEqualTo(1);
        }
    }

    private void send(String mail) {
        sent.add(mail);
    }

    private void waitForTheEnd() {
        await().until(() -> sent.size() == 1);
    }

    private static void report(String id, List<StoredJob.Failed> history) {
        throw new AssertionError(id + history);
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
