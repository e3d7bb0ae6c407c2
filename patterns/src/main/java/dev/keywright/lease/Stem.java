package dev.keywright.lease;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/** What the keys of one pattern and name begin with; they share a hash slot. Two names never share a key, whatever they hold. */
public final class Stem {

    private static final int SHOWN = 60;

    private final String pattern;
    private final String name;
    private final String text;

    /**
     * @param prefix such as {@code sem}
     * @param pattern for messages, such as {@code semaphore}
     */
    public Stem(String prefix, String pattern, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "The name of the " + pattern + " is empty; give one that all processes use");
        }
        this.pattern = pattern;
        this.name = name;
        this.text = prefix + ":{" + name.replace("%", "%25").replace("}", "%7D") + "}";
        key(""); // so that what is no text is refused at once
    }

    public String name() {
        return name;
    }

    public String text() {
        return text;
    }

    /** Half a character would be written as a question mark, and share the key of another name. */
    public byte[] key(String suffix) {
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(text + suffix));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "The name of the " + pattern + " is not Unicode: it has half a surrogate pair", e);
        }
    }

    /** For messages. */
    @Override
    public String toString() {
        String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
        return pattern + " " + shown.replaceAll("\\p{Cntrl}", "?");
    }
}
