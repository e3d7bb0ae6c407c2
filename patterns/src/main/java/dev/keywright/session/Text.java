package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Names and values as they travel; two texts never give the same bytes. */
final class Text {

    private static final int MOST = 1_024;

    private Text() {}

    static byte[] bytes(String what, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length == 0 || bytes.length > MOST) {
            throw new IllegalArgumentException(
                    "The " + what + " has " + bytes.length + " bytes; give 1 to " + MOST + " bytes of UTF-8");
        }
        if (text.chars().anyMatch(one -> one >= Character.MIN_SURROGATE && one <= Character.MAX_SURROGATE)
                && !new String(bytes, UTF_8).equals(text)) {
            throw new IllegalArgumentException("The " + what + " is no text: it holds half a character");
        }
        return bytes;
    }

    static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    static byte[] joined(byte[] head, byte[] tail) {
        byte[] both = new byte[head.length + tail.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }
}
