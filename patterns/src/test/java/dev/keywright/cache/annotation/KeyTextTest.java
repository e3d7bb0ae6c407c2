package dev.keywright.cache.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.chrono.ThaiBuddhistDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.WeekFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeyTextTest {

    record Point(int x, int y) {}

    record Pixel(int x, int y) {}

    private static String text(Object... values) {
        return KeyText.of(Arrays.asList(values));
    }

    @Test
    void an1_argumentsThatDifferGiveKeysThatDiffer() {
        List<Object[]> all = List.of(
                new Object[] {},
                new Object[] {null},
                new Object[] {null, null},
                new Object[] {""},
                new Object[] {"null"},
                new Object[] {"~"},
                new Object[] {"a", "b"},
                new Object[] {"a,s1:b"},
                new Object[] {"a", "", "b"},
                new Object[] {"a,", "b"},
                new Object[] {"a", ",b"},
                new Object[] {"1"},
                new Object[] {'1'},
                new Object[] {1},
                new Object[] {1L},
                new Object[] {(short) 1},
                new Object[] {(byte) 1},
                new Object[] {1.0},
                new Object[] {1.0f},
                new Object[] {0.0},
                new Object[] {-0.0},
                new Object[] {BigInteger.ONE},
                new Object[] {BigDecimal.ONE},
                new Object[] {new BigDecimal("1.0")},
                new Object[] {true},
                new Object[] {"true"},
                new Object[] {DayOfWeek.MONDAY},
                new Object[] {"MONDAY"},
                new Object[] {TimeUnit.DAYS},
                new Object[] {Duration.ofDays(1)},
                new Object[] {LocalDate.of(2026, 1, 1)},
                new Object[] {"2026-01-01"},
                new Object[] {ThaiBuddhistDate.of(2569, 1, 1)},
                new Object[] {ZoneId.of("Europe/Berlin")},
                new Object[] {Locale.ROOT},
                new Object[] {Locale.forLanguageTag("und-Latn")},
                new Object[] {Locale.forLanguageTag("und-Cyrl")},
                new Object[] {Locale.forLanguageTag("und-u-ca-buddhist")},
                new Object[] {Locale.GERMAN},
                new Object[] {Locale.GERMANY},
                new Object[] {new Locale("de", "", "DE")},
                new Object[] {Locale.forLanguageTag("de-DE-u-ca-buddhist")},
                new Object[] {Locale.forLanguageTag("de-DE-u-ca-buddhist-x-lvariant-a")},
                new Object[] {UUID.fromString("00000000-0000-0000-0000-000000000001")},
                new Object[] {String.class},
                new Object[] {new int[] {1, 2}},
                new Object[] {new long[] {1, 2}},
                new Object[] {new Integer[] {1, 2}},
                new Object[] {new int[] {1}, 2},
                new Object[] {new int[0]},
                new Object[] {new byte[] {1, 2}},
                new Object[] {new byte[0]},
                new Object[] {new int[][] {{1}, {2}}},
                new Object[] {new int[][] {{1, 2}}},
                new Object[] {new String[] {null}},
                new Object[] {new String[] {"null"}},
                new Object[] {List.of()},
                new Object[] {List.of(1, 2)},
                new Object[] {List.of(2, 1)},
                new Object[] {List.of(List.of(1), 2)},
                new Object[] {List.of(List.of(1, 2))},
                new Object[] {Collections.singletonList(null)},
                new Object[] {Set.of(1, 2)},
                new Object[] {Set.of(1)},
                new Object[] {Map.of(1, 2)},
                new Object[] {Map.of(2, 1)},
                new Object[] {Optional.empty()},
                new Object[] {Optional.of(1)},
                new Object[] {new Point(1, 2)},
                new Object[] {new Pixel(1, 2)},
                new Object[] {"\ud800"},
                new Object[] {"\udc00"},
                new Object[] {"?"},
                new Object[] {"\0"},
                new Object[] {"\u0000\u0000"},
                new Object[] {"ключ"});
        Set<String> texts = new HashSet<>();
        all.forEach(
                values -> assertThat(texts.add(text(values))).as(text(values)).isTrue());
        Set<String> bytes = new HashSet<>();
        texts.forEach(text -> bytes.add(new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(bytes).as("as UTF-8").hasSameSizeAs(texts);
    }

    @Test
    void an1_equalArgumentsGiveTheSameKeyWhateverTheirClass() {
        assertThat(text(List.of(1, 2))).isEqualTo(text(new ArrayList<>(List.of(1, 2))));
        assertThat(text(new LinkedHashSet<>(List.of(1, 2, 3)))).isEqualTo(text(new LinkedHashSet<>(List.of(3, 2, 1))));
        assertThat(text(new HashMap<>(Map.of("a", 1, "b", 2)))).isEqualTo(text(new TreeMap<>(Map.of("b", 2, "a", 1))));
        assertThat(text(new Point(1, 2))).isEqualTo(text(new Point(1, 2)));
        assertThat(text((Object) new String[] {"a", null})).isEqualTo(text((Object) new String[] {"a", null}));
    }

    @Test
    void an1_hundredThousandPairsOfStringsFullOfBordersGiveAsManyKeys() {
        Random random = new Random(4711);
        char[] alphabet = {',', ':', ';', 's', '1', '~', '[', '='};
        Set<List<String>> values = new HashSet<>();
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            List<String> pair = List.of(word(random, alphabet), word(random, alphabet));
            values.add(pair);
            texts.add(KeyText.of(pair));
        }
        assertThat(texts).hasSameSizeAs(values);
    }

    private static String word(Random random, char[] alphabet) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            word.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return word.toString();
    }

    @Test
    void whatHasNoValueOfItsOwnIsRefused() {
        assertThatThrownBy(() -> text(new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object")
                .hasMessageContaining("user.id");
        assertThatThrownBy(() -> text(List.of(new Object()))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text(DateTimeFormatter.ofPattern("EEEE", Locale.GERMAN)))
                .as("its text does not tell its locale")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.time.format.DateTimeFormatter");
        assertThatThrownBy(() -> text(WeekFields.ISO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(KeyText.mayWrite(DateTimeFormatter.class)).isFalse();
        assertThat(KeyText.mayWrite(LocalDate.class)).isTrue();
        assertThat(KeyText.mayWrite(Locale.class)).isTrue();
    }
}
