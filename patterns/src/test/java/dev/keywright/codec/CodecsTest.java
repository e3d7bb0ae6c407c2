package dev.keywright.codec;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written comes back; what is damaged is refused and nothing worse. */
class CodecsTest {

    record Order(
            long id, String customer, List<String> lines, Map<String, Integer> amounts, double total, BigDecimal tax) {}

    record Pin(int secret) {}

    record Sour(String secret) {
        @Override
        public String secret() {
            throw new IllegalStateException(secret);
        }
    }

    static final int MOST_BYTES = 1 << 20;

    static Stream<Codec<Order>> orders() {
        Stream<Codec<Order>> plain =
                Stream.of(Codecs.json(Order.class), Codecs.cbor(Order.class), Codecs.smile(Order.class));
        return plain.flatMap(codec -> Stream.of(
                codec,
                Codecs.compressed(codec, Compression.LZ4, 64, MOST_BYTES),
                Codecs.compressed(codec, Compression.ZSTD, 64, MOST_BYTES)));
    }

    static Order order(Random random) {
        List<String> lines = new ArrayList<>();
        Map<String, Integer> amounts = new TreeMap<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            lines.add(text(random));
            amounts.put(text(random), random.nextInt());
        }
        return new Order(
                random.nextLong(),
                text(random),
                lines,
                amounts,
                random.nextDouble(),
                BigDecimal.valueOf(random.nextInt(), random.nextInt(9)));
    }

    static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = random.nextInt(4) == 0 ? random.nextInt(0x11_0000) : random.nextInt(128);
            if (point < 0xD800 || point > 0xDFFF) {
                text.appendCodePoint(point);
            }
        }
        return text.toString();
    }

    /** Between other bytes, as in an entry. */
    static <V> V decode(Codec<V> codec, byte format, byte[] bytes) {
        byte[] around = new byte[bytes.length + 7];
        Arrays.fill(around, (byte) '{');
        System.arraycopy(bytes, 0, around, 3, bytes.length);
        return codec.decode(format, around, 3, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void bringsBackWhatWasWritten(Codec<Order> codec) {
        for (int seed = 0; seed < 200; seed++) {
            Order order = order(new Random(seed));
            assertThat(decode(codec, codec.format(), codec.encode(order)))
                    .as("seed %d", seed)
                    .isEqualTo(order);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsWhatEveryOtherOfThemWrote(Codec<Order> writer) {
        Order order = order(new Random(7));
        for (Codec<Order> reader : orders().toList()) {
            boolean reads = reader.format() == Formats.COMPRESSED || writer.format() != Formats.COMPRESSED;
            byte[] bytes = writer.encode(order);
            if (reads) {
                assertThat(decode(reader, writer.format(), bytes)).isEqualTo(order);
            } else {
                assertThatThrownBy(() -> decode(reader, writer.format(), bytes))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("does not read");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void refusesWhatIsCutOffOrFlippedWithoutShowingIt(Codec<Order> codec) {
        Random random = new Random(11);
        for (int round = 0; round < 30; round++) {
            Order order = order(random);
            byte[] bytes = codec.encode(order);
            for (int cut = 0; cut < bytes.length; cut += 1 + random.nextInt(9)) {
                refusesOrReads(codec, Arrays.copyOf(bytes, cut), order);
            }
            for (int flip = 0; flip < 100; flip++) {
                byte[] flipped = bytes.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                refusesOrReads(codec, flipped, order);
            }
        }
    }

    /** Damage inside a text is not to be seen; whatever is, is an IllegalArgumentException. */
    static void refusesOrReads(Codec<Order> codec, byte[] damaged, Order order) {
        try {
            assertThat(decode(codec, codec.format(), damaged)).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasNoCause();
            if (order.customer().length() > 4) {
                assertThat(e.getMessage()).doesNotContain(order.customer());
            }
        }
    }

    @Test
    void refusesJsonWithMoreBehindIt() {
        Codec<Pin> codec = Codecs.json(Pin.class);
        assertThatThrownBy(() -> decode(codec, Formats.JSON, "{\"secret\":1}{}".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decode(codec, Formats.JSON, "null".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decode(codec, Formats.JSON, new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailureTellsTheClassAndThePlaceAndNotTheValue() {
        assertThatThrownBy(() -> decode(Codecs.json(Pin.class), Formats.JSON, "{\"secret\":\"4711x\"}".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining(Pin.class.getName())
                .hasMessageContaining("InvalidFormatException at byte ")
                .message()
                .doesNotContain("4711");
        assertThatThrownBy(() -> Codecs.json(Sour.class).encode(new Sour("4711")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining("cannot be written as JSON")
                .message()
                .doesNotContain("4711");
    }

    @Test
    void readsTypesWithArguments() {
        for (Codec<Map<String, List<Pin>>> codec : List.of(
                Codecs.json(new TypeRef<Map<String, List<Pin>>>() {}),
                Codecs.cbor(new TypeRef<Map<String, List<Pin>>>() {}),
                Codecs.smile(new TypeRef<Map<String, List<Pin>>>() {}))) {
            Map<String, List<Pin>> pins = Map.of("a", List.of(new Pin(1), new Pin(2)));
            assertThat(decode(codec, codec.format(), codec.encode(pins))).isEqualTo(pins);
        }
    }

    @Test
    void takesTheSettingsOfTheCallersMapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_SNAKE_CASE)
                .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.ANY)
                .build();
        Codec<Pin> json = Codecs.json(Pin.class, mapper);
        Codec<Pin> smile = Codecs.smile(Pin.class, mapper);
        assertThat(json.encode(new Pin(5))).asString().isEqualTo("{\"SECRET\":5}");
        assertThat(decode(json, smile.format(), smile.encode(new Pin(5)))).isEqualTo(new Pin(5));
        assertThat(decode(Codecs.cbor(Pin.class, mapper), json.format(), json.encode(new Pin(5))))
                .isEqualTo(new Pin(5));
    }

    @Test
    void refusesAMapperThatLetsBytesChooseClasses() {
        ObjectMapper mapper = JsonMapper.builder()
                .activateDefaultTyping(
                        BasicPolymorphicTypeValidator.builder()
                                .allowIfBaseType(Object.class)
                                .build(),
                        ObjectMapper.DefaultTyping.NON_FINAL)
                .build();
        assertThatThrownBy(() -> Codecs.json(Order.class, mapper))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("default typing");
    }

    @Test
    void aTypeNamedInJsonIsDataAndNothingElse() {
        byte[] bytes = "[\"java.util.ArrayList\",{\"@class\":\"java.lang.ProcessBuilder\"}]".getBytes(UTF_8);
        assertThat(decode(Codecs.json(Object.class), Formats.JSON, bytes))
                .isEqualTo(List.of("java.util.ArrayList", Map.of("@class", "java.lang.ProcessBuilder")));
    }

    @Test
    void stringsAndBytesComeBackExactly() {
        for (int seed = 0; seed < 500; seed++) {
            String text = text(new Random(seed)) + '\uFFFD';
            assertThat(decode(Codecs.string(), Formats.TEXT, Codecs.string().encode(text)))
                    .isEqualTo(text);
            byte[] bytes = text.getBytes(UTF_16);
            assertThat(decode(Codecs.bytes(), Formats.BYTES, Codecs.bytes().encode(bytes)))
                    .isEqualTo(bytes);
        }
        for (String half : List.of("a\uD800", "\uDC00b", "\uD800x", "\uD800\uD800")) {
            assertThatThrownBy(() -> Codecs.string().encode(half)).isInstanceOf(IllegalArgumentException.class);
        }
        for (byte[] bytes : List.of(new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xC3})) {
            assertThatThrownBy(() -> decode(Codecs.string(), Formats.TEXT, bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> decode(Codecs.string(), Formats.BYTES, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
