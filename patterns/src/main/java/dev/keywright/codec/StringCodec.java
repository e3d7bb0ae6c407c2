package dev.keywright.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Text as UTF-8; what cannot be written or read back exactly is refused and not replaced. */
final class StringCodec implements Codec<String> {

    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public byte format() {
        return Formats.TEXT;
    }

    @Override
    public byte[] encode(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (!Character.isSurrogatePair(value.charAt(i), i + 1 < value.length() ? value.charAt(i + 1) : 'x')) {
                    throw new IllegalArgumentException("The text has half a surrogate pair at " + i
                            + " and cannot be written as UTF-8; use bytes");
                }
                i++;
            }
        }
        return value.getBytes(UTF_8);
    }

    @Override
    public String decode(byte format, byte[] bytes, int offset, int length) {
        Formats.expect(Formats.TEXT, format, "text");
        String text = new String(bytes, offset, length, UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : strictly(bytes, offset, length);
    }

    private static String strictly(byte[] bytes, int offset, int length) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The stored text is not UTF-8; it is damaged or was stored by others");
        }
    }

    @Override
    public String toString() {
        return "text";
    }
}
