package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {

    /** The check value that Redis's own source gives for this polynomial. */
    @Test
    void agreesWithThePublishedCheckValue() {
        assertThat(sum("123456789".getBytes(US_ASCII), 9)).isEqualTo(0xe9c6d914c4b8d9caL);
    }

    @Test
    void isTheSameInWhateverPiecesTheBytesCome() {
        byte[] bytes = new byte[1_003];
        new Random(7).nextBytes(bytes);
        long whole = sum(bytes, bytes.length);
        for (int piece = 1; piece < 40; piece++) {
            assertThat(sum(bytes, piece)).as("pieces of %d", piece).isEqualTo(whole);
        }
    }

    private static long sum(byte[] bytes, int piece) {
        Crc64 crc = new Crc64();
        for (int at = 0; at < bytes.length; at += piece) {
            crc.update(bytes, at, Math.min(piece, bytes.length - at));
        }
        return crc.value();
    }
}
