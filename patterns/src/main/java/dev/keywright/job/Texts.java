package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** Texts of users as they are stored: not empty, not too long, whole characters. And parts with their length before them. */
final class Texts {

    private static final int MOST_BYTES = 1_024;

    private Texts() {}

    static void check(String what, String text) {
        byte[] unused = bytes(what, text);
    }

    static byte[] bytes(String what, String text) {
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            if (text.isEmpty() || written.remaining() > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "The " + what + " has " + written.remaining() + " bytes; give 1 to " + MOST_BYTES);
            }
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The " + what + " is not Unicode: it has half a surrogate pair", e);
        }
    }

    /** {@code 5:hello} for each. */
    static byte[] join(List<byte[]> parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length + 12;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put((part.length + ":").getBytes(UTF_8)).put(part);
        }
        byte[] bytes = new byte[joined.position()];
        joined.flip().get(bytes);
        return bytes;
    }

    /** What {@link #join} has joined; what is cut off at the end is left out. */
    static List<byte[]> split(byte[] bytes, int from) {
        List<byte[]> parts = new ArrayList<>();
        int at = from;
        while (at < bytes.length) {
            int colon = at;
            while (colon < bytes.length && bytes[colon] != ':') {
                colon++;
            }
            int length = Integer.parseInt(new String(bytes, at, colon - at, UTF_8));
            if (colon + 1 + length > bytes.length) {
                break;
            }
            byte[] part = new byte[length];
            System.arraycopy(bytes, colon + 1, part, 0, length);
            parts.add(part);
            at = colon + 1 + length;
        }
        return parts;
    }
}
