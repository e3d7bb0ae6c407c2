package dev.keywright.ops.benchmark;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Values that differ in every byte: pieces, from a random place on, of one random text. To make them compressible, that share of
 * each 64 bytes of the text is always the same. For one thread.
 */
final class Values {

    private static final int BLOCK = 64;
    private static final int TEXT_BYTES = 1 << 20;
    private static final byte FILLER = 'k';

    private final byte[] text;
    private final ValueSizes sizes;
    private final SplittableRandom chance;

    Values(ValueSizes sizes, double compressibleRatio, SplittableRandom chance) {
        this.sizes = sizes;
        this.chance = chance;
        this.text = new byte[TEXT_BYTES];
        chance.nextBytes(text);
        int same = (int) Math.round(BLOCK * compressibleRatio);
        for (int block = 0; block < text.length; block += BLOCK) {
            Arrays.fill(text, block, block + same, FILLER);
        }
    }

    int length() {
        return sizes.draw(chance);
    }

    void copy(byte[] into, int at, int length) {
        int done = 0;
        while (done < length) {
            int piece = Math.min(length - done, TEXT_BYTES / 2);
            System.arraycopy(text, chance.nextInt(TEXT_BYTES - piece + 1), into, at + done, piece);
            done += piece;
        }
    }
}
