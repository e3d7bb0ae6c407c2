package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class FormatTest {

    private static Format of(String latin) {
        return Format.of(latin.getBytes(ISO_8859_1));
    }

    @Test
    void knowsSerializers() throws IOException {
        ByteArrayOutputStream java = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(java)) {
            out.writeObject(List.of(1));
        }
        assertThat(Format.of(java.toByteArray())).isEqualTo(Format.JAVA);
        assertThat(of("a:2:{i:0;s:1:\"x\";}")).isEqualTo(Format.PHP);
        assertThat(of("O:8:\"stdClass\":1:{}")).isEqualTo(Format.PHP);
        assertThat(of("s:5:\"hello\";")).isEqualTo(Format.PHP);
        assertThat(of("i:42;")).isEqualTo(Format.PHP);
        assertThat(of("\u0080\u0004\u0095\u000b\0\0\0\0\0\0\0]")).isEqualTo(Format.PICKLE);
        assertThat(of("\u0080\u0002]q\u0000.")).isEqualTo(Format.PICKLE);
        assertThat(of("\u0082\u00a4name\u00a3ann\u00a3age\u0007")).isEqualTo(Format.MESSAGE_PACK);
    }

    @Test
    void knowsCompressedValues() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(new byte[100]);
        }
        assertThat(Format.of(gzip.toByteArray())).isEqualTo(Format.GZIP);
        for (int level : new int[] {1, 6, 9}) {
            ByteArrayOutputStream zlib = new ByteArrayOutputStream();
            try (DeflaterOutputStream out = new DeflaterOutputStream(zlib, new Deflater(level))) {
                out.write("hello hello hello".getBytes(UTF_8));
            }
            assertThat(Format.of(zlib.toByteArray())).isEqualTo(Format.ZLIB);
        }
        assertThat(of("(\u00b5/\u00fd rest")).isEqualTo(Format.ZSTD);
        assertThat(of("\u0004\"M\u0018 rest")).isEqualTo(Format.LZ4);
    }

    @Test
    void takesNothingElseForOne() {
        assertThat(of("{\"a\":1}")).isEqualTo(Format.JSON);
        assertThat(of("[1,2]")).isEqualTo(Format.JSON);
        assertThat(of(" {}\n")).isEqualTo(Format.JSON);
        assertThat(of("{curly}")).isEqualTo(Format.TEXT);
        assertThat(of("[see below")).isEqualTo(Format.TEXT);
        assertThat(of("a: b")).isEqualTo(Format.TEXT);
        assertThat(of("s:")).isEqualTo(Format.TEXT);
        assertThat(of("i")).isEqualTo(Format.TEXT);
        assertThat(of("x")).isEqualTo(Format.TEXT);
        assertThat(of("-17")).isEqualTo(Format.NUMBER);
        assertThat(of("007")).isEqualTo(Format.NUMBER);
        assertThat(of("")).isEqualTo(Format.EMPTY);
        assertThat(of("HYLL\0rest")).isEqualTo(Format.HYPERLOGLOG);
        assertThat(Format.of("gr\u00fc\u00dfe".getBytes(UTF_8))).isEqualTo(Format.TEXT);
        assertThat(of("\u0001\u0002")).isEqualTo(Format.BINARY);
        for (int first = 0; first < 256; first++) {
            assertThat(Format.of(new byte[] {(byte) first})).isNotNull();
        }
    }
}
