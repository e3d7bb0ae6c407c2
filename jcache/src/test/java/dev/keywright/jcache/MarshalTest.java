package dev.keywright.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ObjectInputFilter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

class MarshalTest {

    private final Marshal marshal = new Marshal(
            MarshalTest.class.getClassLoader(),
            ObjectInputFilter.Config.createFilter("java.lang.*;java.util.*;java.time.*;!*"));

    @Test
    void readsWhatItWrote() {
        List<Integer> numbers = IntStream.range(0, 1000).boxed().collect(Collectors.toList());
        Map<Integer, Integer> squares = numbers.stream().collect(Collectors.toMap(n -> n, n -> n * n));
        List<Object> values = List.of(
                "text",
                "\uD800",
                7L,
                7,
                Instant.EPOCH,
                List.of(),
                List.of(List.of(), Map.of()),
                new ArrayList<>(numbers),
                new HashMap<>(squares),
                new HashMap<>(1 << 20, 0.25f),
                new HashSet<>(numbers),
                new HashSet<>(1 << 10));

        values.forEach(value -> assertThat(marshal.read(marshal.write(value))).isEqualTo(value));
        assertThat(marshal.read(marshal.write(new ArrayDeque<>(numbers)))).isInstanceOf(ArrayDeque.class);
        assertThat(marshal.read(marshal.write(new PriorityQueue<>(numbers)))).isInstanceOf(PriorityQueue.class);
        assertThat((long[]) marshal.read(marshal.write(new long[100_000]))).hasSize(100_000);
        assertThat((boolean[]) marshal.read(marshal.write(new boolean[100_000])))
                .hasSize(100_000);
        assertThat((Object[]) marshal.read(marshal.write(new Object[100_000]))).hasSize(100_000);
    }

    @Test
    void manyEmptyCollectionsAreNoAttack() {
        List<Object> many = new ArrayList<>();
        IntStream.range(0, 1000)
                .forEach(i -> many.addAll(List.of(
                        new HashMap<>(), new HashSet<>(), new ArrayList<>(), new ArrayDeque<>(), new Object[0])));

        assertThat((List<?>) marshal.read(marshal.write(many))).hasSize(5000);
    }

    @Test
    void aFewBytesDoNotClaimTheHeap() {
        byte[] honest = marshal.write(new long[1]);
        byte[] crafted = Arrays.copyOf(honest, honest.length - Long.BYTES);
        ByteBuffer.wrap(crafted).putInt(crafted.length - Integer.BYTES, 0x7ffffff0);

        assertThatThrownBy(() -> marshal.read(crafted)).isInstanceOf(CacheException.class);
    }

    @Test
    void whatIsNoValueIsRefused() {
        for (String foreign : List.of("", "l", "labc", "i99999999999", "jabc", "j", "x", "p")) {
            assertThatThrownBy(() -> marshal.read(foreign.getBytes(UTF_8))).isInstanceOf(CacheException.class);
        }
    }
}
