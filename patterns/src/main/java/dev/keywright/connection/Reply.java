package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * What Redis answered, fully parsed and owned by the caller. An error is a value here; the pattern decides what it
 * means. The short accessors ({@link #number()}, {@link #text()} ...) are for callers who know what must come back.
 */
public sealed interface Reply {

    /** An integer, or a boolean as 1 and 0. */
    record Whole(long value) implements Reply {
        @Override
        public long number() {
            return value;
        }
    }

    /** A floating point number. */
    record Decimal(double value) implements Reply {}

    /** A string or a status. */
    final class Text implements Reply {
        private final byte[] bytes;

        Text(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes as they came; the caller's own to change. */
        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public String text() {
            return new String(bytes, UTF_8);
        }
    }

    /** An array, a set, or a map as alternating keys and values. */
    record Items(List<Reply> items) implements Reply {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** No value: a missing key, a nil element. */
    enum Nothing implements Reply {
        NOTHING
    }

    /** An error reply such as {@code WRONGTYPE Operation against a key ...}; the code is its first word. */
    record Failure(String message) implements Reply {

        public String code() {
            int space = message.indexOf(' ');
            return space < 0 ? message : message.substring(0, space);
        }

        public boolean is(String code) {
            return message.startsWith(code)
                    && (message.length() == code.length() || message.charAt(code.length()) == ' ');
        }
    }

    default boolean isNothing() {
        return this instanceof Nothing;
    }

    default long number() {
        throw unexpected("an integer");
    }

    default byte[] bytes() {
        throw unexpected("a string");
    }

    default String text() {
        throw unexpected("a string");
    }

    default List<Reply> items() {
        throw unexpected("an array");
    }

    /** This reply, or the exception that its error stands for. */
    default Reply orThrow(String where) {
        if (this instanceof Failure failure) {
            throw Failures.of(failure, where);
        }
        return this;
    }

    private IllegalStateException unexpected(String wanted) {
        return new IllegalStateException(
                "Redis answered with " + getClass().getSimpleName() + " where " + wanted + " was expected");
    }
}
