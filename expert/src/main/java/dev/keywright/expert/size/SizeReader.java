package dev.keywright.expert.size;

import dev.keywright.expert.task.Task;
import dev.keywright.ops.memory.Description;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Understands data described in words: how many of what, kept how, how large, on which servers. Nothing is looked up as a whole;
 * numbers and units are read as the expert reads them in tasks. Immutable, any number of threads.
 */
public final class SizeReader {

    /** Kinds of values whose layout the model does not know. */
    private static final Map<Pattern, String> FOREIGN = Map.of(
            Pattern.compile("(?i)\\b(?:bloom|cuckoo|count-min|top-?k|t-digest)\\b"), "Probabilistic filters",
            Pattern.compile("(?i)\\btime ?series\\b"), "Time series of the module",
            Pattern.compile("(?i)\\bvector (?:set|index|embedding)"), "Vectors",
            Pattern.compile("(?i)\\bredisjson\\b|\\bjson\\.set\\b"), "JSON documents of the module");

    /**
     * @param missing why it cannot be sized, in one sentence; empty when it can
     */
    public record Reading(Description description, Optional<String> missing) {}

    /** Reads a text; what nobody said and cannot be assumed is named. */
    public Reading read(String words) {
        String text = new Task("size", words).readable();
        Description description = new Description();
        Optional<String> foreign = foreign(text);
        if (foreign.isPresent()) {
            return new Reading(
                    description,
                    Optional.of(
                            foreign.get() + " are kept by a module whose layout is not known; load some and give a dump"
                                    + " to keywright analyze."));
        }
        DataWords.Told told = DataWords.read(ServerWords.read(text, description));
        told.sets().forEach(set -> set.tell(description));
        if (description.names().isEmpty()) {
            return new Reading(
                    description,
                    Optional.of("Nothing in these words says how many keys there are of what; say for example"
                            + " \"5M sessions, hash of 8 fields of 30 bytes, TTL 30 min\"."));
        }
        Optional<String> missing = description.missing().map(SizeReader::sentence);
        if (missing.isEmpty()) {
            Leftovers.of(told.words(), description).ifPresent(description::note);
        }
        return new Reading(description, missing);
    }

    /** What only a module keeps, unless a structure of the server itself is named for it. */
    private static Optional<String> foreign(String text) {
        boolean own = Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z]+"))
                .anyMatch(word -> Lexicon.structure(word).isPresent());
        return FOREIGN.entrySet().stream()
                .filter(kind -> kind.getKey().matcher(text).find())
                .map(Map.Entry::getValue)
                .filter(kind -> !own || kind.startsWith("JSON"))
                .sorted()
                .findFirst();
    }

    private static String sentence(String missing) {
        return "It cannot be sized yet: " + missing + ".";
    }
}
