package dev.keywright.autocomplete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is suggested, one caller at a time. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class AutocompleteTest {

    private static final AutocompleteOptions DEFAULTS = AutocompleteOptions.DEFAULTS;

    @Test
    void theMostPopularComeFirst(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop");
            assertThat(terms.suggest("w", 10)).isEmpty();
            assertThat(terms.add("winter boots")).isTrue();
            assertThat(terms.add("winter boots")).isFalse();
            assertThat(terms.addAsync("winter coat").toCompletableFuture().join())
                    .isTrue();
            assertThat(terms.put("wine", 2)).isTrue();
            assertThat(terms.putAsync("window", 0.5).toCompletableFuture().join())
                    .isTrue();
            for (String typed : List.of("w", "wi", "win", " WIN")) {
                assertThat(terms.suggest(typed, 10)).containsExactly("wine", "window", "winter boots", "winter coat");
            }
            for (String typed : List.of("wint", "winter", "Winter ")) {
                assertThat(terms.suggest(typed, 10)).containsExactly("winter boots", "winter coat");
            }
            assertThat(terms.raise("winter coat", 3)).isTrue();
            assertThat(terms.raiseAsync("winter coat", 1).toCompletableFuture().join())
                    .isTrue();
            assertThat(terms.suggest("w", 2)).containsExactly("winter coat", "wine");
            assertThat(terms.suggestAsync("winter", 1).toCompletableFuture().join())
                    .containsExactly("winter coat");
            assertThat(terms.suggestAsync("wi", 1).toCompletableFuture().join()).containsExactly("winter coat");
            assertThat(terms.suggest("", 3)).containsExactly("winter coat", "wine", "window");
            assertThat(terms.popularity("winter coat")).hasValue(4);
            assertThat(terms.popularityAsync("winter boots")
                            .toCompletableFuture()
                            .join())
                    .hasValue(0);
            assertThat(terms.size()).isEqualTo(4);
            assertThat(terms.sizeAsync().toCompletableFuture().join()).isEqualTo(4);

            assertThat(terms.raise("what users type", 1)).isFalse();
            assertThat(terms.popularity("what users type")).isEmpty();
            assertThat(terms.suggest("what", 1)).isEmpty();

            assertThat(terms.remove("winter coat")).isTrue();
            assertThat(terms.remove("winter coat")).isFalse();
            assertThat(terms.removeAsync("wine").toCompletableFuture().join()).isTrue();
            assertThat(terms.suggest("w", 10)).containsExactly("window", "winter boots");
            assertThat(terms.suggest("winter c", 10)).isEmpty();
            terms.clear();
            assertThat(terms.size()).isZero();
            assertThat(kw.connection()
                            .call(Command.named("EXISTS")
                                    .key("ac:{shop}:terms")
                                    .key("ac:{shop}:top:w")
                                    .key("ac:{shop}:top:win")
                                    .build())
                            .number())
                    .isZero();
        }
    }

    @Test
    void lettersAreComparedWithoutCaseInEveryLocale(Redis redis) {
        Locale before = Locale.getDefault();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Locale.setDefault(new Locale("tr", "TR"));
            Autocomplete terms = kw.autocomplete("shop");
            for (String term :
                    List.of("ISTANBUL", "Straße", "Ελλάς", "\uFB01re", "Å ngström", "cafe\u0301", "日本語", "😀 smile")) {
                terms.add(term);
            }
            assertThat(terms.suggest("istanb", 5)).containsExactly("ISTANBUL");
            assertThat(terms.suggest("STRASSE", 5)).containsExactly("Straße");
            assertThat(terms.suggest("ελλάσ", 5)).containsExactly("Ελλάς");
            assertThat(terms.suggest("FI", 5)).containsExactly("\uFB01re");
            assertThat(terms.suggest("å", 5)).containsExactly("Å ngström");
            assertThat(terms.suggest("caf\u00E9", 5)).containsExactly("cafe\u0301");
            assertThat(terms.suggest("cafe", 5)).as("accents matter").isEmpty();
            assertThat(terms.suggest("日", 5)).containsExactly("日本語");
            assertThat(terms.suggest("😀 sm", 5)).containsExactly("😀 smile");
            Autocomplete plain = kw.autocomplete("plain", DEFAULTS.withoutAccents());
            plain.add("Crème brûlée");
            assertThat(plain.suggest("creme br", 5)).containsExactly("Crème brûlée");
            assertThat(plain.suggest("crè", 5)).containsExactly("Crème brûlée");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void eachWordFindsTheTermIfSoWanted(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop", DEFAULTS.withAnyWord());
            terms.put("New York, New York", 1);
            terms.put("york ham", 5);
            assertThat(terms.suggest("yo", 5)).containsExactly("york ham", "New York, New York");
            assertThat(terms.suggest("york", 5)).containsExactly("york ham", "New York, New York");
            assertThat(terms.suggest("new york", 5)).containsExactly("New York, New York");
            assertThat(terms.suggest("york, n", 5)).containsExactly("New York, New York");
            assertThat(terms.suggest("ork", 5)).isEmpty();
            terms.remove("New York, New York");
            assertThat(terms.suggest("new york", 5)).isEmpty();
            assertThat(terms.suggest("yo", 5)).containsExactly("york ham");
        }
    }

    @Test
    void anyCharactersMayBeInATerm(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop", DEFAULTS.withAnyWord());
            List<String> odd = List.of(
                    "abcd\0efg",
                    "abcd efg",
                    "abcd\tefg",
                    "abcd\0",
                    "abcd",
                    "ABCD",
                    "[abcd",
                    "(abcd",
                    "+",
                    "-",
                    "{x}",
                    "a:b:c",
                    "top:abc",
                    "\uFFFF\uDBFF\uDFFF",
                    "x".repeat(512));
            odd.forEach(terms::add);
            assertThat(terms.size()).isEqualTo(odd.size());
            assertThat(terms.suggest("abcd", 20))
                    .containsExactlyInAnyOrder(
                            "abcd\0efg", "abcd efg", "abcd\tefg", "abcd\0", "abcd", "ABCD", "[abcd", "(abcd");
            assertThat(terms.suggest("abcd e", 20)).containsExactlyInAnyOrder("abcd\0efg", "abcd efg", "abcd\tefg");
            for (String term : odd) {
                assertThat(terms.suggest(term, 20)).as("found by itself").contains(term);
            }
            for (String term : odd) {
                assertThat(terms.remove(term)).isTrue();
                assertThat(terms.suggest(term, 20)).doesNotContain(term);
            }
            assertThat(terms.suggest("", 20)).isEmpty();
        }
    }

    @Test
    void popularityFadesByHalfWithoutAnyRewriting(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop", DEFAULTS.withHalfLife(Duration.ofDays(1)));
            terms.add("never");
            terms.put("old", 4);
            terms.raise("old", 2);
            assertThat(terms.popularity("old").orElseThrow()).isCloseTo(6, within(0.01));
            assertThat(terms.popularity("never")).hasValue(0);
            Reply stored = kw.connection()
                    .call(Command.named("ZSCORE")
                            .key("ac:{shop}:scores")
                            .argument("old")
                            .build());
            double score = ((Reply.Decimal) stored).value();
            for (String key : List.of("ac:{shop}:scores", "ac:{shop}:top:o")) { // three days ago
                kw.connection()
                        .call(Command.named("ZADD")
                                .key(key)
                                .argument(Double.toString(score + 3))
                                .argument("old")
                                .build())
                        .orThrow("ZADD");
            }
            assertThat(terms.popularity("old").orElseThrow()).isCloseTo(0.75, within(0.01));
            terms.put("other", 1);
            assertThat(terms.suggest("o", 5)).containsExactly("other", "old");
            terms.raise("old", 0);
            terms.raise("old", 0.5);
            assertThat(terms.popularity("old").orElseThrow()).isCloseTo(1.25, within(0.01));
            assertThat(terms.suggest("o", 5)).containsExactly("old", "other");
            terms.put("old", 0);
            assertThat(terms.popularity("old")).hasValue(0);
            assertThat(terms.suggest("", 5)).containsExactly("other", "never", "old");
        }
    }

    @Test
    void shortPrefixesKeepSoManyAndRepairFillsHoles(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop", DEFAULTS.withKept(10).withLooked(10));
            List<Term> all = new ArrayList<>();
            for (int i = 0; i < 450; i++) {
                all.add(new Term(String.format(Locale.ROOT, "abc%03d", i), i));
            }
            terms.load(all);
            assertThat(terms.size()).isEqualTo(450);
            assertThat(terms.suggest("a", 10)).startsWith("abc449", "abc448").hasSize(10);
            assertThat(terms.suggest("abc1", 10))
                    .as("the first of the alphabet that begin so, the most popular first")
                    .containsExactlyElementsOf(IntStream.iterate(109, i -> i >= 100, i -> i - 1)
                            .mapToObj(i -> "abc" + i)
                            .toList());
            terms.raise("abc000", 1_000);
            assertThat(terms.suggest("abc", 1)).containsExactly("abc000");
            terms.remove("abc449");
            terms.remove("abc448");
            assertThat(terms.suggest("abc", 10)).hasSize(8);
            terms.repair();
            assertThat(terms.suggest("abc", 10))
                    .startsWith("abc000", "abc447")
                    .endsWith("abc439")
                    .hasSize(10);
        }
    }

    @Test
    void otherOptionsAreRefusedAndOtherTypesLeftAsTheyAre(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            kw.autocomplete("shop").add("abcd");
            assertThatThrownBy(() ->
                            kw.autocomplete("shop", DEFAULTS.withShortest(2)).add("b"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("autocomplete shop");
            assertThatThrownBy(() ->
                            kw.autocomplete("shop", DEFAULTS.withAnyWord()).remove("abcd"))
                    .isInstanceOf(KeywrightException.Misused.class);
            for (String part : List.of("terms", "scores", "top:a")) {
                Autocomplete terms = kw.autocomplete(part.replace(':', '-'));
                String key = "ac:{" + part.replace(':', '-') + "}:" + part;
                kw.connection().call(Command.named("SET").key(key).argument("x").build());
                assertThatThrownBy(() -> terms.add("abcd")).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> terms.remove("abcd")).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> {
                            terms.suggest("a", 1);
                            terms.suggest("abcd", 1);
                            terms.size();
                        })
                        .isInstanceOfAny(KeywrightException.Misused.class, AssertionError.class);
                assertThat(kw.connection()
                                .call(Command.named("GET").key(key).build())
                                .text())
                        .isEqualTo("x");
            }
        }
    }

    @Test
    void wrongArgumentsAreToldWithWhatToGive(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("shop");
            for (ThrowingCallable wrong : List.<ThrowingCallable>of(
                    () -> terms.add(""),
                    () -> terms.add(" \0 "),
                    () -> terms.add("x".repeat(513)),
                    () -> terms.add("\uD83D"),
                    () -> terms.put("a", -1),
                    () -> terms.put("a", Double.NaN),
                    () -> terms.raise("a", Double.POSITIVE_INFINITY),
                    () -> terms.suggest("a", 0),
                    () -> terms.suggest("abcd", 51),
                    () -> terms.load(List.of(new Term("a", -1))),
                    () -> kw.autocomplete(""),
                    () -> kw.autocomplete("a}"),
                    () -> DEFAULTS.withShortest(6),
                    () -> DEFAULTS.withHalfLife(Duration.ZERO),
                    () -> DEFAULTS.withKept(9),
                    () -> DEFAULTS.withLooked(1_001),
                    () -> DEFAULTS.withDeadline(Duration.ZERO))) {
                assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
