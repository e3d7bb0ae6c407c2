package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Shape;
import dev.keywright.ops.wire.Replies;
import org.jspecify.annotations.Nullable;

/** Adds up what a few elements of a value look like. */
final class Elements {

    private static final int LONGEST_INTEGER = 20;
    private static final ByteString EMPTY = ByteString.of("");

    private long payload;
    private long names;
    private long longest;
    private long integers;
    private double score = Double.NaN;
    private @Nullable ByteString head;

    /** An element, or the value of a field. */
    void value(Replies reply) {
        name(reply);
        if (head == null) {
            head = ByteString.of(reply.copy(Shape.HEAD_BYTES));
        }
        if (isInteger(reply)) {
            integers++;
        }
    }

    /** The name of a field of a hash. */
    void field(Replies reply) {
        name(reply);
        names += reply.length();
    }

    /** The name of a field of a stream's entry. */
    void name(Replies reply) {
        payload += reply.length();
        longest = Math.max(longest, reply.length());
    }

    void score(Replies reply) {
        String text = reply.text();
        score = switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }

    Shape shape(long count) {
        return shape(count, payload, longest, integers);
    }

    Shape shape(long count, long payloadBytes, long longestBytes, long integerCount) {
        return new Shape(count, payloadBytes, names, longestBytes, integerCount, score, head == null ? EMPTY : head);
    }

    /** As the server writes them: no padding, no plus, no minus zero. */
    private static boolean isInteger(Replies reply) {
        int length = reply.length();
        if (length == 0 || length > LONGEST_INTEGER) {
            return false;
        }
        int first = reply.at(0) == '-' ? 1 : 0;
        if (first == length || (reply.at(first) == '0' && length > 1)) {
            return false;
        }
        for (int i = first; i < length; i++) {
            if (reply.at(i) < '0' || reply.at(i) > '9') {
                return false;
            }
        }
        return length < LONGEST_INTEGER - 1 || fits(reply.text());
    }

    private static boolean fits(String digits) {
        try {
            Long.parseLong(digits);
            return true;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }
}
