package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads patterns off a {@link PatternTree} once all keys are in it: from the top down it settles of each level which words are names
 * and which are values of an id, now that their keys are known. Changes the tree. One thread.
 * <ul>
 *   <li>Up to {@link #FEW} words stay. Of more, those stay that have {@link #FEW_KEYS} keys or more, and among very many words a
 *       256th of all, or a twentieth of the bytes; the others are one {@code {*}}.
 *   <li>Where the {@code {*}} has most keys and no word stands out, all words are values.
 *   <li>Words that go on alike, as {@code acme:orders} and {@code apex:orders} do, are values, too, if there are
 *       {@link #ALIKE} or more.
 *   <li>Few ids of a narrower kind join those of a wider: hexadecimal ones that happen to be all digits, and the like.
 * </ul>
 */
final class Patterns {

    /** A pattern and what its keys add up to. */
    record Learned(String text, List<PatternNode> levels, PatternTally tally) {

        /** Whether any level stands for many. */
        boolean varies() {
            return levels.stream().anyMatch(level -> level.kind.isVariable());
        }

        /** Whether the first level is an id, so that nothing in front tells these keys from others. */
        boolean beginsWithId() {
            TokenKind first = levels.get(0).kind;
            return first.isVariable() && first != TokenKind.MIXED;
        }

        boolean endsWithNumber() {
            PatternNode last = levels.get(levels.size() - 1);
            return last.kind == TokenKind.NUMBER
                    || last.kind == TokenKind.MIXED && text.endsWith(TokenKind.NUMBER.shown());
        }
    }

    /** The name of the pattern of names that found no room. */
    static final String OVERFLOW = "(all other names)";

    private static final int LONGEST_SHOWN = 100;
    private static final int FEW = 5;
    private static final int FEW_KEYS = 10;
    private static final int FEWEST_READ = 2;
    private static final int MANY = 64;
    private static final int SHARE_AMONG_MANY = 256;
    private static final double OUTSTANDING = 0.05;
    private static final int FEWEST_LUMPED = 6;
    private static final int ALIKE = 6;
    private static final double ALIKE_RATIO = 0.6;
    private static final int DOMINANT = 9;

    private final PatternTree tree;
    private final long fewKeys;
    private final List<Learned> learned = new ArrayList<>();

    private Patterns(PatternTree tree, double scale) {
        this.tree = tree;
        this.fewKeys = Math.max(FEWEST_READ, Math.round(FEW_KEYS / scale));
    }

    /** Those with most bytes first. */
    static List<Learned> of(PatternTree tree) {
        return of(tree, 1);
    }

    /** @param scale from keys in the tree to keys there are, of which they are a sample */
    static List<Learned> of(PatternTree tree, double scale) {
        Patterns patterns = new Patterns(tree, scale);
        patterns.visit(tree.root(), "", List.of());
        tree.overflow()
                .ifPresent(rest -> patterns.learned.add(new Learned(
                        OVERFLOW, List.of(new PatternNode(0, new byte[0], new byte[0], TokenKind.ANY)), rest)));
        patterns.learned.sort(
                Comparator.comparingLong((Learned one) -> -one.tally().bytes()).thenComparing(Learned::text));
        return List.copyOf(patterns.learned);
    }

    private void visit(PatternNode node, String text, List<PatternNode> levels) {
        settle(node);
        PatternTally tally = node.tally;
        if (tally != null && !levels.isEmpty()) {
            boolean any = levels.stream().anyMatch(level -> level.kind == TokenKind.ANY);
            learned.add(any && tally.keys() == 1 ? single(tally) : new Learned(text, levels, tally));
        }
        for (PatternNode child : node.children()) {
            List<PatternNode> deeper = new ArrayList<>(levels);
            deeper.add(child);
            visit(child, text + child.shown(), deeper);
        }
    }

    /** The only key of a pattern says more than the pattern. */
    private static Learned single(PatternTally tally) {
        byte[] name = tally.example().bytes();
        byte[] shown = name.length <= LONGEST_SHOWN ? name : Arrays.copyOf(name, LONGEST_SHOWN);
        PatternNode whole = new PatternNode(0, new byte[0], shown, TokenKind.WORD);
        return new Learned(whole.shown() + (name.length <= LONGEST_SHOWN ? "" : "..."), List.of(whole), tally);
    }

    private void settle(PatternNode node) {
        tree.foldNumbers(node);
        Map<String, List<PatternNode>> bySign = new TreeMap<>();
        for (PatternNode child : node.children()) {
            bySign.computeIfAbsent(ByteString.of(child.sign).toString(), any -> new ArrayList<>())
                    .add(child);
        }
        bySign.values().forEach(siblings -> {
            words(node, siblings);
            List<PatternNode> settled = node.children().stream()
                    .filter(child -> Arrays.equals(child.sign, siblings.get(0).sign))
                    .toList();
            ids(node, settled);
        });
    }

    // --- words

    private void words(PatternNode node, List<PatternNode> siblings) {
        Map<PatternNode, Long> words = new LinkedHashMap<>();
        long total = 0;
        long lumped = 0;
        boolean any = false;
        for (PatternNode child : siblings) {
            if (child.isWord()) {
                words.put(child, child.keys());
                total += child.keys();
            } else if (child.kind == TokenKind.ANY) {
                any = true;
                lumped = child.keys();
                total += lumped;
            }
        }
        if (words.size() <= FEW && !any || words.isEmpty()) {
            return;
        }
        long fewest = any || words.size() > MANY ? Math.max(fewKeys, total / SHARE_AMONG_MANY) : fewKeys;
        double bytes = siblings.stream().mapToDouble(PatternNode::bytes).sum();
        List<PatternNode> kept = new ArrayList<>();
        List<PatternNode> light = new ArrayList<>();
        long most = 0;
        for (Map.Entry<PatternNode, Long> word : words.entrySet()) {
            boolean keeps = word.getValue() >= fewest || (double) word.getKey().bytes() > OUTSTANDING * bytes;
            (keeps ? kept : light).add(word.getKey());
            lumped += keeps ? 0 : word.getValue();
            most = Math.max(most, keeps ? word.getValue() : 0);
        }
        boolean manyValues = any || light.size() > MANY;
        boolean allValues = manyValues && 2 * lumped >= total && most < OUTSTANDING * total;
        if (allValues || kept.size() >= ALIKE && areAlike(kept)) {
            tree.lump(node, List.copyOf(words.keySet()));
        } else if (any || light.size() >= FEWEST_LUMPED) {
            tree.lump(node, light);
        }
    }

    /** Whether words follow, and nearly the same behind each. */
    private static boolean areAlike(List<PatternNode> words) {
        Map<Long, Integer> counts = new HashMap<>();
        for (PatternNode word : words) {
            for (long next : following(word)) {
                counts.merge(next, 1, Integer::sum);
            }
        }
        if (counts.isEmpty() || counts.size() > MANY) {
            return false;
        }
        long shared = counts.values().stream()
                .filter(count -> count >= ALIKE_RATIO * words.size())
                .count();
        return shared >= ALIKE_RATIO * counts.size();
    }

    /** The next words below, those behind ids included. */
    private static Set<Long> following(PatternNode node) {
        Set<Long> words = new HashSet<>();
        for (PatternNode child : node.children()) {
            if (child.kind == TokenKind.WORD) {
                words.add(child.hash);
            } else {
                following(child).forEach(next -> words.add(31 * child.hash + next));
            }
        }
        return words;
    }

    // --- ids

    private void ids(PatternNode node, List<PatternNode> siblings) {
        Map<TokenKind, PatternNode> kinds = new LinkedHashMap<>();
        siblings.stream().filter(child -> !child.isWord()).forEach(child -> kinds.put(child.kind, child));
        join(node, kinds, TokenKind.DATE, TokenKind.NUMBER);
        join(node, kinds, TokenKind.NUMBER, TokenKind.HEX);
        join(node, kinds, TokenKind.NUMBER, TokenKind.ID);
        join(node, kinds, TokenKind.HEX, TokenKind.ID);
        join(node, kinds, TokenKind.ANY, TokenKind.ID);
        join(node, kinds, TokenKind.ID, TokenKind.ANY);
        join(node, kinds, TokenKind.HEX, TokenKind.ANY);
        join(node, kinds, TokenKind.ANY, TokenKind.BINARY);
        strays(node, siblings, kinds);
    }

    /** Ids that look like words by chance, beside many that do not. */
    private void strays(PatternNode node, List<PatternNode> siblings, Map<TokenKind, PatternNode> kinds) {
        for (TokenKind kind : List.of(TokenKind.HEX, TokenKind.ID)) {
            PatternNode into = kinds.get(kind);
            if (into == null) {
                continue;
            }
            List<PatternNode> strays = siblings.stream()
                    .filter(child -> child.kind == TokenKind.WORD && Token.mayBe(kind, child.text)
                            || child.kind == TokenKind.MIXED && child.shown().contains(kind.shown()))
                    .toList();
            long few = into.keys() / DOMINANT;
            if (strays.stream().mapToLong(PatternNode::keys).sum() <= few) {
                strays.forEach(stray -> tree.merge(into, stray));
                tree.remove(node, strays);
            }
        }
    }

    private void join(PatternNode node, Map<TokenKind, PatternNode> kinds, TokenKind narrow, TokenKind wide) {
        PatternNode from = kinds.get(narrow);
        PatternNode into = kinds.get(wide);
        if (from != null && into != null && into.keys() >= DOMINANT * from.keys()) {
            tree.merge(into, from);
            tree.remove(node, List.of(from));
            kinds.remove(narrow);
        }
    }
}
