package dev.keywright.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds the ends of RESP2 and RESP3 messages in a stream of bytes, in whatever pieces it arrives. What is not RESP, such as a TLS
 * stream, is never seen to end. Not for several threads.
 */
final class Frames {

    private static final int FIRST_WORD_BYTES = 64;

    private enum State {
        TYPE,
        LINE,
        BULK
    }

    private final Deque<long[]> open = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private State state = State.TYPE;
    private char type;
    private char outermost;
    private long bulkLeft;
    private boolean wordDone;

    /** The type of the message that ended last: {@code *} for a request, {@code >} for a push. */
    char type() {
        return outermost;
    }

    /** The first word of the message that ended last; for a request, the name of the command. */
    String firstWord() {
        return word.toString();
    }

    /** Reads one byte; true when a whole message ended with it. */
    boolean read(byte next) {
        char c = (char) (next & 0xff);
        switch (state) {
            case TYPE -> {
                if (open.isEmpty()) {
                    outermost = c;
                    word.setLength(0);
                    wordDone = false;
                }
                type = c;
                line.setLength(0);
                state = State.LINE;
            }
            case LINE -> {
                if (c == '\n') {
                    return lineEnded();
                }
                if (c != '\r' && line.length() < FIRST_WORD_BYTES) {
                    line.append(c);
                }
            }
            case BULK -> {
                if (!wordDone && bulkLeft > 2 && word.length() < FIRST_WORD_BYTES) {
                    word.append(c);
                }
                bulkLeft--;
                if (bulkLeft == 0) {
                    wordDone = true;
                    return valueEnded();
                }
            }
        }
        return false;
    }

    private boolean lineEnded() {
        state = State.TYPE;
        switch (type) {
            case '$', '=', '!' -> {
                long length = number();
                if (length >= 0) {
                    bulkLeft = length + 2;
                    state = State.BULK;
                    return false;
                }
            }
            case '*', '~', '>', '%' -> {
                long items = type == '%' ? 2 * number() : number();
                if (items > 0) {
                    open.push(new long[] {items});
                    return false;
                }
            }
            case '|' -> {
                // Attributes stand before the value they belong to: they add their own items to the wait, and one for
                // the value.
                open.push(new long[] {2 * number() + 1});
                return false;
            }
            default -> {
                if (outermost == type && open.isEmpty() && "+-:_,#(".indexOf(type) < 0) {
                    // An inline command: its first letter was taken for a type.
                    word.append(type).append(line.toString().split(" ", 2)[0]);
                }
            }
        }
        return valueEnded();
    }

    private boolean valueEnded() {
        state = State.TYPE;
        while (!open.isEmpty()) {
            if (--open.peek()[0] > 0) {
                return false;
            }
            open.pop();
        }
        return true;
    }

    private long number() {
        try {
            return Long.parseLong(line.toString());
        } catch (NumberFormatException streamed) {
            return 0;
        }
    }
}
