package dev.keywright.queue;

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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/queue.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class QueueDocsTest {

    private static final Path PAGE = Path.of("../docs/queue.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/queue/QueueDocsTest.java");

    record Mail(String to, String text) {}

    private final Collection<String> sent = new ConcurrentLinkedQueue<>();

    @Test
    void samples(Redis redis) throws InterruptedException {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri);
                ReliableQueue<Mail> mails = kw.queue("mails", Codecs.json(Mail.class))) {
            mails.send(new Mail("ann", "hello"));
            try (Consumption<Mail> consumption = mails.consume(4, delivery -> post(delivery.value()))) {
                awaitShutdown(consumption);
            }
        }
        // docs: end
        assertThat(sent).containsExactly("ann");
        try (Keywright kw = Keywright.connect(uri);
                ReliableQueue<Mail> mails = kw.queue("mails", Codecs.json(Mail.class))) {
            send(mails);
            take(mails);
            consume(mails);
            dead(mails);
            bounded(kw);
            delayed(kw);
            assertThat(stats(mails).dead()).isZero();
        }
        // docs: options
        QueueOptions options = QueueOptions.DEFAULTS
                .withLease(Duration.ofSeconds(10)) // after a crash others take over so much later
                .withAttempts(3)
                .withBackoff(Duration.ofMillis(500))
                .withPrefetch(1);
        // docs: end
        assertThat(options.attempts()).isEqualTo(3);
    }

    private static void send(ReliableQueue<Mail> mails) {
        // docs: send
        mails.sendAll(List.of(new Mail("bob", "hi"), new Mail("cid", "hi"))); // one command
        mails.sendAsync(new Mail("dan", "hi")).thenRun(() -> show("sent"));
        // docs: end
        await().until(() -> mails.stats().waiting() == 3);
    }

    private void take(ReliableQueue<Mail> mails) throws InterruptedException {
        // docs: take
        Optional<Delivery<Mail>> next = mails.take(Duration.ofSeconds(5));
        if (next.isPresent()) {
            Delivery<Mail> delivery = next.get();
            if (isWelcome(delivery.value())) {
                post(delivery.value());
                delivery.ack(); // or ackAsync
            } else if (delivery.attempt() < 3) {
                delivery.retry(Duration.ofMinutes(1));
            } else {
                delivery.dead("nobody wants it");
            }
        }
        // docs: end
        assertThat(sent).contains("bob");
        boolean unused = mails.take(Duration.ofSeconds(5)).orElseThrow().dead("no such address");
        assertThat(mails.take(Duration.ofSeconds(5)).orElseThrow().retry()).isTrue();
    }

    private void consume(ReliableQueue<Mail> mails) {
        // docs: consume
        try (Consumption<Mail> consumption = mails.consume(4, delivery -> post(delivery.value()))) {
            awaitShutdown(consumption);
        }
        // docs: end
    }

    private static void dead(ReliableQueue<Mail> mails) {
        // docs: dead
        for (DeadLetter<Mail> letter : mails.deadLetters(100)) {
            log(letter.id() + " after " + letter.attempts() + " attempts: " + letter.cause());
        }
        int again = mails.redrive(100); // the oldest first, as if they were new
        // docs: end
        assertThat(again).isEqualTo(1);
    }

    private static void bounded(Keywright kw) throws InterruptedException {
        // docs: bounded
        BoundedQueue<String> pictures = kw.boundedQueue("pictures", 1_000, Codecs.string());
        if (!pictures.offer("a.png", Duration.ofSeconds(2))) { // waits for room
            log("too much to do, come again later");
        }
        // docs: end
        try (ReliableQueue<String> queue = pictures.queue()) {
            assertThat(queue.stats().waiting()).isEqualTo(1);
        }
    }

    private static void delayed(Keywright kw) throws InterruptedException {
        // docs: delayed
        DelayedQueue<String> reminders = kw.delayedQueue("reminders", Codecs.string());
        reminders.send("tea is ready", Duration.ofMillis(300)); // by the server's clock
        try (ReliableQueue<String> due = reminders.queue()) {
            due.take(Duration.ofSeconds(10)).ifPresent(Delivery::ack);
        }
        // docs: end
        try (ReliableQueue<String> due = kw.queue("reminders", Codecs.string())) {
            assertThat(due.stats()).isEqualTo(new QueueStats(0, 0, 0, 0));
        }
    }

    private static QueueStats stats(ReliableQueue<Mail> mails) {
        // docs: stats
        QueueStats stats = mails.stats();
        log(stats.waiting() + " wait, " + stats.taken() + " taken, " + stats.later() + " later, " + stats.dead()
                + " dead");
        // docs: end
        return stats;
    }

    private void post(Mail mail) {
        sent.add(mail.to());
    }

    private static boolean isWelcome(Mail mail) {
        return !mail.text().isEmpty();
    }

    private void awaitShutdown(Consumption<Mail> consumption) {
        assertThat(consumption).isNotNull();
        await().until(() -> sent.contains("ann") && (sent.size() == 1 || sent.contains("dan")));
    }

    private static void show(String line) {
        assertThat(line).isNotEmpty();
    }

    private static void log(String line) {
        assertThat(line).isNotEmpty();
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
