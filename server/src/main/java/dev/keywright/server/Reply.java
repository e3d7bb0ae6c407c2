package dev.keywright.server;

import java.util.List;
import java.util.stream.Collectors;

/** One answer of a server, fully read. */
sealed interface Reply {

    /** As {@code redis-cli --raw} prints it. */
    String text();

    record Text(String text) implements Reply {}

    record Whole(long value) implements Reply {
        @Override
        public String text() {
            return Long.toString(value);
        }
    }

    record Missing() implements Reply {
        @Override
        public String text() {
            return "";
        }
    }

    record Many(List<Reply> items) implements Reply {
        @Override
        public String text() {
            return items.stream().map(Reply::text).collect(Collectors.joining("\n"));
        }
    }

    /** An error of the server's, such as {@code WRONGTYPE ...}. */
    record Failed(String text) implements Reply {
        boolean is(String code) {
            return text.equals(code) || text.startsWith(code + " ");
        }
    }
}
