package dev.keywright.presence;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;

/** How users and devices are written; two that differ are never written alike. */
record Words(Charset charset) {

    byte[] written(String what, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("The " + what + " is empty; give one of 1 letter or more");
        }
        try {
            ByteBuffer written = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "The " + what + " has a letter that " + charset
                            + " cannot write; give text without half surrogate pairs, or another charset",
                    e);
        }
    }

    String read(byte[] bytes) {
        return new String(bytes, charset);
    }
}
