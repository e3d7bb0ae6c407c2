package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Reply;
import java.util.List;

/** The answer to {@link Shelf#claim}. */
sealed interface Claim {

    /** There is a value, or a remembered absence. */
    final class Value implements Claim {
        final byte[] bytes;
        final long leftMillis;

        Value(byte[] bytes, long leftMillis) {
            this.bytes = bytes;
            this.leftMillis = leftMillis;
        }
    }

    /** Whoever asked may load, and nobody else. */
    record Granted() implements Claim {}

    /** Somebody else loads, and has so long for it. */
    final class Held implements Claim {
        final byte[] token;
        final long leftMillis;

        Held(byte[] token, long leftMillis) {
            this.token = token;
            this.leftMillis = leftMillis;
        }
    }

    /** The load that was waited for brought nothing: it failed, or there is no value. */
    record Outcome(boolean absent, String reason) implements Claim {}

    /** Somebody writes where the value belongs: what is loaded now cannot be stored. */
    record Writing() implements Claim {}

    static Claim of(Reply reply) {
        List<Reply> parts = reply.items();
        String kind = parts.get(0).text();
        return switch (kind) {
            case "V" -> new Value(parts.get(1).bytes(), parts.get(2).number());
            case "L" -> new Granted();
            case "H" -> new Held(parts.get(1).bytes(), parts.get(2).number());
            case "F" -> outcome(parts.get(1).bytes());
            case "W" -> new Writing();
            default -> throw new IllegalStateException("claim.lua answered " + kind);
        };
    }

    private static Outcome outcome(byte[] bytes) {
        return new Outcome(
                (bytes[0] & Entry.BROUGHT_NOTHING) != 0,
                bytes.length == 1 ? "not said" : new String(bytes, 1, bytes.length - 1, UTF_8));
    }
}
