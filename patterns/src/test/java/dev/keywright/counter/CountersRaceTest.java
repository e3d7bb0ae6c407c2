package dev.keywright.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Random events from several threads and clients, also over a line that breaks, compared with a plain list of all of them. */
@WithRedis
class CountersRaceTest {

    private static final Instant BEGIN = Instant.parse("2098-03-29T00:00:00Z"); // summer time begins on the next day
    private static final Instant END = BEGIN.plus(Duration.ofDays(3));
    private static final CounterOptions OPTIONS = CounterOptions.DEFAULTS
            .withZone(ZoneId.of("Europe/Berlin"))
            .withDimension("kind", 10)
            .withDimension("user", 7)
            .withFlushEvery(Duration.ofMillis(10))
            .withDeadline(Duration.ofSeconds(20));

    private record Event(String subject, Instant at, long amount, Map<String, String> dimensions) {}

    private static Event event(Random random) {
        Instant at = BEGIN.plusSeconds(random.nextInt(3 * 86_400));
        Map<String, String> dimensions = switch (random.nextInt(3)) {
            case 0 -> Map.of();
            case 1 -> Map.of("kind", "k" + random.nextInt(5));
            default -> Map.of("kind", "k" + random.nextInt(5), "user", "u" + random.nextInt(50));
        };
        return new Event("s" + random.nextInt(3), at, random.nextInt(-3, 10), dimensions);
    }

    private static void work(EventCounters counters, Random random, int events, Queue<Event> model) {
        for (int i = 0; i < events; i++) {
            Event event = event(random);
            switch (random.nextInt(8)) {
                case 0 -> counters.add(event.subject(), event.amount(), event.at(), event.dimensions());
                case 1 -> {
                    String id = "e" + random.nextInt(1_000_000_000);
                    for (int again = random.nextInt(3); again >= 0; again--) {
                        boolean unused =
                                counters.addOnce(id, event.subject(), event.amount(), event.at(), event.dimensions());
                    }
                }
                default -> counters.count(event.subject(), event.amount(), event.at(), event.dimensions());
            }
            model.add(event);
        }
    }

    private static void compare(EventCounters counters, Queue<Event> model) {
        for (int s = 0; s < 3; s++) {
            String subject = "s" + s;
            NavigableMap<Instant, Long> amounts = new TreeMap<>();
            model.stream()
                    .filter(event -> event.subject().equals(subject))
                    .forEach(event -> amounts.merge(event.at(), event.amount(), Long::sum));
            for (Granularity by : Granularity.values()) {
                for (Bucket bucket : counters.buckets(subject, by, BEGIN, END)) {
                    long expected = amounts.subMap(bucket.start(), bucket.end()).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    if (bucket.count() != expected) {
                        assertThat(bucket.count()).as("%s %s", by, bucket).isEqualTo(expected);
                    }
                    if (by == Granularity.DAY) {
                        compareDimensions(counters, subject, bucket, model);
                    }
                }
            }
        }
    }

    private static boolean in(Event event, Bucket bucket) {
        return !event.at().isBefore(bucket.start()) && event.at().isBefore(bucket.end());
    }

    private static void compareDimensions(EventCounters counters, String subject, Bucket day, Queue<Event> model) {
        Map<String, Long> kinds = new HashMap<>();
        Map<String, Long> users = new HashMap<>();
        model.stream()
                .filter(event -> event.subject().equals(subject) && in(event, day))
                .forEach(event -> {
                    if (event.dimensions().containsKey("kind")) {
                        kinds.merge(event.dimensions().get("kind"), event.amount(), Long::sum);
                    }
                    if (event.dimensions().containsKey("user")) {
                        users.merge(event.dimensions().get("user"), event.amount(), Long::sum);
                    }
                });
        for (Granularity by : List.of(Granularity.HOUR, Granularity.DAY)) {
            assertThat(counters.breakdown(subject, "kind", by, day.start(), day.end()))
                    .isEqualTo(new Breakdown(kinds, 0));
            Breakdown byUser = counters.breakdown(subject, "user", by, day.start(), day.end());
            assertThat(byUser.total())
                    .isEqualTo(
                            users.values().stream().mapToLong(Long::longValue).sum());
            if (by == Granularity.DAY) {
                assertThat(byUser.values()).hasSizeLessThanOrEqualTo(7);
            }
        }
    }

    @Test
    void ac3_sumsOfRangesAreThoseOfTheRawEvents(Standalone redis) {
        Queue<Event> model = new ConcurrentLinkedQueue<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                EventCounters counters = (thread % 2 == 0 ? kw : other).counters("a", OPTIONS);
                Random random = new Random(thread);
                threads.add(CompletableFuture.runAsync(() -> work(counters, random, 500, model)));
            }
            threads.forEach(CompletableFuture::join);
            other.counters("a", OPTIONS).flush();
            kw.counters("a", OPTIONS).flush();
            compare(kw.counters("a", OPTIONS), model);
        }
    }

    @Test
    void ac5_nothingIsLostOrDoubledOverALineThatBreaks(Standalone redis) {
        Queue<Event> model = new ConcurrentLinkedQueue<>();
        CounterOptions impatient = OPTIONS.withDeadline(Duration.ofMillis(500));
        AtomicBoolean over = new AtomicBoolean();
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            CompletableFuture<Integer> breaking = CompletableFuture.supplyAsync(() -> {
                Random random = new Random(9);
                int breaks = 0;
                while (!over.get()) {
                    breaks++;
                    switch (random.nextInt(3)) {
                        case 0 -> proxy.cut();
                        case 1 -> proxy.cutAfterNextRequest("EVALSHA");
                        default -> {
                            proxy.dropReplies(true);
                            pause(20);
                            proxy.dropReplies(false);
                            proxy.cut();
                        }
                    }
                    pause(30);
                }
                return breaks;
            });
            EventCounters counters = kw.counters("a", impatient);
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                Random random = new Random(thread);
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 600; i++) {
                        Event event = event(random);
                        counters.count(event.subject(), event.amount(), event.at(), event.dimensions());
                        model.add(event);
                        pause(1);
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            over.set(true);
            assertThat(breaking.join()).isGreaterThan(5);
            await().atMost(Duration.ofSeconds(30)).until(() -> flushed(counters));
            assertThat(counters.stats().lost()).isZero();
            compare(direct.counters("a", OPTIONS), model);
        }
    }

    private static boolean flushed(EventCounters counters) {
        try {
            counters.flush();
            return true;
        } catch (KeywrightException.Unavailable e) {
            return false;
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void ac4_whatIsCountedWhileItIsClosedIsWrittenOrRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Map<Integer, Long> counted = new ConcurrentHashMap<>();
            EventCounters reader = kw.counters("a");
            for (int round = 0; round < 10; round++) {
                EventCounters counters = new EventCounters(kw.connection(), "a", OPTIONS);
                List<CompletableFuture<Void>> threads = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    int me = round * 4 + thread;
                    threads.add(CompletableFuture.runAsync(() -> {
                        try {
                            while (true) {
                                counters.count("x", 1, BEGIN, Map.of());
                                counted.merge(me, 1L, Long::sum);
                            }
                        } catch (IllegalStateException closed) {
                            // from now on nothing is counted
                        }
                    }));
                }
                await().until(() -> counted.size() > 2);
                counters.close();
                threads.forEach(CompletableFuture::join);
            }
            assertThat(reader.sum("x", Granularity.MINUTE, BEGIN, BEGIN.plusSeconds(1)))
                    .isEqualTo(
                            counted.values().stream().mapToLong(Long::longValue).sum());
        }
    }
}
