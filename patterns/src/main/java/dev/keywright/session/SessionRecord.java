package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Reply;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is stored. Times are milliseconds of the server's clock.
 *
 * @param proof what its secret is known by
 * @param left until the key expires, when it was read
 * @param why it was ended; empty when nobody ended it
 */
record SessionRecord(
        Bytes proof,
        long created,
        long accessed,
        long idle,
        long ends,
        long keep,
        long left,
        String why,
        Map<String, String> indexes,
        Map<String, Bytes> attributes) {

    /** The fields of its own, as they are given above; the last one may be missing. */
    private static final String LETTERS = "sctdekw";

    /** Bytes that a record may hold; nobody changes them. */
    static final class Bytes {
        final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** Reads HGETALL and PTTL. Empty when there is nothing, or something else than a session. */
    static Optional<SessionRecord> read(Reply fields, Reply left) {
        List<Reply> items = fields.items();
        Map<String, String> indexes = new HashMap<>(4);
        Map<String, Bytes> attributes = new HashMap<>(items.size());
        @Nullable Reply[] own = new Reply[LETTERS.length()];
        for (int i = 0; i < items.size(); i += 2) {
            byte[] field = items.get(i).bytes();
            Reply value = items.get(i + 1);
            if (field.length == 1) {
                int letter = LETTERS.indexOf(field[0]);
                if (letter >= 0) {
                    own[letter] = value;
                }
            } else if (field.length > 2 && field[1] == ':') {
                String name = new String(field, 2, field.length - 2, UTF_8);
                if (field[0] == 'a') {
                    attributes.put(name, new Bytes(value.bytes()));
                } else {
                    indexes.put(name, value.text());
                }
            }
        }
        return isSession(own)
                ? Optional.of(new SessionRecord(
                        new Bytes(own[0].bytes()),
                        Long.parseLong(own[1].text()),
                        Long.parseLong(own[2].text()),
                        Long.parseLong(own[3].text()),
                        Long.parseLong(own[4].text()),
                        Long.parseLong(own[5].text()),
                        left.number(),
                        own[6] == null ? "" : own[6].text(),
                        indexes,
                        attributes))
                : Optional.empty();
    }

    private static boolean isSession(@Nullable Reply[] own) {
        for (int i = 0; i < LETTERS.length() - 1; i++) {
            if (own[i] == null) {
                return false;
            }
        }
        return true;
    }

    /** What is kept after the end has no more than that to live. */
    boolean isAlive() {
        return left > keep;
    }

    /** How long ago it was touched, when it was read. The key got its time to live then. */
    long sinceAccess() {
        return Math.max(0, Math.min(idle, ends - accessed) + keep - left);
    }

    boolean has(String index, String value) {
        return Arrays.equals(
                value.getBytes(UTF_8), indexes.getOrDefault(index, "").getBytes(UTF_8));
    }
}
