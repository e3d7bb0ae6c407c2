package dev.keywright.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.codec.KeyCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How keys are named and how long they live. */
class NamesAndTtlTest {

    private final KeyFamily<String> carts = KeyFamily.of("shop", "cart", KeyCodec.STRING);

    @Test
    void aFamilyNamesItsKeysAndReadsThemBack() {
        assertThat(KeyFamily.of("shop", "cart", KeyCodec.LONG).key(42L, "items"))
                .isEqualTo("shop:cart:{42}:items");
        assertThat(carts.pattern("items")).isEqualTo("shop:cart:{*}:items");
        Set<String> seen = new HashSet<>();
        for (String id : List.of("a", "a}", "a%7D", "%", "{", "{a}", "a:b", "}:items", "\u00e4\ud83d\ude00", " ")) {
            String key = carts.key(id, "items");
            assertThat(seen.add(key)).isTrue();
            assertThat(carts.id(key)).as(key).contains(id);
        }
        assertThat(carts.id("shop:carts:{a}:items")).isEmpty();
        assertThat(carts.id("shop:cart:{}:items")).isEmpty();
        assertThat(carts.id("shop:cart:{a")).isEmpty();
    }

    @Test
    void wordsThatMakeNoNameAreRefused() {
        List<Runnable> wrong = List.of(
                () -> KeyFamily.of("", "cart", KeyCodec.STRING),
                () -> KeyFamily.of("shop", "a b", KeyCodec.STRING),
                () -> KeyFamily.of("shop", "a:b", KeyCodec.STRING),
                () -> KeyFamily.of("shop", "a{b", KeyCodec.STRING),
                () -> KeyFamily.of("shop", "x".repeat(51), KeyCodec.STRING),
                () -> carts.key("a", "*"),
                () -> carts.key("", "items"),
                () -> carts.pattern(""));
        for (Runnable each : wrong) {
            assertThatThrownBy(each::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give");
        }
    }

    @Test
    void namesAreJudged() {
        for (String good :
                List.of("a", "shop:cart:{42}:items", "user:1001:profile", "{a/b}:c", "rl:api:{u:1}:b", "a-b_c.d")) {
            assertThat(KeyNames.problems(good)).as(good).isEmpty();
        }
        Map<String, String> bad = Map.of(
                "", "empty",
                "a b", "Blanks",
                "a\n", "Blanks",
                "a\"b", "Blanks",
                "a*", "patterns",
                "a:b/c", "separators",
                "a::b", "separators",
                "a:", "word is missing",
                "a{}b", "hash tag",
                "a}b", "hash tag");
        bad.forEach(
                (key, problem) -> assertThat(KeyNames.problems(key)).as(key).anyMatch(each -> each.contains(problem)));
        assertThat(KeyNames.problems("a{b")).hasSize(1);
        assertThat(KeyNames.problems("x".repeat(101))).hasSize(1);
    }

    @Test
    void timesToLiveAreSpreadAndNeverLonger() {
        Map<Long, Integer> seconds = new HashMap<>();
        Duration ttl = Duration.ofMinutes(20);
        for (int i = 0; i < 10_000; i++) {
            Duration next = Ttl.CACHE.next(ttl);
            assertThat(next).isBetween(Duration.ofMinutes(18), ttl);
            seconds.merge(next.toSeconds(), 1, Integer::sum);
        }
        assertThat(seconds.values()).as("expiries in one second; 83 on average").allMatch(count -> count < 200);
        for (int i = 0; i < 100; i++) {
            assertThat(Ttl.SESSION.next(ttl)).isEqualTo(ttl);
            assertThat(Ttl.CACHE.next(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
        }
    }

    @Test
    void eachUseHasAReasonAndDoubtsWhatIsUncommon() {
        for (Ttl ttl : Ttl.values()) {
            assertThat(ttl.why()).isNotBlank();
            assertThat(ttl.doubt(ttl.usual())).isEmpty();
            assertThat(ttl.doubt(ttl.next())).isEmpty();
            assertThat(ttl.doubt(Duration.ofMillis(2)).orElseThrow())
                    .contains("short")
                    .contains(ttl.why());
            assertThat(ttl.doubt(Duration.ofDays(10_000)).orElseThrow()).contains("long");
            assertThatThrownBy(() -> ttl.next(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ttl.doubt(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
