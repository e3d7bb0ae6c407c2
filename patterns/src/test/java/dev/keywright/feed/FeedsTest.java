package dev.keywright.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each operation does, on every topology. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class FeedsTest {

    static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static FeedItem item(String author, int number) {
        return new FeedItem(author, "post " + number, NOON.plusSeconds(number));
    }

    static List<String> ids(FeedPage page) {
        return page.items().stream().map(FeedItem::id).toList();
    }

    /** Pages of them: 0 to 1,000, and so on. */
    static Readers pages(List<String> users, int size) {
        return after -> {
            int from = after.map(Integer::valueOf).orElse(0);
            int to = Math.min(users.size(), from + size);
            return new Readers.Page(
                    users.subList(from, to), to == users.size() ? Optional.empty() : Optional.of(Integer.toString(to)));
        };
    }

    @Test
    void aFeedIsInTheOrderOfTimeThenIdAndHasEachItemOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("order", FeedOptions.DEFAULTS);
            assertThat(feeds.push("bob", List.of(item("ann", 2)))).isOne();
            assertThat(feeds.push("bob", List.of(item("ann", 3), item("ann", 1))))
                    .isEqualTo(2); // one came late
            assertThat(join(feeds.pushAsync("bob", List.of(item("ann", 2))))).isZero();
            assertThat(feeds.push("bob", List.of(new FeedItem("cid", "post 2b", NOON.plusSeconds(2)))))
                    .isOne();
            assertThat(ids(feeds.read("bob", 10))).containsExactly("post 3", "post 2b", "post 2", "post 1");
            assertThat(feeds.read("bob", 1).items()).containsExactly(item("ann", 3));
            assertThat(feeds.size("bob")).isEqualTo(4);
            assertThat(feeds.remove("bob", "ann", "post 2")).isTrue();
            assertThat(join(feeds.removeAsync("bob", "ann", "post 2"))).isFalse();
            assertThat(join(feeds.sizeAsync("bob"))).isEqualTo(3);
            assertThat(feeds.clear("bob")).isTrue();
            assertThat(join(feeds.clearAsync("bob"))).isFalse();
            assertThat(feeds.read("bob", 10)).isEqualTo(new FeedPage(List.of(), Optional.empty()));
        }
    }

    @Test
    void theCapIsExactAndTheOldestGo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("cap", FeedOptions.DEFAULTS.withCap(10));
            for (int i = 0; i < 25; i++) {
                assertThat(feeds.push("bob", List.of(item("ann", i)))).isOne();
                assertThat(feeds.size("bob")).isEqualTo(Math.min(10, i + 1));
            }
            assertThat(feeds.push("bob", List.of(item("ann", 3)))).as("too old").isZero();
            assertThat(feeds.push(
                            "bob",
                            IntStream.range(0, 100)
                                    .mapToObj(i -> item("ann", i))
                                    .toList()))
                    .isEqualTo(10);
            assertThat(ids(feeds.read("bob", 100)).get(9)).isEqualTo("post 90");
            Feeds smaller = kw.feeds("cap", FeedOptions.DEFAULTS.withCap(3));
            smaller.push("bob", List.of(item("ann", 100)));
            assertThat(smaller.size("bob")).isEqualTo(3);
        }
    }

    @Test
    void pagesStayAsTheyAreWhileItemsArrive(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("pages", FeedOptions.DEFAULTS);
            feeds.push(
                    "bob", IntStream.range(0, 30).mapToObj(i -> item("ann", i)).toList());
            List<String> seen = new ArrayList<>();
            FeedQuery query = FeedQuery.newest(7);
            int arriving = 1_000;
            while (true) {
                FeedPage page = arriving % 2 == 0 ? feeds.read("bob", query) : join(feeds.readAsync("bob", query));
                seen.addAll(ids(page));
                feeds.push("bob", List.of(item("ann", arriving++)));
                feeds.remove("bob", "ann", seen.get(seen.size() - 1)); // the very one that the cursor names
                if (page.next().isEmpty()) {
                    break;
                }
                query = query.after(page.next().orElseThrow());
            }
            assertThat(seen)
                    .isEqualTo(IntStream.range(0, 30)
                            .mapToObj(i -> "post " + (29 - i))
                            .toList());
        }
    }

    @Test
    void idleFeedsExpire(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("idle", FeedOptions.DEFAULTS.withTtl(Duration.ofHours(1)));
            feeds.push("bob", List.of(item("ann", 1)));
            boolean unused = feeds.publish(item("ann", 1), 5);
            for (String key : List.of("feed:idle:{bob}:home", "feed:idle:{ann}:own")) {
                assertThat(Long.parseLong(redis.command("PTTL", key))).isBetween(1L, 3_600_000L);
            }
            kw.feeds("idle", FeedOptions.DEFAULTS).push("bob", List.of(item("ann", 2)));
            assertThat(Long.parseLong(redis.command("PTTL", "feed:idle:{bob}:home")))
                    .isGreaterThan(3_600_000L);
        }
    }

    @Test
    void anItemGoesToAllReadersOnceAndIsRetracted(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("fan", FeedOptions.DEFAULTS);
            List<String> users = IntStream.range(0, 620).mapToObj(i -> "u" + i).toList();
            FeedItem item = item("ann", 1);
            assertThat(feeds.publish(item, users.size())).isTrue();
            Optional<String> at = Optional.empty();
            long written = 0;
            do {
                FanOut step = feeds.fanOut(item, pages(users, 300), at);
                written += step.feeds();
                at = step.next();
            } while (at.isPresent());
            assertThat(written).isEqualTo(620);
            assertThat(feeds.fanOut(item, pages(users, 300), Optional.of("300")).feeds())
                    .isEqualTo(300); // resumed
            assertThat(join(feeds.fanOutAsync(item, users)).feeds()).isEqualTo(620);
            for (String user : List.of("u0", "u299", "u300", "u619")) {
                assertThat(feeds.read(user, 10).items()).containsExactly(item);
            }
            assertThat(feeds.retract("ann", "post 1", users.subList(0, 10)))
                    .isEqualTo(new FanOut(10, 0, Optional.empty()));
            assertThat(join(feeds.retractAsync("ann", "post 1", users.subList(10, 300)))
                            .feeds())
                    .isEqualTo(290);
            assertThat(feeds.retract("ann", "post 1", pages(users, 620), Optional.empty())
                            .feeds())
                    .isEqualTo(620);
            assertThat(users).allSatisfy(user -> assertThat(feeds.size(user)).isZero());
            assertThat(feeds.own("ann", FeedQuery.newest(1)).items()).isEmpty();
        }
    }

    @Test
    void aFanOutThatIsResumedAfterTheRetractionCleansUp(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("late", FeedOptions.DEFAULTS);
            List<String> users = List.of("u1", "u2", "u3");
            FeedItem item = item("ann", 1);
            boolean unused = feeds.publish(item, 3);
            feeds.push("u1", List.of(item)); // a fan-out that died in its first chunk
            FanOut cleaned = feeds.retract("ann", "post 1", List.of()); // which the retraction did not know of
            assertThat(cleaned.feeds()).isZero();
            assertThat(feeds.fanOut(item, pages(users, 1), Optional.empty()))
                    .isEqualTo(new FanOut(0, 0, Optional.empty()));
            assertThat(join(feeds.fanOutAsync(item, users))).isEqualTo(new FanOut(0, 0, Optional.empty()));
            assertThat(users).allSatisfy(user -> assertThat(feeds.size(user)).isZero());
        }
    }

    @Test
    void celebritiesAreMergedAndMutedAuthorsLeftOut(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("merge", FeedOptions.DEFAULTS.withCelebrity(1_000));
            for (int i = 0; i < 60; i++) {
                FeedItem item = item(List.of("star", "ann", "loud").get(i % 3), i);
                if (feeds.publish(item, item.author().equals("star") ? 1_000 : 999)) {
                    feeds.fanOut(item, List.of("bob"));
                }
            }
            feeds.push("bob", List.of(item("star", 57))); // from before there were so many followers
            FeedQuery query = FeedQuery.newest(9).merging(List.of("star")).muting(Set.of("loud"));
            List<String> seen = new ArrayList<>();
            Optional<String> after = Optional.empty();
            do {
                FeedPage page = feeds.read("bob", after.map(query::after).orElse(query));
                seen.addAll(ids(page));
                after = page.next();
            } while (after.isPresent());
            assertThat(seen)
                    .isEqualTo(IntStream.range(0, 60)
                            .map(i -> 59 - i)
                            .filter(i -> i % 3 != 2)
                            .mapToObj(i -> "post " + i)
                            .toList());
            assertThat(feeds.read("bob", FeedQuery.newest(5).muting(Set.of("ann", "loud", "star"))))
                    .isEqualTo(new FeedPage(List.of(), Optional.empty()));
            assertThat(ids(feeds.read("eve", FeedQuery.newest(2).merging(List.of("star", "ann")))))
                    .containsExactly("post 58", "post 57");
        }
    }

    @Test
    void aFeedIsFilledFromTheAuthorsOwnLists(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("fill", FeedOptions.DEFAULTS.withCap(120));
            for (int i = 0; i < 150; i++) {
                boolean unused = join(feeds.publishAsync(item(i % 2 == 0 ? "ann" : "cid", i), 1));
            }
            assertThat(feeds.fill("new", List.of("ann", "cid"))).isEqualTo(120);
            assertThat(feeds.fill("new", List.of("ann", "cid"))).isZero();
            assertThat(ids(feeds.read("new", 200)))
                    .isEqualTo(IntStream.range(0, 120)
                            .mapToObj(i -> "post " + (149 - i))
                            .toList());
        }
    }

    @Test
    void anyTextIsAnIdAndAReader(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("any text: 100 %", FeedOptions.DEFAULTS);
            List<String> odd =
                    List.of("}", "{", "a:3", ":", "%7D", " ", "\0", "\uD83D\uDE00", "x".repeat(1024), "\r\n", "7");
            List<FeedItem> items = new ArrayList<>();
            for (int i = 0; i < odd.size(); i++) {
                items.add(new FeedItem(odd.get(i), odd.get(odd.size() - 1 - i), NOON.minusSeconds(i)));
            }
            for (String user : odd) {
                feeds.push(user, items);
                assertThat(feeds.read(user, 100).items()).isEqualTo(items);
                FeedPage page = feeds.read(user, 4);
                assertThat(feeds.read(
                                        user,
                                        FeedQuery.newest(100).after(page.next().orElseThrow()))
                                .items())
                        .isEqualTo(items.subList(4, items.size()));
            }
            assertThat(new FeedItem("bc", "a", NOON).member()).isNotEqualTo(new FeedItem("c", "ab", NOON).member());
        }
    }

    @Test
    void badArgumentsAreNamed(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Feeds feeds = kw.feeds("bad", FeedOptions.DEFAULTS);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new FeedItem("", "1", NOON))
                    .withMessageContaining("author");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new FeedItem("a", "\uD83D", NOON))
                    .withMessageContaining("surrogate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new FeedItem("a", "1", Instant.MAX))
                    .withMessageContaining("time");
            assertThatIllegalArgumentException().isThrownBy(() -> new FeedItem("a", "1", Instant.EPOCH.minusMillis(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> feeds.push("bob", List.of()))
                    .withMessageContaining("1 to 100");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> feeds.push("", List.of(item("a", 1))))
                    .withMessageContaining("user");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> feeds.read("bob", 0))
                    .withMessageContaining("1 to 1000");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> feeds.read("bob", FeedQuery.newest(1).after("x")))
                    .withMessageContaining("cursor");
            assertThatIllegalArgumentException().isThrownBy(() -> feeds.fill("bob", List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> FeedOptions.DEFAULTS.withCap(1_001));
            assertThatIllegalArgumentException().isThrownBy(() -> FeedOptions.DEFAULTS.withTtl(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> FeedOptions.DEFAULTS.withCelebrity(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> FeedOptions.DEFAULTS.withDeadline(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> kw.feeds("", FeedOptions.DEFAULTS));
        }
    }
}
