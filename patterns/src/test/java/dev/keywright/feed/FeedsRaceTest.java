package dev.keywright.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Many at once, fan-outs that die and are resumed, retractions meanwhile, lost replies, foreign keys. */
@WithRedis
class FeedsRaceTest {

    private static final FeedOptions PATIENT = FeedOptions.DEFAULTS.withDeadline(Duration.ofSeconds(20));

    private static void all(List<Runnable> works) {
        works.stream().map(CompletableFuture::runAsync).toList().forEach(CompletableFuture::join);
    }

    /** What is left is what a plain sorted set says, cut to its newest ones. */
    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void feedsAreWhatAModelSaysAfterManyThreadsOfTwoInstances(Redis redis) {
        FeedOptions options = PATIENT.withCap(40);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            List<Integer> numbers =
                    new ArrayList<>(IntStream.range(0, 240).boxed().toList());
            Collections.shuffle(numbers, new Random(1));
            List<Runnable> works = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Feeds feeds = (thread % 2 == 0 ? one : two).feeds("race", options);
                int which = thread;
                works.add(() -> {
                    for (int i = 0; i < 120; i++) { // each item is pushed by four of the threads
                        FeedItem item = FeedsTest.item("ann", numbers.get((which * 30 + i) % 240));
                        int unused = i % 2 == 0
                                ? feeds.push("bob", List.of(item))
                                : feeds.pushAsync("bob", List.of(item))
                                        .toCompletableFuture()
                                        .join();
                        assertThat(feeds.size("bob")).isLessThanOrEqualTo(40);
                    }
                });
            }
            all(works);
            TreeSet<Integer> model = new TreeSet<>(Collections.reverseOrder());
            model.addAll(numbers);
            assertThat(FeedsTest.ids(one.feeds("race", options).read("bob", 100)))
                    .isEqualTo(model.stream().limit(40).map(i -> "post " + i).toList());
        }
    }

    /** Of every item either all readers have it at the end, or it was retracted and nobody has. */
    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void fanOutsThatDieAndRetractionsLeaveNothingHalf(Redis redis) {
        List<String> users = IntStream.range(0, 60).mapToObj(i -> "u" + i).toList();
        Readers readers = FeedsTest.pages(users, 20);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            List<Runnable> works = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int number = i;
                works.add(() -> {
                    Feeds feeds = (number % 2 == 0 ? one : two).feeds("half", PATIENT);
                    FeedItem item = FeedsTest.item("ann", number);
                    boolean unused = feeds.publish(item, users.size());
                    Optional<String> at =
                            feeds.fanOut(item, readers, Optional.empty()).next();
                    FanOut lost = feeds.fanOut(item, readers, at); // it died before it had stored where it was
                    assertThat(lost.next()).isPresent();
                    CompletableFuture<Void> retraction = number % 3 > 0
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.runAsync(() -> {
                                Optional<String> from = Optional.empty();
                                do {
                                    from = feeds.retract("ann", item.id(), readers, from)
                                            .next();
                                } while (from.isPresent());
                            });
                    while (at.isPresent()) {
                        at = feeds.fanOut(item, readers, at).next();
                    }
                    retraction.join();
                });
            }
            all(works);
            List<String> expected = IntStream.range(0, 24)
                    .map(i -> 23 - i)
                    .filter(i -> i % 3 > 0)
                    .mapToObj(i -> "post " + i)
                    .toList();
            Feeds feeds = one.feeds("half", PATIENT);
            assertThat(users)
                    .allSatisfy(user ->
                            assertThat(FeedsTest.ids(feeds.read(user, 100))).isEqualTo(expected));
        }
    }

    @Test
    void x1_x3_lostRepliesAndForgottenScriptsDoubleNothing(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Feeds feeds = kw.feeds("lost", PATIENT);
            List<String> users = IntStream.range(0, 30).mapToObj(i -> "u" + i).toList();
            for (int i = 0; i < 4; i++) {
                FeedItem item = FeedsTest.item("ann", i);
                redis.command("SCRIPT", "FLUSH");
                boolean unused = feeds.publish(item, 30);
                redis.command("SCRIPT", "FLUSH");
                FanOut done = feeds.fanOut(item, users);
                assertThat(done.feeds()).isEqualTo(30);
                proxy.cutAfterNextRequest("EVALSHA");
                done = i % 2 == 0
                        ? feeds.fanOut(item, users)
                        : feeds.fanOutAsync(item, users).toCompletableFuture().join();
                assertThat(done).isEqualTo(new FanOut(30, 0, Optional.empty()));
            }
            assertThat(users)
                    .allSatisfy(user -> assertThat(FeedsTest.ids(feeds.read(user, 10)))
                            .containsExactly("post 3", "post 2", "post 1", "post 0"));
        }
    }

    @Test
    void aKeyOfAnotherTypeIsNotOverwrittenAndStopsNobodyElse(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("posts", PATIENT);
            FeedItem item = FeedsTest.item("ann", 1);
            redis.command("SET", "feed:posts:{bad}:home", "foreign");
            assertThatThrownBy(() -> feeds.push("bad", List.of(item)))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThatThrownBy(() -> feeds.read("bad", 1)).isInstanceOf(KeywrightException.Misused.class);
            boolean unused = feeds.publish(item, 3);
            List<String> users = List.of("u1", "bad", "u2");
            assertThat(feeds.fanOut(item, users)).isEqualTo(new FanOut(2, 1, Optional.empty()));
            assertThat(feeds.fanOutAsync(item, users).toCompletableFuture().join())
                    .isEqualTo(new FanOut(2, 1, Optional.empty()));
            assertThat(feeds.size("u2")).isOne();
            assertThat(feeds.retract("ann", "post 1", users)).isEqualTo(new FanOut(2, 1, Optional.empty()));
            assertThat(redis.command("GET", "feed:posts:{bad}:home")).isEqualTo("foreign");
        }
    }

    @Test
    void aServerThatIsFrozenIsToldOf(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("frozen", FeedOptions.DEFAULTS.withDeadline(Duration.ofMillis(200)));
            FeedItem item = FeedsTest.item("ann", 1);
            redis.freeze();
            try {
                assertThatThrownBy(() -> feeds.push("bob", List.of(item)))
                        .isInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> feeds.fanOut(item, List.of("u1", "u2")))
                        .isInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> feeds.readAsync("bob", FeedQuery.newest(1))
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
        }
    }

    /** It is retracted when the authors' lists were read for the feed, and the feed is not yet written. */
    @Test
    void whatIsRetractedWhileAFeedIsFilledIsNotLeftInIt(Standalone redis) {
        try (FaultProxy slow = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(redis.uri());
                Keywright filling = Keywright.connect(slow.uri())) {
            Feeds feeds = kw.feeds("filled", PATIENT);
            for (int i = 0; i < 5; i++) {
                boolean unused = feeds.publish(FeedsTest.item("ann", i), 1);
                unused = feeds.publish(FeedsTest.item("cid", i), 1);
            }
            redis.command("CONFIG", "RESETSTAT");
            slow.delay(Duration.ofMillis(300));
            CompletableFuture<Integer> filled = filling.feeds("filled", PATIENT)
                    .fillAsync("bob", List.of("ann", "cid"))
                    .toCompletableFuture();
            await().until(() -> redis.command("INFO", "commandstats").contains("cmdstat_zrange:calls=2"));
            assertThat(feeds.retract("ann", "post 3", List.of("bob")).feeds()).isOne();
            assertThat(filled.join()).isEqualTo(10);
            assertThat(feeds.read("bob", 20).items())
                    .hasSize(9)
                    .doesNotContain(FeedsTest.item("ann", 3))
                    .contains(FeedsTest.item("cid", 3));
        }
    }
}
