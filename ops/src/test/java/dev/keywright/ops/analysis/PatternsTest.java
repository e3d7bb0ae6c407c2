package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.memory.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PatternsTest {

    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Random random = new Random(1);

    private static Map<String, Long> learned(List<String> names) {
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        names.forEach(name -> tally.key(Keys.string(name, 64)));
        return learned(tally);
    }

    private static Map<String, Long> learned(KeyTally tally) {
        Map<String, Long> learned = new TreeMap<>();
        Patterns.of(tally.patterns())
                .forEach(one -> learned.merge(one.text(), one.tally().keys(), Long::sum));
        return learned;
    }

    private static List<String> many(int count, IntFunction<String> name) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name.apply(i));
        }
        return names;
    }

    @Test
    void tellsIdsByTheirBytes() {
        List<String> names = new ArrayList<>();
        names.addAll(many(100, i -> "user:" + i + ":profile"));
        names.addAll(many(100, i -> "session:" + Keys.uuid(random)));
        names.addAll(many(300, i -> "cart:" + Keys.hex(random, 8)));
        names.addAll(many(100, i -> "user:" + i + ":orders:2026-11-" + (10 + i % 20)));
        names.addAll(many(300, i -> "token:" + Keys.letters(random, 32, BASE64)));
        names.addAll(many(100, i -> "mail:ann" + i + "@example.com"));
        names.addAll(many(100, i -> "limit:10.0." + i + ".7"));
        names.addAll(many(100, i -> "day:202611" + (10 + i % 20) + ":" + i));
        assertThat(learned(names))
                .containsOnly(
                        Map.entry("user:{n}:profile", 100L),
                        Map.entry("session:{uuid}", 100L),
                        Map.entry("cart:{hex}", 300L),
                        Map.entry("user:{n}:orders:{date}", 100L),
                        Map.entry("token:{id}", 300L),
                        Map.entry("mail:{email}", 100L),
                        Map.entry("limit:{ip}", 100L),
                        Map.entry("day:{date}:{n}", 100L));
    }

    @Test
    void keepsHashTags() {
        List<String> names = new ArrayList<>();
        names.addAll(many(50, i -> "cart:{" + (1_000 + i) + "}:items"));
        names.addAll(many(50, i -> "{user" + (1_000 + i) + "}.following"));
        names.addAll(many(50, i -> "lock:{" + i + "}"));
        assertThat(learned(names).keySet())
                .containsExactlyInAnyOrder("cart:{{n}}:items", "{user{n}}.following", "lock:{{n}}");
    }

    @Test
    void learnsWordsThatAreValues() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String user = Keys.letters(random, 3 + random.nextInt(9), LETTERS) + "x" + (char) ('a' + i % 26);
            names.add("user:" + user + ":profile");
            names.add("user:" + user + ":settings");
            if (i % 100 == 0) {
                names.add("user:" + user + ":beta");
            }
        }
        names.addAll(many(2_000, i -> "feature:" + i));
        names.addAll(many(40, i -> "flag:" + Keys.letters(random, 12, LETTERS)));
        assertThat(learned(names).keySet())
                .containsExactlyInAnyOrder(
                        "user:{*}:profile", "user:{*}:settings", "user:{*}:beta", "feature:{n}", "flag:{*}");
    }

    @Test
    void namesInFrontAreNoValues() {
        List<String> names = new ArrayList<>();
        for (String service : List.of("billing", "search", "mail", "audit", "cart", "price", "stock", "geo")) {
            names.addAll(many(200, i -> "app:prod:" + service + ":" + i));
        }
        names.addAll(many(3, i -> "app:prod:once-" + LETTERS.charAt(i)));
        assertThat(learned(names))
                .hasSize(11)
                .containsEntry("app:prod:billing:{n}", 200L)
                .containsEntry("app:prod:geo:{n}", 200L)
                .containsEntry("app:prod:once-a", 1L);
    }

    @Test
    void tenantsWithTheSameKeysAreValues() {
        List<String> names = new ArrayList<>();
        for (int tenant = 0; tenant < 20; tenant++) {
            String name = "tenant:" + Keys.letters(random, 6, LETTERS);
            names.addAll(many(100, i -> name + ":orders:" + i));
            names.addAll(many(50, i -> name + ":users:" + i));
        }
        assertThat(learned(names))
                .containsOnly(Map.entry("tenant:{*}:orders:{n}", 2_000L), Map.entry("tenant:{*}:users:{n}", 1_000L));
    }

    @Test
    void readsNamesWithoutOrWithOtherSigns() {
        List<String> names = new ArrayList<>();
        names.addAll(many(1_500, i -> "user" + i));
        names.addAll(many(500, i -> Keys.hex(random, 40)));
        names.addAll(many(500, i -> "order-" + i + "-" + Keys.uuid(random)));
        names.addAll(many(500, i -> "rate_limit_" + i));
        names.addAll(many(500, i -> "com.example.cache." + i));
        names.addAll(many(500, i -> "page:/shop/item/" + i + "/view"));
        names.addAll(many(500, i -> "log|web|" + i));
        names.addAll(many(500, i -> "job:mail_" + (1_000 + i)));
        assertThat(learned(names).keySet())
                .containsExactlyInAnyOrder(
                        "user{n}",
                        "{hex}",
                        "order-{n}-{uuid}",
                        "rate_limit_{n}",
                        "com.example.cache.{n}",
                        "page:/shop/item/{n}/view",
                        "log|web|{n}",
                        "job:mail_{n}");
    }

    @Test
    void numbersOfOneOrTwoDigitsStayWhereTheyAreFew() {
        List<String> names = new ArrayList<>();
        names.addAll(many(300, i -> "api:v" + (1 + i % 2) + ":" + i));
        names.addAll(many(60, i -> "node" + i + ":cpu"));
        assertThat(learned(names).keySet()).containsExactlyInAnyOrder("api:v1:{n}", "api:v2:{n}", "node{n}:cpu");
    }

    @Test
    void readsBinaryNames() {
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        for (int i = 0; i < 2_000; i++) {
            byte[] raw = new byte[16];
            random.nextBytes(raw);
            raw[0] = (byte) 0xff;
            tally.key(Keys.string(raw, 64));
            byte[] prefixed = "blob:".getBytes(UTF_8);
            byte[] both = Arrays.copyOf(prefixed, prefixed.length + raw.length);
            System.arraycopy(raw, 0, both, prefixed.length, raw.length);
            tally.key(Keys.string(both, 64));
        }
        tally.key(Keys.string(new byte[0], 64));
        tally.key(Keys.string(":".repeat(5_000), 64));
        tally.key(Keys.string("a:".repeat(5_000), 64));
        assertThat(learned(tally)).containsEntry("{binary}", 2_000L).containsEntry("blob:{binary}", 2_000L);
        assertThat(learned(tally).values().stream().mapToLong(count -> count).sum())
                .isEqualTo(4_003);
    }

    @Test
    void orderAndSharesDoNotMatter() {
        List<String> names = mixed();
        Collections.shuffle(names, random);
        Map<String, Long> expected = learned(names);
        assertThat(expected).hasSizeBetween(8, 40);
        for (int round = 0; round < 4; round++) {
            Collections.shuffle(names, new Random(round));
            assertThat(learned(names)).isEqualTo(expected);
            List<KeyTally> shards = new ArrayList<>();
            for (int shard = 0; shard < 3; shard++) {
                KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
                for (int i = shard; i < names.size(); i += 3) {
                    tally.key(Keys.string(names.get(i), 64));
                }
                shards.add(tally);
            }
            KeyTally all = shards.get(round % 3);
            shards.stream().filter(tally -> tally != all).forEach(all::add);
            assertThat(learned(all)).isEqualTo(expected);
        }
    }

    private List<String> mixed() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            String user = Keys.letters(random, 7, LETTERS);
            names.add("user:" + user + ":profile");
            names.add("follows:" + user + ":" + Keys.letters(random, 7, LETTERS));
        }
        names.addAll(many(3_000, i -> "session:" + Keys.uuid(random)));
        names.addAll(many(2_000, i -> "item" + i));
        names.addAll(many(2_000, i -> "order:" + i + ":lines"));
        names.addAll(many(700, i -> "config:" + Keys.letters(random, 9, LETTERS)));
        names.addAll(many(2_000, i -> Keys.letters(random, 10, LETTERS)));
        names.addAll(many(1_000, i -> "cart:" + Keys.hex(random, 8)));
        return names;
    }

    @Test
    void staysSmallWithAMillionPrefixes() {
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        for (int i = 0; i < 300_000; i++) {
            String one = Keys.letters(random, 6, LETTERS);
            tally.key(Keys.string(
                    one + ":" + Keys.letters(random, 6, LETTERS) + ":" + i % 7 + "x" + LETTERS.charAt(i % 26), 64));
            tally.key(Keys.string("known:" + i, 64));
        }
        assertThat(tally.patterns().nodes()).isLessThan(61_000);
        assertThat(learned(tally)).containsEntry("known:{n}", 300_000L).hasSizeLessThan(300);
        assertThat(learned(tally).values().stream().mapToLong(count -> count).sum())
                .isEqualTo(600_000);
    }

    @Test
    void namesTheRestWhenThereAreTooManyPatterns() {
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder("a");
            for (int bits = i; bits > 0; bits /= 4) {
                name.append(":/|:".charAt(bits % 4)).append("xyzw".charAt(bits / 2 % 4));
            }
            tally.key(Keys.string(name.toString(), 64));
        }
        Map<String, Long> learned = learned(tally);
        assertThat(learned).containsKey(Patterns.OVERFLOW).hasSizeLessThan(PatternTree.MOST_PATTERNS + 3);
        assertThat(learned.values().stream().mapToLong(count -> count).sum()).isEqualTo(200_000);
    }
}
