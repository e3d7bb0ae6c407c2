package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A way of saying something: stems that follow each other, fillers aside. {@code a|b} gives alternatives for one word,
 * {@code ...} lets up to {@value #GAP} other words stand between.
 *
 * @param text as the knowledge file has it
 * @param parts the words in order
 */
public record Phrase(String text, Strength strength, List<Part> parts) {

    /** How many words may stand where a phrase says {@code ...}. */
    static final int GAP = 4;

    /** How much a phrase says. */
    public enum Strength {
        NAMES(8),
        STRONG(5),
        MEDIUM(3),
        WEAK(1),
        AGAINST(-4);

        private final double weight;

        Strength(double weight) {
            this.weight = weight;
        }

        public double weight() {
            return weight;
        }
    }

    /** One word of a phrase: any of {@code stems}; {@code gapBefore} when other words may stand before it. */
    public record Part(Set<String> stems, boolean gapBefore) {}

    static Phrase of(String text, Strength strength) {
        List<Part> parts = new ArrayList<>();
        boolean gap = false;
        for (String chunk : text.toLowerCase(Locale.ROOT).trim().split("\\s+")) {
            if (chunk.equals("...") || chunk.equals("\u2026")) {
                gap = true;
                continue;
            }
            gap = addChunk(parts, chunk, gap);
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the phrase \"" + text + "\" holds only filler words; name something");
        }
        return new Phrase(text, strength, List.copyOf(parts));
    }

    /** Adds one blank-separated chunk; a hyphenated one becomes several parts. Returns whether a gap is still open. */
    private static boolean addChunk(List<Part> parts, String chunk, boolean gap) {
        if (chunk.indexOf('|') >= 0) {
            Set<String> stems = new LinkedHashSet<>();
            for (String option : chunk.split("\\|")) {
                Words.of(option).stream().limit(1).map(Word::stem).forEach(stems::add);
            }
            parts.add(new Part(Set.copyOf(stems), gap));
            return false;
        }
        boolean open = gap;
        for (Word word : Words.of(chunk)) {
            if (!Words.EMPTY.contains(word.lower())) {
                parts.add(new Part(Set.of(Stemmer.stem(word.lower())), open));
                open = false;
            }
        }
        return open;
    }
}
