package dev.keywright.expert.size;

import java.util.Optional;

/**
 * A thing that is counted.
 *
 * @param word the word that names it
 * @param type the structure that is named in it; empty where none is
 * @param phrase all its words
 */
record Noun(String word, String type, String phrase) {

    private static final int SHORTEST_PARTICIPLE = 6;

    static Noun read(SizeWords words, int from, int whole) {
        int length = whole;
        while (length > 1 && isParticiple(words.at(from + length - 1).lower())) { // results cached in, ids seen by
            length--;
        }
        String type = "";
        String word = words.at(from + length - 1).lower();
        StringBuilder phrase = new StringBuilder();
        String other = "";
        for (int w = from; w < from + length; w++) {
            String lower = words.at(w).lower();
            phrase.append(phrase.length() == 0 ? "" : " ").append(lower);
            Optional<String> pair = Lexicon.structure(
                    lower, w + 1 < from + length ? words.at(w + 1).lower() : "");
            Optional<String> single = Lexicon.structure(lower);
            if (pair.isPresent()) {
                type = pair.get();
                w++;
            } else if (single.isPresent() && !(w + 1 < from + length && !isPlural(lower))) {
                type = single.get();
            } else if (single.isPresent()) {
                type = type.isEmpty() && !lower.equals("set") ? single.get() : type;
                other = words.at(w + 1).lower();
            } else if (!Lexicon.ADJECTIVES.contains(lower)) {
                other = lower;
            }
        }
        boolean field = Lexicon.FIELDS.contains(word);
        boolean key = Lexicon.KEYS.contains(word);
        boolean element = field || key || Lexicon.ELEMENTS.contains(word);
        if (key || element && type.equals("hash")) {
            return new Noun(word, field && type.equals("hash") ? "" : type, phrase.toString());
        }
        return element
                ? new Noun(word, "", phrase.toString())
                : new Noun(type.isEmpty() || other.isEmpty() ? word : other, type, phrase.toString());
    }

    private static boolean isParticiple(String word) {
        return word.endsWith("ed") && word.length() >= SHORTEST_PARTICIPLE;
    }

    static boolean isPlural(String word) {
        return word.endsWith("s") && !word.endsWith("ss");
    }

    boolean isStructure() {
        return !type.isEmpty();
    }

    /** "4 billion bits bitmap": one structure of so many elements. */
    boolean isOfMany() {
        String[] all = phrase.split(" ");
        return all.length == 2 && isPlural(all[0]) && Lexicon.isContent(all[0]) && !isPlural(all[1]);
    }

    boolean isField() {
        return Lexicon.FIELDS.contains(word);
    }

    boolean isElement() {
        return Lexicon.ELEMENTS.contains(word);
    }

    boolean isKey() {
        return Lexicon.KEYS.contains(word);
    }

    /** Whether it names things of its own, that may hold something, rather than parts of a structure. */
    boolean isOwner() {
        return !isField() && !isElement() && !isKey() && Lexicon.form(word).isEmpty();
    }

    boolean isSame(String other) {
        return !other.isEmpty() && Lexicon.singular(word).equals(Lexicon.singular(other));
    }
}
