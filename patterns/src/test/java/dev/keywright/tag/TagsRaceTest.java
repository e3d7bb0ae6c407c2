package dev.keywright.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.ReadFrom;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Many at once, lost replies, scripts forgotten, foreign keys: items and tags always agree. */
@WithRedis
class TagsRaceTest {

    private static final int ITEMS = 12;
    private static final int TAGS = 6;

    private static Set<String> some(Random random) {
        Set<String> tags = new TreeSet<>();
        random.ints(random.nextInt(4), 0, TAGS).forEach(tag -> tags.add("t" + tag));
        return tags;
    }

    private static void agree(Tags tags) {
        Map<String, Set<String>> byItem = new TreeMap<>();
        Map<String, Set<String>> byTag = new TreeMap<>();
        for (int i = 0; i < ITEMS; i++) {
            String item = "i" + i;
            tags.of(item)
                    .forEach(tag ->
                            byItem.computeIfAbsent(tag, any -> new TreeSet<>()).add(item));
        }
        for (int i = 0; i < TAGS; i++) {
            Set<String> items = new TreeSet<>(TagsTest.all(tags, TagQuery.allOf("t" + i), 10));
            if (!items.isEmpty()) {
                byTag.put("t" + i, items);
            }
        }
        assertThat(byTag).isEqualTo(byItem);
        assertThat(tags.names(100)).containsExactlyInAnyOrderElementsOf(byTag.keySet());
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void itemsAndTagsAgreeAfterManyThreadsOfTwoInstances(Redis redis) {
        TagOptions options = TagOptions.DEFAULTS.withParts(2).withDeadline(Duration.ofSeconds(20));
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Tags tags = (thread % 2 == 0 ? one : two).tags("race", options);
                Random random = new Random(thread);
                running.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 120; i++) {
                        String item = "i" + random.nextInt(ITEMS);
                        Set<String> give = some(random);
                        Set<String> take = some(random);
                        take.removeAll(give);
                        Object unused = switch (random.nextInt(12)) {
                            case 0 -> tags.rename("t" + random.nextInt(3), "t" + (3 + random.nextInt(3)));
                            case 1 -> tags.removeTag("t" + random.nextInt(TAGS));
                            case 2, 3, 4 -> tags.replace(item, give);
                            case 5, 6 ->
                                tags.changeAsync(item, give, take)
                                        .toCompletableFuture()
                                        .join();
                            default -> tags.change(item, give, take);
                        };
                    }
                }));
            }
            running.forEach(CompletableFuture::join);
            agree(one.tags("race", options));
        }
    }

    /** Of those who replace at once each leaves a whole set, never a mixture. */
    @Test
    void replacingAtOnceNeverMixes(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("mix");
            List<Set<String>> wholes = List.of(Set.of("a", "b"), Set.of("c", "d"), Set.of("b", "c", "e"), Set.of());
            Set<Set<String>> seen = Collections.synchronizedSet(new HashSet<>());
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (Set<String> whole : wholes) {
                running.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 60; i++) {
                        TagChange unused = tags.replace("1", whole);
                        seen.add(tags.of("1"));
                    }
                }));
            }
            running.forEach(CompletableFuture::join);
            assertThat(wholes).containsAll(seen);
        }
    }

    @Test
    void x1_x3_lostRepliesAndForgottenScriptsDoNoHarm(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Tags tags = kw.tags("lost");
            for (int i = 0; i < 4; i++) {
                redis.command("SCRIPT", "FLUSH");
                TagChange unused = tags.add("i0", "t" + i);
                proxy.cutAfterNextRequest("EVALSHA");
                unused = tags.replace("i1", List.of("t" + i));
                proxy.cutAfterNextRequest("EVALSHA");
                long moved = tags.rename("t" + i, "t5");
                assertThat(moved).isLessThanOrEqualTo(2);
                assertThat(tags.of("i1")).containsExactly("t5");
            }
            agree(tags);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsNotOverwritten(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("shop");
            for (String key : List.of("tag:set:{shop#0}:red", "tag:item:{shop#0}:1", "tag:names:{shop#0}:all")) {
                redis.command("SET", key, "foreign");
                assertThatThrownBy(() -> tags.add("1", "blue", "red"))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("WRONGTYPE");
                assertThat(redis.command("GET", key)).isEqualTo("foreign");
                redis.command("DEL", key);
                assertThat(redis.command("DBSIZE")).isEqualTo("0");
            }
        }
    }

    @Test
    void aServerThatIsFrozenIsToldOf(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Tags tags = kw.tags("frozen", TagOptions.DEFAULTS.withDeadline(Duration.ofMillis(200)));
            TagChange unused = tags.add("1", "a");
            redis.freeze();
            try {
                assertThatThrownBy(() -> tags.add("1", "b")).isInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> tags.replace("1", List.of("b")))
                        .isInstanceOf(KeywrightException.Unavailable.class);
                assertThatThrownBy(() -> tags.find(TagQuery.allOf("a"), 1))
                        .isInstanceOf(KeywrightException.Unavailable.class);
            } finally {
                redis.thaw();
            }
        }
    }

    /** The replica here says what is wanted, and the master does not. */
    @Test
    void replacingLooksAtTheMasterWhereReplicasAnswerReads() {
        try (Replication redis = Replication.start(1);
                Keywright kw = Keywright.connect(redis.uri());
                Connection reading =
                        Connection.open(redis.uri(), ConnectionOptions.DEFAULTS.withReadFrom(ReadFrom.REPLICA))) {
            TagChange unused = kw.tags("shop").add("1001", "blue");
            redis.command("WAIT", "1", "5000");
            Standalone replica = redis.replicas().get(0);
            replica.command("CONFIG", "SET", "replica-read-only", "no");
            replica.command("FLUSHALL");
            replica.command("SADD", "tag:item:{shop#0}:1001", "red");
            Tags tags = new Tags(reading, "shop", TagOptions.DEFAULTS);
            assertThat(tags.replace("1001", List.of("red")).added()).containsExactly("red");
            assertThat(kw.tags("shop").of("1001")).containsExactly("red");
        }
    }
}
