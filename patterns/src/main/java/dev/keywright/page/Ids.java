package dev.keywright.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/** Ids as they are stored: UTF-8, and two that differ never become the same. */
public final class Ids {

    /** The longest one, in bytes. */
    public static final int LONGEST = 1_024;

    private Ids() {}

    /** @param what for messages, such as {@code user} */
    public static byte[] bytes(String what, String id) {
        return bytes(what, id, LONGEST);
    }

    /** @param longest in bytes */
    public static byte[] bytes(String what, String id, int longest) {
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(id));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            if (bytes.length == 0 || bytes.length > longest) {
                throw new IllegalArgumentException(
                        "The " + what + " has " + bytes.length + " bytes; give 1 to " + longest);
            }
            return bytes;
        } catch (CharacterCodingException e) { // it would be written as a question mark, and be the same as others
            throw new IllegalArgumentException("The " + what + " is not Unicode: it has half a surrogate pair", e);
        }
    }
}
