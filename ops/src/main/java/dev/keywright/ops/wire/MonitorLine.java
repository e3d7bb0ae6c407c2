package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One command as MONITOR tells it, such as {@code 1764284111.107412 [0 127.0.0.1:60866] "SET" "a" "\x00\"b"}.
 *
 * @param micros when it ran, in microseconds since 1970
 * @param client its address; {@code lua} for a command of a script
 * @param words name and arguments, unescaped
 */
public record MonitorLine(long micros, int database, String client, List<byte[]> words) {

    /** What a command that a script ran says instead of an address. */
    private static final String SCRIPT = "lua";

    private static final Pattern TIME = Pattern.compile("\\d{1,11}\\.\\d{1,6}");

    public MonitorLine {
        words = List.copyOf(words);
    }

    /** In capitals. */
    public String command() {
        return new String(words.get(0), US_ASCII).toUpperCase(Locale.ROOT);
    }

    /** Whether a script ran it, so that it came with another command. */
    public boolean ofScript() {
        return client.equals(SCRIPT);
    }

    /** Empty when the text is no such line, or one that was cut. */
    public static Optional<MonitorLine> parse(byte[] text, int length) {
        return parse(text, length, false);
    }

    /** As {@link #parse}, of a line whose end is missing: its whole words. */
    public static Optional<MonitorLine> parseBeginning(byte[] text, int length) {
        return parse(text, length, true);
    }

    private static Optional<MonitorLine> parse(byte[] text, int length, boolean cut) {
        try {
            return new Reader(text, length, cut).line();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Goes through the text once. */
    private static final class Reader {

        private final byte[] text;
        private final int end;
        private final boolean cut;
        private int at;

        Reader(byte[] text, int length, boolean cut) {
            this.text = text;
            this.end = length;
            this.cut = cut;
        }

        Optional<MonitorLine> line() {
            if (at < end && text[at] == '+') {
                at++;
            }
            String time = until(' ');
            if (!TIME.matcher(time).matches() || !next('[')) {
                return Optional.empty();
            }
            String database = until(' ');
            int close = endOfClient();
            if (close < 0) {
                return Optional.empty();
            }
            String client = new String(text, at, close - at, US_ASCII);
            at = close + 2;
            List<byte[]> words = words();
            return words.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new MonitorLine(micros(time), Integer.parseInt(database), client, words));
        }

        private static long micros(String time) {
            int point = time.indexOf('.');
            String fraction = (time.substring(point + 1) + "000000").substring(0, 6);
            return Long.parseLong(time.substring(0, point)) * 1_000_000 + Long.parseLong(fraction);
        }

        /** An address of IPv6 holds brackets, too. */
        private int endOfClient() {
            for (int i = at; i + 2 < end; i++) {
                if (text[i] == ']' && text[i + 1] == ' ' && text[i + 2] == '"') {
                    return i;
                }
            }
            return -1;
        }

        /** Quoted words with one blank between; none when anything else is there. */
        private List<byte[]> words() {
            List<byte[]> words = new ArrayList<>();
            while (at < end) {
                byte[] word = next('"') ? word() : null;
                boolean goesOn = at < end;
                if (word == null || goesOn && !next(' ')) {
                    return cut ? words : List.of();
                }
                words.add(word);
            }
            return words;
        }

        private byte @Nullable [] word() {
            int plain = at;
            while (plain < end && text[plain] != '"' && text[plain] != '\\') {
                plain++;
            }
            if (plain < end && text[plain] == '"') {
                byte[] word = Arrays.copyOfRange(text, at, plain);
                at = plain + 1;
                return word;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            while (at < end) {
                byte next = text[at++];
                if (next == '"') {
                    return word.toByteArray();
                }
                if (next != '\\') {
                    word.write(next);
                } else if (at < end) {
                    word.write(escaped());
                }
            }
            return null;
        }

        private int escaped() {
            char kind = (char) text[at++];
            if (kind != 'x') {
                return switch (kind) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'a' -> 7;
                    case 'b' -> '\b';
                    default -> kind;
                };
            }
            if (at + 2 > end) {
                throw new NumberFormatException("an escape is cut");
            }
            at += 2;
            return Integer.parseInt(new String(text, at - 2, 2, US_ASCII), 16);
        }

        private String until(char wanted) {
            int start = at;
            while (at < end && text[at] != wanted) {
                at++;
            }
            String found = new String(text, start, at - start, US_ASCII);
            at++;
            return found;
        }

        private boolean next(char wanted) {
            if (at < end && text[at] == wanted) {
                at++;
                return true;
            }
            return false;
        }
    }
}
