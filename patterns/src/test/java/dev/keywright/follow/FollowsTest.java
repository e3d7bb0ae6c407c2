package dev.keywright.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
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
class FollowsTest {

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static List<String> users(List<Follow> follows) {
        return follows.stream().map(Follow::user).toList();
    }

    @Test
    void followingAndUnfollowingTwiceIsTheSameAsOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("once");
            assertThat(follows.follow("ann", "bob")).isTrue();
            assertThat(follows.follow("ann", "bob")).isFalse();
            assertThat(join(follows.followAsync("ann", "cid"))).isTrue();
            assertThat(join(follows.followAsync("ann", "cid"))).isFalse();
            assertThat(follows.isFollowing("ann", "bob")).isTrue();
            assertThat(join(follows.isFollowingAsync("bob", "ann"))).isFalse();
            assertThat(follows.counts("ann")).isEqualTo(new FollowCounts(2, 0));
            assertThat(join(follows.countsAsync("bob"))).isEqualTo(new FollowCounts(0, 1));
            assertThat(follows.unfollow("ann", "bob")).isTrue();
            assertThat(follows.unfollow("ann", "bob")).isFalse();
            assertThat(join(follows.unfollowAsync("ann", "cid"))).isTrue();
            assertThat(follows.counts("ann")).isEqualTo(new FollowCounts(0, 0));
            assertThat(follows.counts("bob")).isEqualTo(new FollowCounts(0, 0));
        }
    }

    @Test
    void listsAreNewestFirstAndBothSidesKnowTheSameTime(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("lists");
            Instant before = Instant.now().minusSeconds(5);
            for (String user : List.of("bob", "cid", "dan")) {
                follows.follow("ann", user);
            }
            FollowPage page = follows.following("ann", 10);
            assertThat(users(page.follows())).containsExactly("dan", "cid", "bob");
            assertThat(page.next()).isEmpty();
            assertThat(page.follows().get(0).since())
                    .isBetween(before, before.plus(Duration.ofMinutes(1)))
                    .isEqualTo(follows.followers("dan", 1).follows().get(0).since());
        }
    }

    @Test
    void pagesStayAsTheyAreWhileOthersComeAndGo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("pages");
            IntStream.range(0, 25).forEach(i -> follows.follow("fan " + i, "star"));
            FollowPage first = follows.followers("star", 10);
            follows.follow("late", "star");
            follows.unfollow(first.follows().get(9).user(), "star");
            FollowPage second = follows.followers("star", first.next().orElseThrow(), 10);
            follows.unfollow("fan 24", "star");
            FollowPage third = join(follows.followersAsync("star", second.next(), 10));
            assertThat(users(second.follows()))
                    .isEqualTo(IntStream.range(0, 10)
                            .mapToObj(i -> "fan " + (14 - i))
                            .toList());
            assertThat(users(third.follows()))
                    .isEqualTo(IntStream.range(0, 5)
                            .mapToObj(i -> "fan " + (4 - i))
                            .toList());
            assertThat(third.next()).isEmpty();
        }
    }

    @Test
    void pagesAreWholeWhereManyBeganInTheSameMicrosecond(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("ties");
            String key = new String(new FollowKeys("ties", 1).followers("star"), UTF_8);
            for (int i = 0; i < 23; i++) {
                redis.command("ZADD", key, "1700000000000000", "fan" + (100 + i));
            }
            List<String> seen = new ArrayList<>();
            Optional<String> after = Optional.empty();
            do {
                FollowPage page = join(follows.followersAsync("star", after, 5));
                seen.addAll(users(page.follows()));
                after = page.next();
            } while (after.isPresent());
            assertThat(seen)
                    .isEqualTo(IntStream.range(0, 23)
                            .mapToObj(i -> "fan" + (122 - i))
                            .toList());
        }
    }

    @Test
    void manyAreAskedForAtOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("bulk");
            List<String> all = IntStream.range(0, 1_200).mapToObj(i -> "u" + i).toList();
            all.stream().limit(3).forEach(user -> follows.follow("ann", user));
            follows.follow("ann", "u1199");
            follows.follow("u7", "ann");
            assertThat(follows.followedOf("ann", all)).containsExactly("u0", "u1", "u2", "u1199");
            assertThat(follows.followersAmong("ann", all)).isEqualTo(Set.of("u7"));
            assertThat(follows.followedOf("ann", List.of())).isEmpty();
        }
    }

    @Test
    void mutualAndCommonOnesAreFoundAcrossSlots(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("common");
            for (int i = 0; i < 12; i++) {
                follows.follow("ann", "u" + i);
                if (i % 2 == 0) {
                    follows.follow("bob", "u" + i);
                    follows.follow("u" + i, "ann");
                }
            }
            follows.follow("bob", "ann");
            assertThat(follows.between("ann", "u2")).isEqualTo(new Between(true, true));
            assertThat(join(follows.betweenAsync("ann", "bob"))).isEqualTo(new Between(false, true));
            assertThat(follows.between("ann", "u2").mutual()).isTrue();
            assertThat(users(follows.mutual("ann", Optional.empty(), 100).follows()))
                    .containsExactly("u10", "u8", "u6", "u4", "u2", "u0");
            assertThat(follows.mutual("ann", Optional.empty(), 4).next()).isPresent();
            assertThat(follows.commonFollowing("ann", "bob", 100))
                    .isEqualTo(new Common(List.of("u10", "u8", "u6", "u4", "u2", "u0"), true));
            assertThat(follows.commonFollowing("bob", "ann", 3))
                    .isEqualTo(new Common(List.of("u10", "u8", "u6"), false));
            assertThat(follows.commonFollowers("u2", "u4", 10).users()).containsExactlyInAnyOrder("ann", "bob");
        }
    }

    @Test
    void suggestionsCountTheFriendsOfFriends(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("suggest");
            for (String friend : List.of("bob", "cid", "dan")) {
                follows.follow("ann", friend);
                follows.follow(friend, "eve");
                follows.follow(friend, "ann");
            }
            follows.follow("bob", "fay");
            follows.follow("cid", "fay");
            follows.follow("dan", "bob");
            follows.follow("dan", "gus");
            assertThat(follows.suggestions("ann", 10))
                    .containsExactly(new Suggestion("eve", 3), new Suggestion("fay", 2), new Suggestion("gus", 1));
            assertThat(follows.suggestions("ann", 1)).containsExactly(new Suggestion("eve", 3));
            assertThat(follows.suggestions("nobody", 10)).isEmpty();
        }
    }

    @Test
    void aUserWhoLeavesIsInNoListAnyMore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("leave");
            for (int i = 0; i < 120; i++) {
                follows.follow("ann", "u" + i);
                follows.follow("u" + i, "ann");
            }
            assertThat(follows.forget("ann")).isEqualTo(240);
            assertThat(follows.counts("ann")).isEqualTo(new FollowCounts(0, 0));
            assertThat(follows.counts("u7")).isEqualTo(new FollowCounts(0, 0));
            assertThat(follows.forget("ann")).isZero();
        }
    }

    @Test
    void whoFollowsTheMostIsRefusedMore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("most", FollowOptions.DEFAULTS.withMost(2));
            follows.follow("ann", "bob");
            follows.follow("ann", "cid");
            assertThatThrownBy(() -> follows.follow("ann", "dan"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("TOOMANY");
            assertThat(follows.follow("ann", "bob")).isFalse();
            follows.unfollow("ann", "bob");
            assertThat(follows.follow("ann", "dan")).isTrue();
            assertThat(follows.repair()).isZero();
        }
    }

    @Test
    void anyTextIsAUser(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("any text: 100 %");
            List<String> odd =
                    List.of("}", "{", "a:b", "%7D", " ", "\0", "\uD83D\uDE00", "3:annbob", "x".repeat(1024), "\r\n");
            odd.forEach(user -> assertThat(follows.follow("ann", user)).isTrue());
            odd.forEach(user -> assertThat(follows.follow(user, "ann")).isTrue());
            assertThat(users(follows.following("ann", 100).follows())).containsExactlyInAnyOrderElementsOf(odd);
            assertThat(users(follows.followers("ann", 100).follows())).containsExactlyInAnyOrderElementsOf(odd);
            FollowPage page = follows.following("ann", 3);
            assertThat(users(follows.following("ann", page.next().orElseThrow(), 100)
                            .follows()))
                    .hasSize(odd.size() - 3);
            assertThat(follows.forget("ann")).isEqualTo(2L * odd.size());
        }
    }

    @Test
    void badArgumentsAreNamed(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("bad");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> follows.follow("ann", "ann"))
                    .withMessageContaining("two");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> follows.follow("", "ann"))
                    .withMessageContaining("1 to 1024");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> follows.follow("\uD83D", "ann"))
                    .withMessageContaining("surrogate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> follows.following("ann", 0))
                    .withMessageContaining("1 to 1000");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> follows.following("ann", "x", 1))
                    .withMessageContaining("cursor");
            assertThatIllegalArgumentException().isThrownBy(() -> kw.follows("a{b"));
            assertThatIllegalArgumentException().isThrownBy(() -> FollowOptions.DEFAULTS.withMost(0));
            assertThatIllegalArgumentException().isThrownBy(() -> FollowOptions.DEFAULTS.withDeadline(Duration.ZERO));
        }
    }

    @Test
    void halfASurrogatePairIsNotTakenForAQuestionMark(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("half");
            follows.follow("ann", "?");
            assertThatIllegalArgumentException().isThrownBy(() -> follows.isFollowing("ann", "\ud800"));
            assertThatIllegalArgumentException().isThrownBy(() -> follows.between("ann", "\ud800"));
            assertThatIllegalArgumentException().isThrownBy(() -> follows.followedOf("ann", List.of("\ud800")));
        }
    }
}
