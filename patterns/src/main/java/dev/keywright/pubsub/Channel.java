package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.PubSub;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * What a topic is called on the wire: {@code topic:} and the name as it is, so that others can publish and subscribe too. Two names never
 * share a channel.
 */
record Channel(PubSub.Kind kind, String name) {

    private static final String PREFIX = "topic:";

    Channel {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("The name of the topic is empty; give one that all processes use");
        }
        encoded(name);
    }

    byte[] bytes() {
        return encoded(PREFIX + name);
    }

    static String topicOf(byte[] channel) {
        return new String(channel, PREFIX.length(), channel.length - PREFIX.length(), UTF_8);
    }

    /** Half a character would be written as a question mark, and share the channel of another name. */
    private static byte[] encoded(String text) {
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The name of the topic is not Unicode: it has half a surrogate pair", e);
        }
    }
}
