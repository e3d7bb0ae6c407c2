package dev.keywright.ops.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RdbInputTest {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final byte[] file = new byte[3_000_000];

    RdbInputTest() {
        new Random(7).nextBytes(file);
    }

    @Test
    void sumsUpAllThatWasReadInWhateverPiecesItComes() throws IOException {
        for (int most : new int[] {100, 5_000, file.length}) {
            InputStream pieces = new Pieces(file, most);
            try (RdbInput in = RdbInput.of(pieces)) {
                int read = passOver(in, new Random(11));
                assertThat(in.checksum()).as("pieces of %d", most).hasValue(sum(read));
                in.skip(100);
                assertThat(in.checksum()).hasValue(sum(read + 100));
            }
        }
    }

    @Test
    void leavesTheSumOutWhereNobodyAsks() throws IOException {
        try (RdbInput in = RdbInput.unsummed(new ByteArrayInputStream(file))) {
            passOver(in, new Random(11));
            assertThat(in.checksum()).isEmpty();
        }
    }

    /** Reads bytes, blocks up to the size of the buffer and gaps beyond it; how many bytes. */
    private int passOver(RdbInput in, Random random) throws IOException {
        int read = 0;
        while (read < file.length - 4 * BUFFER_BYTES) {
            assertThat((byte) in.next()).isEqualTo(file[read++]);
            int block = random.nextInt(random.nextBoolean() ? 100 : BUFFER_BYTES);
            in.require(block);
            assertThat(Arrays.equals(in.buffer, in.at, in.at + block, file, read, read + block))
                    .isTrue();
            in.at += block;
            read += block;
            int gap = random.nextInt(random.nextInt(4) == 0 ? 2 * BUFFER_BYTES : 100);
            in.skip(gap);
            read += gap;
            assertThat(in.offset()).isEqualTo(read);
        }
        return read;
    }

    private long sum(int length) {
        Crc64 crc = new Crc64();
        crc.update(file, 0, length);
        return crc.value();
    }

    /** Gives a few bytes at a time, as pipes do. */
    private static final class Pieces extends ByteArrayInputStream {
        private final Random random = new Random(13);
        private final int most;

        Pieces(byte[] bytes, int most) {
            super(bytes);
            this.most = most;
        }

        @Override
        public synchronized int read(byte[] to, int from, int length) {
            return super.read(to, from, Math.min(length, 1 + random.nextInt(most)));
        }
    }
}
