package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the replies of a {@link Wire} in place, without an object for each: for scans of millions of keys. What was read is good
 * until the next call. Not for several threads.
 */
public final class Replies {

    public static final char STATUS = '+';
    public static final char FAILED = '-';
    public static final char WHOLE = ':';
    public static final char BULK = '$';
    public static final char MANY = '*';

    private final Wire wire;
    private byte[] bytes;
    private int from;
    private int length;
    private long number;

    public Replies(Wire wire) {
        this.wire = wire;
        this.bytes = wire.input;
    }

    /** Reads the next reply, of an array its head alone, and answers its kind. */
    public char next() throws IOException {
        line();
        char kind = length == 0 ? 0 : (char) bytes[from];
        from++;
        length--;
        switch (kind) {
            case STATUS, FAILED -> {}
            case WHOLE, MANY -> number = parse();
            case BULK -> bulk((int) parse());
            default -> throw new IOException("a reply that is no RESP2");
        }
        return kind;
    }

    /** The integer; of an array how many elements come next, -1 for nothing; of a string -1 for nothing. */
    public long number() {
        return number;
    }

    public boolean isNothing() {
        return number < 0;
    }

    /** Of a string, a status or an error. */
    public int length() {
        return length;
    }

    public byte at(int index) {
        return bytes[from + index];
    }

    public byte[] copy(int most) {
        return Arrays.copyOfRange(bytes, from, from + Math.min(most, length));
    }

    public String text() {
        return new String(bytes, from, length, UTF_8);
    }

    /** Reads one reply and forgets it, with all its elements. */
    public void skip() throws IOException {
        if (next() == MANY) {
            for (long left = number; left > 0; left--) {
                skip();
            }
        }
    }

    private void line() throws IOException {
        bytes = wire.input;
        from = wire.inputAt;
        int at = from;
        while (true) {
            for (; at < wire.inputEnd; at++) {
                if (bytes[at] == '\n') {
                    wire.inputAt = at + 1;
                    length = at - from - (at > from && bytes[at - 1] == '\r' ? 1 : 0);
                    return;
                }
            }
            int moved = wire.more(from);
            from -= moved;
            at -= moved;
        }
    }

    private long parse() throws IOException {
        int at = from;
        int end = from + length;
        boolean negative = at < end && bytes[at] == '-';
        long value = 0;
        for (at += negative ? 1 : 0; at < end; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new IOException("a reply with a number that is none");
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private void bulk(int size) throws IOException {
        number = size;
        from = wire.inputAt;
        length = Math.max(0, size);
        if (size < 0) {
            return;
        }
        if (size > wire.input.length - 2) {
            large(size);
            return;
        }
        while (wire.inputEnd - from < size + 2) {
            from -= wire.more(from);
        }
        wire.inputAt = from + size + 2;
    }

    private void large(int size) throws IOException {
        bytes = new byte[size];
        from = 0;
        for (int done = 0; done < size; ) {
            done += wire.some(bytes, done, size - done);
        }
        wire.skipLineEnd();
    }
}
