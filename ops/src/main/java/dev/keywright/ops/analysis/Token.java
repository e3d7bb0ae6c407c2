package dev.keywright.ops.analysis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a piece of a key's name is, by its bytes. A piece has no {@code :}, {@code /}, {@code |} or brace in it unless it is a
 * whole id. No state; any number of threads.
 */
final class Token {

    // What bytes a piece has, as a mask.
    static final int LOW_HEX = 1;
    static final int LOW = 2;
    static final int UP_HEX = 4;
    static final int UP = 8;
    static final int DIGIT = 16;
    static final int DASH = 32;
    static final int UNDERSCORE = 64;
    static final int DOT = 128;
    static final int AT = 256;
    static final int BASE64 = 512;
    static final int SPACE = 1_024;
    static final int OTHER = 2_048;
    static final int HIGH = 4_096;
    static final int CONTROL = 8_192;
    static final int COLON = 16_384;
    static final int SLASH = 32_768;
    static final int BAR = 65_536;
    static final int BRACE = 131_072;
    static final int QUOTE = 262_144;
    static final int NEWLINE = 524_288;

    static final int LETTERS = LOW_HEX | LOW | UP_HEX | UP;
    static final int STRONG = COLON | SLASH | BAR | BRACE;
    static final int WEAK = DASH | UNDERSCORE | DOT;

    static final int[] CLASS = classes();

    private static final int UUID_LENGTH = 36;
    private static final int DATE_LENGTH = 10;
    private static final int COMPACT_DATE_LENGTH = 8;
    private static final int SHORTEST_HEX = 8;
    private static final int SHORTEST_ID = 10;
    private static final int SHORTEST_LETTERS = 16;
    private static final int SHORTEST_RUN = 3;
    private static final int SHORTEST_WORD = 4;

    private Token() {}

    /** What the piece from {@code from} to {@code to} is; {@code mask} says which bytes it has. */
    static TokenKind kind(byte[] name, int from, int to, int mask) {
        int length = to - from;
        if (mask == DIGIT) {
            return length == COMPACT_DATE_LENGTH && isCompactDate(name, from) ? TokenKind.DATE : TokenKind.NUMBER;
        }
        if ((mask & ~LETTERS) == 0 && length < SHORTEST_LETTERS) {
            return TokenKind.WORD;
        }
        if ((mask & CONTROL) != 0 || (mask & HIGH) != 0 && !isUtf8(name, from, to)) {
            return TokenKind.BINARY;
        }
        if (isHex(length, mask)) {
            return TokenKind.HEX;
        }
        if (length == UUID_LENGTH && isUuid(name, from, to)) {
            return TokenKind.UUID;
        }
        if ((mask & ~(DIGIT | DASH)) == 0) {
            return isDate(name, from, to)
                    ? TokenKind.DATE
                    : isNegative(name, from, to) ? TokenKind.NUMBER : TokenKind.MIXED;
        }
        if (mask == (DIGIT | DOT) && isAddress(name, from, to)) {
            return TokenKind.IP;
        }
        if ((mask & AT) != 0 && isEmail(name, from, to, mask)) {
            return TokenKind.EMAIL;
        }
        if (isRandom(name, from, to, mask)) {
            return TokenKind.ID;
        }
        return (mask & DIGIT) != 0 || (mask & WEAK) != 0 ? TokenKind.MIXED : TokenKind.WORD;
    }

    /** Whether a word could be an id of that kind that has no digits by chance. */
    static boolean mayBe(TokenKind kind, byte[] word) {
        int mask = 0;
        for (byte each : word) {
            mask |= CLASS[each & 0xff];
        }
        return kind == TokenKind.HEX
                ? word.length >= SHORTEST_HEX && ((mask & ~LOW_HEX) == 0 || (mask & ~UP_HEX) == 0)
                : word.length >= SHORTEST_LETTERS
                        && (mask & ~(LETTERS | DIGIT | BASE64 | DASH | UNDERSCORE)) == 0
                        && (mask & (LOW | LOW_HEX)) != 0
                        && (mask & (UP | UP_HEX)) != 0;
    }

    private static boolean isHex(int length, int mask) {
        boolean lower = (mask & ~(LOW_HEX | DIGIT)) == 0;
        boolean upper = (mask & ~(UP_HEX | DIGIT)) == 0;
        return length >= SHORTEST_HEX && (lower || upper) && (mask & DIGIT) != 0;
    }

    static boolean isUuid(byte[] name, int from, int limit) {
        if (limit - from < UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            int mask = CLASS[name[from + i] & 0xff];
            if (dash ? mask != DASH : (mask & (LOW_HEX | UP_HEX | DIGIT)) == 0) {
                return false;
            }
        }
        return limit - from == UUID_LENGTH || (CLASS[name[from + UUID_LENGTH] & 0xff] & (LETTERS | DIGIT)) == 0;
    }

    /** {@code 2026-11-27}, with dashes or dots, or a month of it. */
    private static boolean isDate(byte[] name, int from, int to) {
        return to - from == DATE_LENGTH ? isDay(name, from) : to - from == 7 && isMonth(name, from, 5);
    }

    static boolean isDay(byte[] name, int from) {
        return name.length - from >= DATE_LENGTH
                && isMonth(name, from, 5)
                && name[from + 7] == name[from + 4]
                && isNumber(name, from + 8, from + DATE_LENGTH)
                && within(number(name, from + 8, from + DATE_LENGTH), 1, 31)
                && (name.length == from + DATE_LENGTH || (CLASS[name[from + DATE_LENGTH] & 0xff] & DIGIT) == 0);
    }

    private static boolean isMonth(byte[] name, int from, int month) {
        return isNumber(name, from, from + 4)
                && (CLASS[name[from + 4] & 0xff] & WEAK) != 0
                && isNumber(name, from + month, from + month + 2)
                && within(number(name, from, from + 4), 1900, 2099)
                && within(number(name, from + month, from + month + 2), 1, 12);
    }

    private static boolean isCompactDate(byte[] name, int from) {
        return within(number(name, from, from + 4), 1970, 2099)
                && within(number(name, from + 4, from + 6), 1, 12)
                && within(number(name, from + 6, from + 8), 1, 31);
    }

    private static boolean within(int number, int low, int high) {
        return number >= low && number <= high;
    }

    private static boolean isNumber(byte[] name, int from, int to) {
        for (int i = from; i < to; i++) {
            if (CLASS[name[i] & 0xff] != DIGIT) {
                return false;
            }
        }
        return to > from;
    }

    private static boolean isNegative(byte[] name, int from, int to) {
        return name[from] == '-' && isNumber(name, from + 1, to);
    }

    private static int number(byte[] name, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + name[i] - '0';
        }
        return number;
    }

    static boolean isAddress(byte[] name, int from, int to) {
        int parts = 0;
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || name[i] == '.') {
                if (i - start > 3 || !isNumber(name, start, i) || number(name, start, i) > 255) {
                    return false;
                }
                parts++;
                start = i + 1;
            }
        }
        return parts == 4;
    }

    private static boolean isEmail(byte[] name, int from, int to, int mask) {
        if ((mask & (SPACE | OTHER | QUOTE | NEWLINE)) != 0) {
            return false;
        }
        int at = -1;
        int dot = -1;
        for (int i = from; i < to; i++) {
            if (name[i] == '@') {
                if (at >= 0) {
                    return false;
                }
                at = i;
            } else if (name[i] == '.') {
                dot = i;
            }
        }
        return at > from && dot > at + 1 && dot < to - 1;
    }

    /** Letters and digits that change too often for words, and no words between signs. */
    static boolean isRandom(byte[] name, int from, int to, int mask) {
        int length = to - from;
        if (length < SHORTEST_ID || (mask & ~(LETTERS | DIGIT | DASH | UNDERSCORE | BASE64 | SLASH)) != 0) {
            return false;
        }
        int changes = 0;
        int before = 0;
        int start = from;
        int piece = 0;
        for (int i = from; i <= to; i++) {
            int sort = i == to ? SLASH : CLASS[name[i] & 0xff];
            sort = (sort & (LOW_HEX | LOW)) != 0 ? LOW : (sort & (UP_HEX | UP)) != 0 ? UP : sort;
            if (sort == DASH || sort == UNDERSCORE || sort == SLASH) {
                boolean word = i - start >= SHORTEST_WORD && (piece == LOW || piece == UP);
                if (word && i - start < length) {
                    return false;
                }
                start = i + 1;
                piece = 0;
                before = 0;
                continue;
            }
            if (sort != before && before != 0) {
                changes++;
            }
            piece |= sort;
            before = sort;
        }
        boolean digits = (mask & DIGIT) != 0;
        return digits
                ? (mask & LETTERS) != 0 && changes >= Math.max(SHORTEST_RUN, (length + 3) / 4)
                : length >= SHORTEST_LETTERS && changes >= length / 3;
    }

    static boolean isUtf8(byte[] name, int from, int to) {
        int i = from;
        while (i < to) {
            int first = name[i++] & 0xff;
            int more =
                    first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
            if (more < 0 || i + more > to) {
                return false;
            }
            for (int end = i + more; i < end; i++) {
                if ((name[i] & 0xc0) != 0x80) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * A word whose ids are told by their kinds: {@code order-2026-11-27-4711} becomes {@code order-{date}-{n}}. Runs of one or two
     * digits stay, as in {@code v2}, unless they stand alone between signs.
     *
     * @return null when there is no id in it
     */
    static byte @Nullable [] template(byte[] name, int from, int to) {
        Template template = new Template(name, to);
        int i = from;
        while (i < to) {
            int sort = CLASS[name[i] & 0xff];
            if ((sort & (LETTERS | DIGIT)) == 0) {
                template.keep(i++);
                continue;
            }
            int end = i;
            int mask = 0;
            while (end < to && (CLASS[name[end] & 0xff] & (LETTERS | DIGIT | BASE64)) != 0) {
                mask |= CLASS[name[end++] & 0xff];
            }
            i = template.piece(i, end, mask);
        }
        return template.changed ? Arrays.copyOf(template.text, template.length) : null;
    }

    /** A word being rewritten. */
    private static final class Template {
        private final byte[] name;
        private final int limit;
        private byte[] text = new byte[64];
        private int length;
        private boolean changed;

        Template(byte[] name, int limit) {
            this.name = name;
            this.limit = limit;
        }

        void keep(int at) {
            add(name[at]);
        }

        /** Writes the piece or what it is, and tells where to go on. */
        int piece(int from, int end, int mask) {
            if (isUuid(name, from, limit)) {
                return replace(TokenKind.UUID, from + UUID_LENGTH);
            }
            if (limit - from >= DATE_LENGTH && isDay(name, from)) {
                return replace(TokenKind.DATE, from + DATE_LENGTH);
            }
            TokenKind kind = kind(name, from, end, mask);
            if (kind != TokenKind.WORD && kind != TokenKind.MIXED) {
                return replace(kind, end);
            }
            digits(from, end);
            return end;
        }

        private void digits(int from, int end) {
            for (int i = from; i < end; ) {
                int run = i;
                while (run < end && CLASS[name[run] & 0xff] == DIGIT) {
                    run++;
                }
                if (run - i >= SHORTEST_RUN) {
                    i = replace(TokenKind.NUMBER, run);
                } else {
                    for (int stop = Math.max(run, i + 1); i < stop; i++) {
                        keep(i);
                    }
                }
            }
        }

        private int replace(TokenKind kind, int end) {
            changed = true;
            String shown = kind.shown();
            for (int i = 0; i < shown.length(); i++) {
                add((byte) shown.charAt(i));
            }
            return end;
        }

        private void add(byte one) {
            if (length == text.length) {
                text = Arrays.copyOf(text, 2 * length);
            }
            text[length++] = one;
        }
    }

    private static int[] classes() {
        int[] classes = new int[256];
        Arrays.fill(classes, OTHER);
        Arrays.fill(classes, 0, ' ', CONTROL);
        Arrays.fill(classes, 0x80, 256, HIGH);
        Arrays.fill(classes, '0', '9' + 1, DIGIT);
        Arrays.fill(classes, 'a', 'f' + 1, LOW_HEX);
        Arrays.fill(classes, 'g', 'z' + 1, LOW);
        Arrays.fill(classes, 'A', 'F' + 1, UP_HEX);
        Arrays.fill(classes, 'G', 'Z' + 1, UP);
        classes[0x7f] = CONTROL;
        classes['\t'] = NEWLINE;
        classes['\n'] = NEWLINE;
        classes['\r'] = NEWLINE;
        classes['-'] = DASH;
        classes['_'] = UNDERSCORE;
        classes['.'] = DOT;
        classes['@'] = AT;
        classes['+'] = BASE64;
        classes['='] = BASE64;
        classes[' '] = SPACE;
        classes[':'] = COLON;
        classes['/'] = SLASH;
        classes['|'] = BAR;
        classes['{'] = BRACE;
        classes['}'] = BRACE;
        classes['"'] = QUOTE;
        classes['\''] = QUOTE;
        return classes;
    }
}
