package dev.keywright.stream;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/streams.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class StreamDocsTest {

    private static final Path PAGE = Path.of("../docs/streams.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/stream/StreamDocsTest.java");

    record Order(int id, long cents) {}

    private final Collection<Integer> billed = new ConcurrentLinkedQueue<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            EventStream<Order> orders = kw.stream("orders", Codecs.json(Order.class));
            orders.append(new Order(7, 1000));
            try (StreamWorker<Order> worker = orders.work("billing", event -> bill(event.value()))) {
                awaitShutdown(worker);
            }
        }
        // docs: end
        assertThat(billed).containsExactly(7);
        try (Keywright kw = Keywright.connect(uri)) {
            EventStream<Order> orders = kw.stream("orders", Codecs.json(Order.class));
            append(orders);
            assertThat(read(orders)).hasSize(5);
            work(orders);
            assertThat(billed).containsExactlyInAnyOrder(7, 8, 9, 10, 11);
            dead(orders);
            assertThat(state(orders)).hasValue(0);
            parts(kw);
            assertThat(billed).contains(12);
        }
    }

    private void parts(Keywright kw) {
        // docs: parts
        PartitionedStream<Order> orders = kw.partitionedStream("all orders", 12, Codecs.json(Order.class));
        orders.append(Message.of(new Order(12, 700)).withKey("customer 3"));
        try (PartitionedWorker<Order> worker = orders.work("billing", event -> bill(event.value()))) {
            await().until(() -> worker.handled() == 1);
        }
        // docs: end
    }

    private static void append(EventStream<Order> orders) {
        // docs: append
        Message<Order> message = Message.of(new Order(8, 500))
                .withKey("customer 3") // events of one key can be handled in their order
                .withId("request 4711"); // a second message with this id is not appended
        EventId id = orders.append(message);
        assertThat(orders.append(message)).isEqualTo(id);

        orders.appendAll(List.of(Message.of(new Order(9, 100)), Message.of(new Order(10, 200)))); // one flush
        orders.appendAsync(new Order(11, 300)).thenAccept(appended -> show(appended));
        // docs: end
        await().until(() -> orders.length() == 5);
    }

    private static List<Order> read(EventStream<Order> orders) {
        Instant yesterday = orders.newest(1).get(0).id().time().minus(Duration.ofDays(1));
        List<Order> replayed = new ArrayList<>();
        // docs: read
        EventId next = orders.replay(EventId.at(yesterday), event -> replayed.add(event.value()));
        List<Event<Order>> since = orders.range(next, EventId.LAST, 100); // go on from there, now or later
        // docs: end
        assertThat(since).isEmpty();
        return replayed;
    }

    private void work(EventStream<Order> orders) {
        // docs: work
        WorkerOptions options = WorkerOptions.DEFAULTS
                .withThreads(8)
                .withIdle(Duration.ofSeconds(10)) // after a crash others take over so much later
                .withAttempts(3, Duration.ofMillis(500)) // then it is a dead letter
                .withHopeless(failure -> failure instanceof IllegalArgumentException) // at once
                .withTimeout(Duration.ofSeconds(30));
        try (StreamWorker<Order> worker = orders.work("billing", options, event -> bill(event.value()))) {
            awaitShutdown(worker);
        }
        // docs: end
        await().until(() -> billed.size() == 5);
    }

    private static void dead(EventStream<Order> orders) {
        // docs: dead
        DeadLetters<Order> dead = orders.deadLetters("billing");
        for (DeadLetter<Order> letter : dead.list(EventId.FIRST, 100)) {
            log(letter.event().id() + " after " + letter.attempts() + " attempts: " + letter.cause());
            Optional<EventId> again = dead.redrive(letter.id()); // or remove
            log("is " + again.orElseThrow() + " now");
        }
        // docs: end
        assertThat(dead.count()).isZero();
    }

    private static OptionalLong state(EventStream<Order> orders) {
        // docs: state
        GroupState billing = orders.group("billing").orElseThrow();
        log(billing.pending() + " pending, the oldest since " + billing.oldestAge() + ", lag " + billing.lag());
        // docs: end
        return billing.lag();
    }

    private void bill(Order order) {
        billed.add(order.id());
    }

    private static void awaitShutdown(StreamWorker<Order> worker) {
        await().until(() -> worker.stats().handled() > 0 && worker.stats().inHand() == 0);
    }

    private static void show(EventId id) {
        assertThat(id.millis()).isPositive();
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
