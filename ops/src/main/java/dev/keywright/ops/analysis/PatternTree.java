package dev.keywright.ops.analysis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Learns patterns of names: a tree of their levels. Ids are told by their bytes ({@link Token}); what looks like words and is none
 * by their number: where a level has more than {@link #MOST_WORDS} different ones, those with few keys become one {@code {*}}.
 * <ul>
 *   <li>Whether a level has so many depends on the names alone, so neither the order of keys nor of merges matters, but for words
 *       right at a limit and for the case below.
 *   <li>Memory: at most {@link #MOST_PATTERNS} patterns. When there are more, fewer words to a level are let stand; when that does
 *       not suffice, names that would need a new pattern are counted as the {@link #overflow}.
 *   <li>One thread.
 * </ul>
 */
final class PatternTree {

    static final int MOST_PATTERNS = 10_000;
    private static final int MOST_NODES = 6 * MOST_PATTERNS;
    private static final int MOST_WORDS = 512;
    private static final int FEWEST_WORDS = 16;
    private static final int FEW_KEYS = 4;
    /** From so many words on that differ in digits only they are one. */
    private static final int NUMBERED = 4;

    private static final byte[] NONE = new byte[0];

    private final PatternNode root = new PatternNode(0, NONE, NONE, TokenKind.WORD);
    private int mostWords = MOST_WORDS;
    private int patterns;
    private int nodes;
    private boolean closed;
    private @Nullable PatternTally overflow;

    PatternNode root() {
        return root;
    }

    /** Of keys whose names would have needed more patterns than there is room for. */
    Optional<PatternTally> overflow() {
        return Optional.ofNullable(overflow);
    }

    /** Where the key of that name counts. */
    PatternTally tally(NameReader name) {
        PatternNode node = root;
        for (int level = 0; level < name.levels(); level++) {
            PatternNode child = node.child(name.hash(level));
            if (child == null) {
                child = other(node, name, level);
                if (child == null) {
                    return overflowing();
                }
            }
            node = child;
        }
        PatternTally tally = node.tally;
        return tally == null ? newTally(node) : tally;
    }

    private PatternTally newTally(PatternNode node) {
        if (closed) {
            return overflowing();
        }
        patterns++;
        PatternTally tally = new PatternTally();
        node.tally = tally;
        return tally;
    }

    private PatternTally overflowing() {
        if (overflow == null) {
            overflow = new PatternTally();
        }
        return overflow;
    }

    /**
     * The child of a level not seen before; null when there is no room. A word that comes again soon where there are many may be the
     * name of many keys, so it gets a child of its own until the next {@link #widen}.
     */
    private @Nullable PatternNode other(PatternNode node, NameReader name, int level) {
        TokenKind kind = name.kind(level);
        long hash = name.hash(level);
        if (node.wide && (kind == TokenKind.WORD || kind == TokenKind.MIXED)) {
            PatternNode numbered = name.hasDigit(level)
                    ? node.child(NameReader.hash(name.sign(level), folded(name.text(level))))
                    : null;
            if (numbered != null) {
                return numbered;
            }
            if (!node.sawBefore(hash)) {
                kind = TokenKind.ANY;
                hash = name.hashAs(level, kind);
                PatternNode any = node.child(hash);
                if (any != null) {
                    return any;
                }
            }
        }
        if (closed) {
            return null;
        }
        nodes++;
        PatternNode child =
                new PatternNode(hash, name.sign(level), kind.shown().isEmpty() ? name.text(level) : NONE, kind);
        node.add(child);
        return child;
    }

    /**
     * Keeps the tree within bounds: to be called after a key was counted, so that no level is taken apart while a name goes through
     * it.
     */
    void tend(NameReader name) {
        PatternNode node = root;
        for (int level = 0; node != null && level < name.levels(); level++) {
            if (node.words() > mostWords) {
                widen(node);
                break;
            }
            node = node.child(name.hash(level));
        }
        if ((patterns > MOST_PATTERNS || nodes > MOST_NODES) && !closed) {
            press();
        }
    }

    /** Whether {@link #tend} might have to do something: after a key of a pattern that is new. */
    int nodes() {
        return nodes;
    }

    private void press() {
        while (patterns > MOST_PATTERNS * 3 / 4 || nodes > MOST_NODES * 3 / 4) {
            if (mostWords <= FEWEST_WORDS) {
                closed = true;
                return;
            }
            mostWords /= 2;
            Deque<PatternNode> open = new ArrayDeque<>(List.of(root));
            while (!open.isEmpty()) {
                PatternNode node = open.pop();
                if (node.words() > mostWords) {
                    widen(node);
                }
                open.addAll(node.children());
            }
        }
    }

    /** Makes one of the words with few keys. */
    private void widen(PatternNode node) {
        foldNumbers(node);
        if (node.words() <= mostWords / 2) {
            return;
        }
        node.wide = true;
        long keys = 0;
        Map<PatternNode, Long> words = new LinkedHashMap<>();
        for (PatternNode child : node.children()) {
            if (child.isWord()) {
                long below = child.keys();
                words.put(child, below);
                keys += below;
            }
        }
        long few = Math.max(FEW_KEYS, keys / mostWords);
        lump(
                node,
                words.keySet().stream()
                        .filter(word -> words.getOrDefault(word, 0L) < few)
                        .toList());
    }

    /** Makes one of those children, per sign before them. */
    void lump(PatternNode node, List<PatternNode> words) {
        for (PatternNode word : words) {
            long hash = NameReader.hash(word.sign, TokenKind.ANY);
            PatternNode any = node.child(hash);
            if (any == null) {
                any = new PatternNode(hash, word.sign, NONE, TokenKind.ANY);
                nodes++;
                node.add(any);
            }
            merge(any, word);
        }
        remove(node, words);
    }

    /** Makes one of words that differ in digits only: {@code user1}, {@code user2} and so on become {@code user{n}}. */
    void foldNumbers(PatternNode node) {
        Map<Long, List<PatternNode>> groups = new HashMap<>();
        Map<Long, byte[]> texts = new HashMap<>();
        for (PatternNode child : node.children()) {
            byte[] folded = child.isWord() ? folded(child.text) : child.text;
            if (!Arrays.equals(folded, child.text)) {
                long hash = NameReader.hash(child.sign, folded);
                groups.computeIfAbsent(hash, any -> new ArrayList<>()).add(child);
                texts.put(hash, folded);
            }
        }
        groups.forEach((hash, group) -> {
            PatternNode numbered = node.child(hash);
            if (numbered == null && group.size() < NUMBERED) {
                return;
            }
            if (numbered == null) {
                numbered = new PatternNode(hash, group.get(0).sign, texts.getOrDefault(hash, NONE), TokenKind.MIXED);
                nodes++;
                node.add(numbered);
            }
            for (PatternNode one : group) {
                merge(numbered, one);
            }
            remove(node, group);
        });
    }

    /** Every run of digits as {@code {n}}. */
    private static byte[] folded(byte[] text) {
        byte[] folded = new byte[3 * text.length];
        int length = 0;
        boolean number = false;
        for (byte each : text) {
            boolean digit = each >= '0' && each <= '9';
            if (digit && !number) {
                folded[length++] = '{';
                folded[length++] = 'n';
                folded[length++] = '}';
            } else if (!digit) {
                folded[length++] = each;
            }
            number = digit;
        }
        return Arrays.copyOf(folded, length);
    }

    void remove(PatternNode node, List<PatternNode> gone) {
        List<PatternNode> left = new ArrayList<>(node.children());
        left.removeAll(gone);
        nodes -= gone.size();
        node.replaceChildren(left);
    }

    /** Takes over what is under another node. */
    void merge(PatternNode into, PatternNode from) {
        PatternTally more = from.tally;
        if (more != null) {
            if (into.tally == null) {
                into.tally = more;
            } else {
                into.tally.add(more);
                patterns--;
            }
        }
        boolean wider = from.wide && !into.wide;
        into.wide |= from.wide;
        List<PatternNode> late = new ArrayList<>();
        for (PatternNode child : from.children()) {
            PatternNode same = into.child(child.hash);
            if (same != null) {
                nodes--;
                merge(same, child);
            } else if (into.wide && child.isWord() && !wider && child.keys() < FEW_KEYS) {
                late.add(child);
            } else {
                into.add(child);
            }
        }
        if (!late.isEmpty()) {
            late.forEach(into::add);
            lump(into, late);
        }
        if (wider || into.words() > mostWords) {
            widen(into);
        }
    }

    /** Takes over another tree, which is not to be used any more. */
    void add(PatternTree other) {
        nodes += other.nodes;
        patterns += other.patterns;
        closed |= other.closed;
        mostWords = Math.min(mostWords, other.mostWords);
        merge(root, other.root);
        other.overflow().ifPresent(more -> overflowing().add(more));
        if (patterns > MOST_PATTERNS || nodes > MOST_NODES) {
            press();
        }
    }
}
