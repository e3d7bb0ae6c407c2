package dev.keywright.ops.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LzfTest {

    private static final int FAR = 8_192;
    private static final int LONGEST = 264;

    private final Random random = new Random(7);
    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private byte[] plain = new byte[0];

    @Test
    void unpacksRunsAndReferencesOfAllDistancesAndLengths() {
        run(32);
        for (int distance = 1; distance <= 32; distance++) {
            for (int length = 3; length <= 40; length++) {
                reference(distance, length);
                run(1 + random.nextInt(32));
            }
        }
        for (int i = 0; i < 300; i++) {
            reference(1 + random.nextInt(Math.min(FAR, plain.length)), 3 + random.nextInt(LONGEST - 2));
            run(1 + random.nextInt(32));
        }

        byte[] to = new byte[plain.length];
        assertThat(Lzf.unpack(packed.toByteArray(), 0, packed.size(), to, plain.length))
                .isEqualTo(plain.length);
        assertThat(to).isEqualTo(plain);
    }

    @Test
    void givesTheBeginningAloneAndWritesNowhereButIntoWhatItWasGiven() {
        run(20);
        for (int i = 0; i < 20; i++) {
            reference(1 + random.nextInt(plain.length), 3 + random.nextInt(20));
            run(1 + random.nextInt(9));
        }
        for (int wanted = 0; wanted <= plain.length; wanted++) {
            for (int room : new int[] {wanted, wanted + 5, wanted + 100}) {
                byte[] to = new byte[room];
                assertThat(Lzf.unpack(packed.toByteArray(), 0, packed.size(), to, wanted))
                        .isEqualTo(wanted);
                assertThat(Arrays.copyOf(to, wanted)).isEqualTo(Arrays.copyOf(plain, wanted));
            }
        }
    }

    @Test
    void stopsWhereWhatIsPackedEndsOrMakesNoSense() {
        run(20);
        reference(7, 30);
        byte[] all = packed.toByteArray();
        for (int end = 0; end < all.length; end++) {
            assertThat(Lzf.unpack(all, 0, end, new byte[100], 50)).isLessThan(50);
        }
        byte[] beforeTheBeginning = {2, 'a', 'b', 'c', 0x20, 3};
        assertThat(Lzf.unpack(beforeTheBeginning, 0, beforeTheBeginning.length, new byte[100], 50))
                .isEqualTo(3);
    }

    private void run(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        packed.write(length - 1);
        packed.writeBytes(bytes);
        byte[] longer = Arrays.copyOf(plain, plain.length + length);
        System.arraycopy(bytes, 0, longer, plain.length, length);
        plain = longer;
    }

    private void reference(int distance, int length) {
        int back = distance - 1;
        if (length < 9) {
            packed.write(length - 2 << 5 | back >>> 8);
        } else {
            packed.write(7 << 5 | back >>> 8);
            packed.write(length - 9);
        }
        packed.write(back);
        int from = plain.length;
        plain = Arrays.copyOf(plain, from + length);
        for (int i = from; i < plain.length; i++) {
            plain[i] = plain[i - distance];
        }
    }
}
