package dev.keywright.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the stream as it is stored: field {@code v} is the tag of the codec's format and the payload, {@code k} the key, {@code i}
 * the id of the message. Other fields are passed over. An entry that was deleted has no fields.
 */
final class Entry {

    static final byte[] VALUE = "v".getBytes(US_ASCII);
    static final byte[] KEY = "k".getBytes(US_ASCII);
    static final byte[] MESSAGE_ID = "i".getBytes(US_ASCII);

    private final EventId id;
    private final List<Reply> fields;

    Entry(EventId id, List<Reply> fields) {
        this.id = id;
        this.fields = fields;
    }

    /** {@code id, fields}, as Redis writes an entry. */
    static Entry of(Reply reply) {
        List<Reply> parts = reply.items();
        return of(parts.get(0), parts.get(1));
    }

    static Entry of(Reply id, Reply fields) {
        return new Entry(EventId.parse(id.text()), fields.isNothing() ? List.of() : fields.items());
    }

    static List<Entry> all(Reply reply) {
        List<Entry> entries = new ArrayList<>();
        for (Reply each : reply.items()) {
            entries.add(of(each));
        }
        return entries;
    }

    /** The same under another id. */
    Entry as(EventId other) {
        return new Entry(other, fields);
    }

    EventId id() {
        return id;
    }

    boolean isDeleted() {
        return fields.isEmpty();
    }

    Optional<String> key() {
        return text("k");
    }

    Optional<String> messageId() {
        return text("i");
    }

    /** A field of another program's may be no text; it is shown as well as it can be. */
    Optional<String> text(String name) {
        return Optional.ofNullable(bytes(name)).map(bytes -> new String(bytes, UTF_8));
    }

    private byte @Nullable [] bytes(String name) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (fields.get(i).text().equals(name)) {
                return fields.get(i + 1).bytes();
            }
        }
        return null;
    }

    <T> Event<T> event(Codec<T> codec, int attempt) {
        byte[] stored = bytes("v");
        if (stored == null || stored.length == 0) {
            return Event.unreadable(this, "it has no field v; another program may have written it", attempt);
        }
        try {
            T value = codec.decode(stored[0], stored, 1, stored.length - 1);
            return value == null
                    ? Event.unreadable(this, "the codec made nothing of it", attempt)
                    : Event.of(this, value, attempt);
        } catch (RuntimeException | LinkageError | StackOverflowError e) { // of the user's codec
            String why = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
            return Event.unreadable(this, why, attempt);
        }
    }

    /** The fields of a message, names and values in turn. */
    static <T> List<byte[]> fields(Message<T> message, Codec<T> codec) {
        List<byte[]> fields = new ArrayList<>(6);
        fields.add(VALUE);
        byte[] payload = codec.encode(message.value());
        byte[] stored = new byte[payload.length + 1];
        stored[0] = codec.format();
        System.arraycopy(payload, 0, stored, 1, payload.length);
        fields.add(stored);
        message.key().ifPresent(key -> {
            fields.add(KEY);
            fields.add(key.getBytes(UTF_8));
        });
        message.id().ifPresent(id -> {
            fields.add(MESSAGE_ID);
            fields.add(id.getBytes(UTF_8));
        });
        return fields;
    }
}
