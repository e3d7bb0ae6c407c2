package dev.keywright.pubsub;

import java.util.Optional;

/** A message that the codec could not read. It counts as one, and those after it follow as always. */
public final class Undecodable {

    private final String topic;
    private final Optional<String> id;
    private final byte[] payload;
    private final RuntimeException cause;

    Undecodable(String topic, Optional<String> id, byte[] payload, RuntimeException cause) {
        this.topic = topic;
        this.id = id;
        this.payload = payload;
        this.cause = cause;
    }

    public String topic() {
        return topic;
    }

    /** Where it stands in a {@link DurableTopic}. */
    public Optional<String> id() {
        return id;
    }

    /** What was published, as a copy. */
    public byte[] payload() {
        return payload.clone();
    }

    public RuntimeException cause() {
        return cause;
    }

    /** Without the payload, which may be secret. */
    @Override
    public String toString() {
        return "undecodable message of " + payload.length + " bytes on " + topic;
    }
}
