package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.github.luben.zstd.Zstd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn is what was asked for. */
class LoadTest {

    private static final int DRAWS = 400_000;

    private static long[] draws(String distribution, int keys) {
        KeyDraw draw = KeyDraw.of(KeyDistribution.parse(distribution), keys, new SplittableRandom(5), 0, 1);
        long[] counts = new long[keys];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) draw.next()]++;
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zipf:0.5", "zipf:0.99", "zipf:1", "zipf:1.5"})
    void zipfDrawsEachRankByItsLaw(String distribution) {
        double exponent = Double.parseDouble(distribution.substring(5));
        long[] counts = draws(distribution, 1_000);
        double all = LongStream.rangeClosed(1, 1_000)
                .mapToDouble(rank -> Math.pow((double) rank, -exponent))
                .sum();
        for (int rank : new int[] {1, 2, 3, 10, 100}) {
            double expected = DRAWS * Math.pow(rank, -exponent) / all;
            assertThat((double) counts[rank - 1])
                    .as("rank " + rank)
                    .isCloseTo(expected, within(6 * Math.sqrt(expected) + 1));
        }
    }

    @Test
    void aHotSetGetsItsShareAndEveryKeyItsTurn() {
        long[] hot = draws("hot:10%,90%", 1_000);
        assertThat(LongStream.of(hot).limit(100).sum() / (double) DRAWS).isCloseTo(0.9, within(0.01));
        assertThat(hot).doesNotContain(0);
        assertThat(LongStream.of(draws("uniform", 100))).allMatch(count -> count > 3_600 && count < 4_400);
        assertThat(draws("sequential", 1_000)).containsOnly(DRAWS / 1_000);
        assertThat(draws("hot:50%,90%", 1)).containsExactly(DRAWS);
    }

    @Test
    void workersOfASequenceShareIt() {
        Set<Long> seen = new HashSet<>();
        for (int worker = 0; worker < 3; worker++) {
            KeyDraw draw = KeyDraw.of(new KeyDistribution.Sequential(), 300, new SplittableRandom(1), worker, 3);
            for (int i = 0; i < 100; i++) {
                seen.add(draw.next());
            }
        }
        assertThat(seen).hasSize(300);
    }

    @Test
    void sizesFollowTheirSpread() {
        SplittableRandom chance = new SplittableRandom(3);
        ValueSizes lognormal = ValueSizes.parse("lognormal:200,4000");
        int[] sizes = new int[100_000];
        double sum = 0;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = lognormal.draw(chance);
            sum += sizes[i];
        }
        Arrays.sort(sizes);
        assertThat(sizes[50_000]).isBetween(190, 210);
        assertThat(sizes[99_000]).isBetween(3_500, 4_500);
        assertThat(sum / sizes.length).isCloseTo(lognormal.averageBytes(), within(30.0));
        assertThat(ValueSizes.parse("10-20").averageBytes()).isEqualTo(15);
        assertThatThrownBy(() -> ValueSizes.parse("20-10")).hasMessageContaining("smaller figure first");
    }

    @Test
    void valuesDifferAndCompressAsAsked() {
        for (double wished : new double[] {0, 0.5, 0.9}) {
            Values values = new Values(ValueSizes.parse("1000"), wished, new SplittableRandom(9));
            byte[] many = new byte[100_000];
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                values.copy(many, i * 1_000, 1_000);
                seen.add(new String(many, i * 1_000, 1_000, UTF_8));
            }
            assertThat(seen).hasSize(100);
            byte[] one = Arrays.copyOf(many, 1_000);
            double saved = 1 - Zstd.compress(one).length / 1_000.0;
            assertThat(saved).isCloseTo(wished, within(0.15));
        }
    }

    @Test
    void mixesAreDrawnByWeightAndWrittenAsTheyTravel() {
        Mix mix = Mix.parse("get=80,set=20").and(List.of("25:ZADD {key} {n} member-{field}"));
        Encoder encoder = new Encoder(
                mix,
                "p:",
                1_000,
                () -> 42,
                new Values(ValueSizes.parse("3"), 1, new SplittableRandom(1)),
                new SplittableRandom(2));
        long[] counts = new long[3];
        List<String> texts = new ArrayList<>(List.of("", "", ""));
        for (int i = 0; i < 50_000; i++) {
            encoder.clear();
            int command = encoder.next();
            counts[command]++;
            texts.set(command, new String(encoder.bytes(), 0, encoder.length(), UTF_8));
        }
        assertThat(counts[0] / 50_000.0).isCloseTo(0.64, within(0.01));
        assertThat(counts[2] / 50_000.0).isCloseTo(0.20, within(0.01));
        assertThat(texts.get(0)).isEqualTo("*2\r\n$3\r\nGET\r\n$16\r\np:s:000000000042\r\n");
        assertThat(texts.get(1)).isEqualTo("*3\r\n$3\r\nSET\r\n$16\r\np:s:000000000042\r\n$3\r\nkkk\r\n");
        assertThat(texts.get(2))
                .matches("(?s)\\*4\\r\\n\\$4\\r\\nZADD\\r\\n\\$16\\r\\np:A:000000000042\\r\\n\\$\\d\\r\\n\\d+\\r\\n"
                        + "\\$\\d+\\r\\nmember-f\\d+\\r\\n");
        assertThat(mix).hasToString("get 64 %, set 16 %, ZADD {key} {n} member-{field} 20 %");
        assertThatThrownBy(() -> Mix.parse("get=80,gte=1")).hasMessageContaining("'gte'");
        assertThatThrownBy(() -> Mix.parse("get=0")).hasMessageContaining("no weight");
    }

    @Test
    void repliesAreCountedHoweverTheyArrive() {
        byte[] stream = ("+OK\r\n$-1\r\n$0\r\n\r\n:-12\r\n-ERR no\r\n*2\r\n*1\r\n$3\r\na\r\n\r\n-1\r\n*0\r\n*-1\r\n"
                        + "$5\r\n*1\r\n-\r\n*1\r\n-MOVED 1 a:2\r\n")
                .getBytes(UTF_8);
        for (int piece = 1; piece <= stream.length; piece++) {
            List<Boolean> replies = new ArrayList<>();
            ReplyCount count = new ReplyCount();
            for (int at = 0; at < stream.length; at += piece) {
                byte[] part = Arrays.copyOfRange(stream, at, Math.min(stream.length, at + piece));
                count.feed(part, part.length, replies::add);
            }
            assertThat(replies)
                    .as("pieces of " + piece)
                    .containsExactly(false, false, false, false, true, true, false, false, false, true);
            assertThat(count.error()).isEqualTo("MOVED 1 a:2");
        }
    }

    @Test
    void ratiosOfTheSameSayNothingAndOfDifferentOnesSaySo() {
        SplittableRandom chance = new SplittableRandom(11);
        int wrong = 0;
        for (int run = 0; run < 2_000; run++) {
            double[] same = chance.doubles(10).map(each -> 0.9 + 0.2 * each).toArray();
            if (Comparison.ratio("x", same, 0.95).verdict() != Comparison.Verdict.NO_DIFFERENCE_SEEN) {
                wrong++;
            }
        }
        assertThat(wrong / 2_000.0).as("wrong alarms").isLessThan(0.05);
        double[] better = chance.doubles(10).map(each -> 1.01 + 0.2 * each).toArray();
        assertThat(Comparison.ratio("x", better, 0.95).verdict()).isEqualTo(Comparison.Verdict.HIGHER);
        Comparison.Ratio few = Comparison.ratio("x", new double[] {2, 2, 2}, 0.95);
        assertThat(few.low()).isEmpty();
        assertThat(few.verdict()).isEqualTo(Comparison.Verdict.NO_DIFFERENCE_SEEN);
        assertThat(Comparison.ratio("x", new double[] {2, 2, 2, 2, 2, 2}, 0.95).low())
                .contains(2.0);
    }
}
