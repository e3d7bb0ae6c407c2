package dev.keywright.unique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.script.Script;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What was seen, how often the filter is wrong, when it forgets, and what it costs. */
class SeenFilterTest {

    private static final SeenOptions SMALL =
            SeenOptions.DEFAULTS.withCapacity(4_000).withRate(0.01).withDeadline(Duration.ofSeconds(20));

    private static int addAll(SeenFilter seen, String kind, int count) {
        List<CompletionStage<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(seen.addIfAbsentAsync(kind + i));
        }
        return (int) answers.stream()
                .filter(answer -> answer.toCompletableFuture().join())
                .count();
    }

    @Nested
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    class Anywhere {

        @Test
        void theFirstIsToldAndNobodyElse(Redis redis) {
            try (Keywright kw = Keywright.connect(redis.uri());
                    Keywright other = Keywright.connect(redis.uri())) {
                SeenFilter seen = kw.seen("a", SMALL);
                assertThat(seen.mightContain("anna")).isFalse();
                assertThat(seen.addIfAbsent("anna")).isTrue();
                assertThat(seen.addIfAbsent("anna")).isFalse();
                assertThat(other.seen("a", SMALL).addIfAbsent("anna")).isFalse();
                assertThat(seen.mightContain("anna")).isTrue();
                assertThat(seen.mightContainAsync("bert").toCompletableFuture().join())
                        .isFalse();
                for (String odd : List.of("", "\0", "\r\n", " ", "{}", "\ud83d\ude00")) {
                    assertThat(seen.addIfAbsent(odd)).isTrue();
                    assertThat(seen.addIfAbsentAsync(odd).toCompletableFuture().join())
                            .isFalse();
                }
                assertThat(kw.seen("a", SMALL.withRate(0.02)).addIfAbsent("anna"))
                        .as("other options, another filter")
                        .isTrue();
            }
        }

        @Test
        void aBigOneIsCutIntoPartsAndReservesNoMoreThanItNeeds(Redis redis) {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                SeenOptions big = SeenOptions.DEFAULTS.withCapacity(3_000_000).withRate(0.001);
                SeenFilter seen = kw.seen("a", big);
                BloomLayout layout = BloomLayout.of(big);
                assertThat(layout.parts()).isGreaterThan(4);
                assertThat(layout.bits()).isLessThanOrEqualTo(1 << 23);
                assertThat(addAll(seen, "m", 100)).isEqualTo(100);
                for (int part = 0; part < layout.parts(); part++) {
                    long[] sizes = new long[2];
                    for (int g = 0; g < 2; g++) {
                        String key = "seen:a:{a:" + part + "}:" + layout.parts() + "x" + layout.bits() + "x"
                                + layout.hashes() + "x86400000:" + g;
                        sizes[g] = kw.connection()
                                .call(Command.named("STRLEN").key(key).build())
                                .number();
                        long ttl = kw.connection()
                                .call(Command.named("PTTL").key(key).build())
                                .number();
                        assertThat(ttl).isBetween(sizes[g] > 0 ? 86_000_000L : -2, 2 * 86_400_000L);
                    }
                    assertThat(sizes[0] + sizes[1]).isEqualTo(layout.bits() / 8);
                }
                SeenUsage usage = seen.usageAsync().toCompletableFuture().join();
                assertThat((double) usage.members()).isCloseTo(100, within(2.0));
                assertThat(usage.bytes()).isEqualTo(2L * layout.parts() * layout.bits() / 8);
            }
        }
    }

    @Nested
    @WithRedis
    class OnOneServer {

        @Test
        void itIsWrongAsOftenAsItSaysAndTellsWhenItIsTooFull(Redis redis) {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                SeenFilter seen = kw.seen("a", SMALL);
                int added = addAll(seen, "m", 4_000);
                assertThat(4_000 - added).as("wrong while it filled").isLessThan(20);
                SeenUsage usage = seen.usage();
                assertThat((double) usage.members()).isCloseTo(4_000, within(80.0));
                assertThat(usage.rate()).isBetween(0.003, 0.007); // half of it: the other generation is empty
                for (int i = 0; i < 4_000; i++) {
                    if (i % 40 == 0) {
                        assertThat(seen.mightContain("m" + i))
                                .as("none is forgotten")
                                .isTrue();
                    }
                }
                List<CompletableFuture<Boolean>> probes = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    probes.add(seen.mightContainAsync("other" + i).toCompletableFuture());
                }
                long wrong = probes.stream().filter(CompletableFuture::join).count();
                assertThat(wrong).as("of 10,000, at half a percent").isBetween(20L, 80L);
                addAll(seen, "n", 1_000);
                assertThat(seen.usage().saturated()).isTrue();
            }
        }

        @Test
        void membersAreRememberedForTheMemoryAtLeastAndTwiceThatAtMost(Redis redis) {
            Duration memory = Duration.ofMillis(600);
            try (Keywright kw = Keywright.connect(redis.uri())) {
                SeenFilter seen = kw.seen("a", SMALL.withMemory(memory));
                for (int i = 0; i < 2; i++) {
                    long before = System.nanoTime();
                    assertThat(seen.addIfAbsent("m" + i)).isTrue();
                    long after = System.nanoTime();
                    String member = "m" + i;
                    long[] asked = new long[1];
                    await().pollInterval(Duration.ofMillis(10))
                            .atMost(Duration.ofSeconds(20))
                            .until(() -> {
                                asked[0] = System.nanoTime();
                                return !seen.mightContain(member);
                            });
                    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(memory.toNanos());
                    if (asked[0] - after > 2 * memory.toNanos()) { // a slow machine asks late, and says nothing then
                        assertThat(seen.addIfAbsent(member)).isTrue();
                    }
                }
            }
        }

        @Test
        void exactlyOneOfThoseWhoAskAtOnceIsTheFirst(Redis redis) {
            try (Keywright kw = Keywright.connect(redis.uri());
                    Keywright other = Keywright.connect(redis.uri())) {
                List<CompletableFuture<Integer>> threads = new ArrayList<>();
                for (Keywright each : List.of(kw, other, kw, other)) {
                    SeenFilter seen = each.seen("a", SMALL);
                    threads.add(CompletableFuture.supplyAsync(() -> addAll(seen, "m", 500)));
                }
                assertThat(threads.stream().mapToInt(CompletableFuture::join).sum())
                        .isBetween(498, 500);
            }
        }

        @Test
        void aKeyOfAnotherTypeIsLeftAsItIs(Standalone redis) {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                BloomLayout layout = BloomLayout.of(SMALL);
                String stem = "seen:a:{a:0}:1x" + layout.bits() + "x" + layout.hashes() + "x86400000:";
                SeenFilter seen = kw.seen("a", SMALL);
                redis.command("RPUSH", stem + "0", "v");
                redis.command("RPUSH", stem + "1", "v");
                assertThatThrownBy(() -> seen.addIfAbsent("anna"))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("WRONGTYPE");
                assertThatThrownBy(() -> seen.mightContain("anna")).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(seen::usage).isInstanceOf(KeywrightException.Misused.class);
                assertThat(redis.command("LLEN", stem + "0")).isEqualTo("1");
                assertThat(redis.command("PTTL", stem + "0")).isEqualTo("-1");
            }
        }

        /** In the millisecond in which a bitmap ends the server still has it: what is marked then must not go with it. */
        @Test
        void whatComesAsAGenerationEndsIsRememberedAsLong(Standalone redis) {
            String source = Script.beside(SeenFilter.class, "see.lua").source();
            long period = 3_600_000;
            long generation = System.currentTimeMillis() / period;
            redis.command("SETBIT", "seen:{a}:" + generation % 2, "99", "1");
            redis.command("PEXPIREAT", "seen:{a}:" + generation % 2, Long.toString((generation + 1) * period));
            List<String> words = new ArrayList<>(List.of("EVAL", source, "2", "seen:{a}:0", "seen:{a}:1"));
            words.addAll(List.of(Long.toString(period), "100", "7"));
            assertThat(redis.command(words.toArray(String[]::new))).contains("1");
            assertThat(Long.parseLong(redis.command("PEXPIRETIME", "seen:{a}:" + generation % 2)))
                    .as("a new bitmap, which ends before the next of its turn begins")
                    .isEqualTo((generation + 2) * period - 1);
            assertThat(redis.command("GETBIT", "seen:{a}:" + generation % 2, "99"))
                    .isEqualTo("0");
        }

        @Test
        void noBitCanReserveMoreThanAMegabyte(Standalone redis) {
            String source = Script.beside(SeenFilter.class, "see.lua").source();
            for (List<String> bad : List.of(
                    List.of("1000", "4294967295", "4294967294"), // what would take 512 MB
                    List.of("1000", "1000", "1000"),
                    List.of("1000", "1000", "-1"),
                    List.of("0", "1000", "1"),
                    List.of("1000", "1000"))) {
                List<String> words = new ArrayList<>(List.of("EVAL", source, "2", "seen:{a}:0", "seen:{a}:1"));
                words.addAll(bad);
                assertThatThrownBy(() -> redis.command(words.toArray(String[]::new)))
                        .hasMessageContaining("BADARGUMENT");
            }
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
            assertThatThrownBy(() -> SMALL.withCapacity(2_000_000_000)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SMALL.withCapacity(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SMALL.withRate(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SMALL.withRate(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SMALL.withMemory(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void x1_anUnknownOutcomeIsToldAndNotTakenForSeen(Standalone redis) {
            try (FaultProxy proxy = FaultProxy.to(redis);
                    Keywright kw = Keywright.connect(proxy.uri())) {
                SeenFilter seen = kw.seen("a", SMALL);
                seen.addIfAbsent("first");
                proxy.cutAfterNextRequest("EVALSHA");
                assertThatThrownBy(() -> seen.addIfAbsent("anna"))
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isTrue());
                assertThat(seen.mightContain("anna")).isTrue();
            }
        }

        @Test
        void sizesAreTheClassicOnes(Redis redis) {
            BloomLayout layout =
                    BloomLayout.of(SeenOptions.DEFAULTS.withCapacity(100_000).withRate(0.02));
            assertThat(layout.parts()).isEqualTo(1);
            assertThat(layout.bits()).isEqualTo(958_512); // 9.585 bits for each at 1 %
            assertThat(layout.hashes()).isEqualTo(7);
            for (double rate : List.of(0.1, 0.01, 0.000_001)) {
                for (long capacity : List.of(1L, 7L, 999_999L, 1_000_000_000L)) {
                    BloomLayout each = BloomLayout.of(
                            SeenOptions.DEFAULTS.withCapacity(capacity).withRate(rate));
                    assertThat(each.bits()).isBetween(8, 1 << 23);
                    assertThat(each.hashes()).isBetween(1, 40);
                    double perPart = (double) capacity / each.parts();
                    double full = Math.pow(1 - Math.exp(-each.hashes() * perPart / each.bits()), each.hashes());
                    assertThat(full).as("%s at %s", capacity, rate).isLessThan(rate / 2 * 1.06);
                }
            }
        }
    }
}
