package dev.keywright.codec;

import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** The calls to the LZ4 library, in a class of their own that is not loaded before somebody wants them. */
final class Lz4 {

    private static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();

    private Lz4() {}

    static int most(int length) {
        return FACTORY.fastCompressor().maxCompressedLength(length);
    }

    static int compress(byte[] bytes, byte[] target, int at) {
        return FACTORY.fastCompressor().compress(bytes, 0, bytes.length, target, at, target.length - at);
    }

    static int decompress(byte[] bytes, int offset, int length, byte[] target) {
        try {
            return FACTORY.safeDecompressor().decompress(bytes, offset, length, target, 0, target.length);
        } catch (LZ4Exception e) {
            return Compression.DAMAGED;
        }
    }
}
