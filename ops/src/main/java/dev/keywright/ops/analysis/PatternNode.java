package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One level of names, under the levels before it. */
final class PatternNode {

    private static final int LATE = 256;

    final long hash;
    final byte[] sign;
    final byte[] text;
    final TokenKind kind;

    /** Of the keys that end here. */
    @Nullable
    PatternTally tally;

    /** Words that were not seen here before are one value of many. */
    boolean wide;

    /** Hashes of words that came lately, where words are many. */
    private long[] late = new long[0];

    private @Nullable PatternNode[] slots = new PatternNode[4];
    private int size;
    private int words;

    PatternNode(long hash, byte[] sign, byte[] text, TokenKind kind) {
        this.hash = hash;
        this.sign = sign;
        this.text = text;
        this.kind = kind;
    }

    @Nullable
    PatternNode child(long wanted) {
        int mask = slots.length - 1;
        for (int i = (int) wanted & mask; ; i = i + 1 & mask) {
            PatternNode child = slots[i];
            if (child == null || child.hash == wanted) {
                return child;
            }
        }
    }

    void add(PatternNode child) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        place(child);
        size++;
        if (child.isWord()) {
            words++;
        }
    }

    /** Takes the place of all children there are. */
    void replaceChildren(List<PatternNode> children) {
        slots = new PatternNode[4];
        size = 0;
        words = 0;
        children.forEach(this::add);
    }

    private void grow() {
        @Nullable PatternNode[] old = slots;
        slots = new PatternNode[2 * old.length];
        for (PatternNode child : old) {
            if (child != null) {
                place(child);
            }
        }
    }

    private void place(PatternNode child) {
        int mask = slots.length - 1;
        int i = (int) child.hash & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = child;
    }

    List<PatternNode> children() {
        List<PatternNode> children = new ArrayList<>(size);
        for (PatternNode child : slots) {
            if (child != null) {
                children.add(child);
            }
        }
        return children;
    }

    /** Whether that word came lately; from now on it did. */
    boolean sawBefore(long word) {
        if (late.length == 0) {
            late = new long[LATE];
        }
        int place = (int) (word >>> 40) & LATE - 1;
        boolean saw = late[place] == word;
        late[place] = word;
        return saw;
    }

    /** How many children are words, with or without ids in them. */
    int words() {
        return words;
    }

    boolean isWord() {
        return kind == TokenKind.WORD || kind == TokenKind.MIXED;
    }

    /** Keys that end here or below. */
    long keys() {
        long keys = tally == null ? 0 : tally.keys();
        for (PatternNode child : slots) {
            keys += child == null ? 0 : child.keys();
        }
        return keys;
    }

    /** Of those keys. */
    long bytes() {
        long bytes = tally == null ? 0 : tally.bytes();
        for (PatternNode child : slots) {
            bytes += child == null ? 0 : child.bytes();
        }
        return bytes;
    }

    /** Signs and text as they stand in a pattern. */
    String shown() {
        String level = kind.shown().isEmpty() ? ByteString.of(text).toString() : kind.shown();
        return ByteString.of(sign) + level;
    }
}
