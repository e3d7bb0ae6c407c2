package dev.keywright.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What another codec writes, made smaller where that helps. Stored are how it is compressed (1 byte, 0 for not at all), the
 * other codec's format (1 byte), for compressed ones the length before (4 bytes), then the bytes. What is not written by a
 * compressing codec goes to the other codec as it is, so compression can be switched on over live data.
 */
final class CompressedCodec<V> implements Codec<V> {

    private static final byte PLAIN = 0;
    private static final int PLAIN_HEAD = 2;
    private static final int HEAD = 6;

    private final Codec<V> codec;
    private final Compression compression;
    private final int aboveBytes;
    private final int maxBytes;

    CompressedCodec(Codec<V> codec, Compression compression, int aboveBytes, int maxBytes) {
        if (aboveBytes < 0) {
            throw new IllegalArgumentException("aboveBytes is " + aboveBytes + "; give 0 or more");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + "; give 1 or more");
        }
        this.codec = codec;
        this.compression = compression;
        this.aboveBytes = aboveBytes;
        this.maxBytes = maxBytes;
    }

    @Override
    public byte format() {
        return Formats.COMPRESSED;
    }

    @Override
    public byte[] encode(V value) {
        byte[] bytes = codec.encode(value);
        if (bytes.length > maxBytes) {
            throw new IllegalArgumentException("The value is written in " + bytes.length + " bytes, more than the "
                    + maxBytes + " that are read back; raise maxBytes");
        }
        if (bytes.length > aboveBytes) {
            byte[] target = new byte[HEAD + compression.most(bytes.length)];
            int size = compression.compress(bytes, target, HEAD);
            if (HEAD + size < PLAIN_HEAD + bytes.length) {
                ByteBuffer.wrap(target)
                        .put(compression.mark)
                        .put(codec.format())
                        .putInt(bytes.length);
                return Arrays.copyOf(target, HEAD + size);
            }
        }
        byte[] plain = new byte[PLAIN_HEAD + bytes.length];
        plain[0] = PLAIN;
        plain[1] = codec.format();
        System.arraycopy(bytes, 0, plain, PLAIN_HEAD, bytes.length);
        return plain;
    }

    @Override
    public V decode(byte format, byte[] bytes, int offset, int length) {
        if (format != Formats.COMPRESSED) {
            return codec.decode(format, bytes, offset, length);
        }
        if (length < PLAIN_HEAD) {
            throw damaged();
        }
        byte mark = bytes[offset];
        byte inner = bytes[offset + 1];
        if (mark == PLAIN) {
            return codec.decode(inner, bytes, offset + PLAIN_HEAD, length - PLAIN_HEAD);
        }
        Compression used = Stream.of(Compression.values())
                .filter(each -> each.mark == mark && each.library.isThere())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The stored value is compressed in a way (" + mark
                        + ") that is not known here; its library may be missing"));
        byte[] whole = decompressed(used, bytes, offset, length);
        return codec.decode(inner, whole, 0, whole.length);
    }

    /** The length is only believed as far as the bytes can bear it. */
    private byte[] decompressed(Compression used, byte[] bytes, int offset, int length) {
        if (length <= HEAD) {
            throw damaged();
        }
        int size = ByteBuffer.wrap(bytes, offset + PLAIN_HEAD, Integer.BYTES).getInt();
        if (size < 0 || size > maxBytes || size > (length - HEAD) * used.bestRatio) {
            throw new IllegalArgumentException("The stored value says that it has " + size + " bytes, more than "
                    + Math.min(maxBytes, (length - HEAD) * used.bestRatio)
                    + "; it is damaged, or maxBytes is too small");
        }
        byte[] whole = new byte[size];
        if (used.decompress(bytes, offset + HEAD, length - HEAD, whole) != size) {
            throw damaged();
        }
        return whole;
    }

    private static IllegalArgumentException damaged() {
        return new IllegalArgumentException("The stored value is compressed, and damaged");
    }

    @Override
    public String toString() {
        return codec + ", " + compression + " above " + aboveBytes + " bytes";
    }
}
