package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages that follow a place in a stream, as {@code read.lua} tells them.
 *
 * @param state set when the message of that place is not there, so that others after it may be missing too
 */
record Batch<T>(List<Entry<T>> entries, @Nullable State state) {

    private static final byte[] FIELD = "payload".getBytes(US_ASCII);

    /** A message and where it stands. */
    record Entry<T>(Place place, Arrival<T> arrival) {}

    /**
     * What is known of the stream.
     *
     * @param added messages ever added
     * @param length messages that are there
     * @param first the oldest of them
     * @param last the newest ever added
     */
    record State(long added, long length, @Nullable Place first, Place last) {

        /** How many went, from the oldest on. */
        long removed() {
            return added - length;
        }
    }

    static <T> Batch<T> of(Reply reply, String topic, Codec<T> codec) {
        List<Reply> parts = reply.items();
        List<Entry<T>> entries = new ArrayList<>();
        for (Reply message : parts.get(0).items()) {
            String id = message.items().get(0).text();
            byte[] payload = payload(message.items().get(1).items());
            entries.add(new Entry<>(Place.parse(id), new Arrival<>(codec, topic, Optional.of(id), payload)));
        }
        return new Batch<>(entries, parts.size() == 1 ? null : state(parts));
    }

    /** What somebody else added under other fields has no payload; the codec says what it thinks of that. */
    private static byte[] payload(List<Reply> fields) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (Arrays.equals(fields.get(i).bytes(), FIELD)) {
                return fields.get(i + 1).bytes();
            }
        }
        return new byte[0];
    }

    private static State state(List<Reply> parts) {
        return new State(
                parts.get(1).number(),
                parts.get(2).number(),
                parts.get(3).isNothing() ? null : Place.parse(parts.get(3).text()),
                Place.parse(parts.get(4).text()));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    Place end(Place start) {
        return isEmpty() ? start : entries.get(entries.size() - 1).place();
    }
}
