package dev.keywright.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Only listed classes are created from stored bytes. */
class JavaCodecTest {

    record Point(int x, Long y, String name) implements Serializable {}

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green";
            }
        }
    }

    static class Trap implements Serializable {
        static int sprung;

        private void readObject(java.io.ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            sprung++;
        }
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @Test
    void bringsBackWhatIsListed() {
        Codec<Point> points = Codecs.java(Point.class);
        assertThat(CodecsTest.decode(points, points.format(), points.encode(new Point(1, 2L, "c"))))
                .isEqualTo(new Point(1, 2L, "c"));
        Codec<Object> all =
                Codecs.java(Object.class, Point.class, Colour.class, ArrayList.class, HashMap.class, HashSet.class);
        Map<String, Integer> large = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            large.put("k" + i, i);
        }
        for (Object value : List.of(
                "text",
                5,
                Colour.RED,
                Colour.GREEN,
                new ArrayList<>(List.of(new Point(1, 2L, "c"), 5L)),
                new HashMap<>(Map.of("a", new ArrayList<>(List.of(1.5, 'x', true)))),
                new HashSet<>(List.of((byte) 1)),
                new HashMap<>(),
                large)) {
            assertThat(CodecsTest.decode(all, all.format(), all.encode(value))).isEqualTo(value);
        }
        for (Object value : List.of(new int[][] {{1}, {2, 3}}, new Point[] {new Point(1, 2L, "c")}, new String[500])) {
            assertThat(CodecsTest.decode(all, all.format(), all.encode(value))).isEqualTo(value);
        }
    }

    @Test
    void createsNothingThatIsNotListed() throws IOException {
        Codec<Object> codec = Codecs.java(Object.class, ArrayList.class, Point.class);
        Object lambda = (Supplier<String> & Serializable) () -> "x";
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Comparable.class, Map.Entry.class}, new Handler());
        for (Object value : List.of(
                new Trap(),
                new ArrayList<>(List.of(new Trap())),
                new Trap[] {new Trap()},
                new BigDecimal("1"),
                lambda,
                proxy)) {
            byte[] bytes = serialized(value);
            assertThatThrownBy(() -> codec.decode(codec.format(), bytes, 0, bytes.length))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not allowed");
        }
        assertThat(Trap.sprung).isZero();
    }

    private static final class Handler implements java.lang.reflect.InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            return 0;
        }
    }

    @Test
    void aFilterOfTheCallersOwnDecidesAndTheUndecidedIsRefused() throws IOException {
        Codec<Object> codec =
                Codecs.java(Object.class, ObjectInputFilter.Config.createFilter("java.math.*;java.lang.Number"));
        BigDecimal one = new BigDecimal("1.5");
        assertThat(CodecsTest.decode(codec, codec.format(), codec.encode(one))).isEqualTo(one);
        byte[] trap = serialized(new Trap());
        assertThatThrownBy(() -> codec.decode(codec.format(), trap, 0, trap.length))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void announcedArraysDoNotAllocateMoreThanTheBytesCanHold() throws IOException {
        Codec<Object> codec = Codecs.java(Object.class);
        Object nested = new Object[0];
        for (int i = 0; i < 200; i++) {
            nested = new Object[] {nested};
        }
        byte[] bytes = serialized(nested);
        for (int i = 0; i + 3 < bytes.length; i++) {
            if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 0 && bytes[i + 3] == 1) {
                bytes[i + 1] = 0x10; // each says that it has a million elements
                i += 3;
            }
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> codec.decode(codec.format(), bytes, 0, bytes.length))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4L << 20);
    }

    @Test
    void damageIsRefusedWithoutShowingTheValue() {
        Codec<Point> codec = Codecs.java(Point.class);
        byte[] bytes = codec.encode(new Point(1, 2L, "customer"));
        Random random = new Random(1);
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = i < bytes.length ? Arrays.copyOf(bytes, i) : bytes.clone();
            if (i >= bytes.length) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(codec.decode(codec.format(), damaged, 0, damaged.length))
                        .isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasNoCause();
                assertThat(e.getMessage()).doesNotContain("customer");
            }
        }
        assertThatThrownBy(() -> Codecs.java(Object.class).encode(new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NotSerializableException");
    }
}
