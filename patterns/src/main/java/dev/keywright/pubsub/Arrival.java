package dev.keywright.pubsub;

import dev.keywright.codec.Codec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message as it came: decoded once, for all listeners, by the first that looks. */
final class Arrival<T> {

    private final Codec<T> codec;
    private final String topic;
    private final Optional<String> id;
    private final byte[] payload;
    private @Nullable Message<T> message;
    private @Nullable Undecodable undecodable;

    Arrival(Codec<T> codec, String topic, Optional<String> id, byte[] payload) {
        this.codec = codec;
        this.topic = topic;
        this.id = id;
        this.payload = payload;
    }

    void tell(TopicListener<T> listener, Counts counts) throws Exception {
        Message<T> read = read();
        if (read != null) {
            counts.delivered.increment();
            listener.message(read);
        } else if (undecodable != null) {
            counts.undecodable.increment();
            listener.undecodable(undecodable);
        }
    }

    private synchronized @Nullable Message<T> read() {
        if (message == null && undecodable == null) {
            try {
                message = new Message<>(topic, codec.decode(codec.format(), payload, 0, payload.length), id);
            } catch (RuntimeException e) {
                undecodable = new Undecodable(topic, id, payload, e);
            }
        }
        return message;
    }
}
