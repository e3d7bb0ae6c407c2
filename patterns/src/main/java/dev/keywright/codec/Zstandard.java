package dev.keywright.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/** The calls to the zstd library, in a class of their own that is not loaded before somebody wants them. */
final class Zstandard {

    private Zstandard() {}

    static int most(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    static int compress(byte[] bytes, byte[] target, int at) {
        return Math.toIntExact(Zstd.compressByteArray(
                target, at, target.length - at, bytes, 0, bytes.length, Zstd.defaultCompressionLevel()));
    }

    static int decompress(byte[] bytes, int offset, int length, byte[] target) {
        try {
            return Math.toIntExact(Zstd.decompressByteArray(target, 0, target.length, bytes, offset, length));
        } catch (ZstdException e) {
            return Compression.DAMAGED;
        }
    }
}
