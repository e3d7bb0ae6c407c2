package dev.keywright.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is in which bucket: the same everywhere, evenly, and for each flag apart. */
class BucketsTest {

    private static final int USERS = 200_000;
    private static final List<String> SALTS =
            List.of("new-checkout", "new-checkout2", "a", "b", "search", "flag.1", "flag.2");

    private static final int GOLDEN_42 = 15614;
    private static final int GOLDEN_BIG = 87721;
    private static final int GOLDEN_ANN = 72078;
    private static final int GOLDEN_JUERGEN = 81190;
    private static final String GOLDEN_ALL = "1b245093e845a1ed";

    private static Rules rules(Flag flag) {
        return new Rules(flag, Map.of());
    }

    private static boolean isOn(Flag flag, long user) {
        return rules(flag).verdict(user, null).isOn();
    }

    /** All buckets of some users of some flags in one line. */
    static String fingerprint() {
        long sum = 17;
        for (String salt : SALTS) {
            long salted = Buckets.salted(salt);
            for (int user = 0; user < 10_000; user++) {
                sum = sum * 31 + Buckets.bucket(Buckets.hash(salted, user));
                sum = sum * 31 + Buckets.bucket(Buckets.hash(salted, Buckets.digest("user \u00e4 " + user)));
            }
        }
        return Long.toHexString(sum);
    }

    /** Run by another process. */
    public static void main(String[] arguments) {
        System.out.print(fingerprint());
    }

    /** Computed apart from this code, from the words of the comment of {@link Buckets}. Never to be changed. */
    @Test
    void ff1_theBucketsAreThoseWrittenDown() {
        assertThat(bucket("new-checkout", 42)).isEqualTo(GOLDEN_42);
        assertThat(bucket("new-checkout", 4_000_000_000L)).isEqualTo(GOLDEN_BIG);
        assertThat(bucket("new-checkout", Buckets.digest("ann"))).isEqualTo(GOLDEN_ANN);
        assertThat(bucket("search", Buckets.digest("J\u00fcrgen \ud83d\ude00"))).isEqualTo(GOLDEN_JUERGEN);
        assertThat(fingerprint()).isEqualTo(GOLDEN_ALL);
    }

    private static int bucket(String salt, long user) {
        return Buckets.bucket(Buckets.hash(Buckets.salted(salt), user));
    }

    @Test
    void ff1_anotherProcessComputesTheSame() throws Exception {
        Process other = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-Xint",
                        "-Dfile.encoding=ISO-8859-1",
                        "-Duser.language=tr",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BucketsTest.class.getName())
                .start();
        assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo(fingerprint());
    }

    @Test
    void ff1_aNumberIsTheSameUserAsItsDigits() {
        for (long number : new long[] {0, 7, 42, 65_535, 65_536, 4_000_000_000L, Long.MAX_VALUE}) {
            assertThat(Users.number(Long.toString(number))).isEqualTo(number);
        }
        for (String text : List.of(
                "",
                "-1",
                "+1",
                "007",
                "1.0",
                " 1",
                "1 ",
                "9223372036854775808",
                "12345678901234567890",
                "\u0661",
                "1e3")) {
            assertThat(Users.number(text)).as(text).isEqualTo(Users.NO_NUMBER);
        }
    }

    @Test
    void ff2_aLargerShareKeepsWhomItHad() {
        Flag flag = Flag.off("new-checkout");
        double[] shares = {0, 0.001, 0.5, 1, 5, 10, 10.001, 20, 33.3, 50, 99.999, 100};
        Rules[] grown = IntStream.range(0, shares.length)
                .mapToObj(i -> rules(flag.withPercent(shares[i])))
                .toArray(Rules[]::new);
        for (long user = 0; user < USERS; user++) {
            boolean before = false;
            for (Rules rules : grown) {
                boolean now = rules.verdict(user, null).isOn();
                assertThat(now || !before)
                        .as("user %d at %s", user, rules.flag.percent())
                        .isTrue();
                before = now;
            }
            assertThat(before).isTrue();
        }
    }

    @Test
    void theShareIsWhatItSays() {
        for (double percent : new double[] {0.1, 1, 10, 25, 50, 90}) {
            Rules rules = rules(Flag.off("search").withPercent(percent));
            long on = IntStream.range(0, USERS)
                    .filter(user -> rules.verdict(user, null).isOn())
                    .count();
            double expected = USERS * percent / 100;
            double sigma = Math.sqrt(expected * (1 - percent / 100));
            assertThat((double) on).as("%s %%", percent).isBetween(expected - 4 * sigma, expected + 4 * sigma);
        }
        assertThat(isOn(Flag.off("a"), 1)).isFalse();
        assertThat(isOn(Flag.off("a").withPercent(100), 1)).isTrue();
    }

    /** Chi-square over 100 cells, for users that are counted up, far apart, and texts: 99 degrees, 3 of 10,000 are over 158. */
    @Test
    void bucketsAreEvenlyFilled() {
        for (String salt : SALTS) {
            long salted = Buckets.salted(salt);
            List<double[]> kinds = new ArrayList<>();
            for (int kind = 0; kind < 4; kind++) {
                kinds.add(new double[100]);
            }
            for (int i = 0; i < USERS; i++) {
                kinds.get(0)[Buckets.bucket(Buckets.hash(salted, i)) / 1000]++;
                kinds.get(1)[Buckets.bucket(Buckets.hash(salted, (long) i << 22)) / 1000]++;
                kinds.get(2)[Buckets.bucket(Buckets.hash(salted, Buckets.digest("user-" + i))) / 1000]++;
                kinds.get(3)[Buckets.point(Buckets.hash(salted, i), 100)]++;
            }
            for (double[] cells : kinds) {
                assertThat(chiSquare(cells, USERS / 100.0)).as(salt).isBetween(50.0, 165.0);
            }
        }
    }

    /** Chi-square over 10 x 10 cells: the bucket of one flag says nothing about that of another, nor about the variant. */
    @Test
    void flagsAreIndependentOfEachOther() {
        for (int a = 0; a < SALTS.size(); a++) {
            for (int b = a; b < SALTS.size(); b++) {
                long first = Buckets.salted(SALTS.get(a));
                long second = Buckets.salted(SALTS.get(b));
                double[] numbers = new double[100];
                double[] texts = new double[100];
                for (int i = 0; i < USERS; i++) {
                    numbers[cell(Buckets.hash(first, i), Buckets.hash(second, i), a == b)]++;
                    long text = Buckets.digest("u" + i);
                    texts[cell(Buckets.hash(first, text), Buckets.hash(second, text), a == b)]++;
                }
                assertThat(chiSquare(numbers, USERS / 100.0))
                        .as("%s %s", SALTS.get(a), SALTS.get(b))
                        .isLessThan(170);
                assertThat(chiSquare(texts, USERS / 100.0))
                        .as("%s %s", SALTS.get(a), SALTS.get(b))
                        .isLessThan(170);
            }
        }
    }

    /** Two flags, or for one and the same its bucket and its variant. */
    private static int cell(long first, long second, boolean same) {
        return Buckets.bucket(first) / 10_000 * 10
                + (same ? Buckets.point(first, 10) : Buckets.bucket(second) / 10_000);
    }

    private static double chiSquare(double[] cells, double expected) {
        double sum = 0;
        for (double cell : cells) {
            sum += (cell - expected) * (cell - expected) / expected;
        }
        return sum;
    }

    @Test
    void variantsGetTheirWeightAndAreKeptWhenTheShareGrows() {
        Flag flag =
                Flag.off("colour").withVariants(new Variant("red", 1), new Variant("green", 3), new Variant("none", 0));
        Rules some = rules(flag.withPercent(20));
        Rules all = rules(flag.withPercent(100));
        int red = 0;
        int on = 0;
        for (long user = 0; user < USERS; user++) {
            String variant = all.variant(user);
            assertThat(variant).isIn("red", "green");
            assertThat(some.variant(user)).isEqualTo(variant);
            if (some.verdict(user, null).isOn()) {
                on++;
                red += "red".equals(variant) ? 1 : 0;
            }
        }
        assertThat(red / (double) on).isBetween(0.24, 0.26);
    }

    @Test
    void anotherSaltHandsOutTheBucketsAnew() {
        Rules before = rules(Flag.off("search").withPercent(50));
        Rules after = rules(Flag.off("search").withPercent(50).withSalt("search-2"));
        Rules same = rules(Flag.off("find").withPercent(50).withSalt("search"));
        int both = 0;
        for (long user = 0; user < USERS; user++) {
            boolean on = before.verdict(user, null).isOn();
            assertThat(same.verdict(user, null).isOn()).isEqualTo(on);
            both += on && after.verdict(user, null).isOn() ? 1 : 0;
        }
        assertThat(both / (double) USERS).isBetween(0.245, 0.255);
    }

    @Test
    void percentagesAreExactOrRefused() {
        assertThat(Percent.of(12.345)).isEqualTo(new Percent(12_345));
        assertThat(Percent.of(0.1).thousandths()).isEqualTo(100);
        assertThat(Percent.of(33.3)).hasToString("33.300 %");
        for (double wrong :
                new double[] {-0.001, 100.001, Double.NaN, Double.POSITIVE_INFINITY, 0.0001, 1e-300, 33.33333}) {
            assertThatThrownBy(() -> Percent.of(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("give");
        }
    }

    @Test
    void whatIsWrittenIsRead() {
        Flag flag = Flag.off("new-checkout")
                .kill()
                .withPercent(12.5)
                .withSegment("staff", 100)
                .withSegment("beta", 50)
                .withSegment("staff", 0.001)
                .withVariants(new Variant("a", 1), new Variant("b.c_d-e", 1_000_000))
                .withSalt("other");
        assertThat(Flag.read("new-checkout", "7 call " + flag.written())).isEqualTo(flag.withVersion(7));
        assertThat(flag.withoutSegment("staff").segments()).containsExactly(new Segment("beta", Percent.of(50)));
        assertThat(Flag.read("a", "1 c " + Flag.off("a").written()))
                .isEqualTo(Flag.off("a").withVersion(1));
        for (String strange : List.of(
                "", "1", "x c killed=1", "1 c country=de", "1 c percent=200000", "1 c segments=a", "1 c killed")) {
            assertThatThrownBy(() -> Flag.read("a", strange)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void flagsThatMakeNoSenseAreRefused() {
        Flag flag = Flag.off("a");
        List<Runnable> wrong = List.of(
                () -> Flag.off(""),
                () -> Flag.off("a b"),
                () -> Flag.off("a".repeat(101)),
                () -> Flag.off("\u00e4"),
                () -> flag.withSegment("a:b", 1),
                () -> flag.withSegment("on/a", 1),
                () -> flag.withSegments(List.of(new Segment("g", Percent.ALL), new Segment("g", Percent.NONE))),
                () -> flag.withVariants(new Variant("a", 0)),
                () -> flag.withVariants(new Variant("a", 1), new Variant("a", 2)),
                () -> new Variant("a", -1),
                () -> flag.withSalt(" "),
                () -> flag.withVersion(-1),
                () -> FlagOptions.DEFAULTS.withAuditEntries(0),
                () -> FlagOptions.DEFAULTS.withFallback("a b", true),
                () -> FlagOptions.DEFAULTS.withDeadline(java.time.Duration.ZERO));
        for (Runnable each : wrong) {
            assertThatThrownBy(each::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("(?s).*(give|twice|join|weigh).*");
        }
    }
}
