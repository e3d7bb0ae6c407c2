package dev.keywright.autocomplete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Random changes, some at once, against a plain map; lost answers and silent servers. */
@WithRedis
class AutocompleteModelTest {

    private static final AutocompleteOptions WIDE =
            AutocompleteOptions.DEFAULTS.withKept(1_000).withLooked(1_000);

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < 2 + random.nextInt(4); i++) {
            word.append("abc".charAt(random.nextInt(3)));
        }
        return word.toString();
    }

    private static List<String> expected(Map<String, Double> model, String prefix) {
        return model.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .sorted(Comparator.comparing((Map.Entry<String, Double> entry) -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void same(Autocomplete terms, Map<String, Double> model) {
        assertThat(terms.size()).isEqualTo(model.size());
        for (String prefix : List.of("", "a", "b", "ab", "cc", "aba", "abc", "abca", "bbbb", "ccabc")) {
            assertThat(terms.suggest(prefix, 1_000)).as("'%s'", prefix).isEqualTo(expected(model, prefix));
        }
    }

    @Test
    void itIsWhatAPlainMapWouldBe(Standalone redis) {
        Random random = new Random(7);
        Map<String, Double> model = new ConcurrentHashMap<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete terms = kw.autocomplete("model", WIDE);
            for (int i = 0; i < 1_500; i++) {
                String word = word(random);
                double weight = random.nextInt(5);
                switch (random.nextInt(5)) {
                    case 0 -> assertThat(terms.add(word)).isEqualTo(model.putIfAbsent(word, 0.0) == null);
                    case 1 -> assertThat(terms.put(word, weight)).isEqualTo(model.put(word, weight) == null);
                    case 2 -> assertThat(terms.remove(word)).isEqualTo(model.remove(word) != null);
                    default ->
                        assertThat(terms.raise(word, weight))
                                .isEqualTo(model.computeIfPresent(word, (w, before) -> before + weight) != null);
                }
                if (i % 100 == 0) {
                    same(terms, model);
                }
            }
            same(terms, model);
        }
    }

    @Test
    void raisesAtOnceAreAllCountedInEverySet(Standalone redis) {
        Map<String, Double> model = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                Random random = new Random(t);
                Autocomplete terms = (t % 2 == 0 ? one : other).autocomplete("race", WIDE);
                all.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                String word = word(random);
                                boolean unused = terms.add(word);
                                assertThat(terms.raise(word, 1)).isTrue();
                                model.merge(word, 1.0, Double::sum);
                            }
                        },
                        threads));
            }
            all.forEach(CompletableFuture::join);
            same(one.autocomplete("race", WIDE), model);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void x1_aRaiseIsSentOnceAndTheRestUntilItIsAnswered(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Autocomplete terms = kw.autocomplete("a", WIDE.withDeadline(Duration.ofSeconds(40)));
            terms.add("abcd");
            terms.remove("x");
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(terms.put("abcd", 5)).isFalse();
            proxy.cutAfterNextRequest("EVALSHA");
            boolean unused = terms.remove("abcd");
            assertThat(terms.suggest("abcd", 1)).isEmpty();
            terms.put("abcd", 5);
            proxy.cutAfterNextRequest("EVALSHA");
            assertThatThrownBy(() -> terms.raise("abcd", 1))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(terms.popularity("abcd").orElseThrow()).isBetween(5.0, 6.0);
            assertThat(proxy.cuts()).isEqualTo(3);
        }
    }

    @Test
    void aSilentServerIsToldInTimeAndScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Autocomplete quick = kw.autocomplete("a", WIDE.withDeadline(Duration.ofMillis(300)));
            Autocomplete terms = kw.autocomplete("a", WIDE.withDeadline(Duration.ofSeconds(40)));
            terms.add("abcd");
            redis.freeze();
            assertThatThrownBy(() -> quick.suggest("abcd", 1)).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> quick.load(List.of(new Term("b", 1))))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            redis.command("SCRIPT", "FLUSH");
            assertThat(terms.suggest("abcd", 1)).containsExactly("abcd");
            redis.command("SCRIPT", "FLUSH");
            terms.load(List.of(new Term("abce", 1)));
            assertThat(terms.suggest("abc", 5)).containsExactly("abce", "abcd");
        }
    }
}
