package dev.keywright.expert.size;

import dev.keywright.expert.task.Task;
import dev.keywright.ops.memory.Description;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
            Pattern.compile("(?i)\\bredis ?graph\\b|\\bfalkordb\\b"), "Graphs",
            Pattern.compile("(?i)\\bredisearch\\b|\\bfull[- ]?text\\b|\\bft\\.create\\b"), "Search indexes",
            Pattern.compile("(?i)\\btime ?series\\b"), "Time series of the module",
            Pattern.compile("(?i)\\bvector (?:set|index|embedding)"), "Vectors",
            Pattern.compile("(?i)\\bredisjson\\b|\\bjson\\.set\\b"), "JSON documents of the module");

    private static final int MOST_CHARS = 4_000;

    private static final Set<String> SERVERS =
            Set.of("shard", "node", "master", "primary", "instance", "server", "machine");

    private static final String NOTHING = "Nothing in these words says how many keys there are of what; say for example"
            + " \"5M sessions, hash of 8 fields of 30 bytes, TTL 30 min\".";

    /**
     * @param description empty where nothing could be added to make sense of the words
     * @param missing why it cannot be sized, in one sentence; empty when it can
     */
    public record Reading(Description description, Optional<String> missing) {}

    /** Reads a text; what nobody said and cannot be assumed is named. */
    public Reading read(String words) {
        String text = Shorthand.spelledOut(new Task("size", words).readable());
        Description description = new Description();
        if (words.length() > MOST_CHARS) {
            return new Reading(
                    description,
                    Optional.of(String.format(
                            Locale.ROOT,
                            "These are %,d characters; describe the data in %,d at most, or in YAML.",
                            words.length(),
                            MOST_CHARS)));
        }
        Optional<String> foreign = foreign(text);
        if (foreign.isPresent()) {
            return new Reading(
                    description,
                    Optional.of(
                            foreign.get() + " are kept by a module whose layout is not known; load some and give a dump"
                                    + " to keywright analyze."));
        }
        Optional<Subscriptions> subscriptions =
                Optional.of(text).filter(Subscriptions::isSpokenOf).map(Subscriptions::in);
        DataWords.Told told = DataWords.read(
                ServerWords.read(subscriptions.map(Subscriptions::rest).orElse(text), description));
        told.sets().forEach(set -> set.tell(description));
        if (description.names().isEmpty()) {
            return new Reading(
                    description, subscriptions.map(Subscriptions::sentence).or(() -> Optional.of(NOTHING)));
        }
        Optional<String> none = none(told).map(SizeReader::sentence);
        if (none.isPresent()) {
            return new Reading(new Description(), none);
        }
        subscriptions.map(Subscriptions::sentence).ifPresent(description::note);
        told.doubts().forEach(doubt -> description.note(doubt + "."));
        Leftovers.of(told, description).ifPresent(description::note);
        return new Reading(description, description.missing().map(SizeReader::sentence));
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

    /** A number without which all others mean nothing. */
    private static Optional<String> none(DataWords.Told told) {
        return told.sets().stream()
                .flatMap(set -> none(set, told.sets()).stream())
                .findFirst();
    }

    private static Optional<String> none(SetDraft set, List<SetDraft> all) {
        if (set.keys() == 0) {
            return Optional.of("there are 0 " + set.noun() + "; say how many keys there will be");
        }
        if (!set.also().isEmpty()) {
            return Optional.of("how many there are of \"" + set.also() + "\", each with " + set.noun()
                    + " of its own, is not said");
        }
        if (SERVERS.contains(set.per()) && all.stream().noneMatch(one -> one.isNamed(set.per()))) {
            return Optional.of(set.noun() + " are counted per " + set.per() + "; say how many there are in all");
        }
        return Optional.of("how many there are of \"" + set.per() + "\", each with " + set.keysFrom() + ", is not said")
                .filter(sentence -> set.awaitsOwners());
    }

    private static String sentence(String missing) {
        return "It cannot be sized yet: " + missing + ".";
    }
}
