package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;

/** One reply of a server, as RESP2 tells it. */
public sealed interface Answer {

    /** As lines of text: the elements of an array one per line, nothing for a missing value. */
    String text();

    /** A string or a status. */
    final class Bulk implements Answer {
        private final byte[] bytes;

        public Bulk(byte[] bytes) {
            this.bytes = bytes;
        }

        public byte[] bytes() {
            return bytes;
        }

        @Override
        public String text() {
            return new String(bytes, UTF_8);
        }
    }

    record Whole(long value) implements Answer {
        @Override
        public String text() {
            return Long.toString(value);
        }
    }

    record Many(List<Answer> items) implements Answer {
        @Override
        public String text() {
            return items.stream().map(Answer::text).collect(Collectors.joining("\n"));
        }
    }

    enum Nothing implements Answer {
        NOTHING;

        @Override
        public String text() {
            return "";
        }
    }

    /** An error reply, such as {@code NOPERM ...}. */
    record Failed(String text) implements Answer {
        public boolean is(String code) {
            return text.startsWith(code + " ");
        }
    }
}
