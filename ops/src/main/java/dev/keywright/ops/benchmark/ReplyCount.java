package dev.keywright.ops.benchmark;

import java.nio.charset.StandardCharsets;

/**
 * Finds the ends of replies in a stream of RESP2, keeping none of them: only the beginning of an error is remembered. Goes on in the
 * middle of anything. For one thread.
 */
final class ReplyCount {

    private static final int CODE = 120;

    /** Who is told of every reply that ended. */
    interface Sink {
        /** @param error whether it was an error; {@link ReplyCount#error()} is its text */
        void reply(boolean error);
    }

    private final byte[] text = new byte[CODE];
    private int textLength;
    /** Bytes of a string that are still to come, with its line end. */
    private long skip;
    /** Elements that are still to come until the reply ends. */
    private long open = 1;
    /** The type of the line being read; 0 between lines. */
    private byte type;

    private boolean failed;
    private boolean negative;
    private long number;

    void feed(byte[] bytes, int length, Sink sink) {
        int at = 0;
        while (at < length) {
            if (skip > 0) {
                long step = Math.min(skip, length - at);
                skip -= step;
                at += (int) step;
                if (skip == 0) {
                    element(sink);
                }
                continue;
            }
            if (type == 0) {
                begin(bytes[at++]);
            }
            at = line(bytes, at, length, sink);
        }
    }

    private void begin(byte first) {
        type = first;
        number = 0;
        negative = false;
        if (first == '-') {
            failed = true;
            textLength = 0;
        }
    }

    /** Reads on to the end of the line, or of what there is. */
    private int line(byte[] bytes, int from, int length, Sink sink) {
        int at = from;
        while (at < length) {
            byte next = bytes[at++];
            if (next == '\n') {
                end(sink);
                return at;
            }
            if (type == '-') {
                if (next != '\r' && textLength < CODE) {
                    text[textLength++] = next;
                }
            } else if (next == '-') {
                negative = true;
            } else if (next >= '0' && next <= '9') {
                number = number * 10 + next - '0';
            }
        }
        return at;
    }

    private void end(Sink sink) {
        byte ended = type;
        type = 0;
        if (ended == '$' && !negative) {
            skip = number + 2;
            return;
        }
        if (ended == '*' && !negative) {
            open += number;
        }
        element(sink);
    }

    private void element(Sink sink) {
        if (--open == 0) {
            boolean error = failed;
            open = 1;
            failed = false;
            sink.reply(error);
        }
    }

    /** The beginning of the last error. */
    String error() {
        return new String(text, 0, textLength, StandardCharsets.UTF_8);
    }
}
