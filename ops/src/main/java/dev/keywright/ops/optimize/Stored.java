package dev.keywright.ops.optimize;

import dev.keywright.ops.analysis.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A string or a hash of the copy, as users read it.
 *
 * @param text of a string; nothing for a hash
 * @param fields of a hash, in its order; none for a string
 */
record Stored(ByteString name, ByteString text, Map<ByteString, ByteString> fields) {

    boolean isHash() {
        return !fields.isEmpty();
    }

    /** A field that is the same each time. */
    ByteString someField() {
        return List.copyOf(fields.keySet()).get(Math.floorMod(name.hashCode(), fields.size()));
    }

    /** How users read it, or one element of it. */
    List<ByteString> read() {
        return isHash() ? words("HGET", name, someField()) : words("GET", name);
    }

    static List<ByteString> words(String command, ByteString... more) {
        List<ByteString> words = new ArrayList<>();
        words.add(ByteString.of(command));
        words.addAll(List.of(more));
        return words;
    }

    static ByteString joined(ByteString first, ByteString second) {
        byte[] both = Arrays.copyOf(first.bytes(), first.length() + second.length());
        System.arraycopy(second.bytes(), 0, both, first.length(), second.length());
        return ByteString.of(both);
    }
}
