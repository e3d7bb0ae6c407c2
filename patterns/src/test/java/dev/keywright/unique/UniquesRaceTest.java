package dev.keywright.unique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.script.Script;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many at once; answers that are lost; servers that forget scripts, are full or silent. */
@WithRedis
class UniquesRaceTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final UniquesOptions EXACT =
            UniquesOptions.DEFAULTS.withExactUpTo(100).withDeadline(LONG);

    /** Days of 50 to 400 members, from six threads and two clients; the model is a plain set per day. */
    @Test
    void hl4_randomAddsFromManyThreadsEndAsTheModelSays(Standalone redis) {
        Map<LocalDate, Set<String>> model = new ConcurrentHashMap<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            LocalDate today = kw.uniques("a").today();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                Uniques uniques = (thread % 2 == 0 ? kw : other).uniques("a", EXACT);
                Random random = new Random(thread);
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 400; i++) {
                        int back = random.nextInt(8);
                        List<String> members = new ArrayList<>();
                        for (int j = random.nextInt(4); j >= 0; j--) {
                            members.add("person " + random.nextInt(50 * (back + 1)));
                        }
                        LocalDate day = today.minusDays(back);
                        uniques.add("x", day, members);
                        model.computeIfAbsent(day, each -> ConcurrentHashMap.newKeySet())
                                .addAll(members);
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            Uniques uniques = kw.uniques("a", EXACT);
            Set<String> all = ConcurrentHashMap.newKeySet();
            model.forEach((day, members) -> {
                all.addAll(members);
                UniqueCount count = uniques.count("x", day);
                assertThat(count.exact()).as("%s", day).isEqualTo(members.size() <= 100);
                assertThat((double) count.value()).isCloseTo(members.size(), within(3 * count.error()));
            });
            UniqueCount range = uniques.count("x", today.minusDays(7), today);
            assertThat((double) range.value()).isCloseTo(all.size(), within(3 * range.error()));
        }
    }

    @Test
    void hl4_exactlyOneOfThoseWhoAddTheSameMemberIsToldThatItIsNew(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            AtomicInteger news = new AtomicInteger();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (Keywright each : List.of(kw, other, kw, other)) {
                Uniques uniques = each.uniques("a", EXACT);
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 100; i++) {
                        if (uniques.add("x", "person " + i)) {
                            news.incrementAndGet();
                        }
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(news).hasValue(100);
            Uniques uniques = kw.uniques("a", EXACT);
            assertThat(uniques.count("x", uniques.today())).isEqualTo(new UniqueCount(100, true));
        }
    }

    @Test
    void x1_anAddWhoseAnswerIsLostCountsOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            uniques.add("x", "first");
            for (int i = 0; i < 4; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                uniques.add("x", "person " + i);
            }
            assertThat(proxy.cuts()).isEqualTo(4);
            assertThat(uniques.count("x", uniques.today())).isEqualTo(new UniqueCount(5, true));
        }
    }

    @Test
    void x3_forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            SeenFilter seen = kw.seen("a", SeenOptions.DEFAULTS.withCapacity(100));
            for (int i = 0; i < 3; i++) {
                redis.command("SCRIPT", "FLUSH");
                assertThat(uniques.add("x", "person " + i)).isTrue();
                assertThat(seen.addIfAbsent("person " + i)).isTrue();
                redis.command("SCRIPT", "FLUSH");
                assertThat(uniques.count("x", uniques.today()).value()).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void aFullServerRefusesAndNothingIsHalfDone(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            List<String> hundred = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                hundred.add("person " + i);
            }
            uniques.add("x", uniques.today(), hundred);
            redis.command("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> uniques.add("x", "one more"))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("OOM");
            SeenFilter seen = kw.seen("a", SeenOptions.DEFAULTS);
            assertThatThrownBy(() -> seen.addIfAbsent("one")).isInstanceOf(KeywrightException.Unavailable.class);
            redis.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(uniques.count("x", uniques.today())).isEqualTo(new UniqueCount(100, true));
            assertThat(seen.addIfAbsent("one")).isTrue();
        }
    }

    @Test
    void whatWasGatheredAndIsGoneIsNotCountedAsNothing(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            LocalDate today = kw.uniques("a").today();
            assertThatThrownBy(() -> redis.command(
                            "EVAL", source(), "2", "uniq:a:{x}:tmp:1", "uniq:a:{x}:" + today, "0", "1", "10000"))
                    .hasMessageContaining("GONE");
            assertThat(redis.command(
                            "EVAL", source(), "2", "uniq:a:{x}:tmp:1", "uniq:a:{x}:" + today, "1", "0", "10000"))
                    .contains("-1");
            assertThat(Long.parseLong(redis.command("PTTL", "uniq:a:{x}:tmp:1")))
                    .isBetween(1L, 10_000L);
        }
    }

    private static String source() {
        return Script.beside(Uniques.class, "union.lua").source();
    }

    @Test
    void aSilentServerIsToldInTime(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT.withDeadline(Duration.ofMillis(200)));
            SeenFilter seen = kw.seen("a", SeenOptions.DEFAULTS.withDeadline(Duration.ofMillis(200)));
            redis.freeze();
            assertThatThrownBy(() -> uniques.add("x", "anna")).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> seen.addIfAbsent("anna"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            redis.thaw();
        }
    }

    @Test
    void aRestartWithoutPersistenceBeginsAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            uniques.add("x", "anna");
            redis.kill();
            redis.restart();
            assertThat(uniques.add("x", "bert")).isTrue();
            assertThat(uniques.count("x", uniques.today())).isEqualTo(new UniqueCount(1, true));
        }
    }
}
