package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.HashSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;

/**
 * Writes one command after the other as it travels. All that does not change is made ready before; a command costs a copy, the
 * digits of its key and the bytes of its value, and no object. For one thread.
 */
final class Encoder {

    /** How many names a field or member is drawn from. */
    static final int FIELDS = 1000;

    private static final int KEY_DIGITS = 12;
    private static final int FIELD_DIGITS = 4;
    private static final byte[] LINE_END = {'\r', '\n'};

    private enum Kind {
        FIXED,
        KEY,
        VALUE,
        FIELD,
        MIXED
    }

    /** A part of a command: bytes that are always the same, then a hole or nothing; {@code word} has holes within other text. */
    private static final class Piece {
        private final Kind kind;
        private final byte[] bytes;
        private final String word;

        Piece(Kind kind, byte[] bytes, String word) {
            this.kind = kind;
            this.bytes = bytes;
            this.word = word;
        }
    }

    private final Piece[][] commands;
    private final double[] upTo;
    private final long keys;
    private final KeyDraw draw;
    private final Values values;
    private final SplittableRandom chance;
    private byte[] out = new byte[4096];
    private int end;
    private int keyAt = -1;
    private int keyLength;

    /** Draws which command comes next by the weights of the mix. */
    Encoder(Mix mix, String prefix, long keys, KeyDraw draw, Values values, SplittableRandom chance) {
        this(
                mix.templates(),
                mix.parts().stream().mapToDouble(Mix.Part::weight).toArray(),
                prefix,
                keys,
                draw,
                values,
                chance);
    }

    Encoder(
            List<Template> templates,
            double[] weights,
            String prefix,
            long keys,
            KeyDraw draw,
            Values values,
            SplittableRandom chance) {
        this.keys = keys;
        this.draw = draw;
        this.values = values;
        this.chance = chance;
        this.commands = templates.stream()
                .map(template -> compiled(template.words(), prefix + template.family() + ":"))
                .toArray(Piece[][]::new);
        double all = Arrays.stream(weights).sum();
        this.upTo = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            upTo[i] = sum / all;
        }
    }

    /** The name of a key. */
    static String key(String prefix, char family, long number) {
        String digits = Long.toString(number);
        return prefix + family + ":" + "0".repeat(KEY_DIGITS - digits.length()) + digits;
    }

    private static Piece[] compiled(List<String> words, String keyStart) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder fixed = new StringBuilder("*" + words.size() + "\r\n");
        for (String word : words) {
            Kind kind = kind(word);
            switch (kind) {
                case FIXED ->
                    fixed.append(head(word.getBytes(UTF_8).length)).append(word).append("\r\n");
                case KEY ->
                    fixed.append(head(keyStart.getBytes(UTF_8).length + KEY_DIGITS))
                            .append(keyStart);
                case FIELD -> fixed.append(head(1 + FIELD_DIGITS)).append('f');
                case VALUE, MIXED -> {}
            }
            if (kind != Kind.FIXED) {
                byte[] before = fixed.toString().getBytes(UTF_8);
                pieces.add(new Piece(kind, before, word));
                fixed = new StringBuilder(kind == Kind.KEY || kind == Kind.FIELD ? "\r\n" : "");
            }
        }
        pieces.add(new Piece(Kind.FIXED, fixed.toString().getBytes(UTF_8), ""));
        return pieces.toArray(new Piece[0]);
    }

    private static Kind kind(String word) {
        return switch (word) {
            case Template.KEY -> Kind.KEY;
            case "{value}" -> Kind.VALUE;
            case "{field}" -> Kind.FIELD;
            default -> Template.HOLE.matcher(word).find() ? Kind.MIXED : Kind.FIXED;
        };
    }

    private static String head(int length) {
        return "$" + length + "\r\n";
    }

    /** Writes the next command behind those already there; says which of the mix it is. */
    int next() {
        int command = 0;
        if (upTo.length > 1) {
            double at = chance.nextDouble();
            while (command < upTo.length - 1 && at >= upTo[command]) {
                command++;
            }
        }
        write(command, -1);
        return command;
    }

    /** Writes that command for that key; for -1 the key is drawn. */
    void write(int command, long key) {
        keyAt = -1;
        for (Piece piece : commands[command]) {
            put(piece.bytes);
            switch (piece.kind) {
                case FIXED -> {}
                case KEY -> key(piece.bytes, key < 0 ? draw.next() : key);
                case FIELD -> digits(chance.nextInt(FIELDS), FIELD_DIGITS);
                case VALUE -> value();
                case MIXED -> mixed(piece.word);
            }
        }
    }

    private void key(byte[] before, long number) {
        digits(number, KEY_DIGITS);
        if (keyAt < 0) {
            int start = before.length;
            while (before[start - 1] != '\n') {
                start--;
            }
            keyLength = before.length - start + KEY_DIGITS;
            keyAt = end - keyLength;
        }
    }

    private void value() {
        int length = values.length();
        reserve(length + 16);
        out[end++] = '$';
        digits(length);
        put(LINE_END);
        values.copy(out, end, length);
        end += length;
        put(LINE_END);
    }

    private void mixed(String word) {
        Matcher hole = Template.HOLE.matcher(word);
        byte[] filled = hole.replaceAll(found -> switch (found.group(1)) {
                    case "field" -> "f" + chance.nextInt(FIELDS);
                    case "n" -> Long.toString(chance.nextLong(keys));
                    default -> Long.toString(chance.nextLong(Long.MAX_VALUE), 36);
                })
                .getBytes(UTF_8);
        put(head(filled.length).getBytes(US_ASCII));
        put(filled);
        put(LINE_END);
    }

    private void digits(long number, int width) {
        reserve(width);
        int rest = (int) number; // There are fewer keys than an int can count.
        int i = end + width - 1;
        while (rest > 0) {
            int tenth = rest / 10;
            out[i--] = (byte) ('0' + rest - 10 * tenth);
            rest = tenth;
        }
        while (i >= end) {
            out[i--] = '0';
        }
        end += width;
    }

    private void digits(int number) {
        int width = 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            width++;
        }
        digits(number, width);
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, end, bytes.length);
        end += bytes.length;
    }

    private void reserve(int more) {
        if (end + more > out.length) {
            out = Arrays.copyOf(out, Math.max(end + more, out.length * 2));
        }
    }

    /** The slot of the last command's first key; 0 when it has none. */
    int slot() {
        return keyAt < 0 ? 0 : HashSlot.of(out, keyAt, keyLength);
    }

    /** What was written since the last {@link #clear()}. */
    byte[] bytes() {
        return out;
    }

    int length() {
        return end;
    }

    void clear() {
        end = 0;
    }
}
