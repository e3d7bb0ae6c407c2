package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as Redis knows them: names of keys, heads of values. Any number of threads. */
public final class ByteString {

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The array is not copied, and must not change any more. */
    public static ByteString of(byte[] bytes) {
        return new ByteString(bytes);
    }

    public static ByteString of(String text) {
        return new ByteString(text.getBytes(UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    public byte at(int index) {
        return bytes[index];
    }

    /** The array itself, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As a terminal can show it: UTF-8 stays, all else becomes {@code \xNN}, {@code \n} and the like. */
    @Override
    public String toString() {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException binary) {
            StringBuilder shown = new StringBuilder(bytes.length * 2);
            for (byte each : bytes) {
                show(shown, each & 0xff);
            }
            return shown.toString();
        }
        StringBuilder shown = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(point -> {
            if (point < 0x80) {
                show(shown, point);
            } else if (isVisible(point)) {
                shown.appendCodePoint(point);
            } else {
                shown.append("\\u{" + Integer.toHexString(point) + "}");
            }
        });
        return shown.toString();
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void show(StringBuilder shown, int value) {
        switch (value) {
            case '\\' -> shown.append("\\\\");
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                if (value >= ' ' && value < 0x7f) {
                    shown.append((char) value);
                } else {
                    shown.append("\\x" + HexFormat.of().toHexDigits((byte) value));
                }
            }
        }
    }
}
