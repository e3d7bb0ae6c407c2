package dev.keywright.ops.hot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;

/** A key of one database, by its name: any bytes. */
final class Name {

    private static final int LONGEST = 200;
    private static final int HEX_ID = 12;
    private static final int MIXED_ID = 16;
    private static final int LONG_NUMBER = 3;

    private final int database;
    private final byte[] bytes;
    private final int hash;

    Name(int database, byte[] bytes) {
        this.database = database;
        this.bytes = bytes;
        this.hash = 31 * Arrays.hashCode(bytes) + database;
    }

    int database() {
        return database;
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * The form of the name: ids become {@code {n}}, so {@code user:1001:cart} is {@code user:{n}:cart}. An id is a number, or a long
     * word that holds a digit, such as a UUID.
     */
    String pattern() {
        String text = text();
        StringBuilder pattern = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isWord(text.charAt(end))) {
                end++;
            }
            if (end > at) {
                pattern.append(isId(text, at, end) ? "{n}" : withoutNumbers(text, at, end));
                at = end;
            } else {
                pattern.append(text.charAt(at++));
            }
        }
        return pattern.toString().replace("{{n}}", "{n}");
    }

    private static boolean isWord(char each) {
        return each >= '0' && each <= '9'
                || each >= 'a' && each <= 'z'
                || each >= 'A' && each <= 'Z'
                || each == '-'
                || each == '_';
    }

    private static boolean isId(String text, int from, int end) {
        boolean digit = false;
        boolean hex = true;
        for (int i = from; i < end; i++) {
            char each = text.charAt(i);
            boolean number = each >= '0' && each <= '9';
            digit |= number;
            hex &= number || each == '-' || each >= 'a' && each <= 'f' || each >= 'A' && each <= 'F';
        }
        int length = end - from;
        return digit && (length >= MIXED_ID || hex && length >= HEX_ID);
    }

    /** Numbers that stand alone, or are long, become {@code {n}}; the 2 of {@code v2} stays. */
    private static String withoutNumbers(String text, int from, int end) {
        StringBuilder word = new StringBuilder();
        int at = from;
        while (at < end) {
            int digits = at;
            while (digits < end && Character.isDigit(text.charAt(digits))) {
                digits++;
            }
            if (digits == at) {
                word.append(text.charAt(at++));
            } else {
                boolean alone = at == from || !Character.isLetter(text.charAt(at - 1));
                word.append(alone || digits - at >= LONG_NUMBER ? "{n}" : text.substring(at, digits));
                at = digits;
            }
        }
        return word.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && database == name.database && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The text, and the database where it is not the first. */
    @Override
    public String toString() {
        return database == 0 ? text() : text() + " (database " + database + ")";
    }

    /** As it is where it is text without control characters, else with escapes; a very long one is cut. */
    private String text() {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException binary) {
            text = escaped();
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            text = escaped();
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }

    private String escaped() {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            if (each >= ' ' && each < 127) {
                text.append((char) each);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", each & 0xff));
            }
        }
        return text.toString();
    }
}
