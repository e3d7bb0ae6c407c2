package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Stemmer;
import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the expert knows, read once from the YAML files beside this package. Reading fails on an unknown field,
 * a doubled id or a missing file, so a half-read knowledge never answers. Immutable, any number of threads.
 */
public final class Knowledge {

    private static final double TITLE = 1;
    private static final double SUMMARY = 0.5;
    private static final double PHRASE = 0.2;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, PatternSheet> patterns = new LinkedHashMap<>();
    private final Map<String, PhraseBook> vocabularies = new HashMap<>();
    private final Map<String, Verb> verbs = new HashMap<>();
    private final Search<Entry> search;
    private final Search<PatternSheet> patternSearch;
    private final PhraseBook patternPhrases;
    private final Names names = new Names();
    private final Spelling spelling;
    private final WordClasses classes;
    private final WordModel kindModel = WordModel.load("kinds");
    private final WordModel needModel = WordModel.load("needs");
    private final WordModel conflictModel = WordModel.load("conflicts");

    private Knowledge(List<KnowledgeFile> files) {
        Map<String, Integer> lexicon = new HashMap<>();
        Search.Builder<Entry> entryIndex = new Search.Builder<>(Search.Weights.QUESTIONS);
        Search.Builder<PatternSheet> patternIndex = new Search.Builder<>(Search.Weights.WORDS);
        Map<String, List<Phrase>> phrases = new LinkedHashMap<>();
        classes = files.stream()
                .filter(Knowledge::holdsClasses)
                .findFirst()
                .map(file -> WordClasses.read(file.root()))
                .orElse(WordClasses.NONE);
        classes.all().forEach(stem -> lexicon.merge(stem, 1, Integer::sum));
        for (KnowledgeFile file : files) {
            if (holdsClasses(file)) {
                continue;
            }
            Node node = file.root();
            switch (file.folder()) {
                case "knowledge" -> readEntries(node, entryIndex, lexicon);
                case "patterns" -> readPattern(node, patternIndex, phrases, lexicon);
                case "vocabulary" -> readVocabulary(file.name(), node, lexicon);
                case "verbs" -> readVerbs(node);
                default -> throw new IllegalStateException("no such folder of knowledge: " + file.folder());
            }
        }
        verbs.keySet().stream().filter(id -> !entries.containsKey(id)).findAny().ifPresent(id -> {
            throw new IllegalStateException("a verb serves the entry " + id + ", which does not exist");
        });
        search = entryIndex.build();
        patternSearch = patternIndex.build();
        patternPhrases = new PhraseBook(phrases);
        spelling = new Spelling(lexicon);
    }

    private static boolean holdsClasses(KnowledgeFile file) {
        return file.folder().equals("vocabulary") && file.name().equals(WordClasses.FILE);
    }

    /** Reads all files; takes a fraction of a second. */
    public static Knowledge load() {
        return new Knowledge(KnowledgeFile.all());
    }

    public Collection<Entry> entries() {
        return entries.values();
    }

    public Optional<Entry> entry(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** What the program itself does for the subject of an entry. */
    public Optional<Verb> verb(String entryId) {
        return Optional.ofNullable(verbs.get(entryId));
    }

    public Collection<PatternSheet> patterns() {
        return patterns.values();
    }

    public PatternSheet pattern(String id) {
        PatternSheet sheet = patterns.get(id);
        if (sheet == null) {
            throw new IllegalArgumentException("no pattern is called " + id + "; known are " + patterns.keySet());
        }
        return sheet;
    }

    /** The phrases of {@code vocabulary/<name>.yaml}. */
    public PhraseBook vocabulary(String name) {
        PhraseBook book = vocabularies.get(name);
        if (book == null) {
            throw new IllegalArgumentException(
                    "no vocabulary is called " + name + "; known are " + vocabularies.keySet());
        }
        return book;
    }

    public PhraseBook patternPhrases() {
        return patternPhrases;
    }

    public Search<Entry> search() {
        return search;
    }

    public Search<PatternSheet> patternSearch() {
        return patternSearch;
    }

    /** What the words say about the kind of answer: design, query, ops or refusal. */
    public WordModel kindModel() {
        return kindModel;
    }

    /** What the words say about the pattern that is needed, or {@code none}. */
    public WordModel needModel() {
        return needModel;
    }

    /** What the words say about a contradiction between wishes, or {@code none}. */
    public WordModel conflictModel() {
        return conflictModel;
    }

    /** Names that only Redis uses. */
    public Names names() {
        return names;
    }

    /** The share of the words, 0 to 1, that the knowledge has met as they are; low for gibberish and foreign tongues. */
    public double familiarity(List<Word> words) {
        long known = words.stream()
                .filter(word -> Words.FILLERS.contains(word.lower()) || spelling.isKnown(Stemmer.stem(word.lower())))
                .count();
        return words.isEmpty() ? 0 : known / (double) words.size();
    }

    /** The words of a text with misspelt ones mended. */
    public List<Word> words(String text) {
        return spelling.mend(Words.of(text));
    }

    private void readEntries(Node node, Search.Builder<Entry> index, Map<String, Integer> lexicon) {
        String subject = node.text("subject");
        for (Node item : node.nodes("entries")) {
            Entry entry = Entry.read(subject, item);
            if (entries.put(entry.id(), entry) != null) {
                throw new IllegalArgumentException(item.where() + ": the id " + entry.id() + " is taken already");
            }
            Map<String, Double> fields = new LinkedHashMap<>();
            weigh(fields, entry.title(), 3);
            entry.asks().forEach(ask -> weigh(fields, ask, 1));
            entry.terms().forEach(term -> weigh(fields, term, 2));
            entry.terms().forEach(names::learn);
            entry.errors().forEach(error -> weigh(fields, error, 1.5));
            weigh(fields, entry.answer(), 1.5);
            entry.why().ifPresent(why -> weigh(fields, why, 0.8));
            entry.caveat().ifPresent(caveat -> weigh(fields, caveat, 0.8));
            entry.steps().forEach(step -> weigh(fields, step.title(), 0.5));
            entry.commands().forEach(command -> weigh(fields, command.run(), 0.5));
            index.add(entry, fields);
            fields.keySet().forEach(text -> learn(text, lexicon));
        }
        node.close();
    }

    private void readPattern(
            Node node,
            Search.Builder<PatternSheet> index,
            Map<String, List<Phrase>> phrases,
            Map<String, Integer> lexicon) {
        PatternSheet sheet = PatternSheet.read(node, classes);
        if (patterns.put(sheet.pattern(), sheet) != null) {
            throw new IllegalArgumentException(
                    node.where() + ": the pattern " + sheet.pattern() + " is described twice");
        }
        phrases.put(sheet.pattern(), sheet.phrases());
        Map<String, Double> fields = new LinkedHashMap<>();
        weigh(fields, sheet.title(), TITLE);
        weigh(fields, sheet.summary(), SUMMARY);
        sheet.asks().forEach(ask -> weigh(fields, ask, 1));
        sheet.phrases().stream()
                .filter(phrase -> phrase.strength() != Phrase.Strength.AGAINST)
                .forEach(phrase -> weigh(fields, plain(phrase.text()), PHRASE));
        index.add(sheet, fields);
        fields.keySet().forEach(text -> learn(text, lexicon));
        sheet.phrases().forEach(phrase -> learn(plain(phrase.text()), lexicon));
    }

    private void readVerbs(Node node) {
        for (Verb verb : Verb.read(node)) {
            for (String entry : verb.entries()) {
                if (verbs.put(entry, verb) != null) {
                    throw new IllegalArgumentException("two verbs serve the entry " + entry);
                }
            }
        }
    }

    private void readVocabulary(String name, Node node, Map<String, Integer> lexicon) {
        Map<String, List<Phrase>> phrases = new LinkedHashMap<>();
        for (Node meaning : node.nodes("meanings")) {
            List<Phrase> own = new ArrayList<>();
            for (Phrase.Strength strength : Phrase.Strength.values()) {
                for (String text : meaning.texts(strength.name().toLowerCase(Locale.ROOT))) {
                    own.add(Phrase.of(text, strength, classes));
                    learn(plain(text), lexicon);
                }
            }
            phrases.put(meaning.text("id"), List.copyOf(own));
            meaning.close();
        }
        node.close();
        vocabularies.put(name, new PhraseBook(phrases));
    }

    /** A phrase as words, without its signs and without names of classes. */
    private static String plain(String phrase) {
        return phrase.replaceAll("<\\w+>|[|&]", " ");
    }

    private static void weigh(Map<String, Double> fields, String text, double weight) {
        fields.merge(text, weight, Double::sum);
    }

    private static void learn(String text, Map<String, Integer> lexicon) {
        for (Word word : Words.of(text)) {
            lexicon.merge(word.stem(), 1, Integer::sum);
        }
    }
}
