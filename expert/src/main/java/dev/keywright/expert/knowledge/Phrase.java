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
 * {@code <people>} any word of that class, {@code ...} lets up to {@value #GAP} other words stand between, and what
 * stands on both sides of {@code &} may come in any order, within {@value #REACH} words of one sentence.
 *
 * @param text as the knowledge file has it
 * @param runs words in order; a phrase without {@code &} is one run
 */
public record Phrase(String text, Strength strength, List<List<Part>> runs) {

    /** How many words may stand where a phrase says {@code ...}. */
    static final int GAP = 4;

    /** How far apart two runs may begin. */
    static final int REACH = 14;

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

    /** All words of the phrase, run after run. */
    public List<Part> parts() {
        return runs.stream().flatMap(List::stream).toList();
    }

    static Phrase of(String text, Strength strength) {
        return of(text, strength, WordClasses.NONE);
    }

    static Phrase of(String text, Strength strength, WordClasses classes) {
        List<List<Part>> runs = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        boolean gap = false;
        for (String chunk : text.toLowerCase(Locale.ROOT).trim().split("\\s+")) {
            if (chunk.equals("&")) {
                runs.add(List.copyOf(parts));
                parts.clear();
                gap = false;
            } else if (chunk.equals("...") || chunk.equals("\u2026")) {
                gap = true;
            } else {
                gap = addChunk(parts, chunk, gap, classes);
            }
        }
        runs.add(List.copyOf(parts));
        if (runs.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("the phrase \"" + text + "\" holds only filler words; name something");
        }
        return new Phrase(text, strength, List.copyOf(runs));
    }

    /** Adds one blank-separated chunk; a hyphenated one becomes several parts. Returns whether a gap is still open. */
    private static boolean addChunk(List<Part> parts, String chunk, boolean gap, WordClasses classes) {
        if (chunk.indexOf('|') >= 0 || WordClasses.isNamed(chunk)) {
            Set<String> stems = new LinkedHashSet<>();
            for (String option : chunk.split("\\|")) {
                if (WordClasses.isNamed(option)) {
                    stems.addAll(classes.stems(option));
                } else {
                    Words.of(option).stream().limit(1).map(Word::stem).forEach(stems::add);
                }
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
