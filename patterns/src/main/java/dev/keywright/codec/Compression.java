package dev.keywright.codec;

/** How large values are made smaller. */
public enum Compression {
    /** Quick, for values read often; needs {@code at.yawk.lz4:lz4-java}. */
    LZ4((byte) 1, Library.LZ4, 255) {
        @Override
        int most(int length) {
            return Lz4.most(length);
        }

        @Override
        int compress(byte[] bytes, byte[] target, int at) {
            return Lz4.compress(bytes, target, at);
        }

        @Override
        int decompress(byte[] bytes, int offset, int length, byte[] target) {
            return Lz4.decompress(bytes, offset, length, target);
        }
    },
    /** Smaller, at several times the work; needs {@code com.github.luben:zstd-jni}. */
    ZSTD((byte) 2, Library.ZSTD, Integer.MAX_VALUE) {
        @Override
        int most(int length) {
            return Zstandard.most(length);
        }

        @Override
        int compress(byte[] bytes, byte[] target, int at) {
            return Zstandard.compress(bytes, target, at);
        }

        @Override
        int decompress(byte[] bytes, int offset, int length, byte[] target) {
            return Zstandard.decompress(bytes, offset, length, target);
        }
    };

    static final int DAMAGED = -1;

    /** What is stored beside the bytes; never changes its meaning. */
    final byte mark;

    final Library library;

    /** So many times its size is the most that compressed bytes can stand for. */
    final long bestRatio;

    Compression(byte mark, Library library, long bestRatio) {
        this.mark = mark;
        this.library = library;
        this.bestRatio = bestRatio;
    }

    /** The most that so many bytes can become. */
    abstract int most(int length);

    /** Fills the target from a place on, where there is room for {@link #most}; the size. */
    abstract int compress(byte[] bytes, byte[] target, int at);

    /** Fills the target from its start; the size, or {@link #DAMAGED}. */
    abstract int decompress(byte[] bytes, int offset, int length, byte[] target);
}
