package dev.keywright.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compression is part of what is stored, and bounded when it is undone. */
class CompressedCodecTest {

    private static final int HEAD = 6;

    private static byte[] dull(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void compressesAboveTheSizeAndWhereItHelps(Compression compression) {
        Codec<byte[]> codec = Codecs.compressed(Codecs.bytes(), compression, 100);
        assertThat(codec.encode(dull(100))).hasSize(102);
        assertThat(codec.encode(dull(5_000))).hasSizeLessThan(100);
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        assertThat(codec.encode(noise)).hasSize(5_002);
        for (byte[] bytes : new byte[][] {dull(0), dull(1), dull(100), dull(5_000), noise}) {
            assertThat(CodecsTest.decode(codec, codec.format(), codec.encode(bytes)))
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bringsBackEverySizeWithEveryThreshold(Compression compression) {
        Codec<byte[]> codec = Codecs.compressed(Codecs.bytes(), compression, 0);
        Random random = new Random(3);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) random.nextInt(1 + length % 5);
            }
            assertThat(CodecsTest.decode(codec, codec.format(), codec.encode(bytes)))
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLyingLengthAllocatesNothing(Compression compression) {
        Codec<byte[]> codec = Codecs.compressed(Codecs.bytes(), compression, 0, 1 << 20);
        byte[] bytes = codec.encode(dull(10_000));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int lie : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, (1 << 20) + 1, 9_999, 10_001, 0}) {
            ByteBuffer.wrap(bytes).putInt(2, lie);
            assertThatThrownBy(() -> codec.decode(codec.format(), bytes, 0, bytes.length))
                    .as("%d", lie)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8L << 20);
        assertThatThrownBy(() -> codec.encode(dull((1 << 20) + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxBytes");
    }

    @ParameterizedTest
    @EnumSource
    void damageIsRefused(Compression compression) {
        Codec<byte[]> codec = Codecs.compressed(Codecs.bytes(), compression, 0, 1 << 20);
        byte[] text = "a text, a longer text, and the longest text of all texts"
                .repeat(20)
                .getBytes(UTF_8);
        byte[] bytes = codec.encode(text);
        for (int cut = 0; cut < bytes.length; cut++) {
            byte[] part = Arrays.copyOf(bytes, cut);
            assertThatThrownBy(() -> codec.decode(codec.format(), part, 0, part.length))
                    .as("cut at %d", cut)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] unknown = bytes.clone();
        unknown[0] = 9;
        assertThatThrownBy(() -> codec.decode(codec.format(), unknown, 0, unknown.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not known here");
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            byte[] flipped = bytes.clone();
            flipped[HEAD + random.nextInt(bytes.length - HEAD)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(codec.decode(codec.format(), flipped, 0, flipped.length))
                        .hasSize(text.length);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).doesNotContain("longest");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatWasStoredBeforeCompressionWasSwitchedOn(Compression compression) {
        Codec<String> codec = Codecs.compressed(Codecs.string(), compression, 10);
        assertThat(codec.decode(Formats.TEXT, "plain".getBytes(UTF_8), 0, 5)).isEqualTo("plain");
    }
}
