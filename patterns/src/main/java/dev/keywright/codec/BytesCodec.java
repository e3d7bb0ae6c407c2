package dev.keywright.codec;

import java.util.Arrays;

/** Bytes as they are. */
final class BytesCodec implements Codec<byte[]> {

    @Override
    public byte format() {
        return Formats.BYTES;
    }

    @Override
    public byte[] encode(byte[] value) {
        return value;
    }

    @Override
    public byte[] decode(byte format, byte[] bytes, int offset, int length) {
        Formats.expect(Formats.BYTES, format, "bytes");
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Override
    public String toString() {
        return "bytes";
    }
}
