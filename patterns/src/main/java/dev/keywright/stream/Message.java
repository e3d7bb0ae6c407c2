package dev.keywright.stream;

import java.util.Optional;

/**
 * What is to be appended.
 *
 * @param key what the event is about, such as an order; events of one key can be handled in their order
 * @param id of the message, such as that of a request; a second one with the same id is not appended
 */
public record Message<T>(T value, Optional<String> key, Optional<String> id) {

    public static <T> Message<T> of(T value) {
        return new Message<>(value, Optional.empty(), Optional.empty());
    }

    public Message<T> withKey(String key) {
        return new Message<>(value, Optional.of(key), id);
    }

    public Message<T> withId(String id) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("The id of the message is empty; give one that its repeats have too");
        }
        return new Message<>(value, key, Optional.of(id));
    }

    /** Without the value, which may be secret. */
    @Override
    public String toString() {
        return "Message" + key.map(of -> " of " + of).orElse("")
                + id.map(of -> ", id " + of).orElse("");
    }
}
