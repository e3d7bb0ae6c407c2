package dev.keywright.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each operation does, on every topology, with one part and several. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class TagsTest {

    private static final TagOptions PARTS = TagOptions.DEFAULTS.withParts(3);

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static List<String> all(Tags tags, TagQuery query, int count) {
        List<String> items = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            ItemPage page = join(tags.findAsync(query, after, count));
            items.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return items;
    }

    @Test
    void theTagsOfAnItemChangeTogether(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("change");
            assertThat(tags.add("1", "red", "large", "red")).isEqualTo(new TagChange(Set.of("red", "large"), Set.of()));
            assertThat(tags.change("1", List.of("red", "new"), List.of("large", "gone")))
                    .isEqualTo(new TagChange(Set.of("new"), Set.of("large")));
            assertThat(join(tags.changeAsync("1", List.of("red"), List.of("gone")))
                            .isNothing())
                    .isTrue();
            assertThat(tags.of("1")).isEqualTo(Set.of("red", "new"));
            assertThat(join(tags.ofAsync("2"))).isEmpty();
            assertThat(tags.has("1", "red")).isTrue();
            assertThat(join(tags.hasAsync("1", "large"))).isFalse();
            assertThat(tags.names(10)).containsExactlyInAnyOrder("red", "new");
            assertThat(tags.remove("1", "red", "new").removed()).hasSize(2);
            assertThat(tags.names(10)).isEmpty();
            assertThat(tags.of("1")).isEmpty();
        }
    }

    @Test
    void replacingLeavesTheseTagsAndNoOthers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("replace");
            assertThat(tags.replace("1", List.of("a", "b")).added()).isEqualTo(Set.of("a", "b"));
            assertThat(tags.replace("1", List.of("b", "c"))).isEqualTo(new TagChange(Set.of("c"), Set.of("a")));
            assertThat(tags.of("1")).isEqualTo(Set.of("b", "c"));
            assertThat(join(tags.replaceAsync("1", List.of("c", "b"))).isNothing())
                    .isTrue();
            assertThat(tags.replace("1", List.of()).removed()).isEqualTo(Set.of("b", "c"));
            assertThat(tags.counts(List.of("a", "b", "c")).values()).containsOnly(0L);
        }
    }

    @Test
    void queriesFindWhatAModelFinds(Redis redis) {
        for (TagOptions options : List.of(TagOptions.DEFAULTS, PARTS)) {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                Tags tags = kw.tags("query", options);
                Random random = new Random(options.parts());
                Map<String, Set<String>> model = new TreeMap<>();
                for (int i = 0; i < 300; i++) {
                    Set<String> some = new TreeSet<>();
                    random.ints(3, 0, 6).forEach(tag -> some.add("t" + tag));
                    model.put("item " + i, some);
                    tags.changeAsync("item " + i, some, List.of())
                            .toCompletableFuture()
                            .join();
                }
                List<TagQuery> queries = List.of(
                        TagQuery.allOf("t0"),
                        TagQuery.allOf("t0", "t1"),
                        TagQuery.allOf("t0", "t1", "t5"),
                        TagQuery.anyOf("t0", "t3", "t4"),
                        TagQuery.anyOf("t0", "t3").none("t1", "t2"),
                        TagQuery.allOf("t2").any("t4", "t5").none("t0"),
                        TagQuery.allOf("t2", "nothing"),
                        TagQuery.anyOf("nothing", "t1", "nor this"),
                        TagQuery.allOf("t0").none("t0"));
                for (TagQuery query : queries) {
                    List<String> expected = model.keySet().stream()
                            .filter(item -> query.matches(model.get(item)))
                            .toList();
                    assertThat(all(tags, query, 40)).as("%s", query).containsExactlyInAnyOrderElementsOf(expected);
                    assertThat(tags.count(query, 1_000)).as("%s", query).isEqualTo(new TagCount(expected.size(), true));
                    if (expected.size() > 7) {
                        assertThat(tags.count(query, 7)).isEqualTo(new TagCount(7, false));
                    }
                }
                assertThat(tags.counts(List.of("t1", "nothing")))
                        .isEqualTo(Map.of(
                                "t1",
                                model.values().stream()
                                        .filter(set -> set.contains("t1"))
                                        .count(),
                                "nothing",
                                0L));
                assertThat(tags.names(100)).containsExactlyInAnyOrder("t0", "t1", "t2", "t3", "t4", "t5");
                assertThat(tags.names(2)).hasSize(2);
            }
        }
    }

    @Test
    void aTagIsRenamedAndRemovedInSteps(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("rename", PARTS);
            IntStream.range(0, 130).forEach(i -> tags.add("item " + i, "old", "x"));
            tags.add("item 0", "new");
            assertThat(tags.rename("old", "new")).isEqualTo(130);
            assertThat(tags.of("item 0")).isEqualTo(Set.of("new", "x"));
            assertThat(tags.counts(List.of("old", "new"))).isEqualTo(Map.of("old", 0L, "new", 130L));
            assertThat(join(tags.removeTagAsync("x"))).isEqualTo(130);
            assertThat(tags.of("item 7")).isEqualTo(Set.of("new"));
            assertThat(tags.names(10)).containsExactly("new");
            assertThat(tags.removeTag("x")).isZero();
        }
    }

    @Test
    void anItemHasNoMoreTagsThanTheMost(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("most", TagOptions.DEFAULTS.withMost(2));
            tags.add("1", "a", "b");
            assertThatThrownBy(() -> tags.add("1", "c"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("TOOMANY");
            assertThat(tags.change("1", List.of("c"), List.of("a")).added()).containsExactly("c");
            assertThat(tags.of("1")).isEqualTo(Set.of("b", "c"));
            assertThat(tags.counts(List.of("a", "c"))).isEqualTo(Map.of("a", 0L, "c", 1L));
        }
    }

    @Test
    void anyTextIsAnItemAndATag(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("any text: 100 %", PARTS);
            List<String> odd =
                    List.of("}", "{", "a:b", "%7D", " ", "\0", "\uD83D\uDE00", "x".repeat(1024), "\r\n", "7", "007");
            odd.forEach(item -> assertThat(tags.replace(item, odd).added()).hasSize(odd.size()));
            assertThat(tags.of("}")).isEqualTo(Set.copyOf(odd));
            assertThat(all(tags, TagQuery.allOf("{", "\0"), 10)).containsExactlyInAnyOrderElementsOf(odd);
        }
    }

    @Test
    void badArgumentsAreNamed(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("bad");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.add("", "a"))
                    .withMessageContaining("item");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.add("1", ""))
                    .withMessageContaining("tag");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.add("1", "\uDE00"))
                    .withMessageContaining("surrogate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.change("1", List.of("a"), List.of("a")))
                    .withMessageContaining("one side");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TagQuery.allOf())
                    .withMessageContaining("No tag");
            assertThatIllegalArgumentException().isThrownBy(() -> tags.rename("a", "a"));
            assertThatIllegalArgumentException().isThrownBy(() -> tags.find(TagQuery.allOf("a"), 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.find(TagQuery.allOf("a"), "cursor", 1))
                    .withMessageContaining("cursor");
            IntStream.range(0, 600).forEach(i -> tags.add("i" + i, "a"));
            String cursor = tags.find(TagQuery.allOf("a"), 10).next().orElseThrow();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tags.find(TagQuery.allOf("b"), cursor, 1))
                    .withMessageContaining("another query");
            assertThatIllegalArgumentException().isThrownBy(() -> kw.tags("a}b"));
            assertThatIllegalArgumentException().isThrownBy(() -> TagOptions.DEFAULTS.withParts(0));
            assertThatIllegalArgumentException().isThrownBy(() -> TagOptions.DEFAULTS.withMost(1_001));
            assertThatIllegalArgumentException().isThrownBy(() -> TagOptions.DEFAULTS.withDeadline(Duration.ZERO));
        }
    }

    @Test
    void halfASurrogatePairIsNotTakenForAQuestionMark(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.tags("half").add("1001", "?");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kw.tags("half").has("1001", "\ud800"));
        }
    }
}
