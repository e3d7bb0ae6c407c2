package dev.keywright.expert.knowledge;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the knowledge are whole and fit together; every test names all faults at once. */
class KnowledgeTest {

    private static final Knowledge KNOWLEDGE = Knowledge.load();
    private static final List<Filed<Entry>> ENTRIES = Filed.entries();
    private static final List<Filed<PatternSheet>> PATTERNS = Filed.patterns();

    private static final Set<String> DEPRECATED = Set.of(
            "SETEX",
            "PSETEX",
            "GETSET",
            "BRPOPLPUSH",
            "RPOPLPUSH",
            "ZREVRANGE",
            "ZRANGEBYSCORE",
            "ZRANGEBYLEX",
            "ZREVRANGEBYSCORE",
            "ZREVRANGEBYLEX",
            "GEORADIUS",
            "GEORADIUSBYMEMBER",
            "HMSET",
            "SLAVEOF",
            "SUBSTR",
            "QUIT");

    private static final Pattern HEADER =
            Pattern.compile("\\A#!lua(?: flags=[a-z,-]+)?\\R--\\[\\[\\R(.*?)\\R\\]\\]\\R", Pattern.DOTALL);
    private static final Pattern DECLARED = Pattern.compile("(?:[A-Z]+ | {5,6}) *(\\d+)(\\.\\.)? .*");
    private static final Pattern USED = Pattern.compile("\\b(KEYS|ARGV)\\[(\\d+)\\]");
    private static final Pattern CALLED = Pattern.compile("redis\\.p?call\\('([^']+)'");

    private final List<String> faults = new ArrayList<>();

    @Test
    void everythingLoads() {
        assertThat(KNOWLEDGE.entries()).hasSize(ENTRIES.size()).hasSizeGreaterThan(400);
        assertThat(KNOWLEDGE.patterns()).hasSize(PATTERNS.size());
    }

    @Test
    void everyCanonicalPatternHasItsFile() {
        assertThat(PATTERNS).extracting(Filed::id).containsExactlyInAnyOrderElementsOf(Canonical.PATTERNS);
        PATTERNS.forEach(filed -> expect(
                filed.file().equals("patterns/" + filed.id() + ".yaml"), filed.where() + " stands in another's file"));
        assertThat(faults).isEmpty();
    }

    @Test
    void everyEntryIsComplete() {
        for (Filed<Entry> filed : ENTRIES) {
            Entry entry = filed.thing();
            expect(entry.id().matches("[a-z0-9]+(-[a-z0-9]+)*"), filed.where() + ": the id is not in kebab case");
            expect(!entry.source().isEmpty(), filed.where() + ": no source");
            expect(!entry.answer().isEmpty() && !entry.title().isEmpty(), filed.where() + ": no answer or title");
            expect(
                    entry.asks().size() >= 3 && entry.asks().size() <= 16,
                    filed.where() + ": " + entry.asks().size() + " questions; give 3 to 16");
            expect(!entry.terms().isEmpty(), filed.where() + ": no terms");
            expect(entry.errors().isEmpty() || !entry.steps().isEmpty(), filed.where() + ": an error without steps");
            expect(Set.of("standalone", "cluster").contains(entry.checkOn()), filed.where() + ": " + entry.checkOn());
            for (Entry.Check check : entry.checks()) {
                expect(
                        check.gives().isEmpty() || check.fails().isEmpty(),
                        filed.where() + ": both gives and fails: " + check.run());
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyLinkLeadsToAnotherEntry() {
        for (Filed<Entry> filed : ENTRIES) {
            List<String> see = filed.thing().see();
            expect(Set.copyOf(see).size() == see.size(), filed.where() + ": a link stands twice in " + see);
            for (String id : see) {
                expect(KNOWLEDGE.entry(id).isPresent(), filed.where() + ": no entry is called " + id);
                expect(!id.equals(filed.id()), filed.where() + ": links to itself");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everythingImpliedIsCanonical() {
        for (Filed<Entry> filed : ENTRIES) {
            Entry entry = filed.thing();
            entry.pattern().ifPresent(pattern -> canonical(filed, "pattern", pattern, Canonical.PATTERNS));
            for (Entry.Implication implied : entry.implies()) {
                implied.choices()
                        .forEach((choice, value) ->
                                canonical(filed, choice, value, Canonical.CHOICES.getOrDefault(choice, Set.of())));
                implied.when().forEach(trait -> canonical(filed, "trait", trait, traits()));
            }
        }
        assertThat(faults).isEmpty();
    }

    private static Set<String> traits() {
        Set<String> traits = new TreeSet<>();
        Filed.files("vocabulary").stream()
                .filter(file -> file.name().equals("traits"))
                .flatMap(file -> file.root().nodes("meanings").stream())
                .forEach(node -> traits.add(node.text("id")));
        return traits;
    }

    @Test
    void patternsUseCanonicalNames() {
        Set<String> traits = traits();
        for (Filed<PatternSheet> filed : PATTERNS) {
            PatternSheet sheet = filed.thing();
            canonical(filed, "structure", sheet.structure(), Canonical.STRUCTURES);
            sheet.item().ifPresent(item -> canonical(filed, "item", item, Canonical.QUANTITIES));
            sheet.assumes().forEach(assumed -> canonical(filed, "assumes", assumed.name(), Canonical.QUANTITIES));
            quantities(sheet).forEach(name -> canonical(filed, "amount", name, Canonical.QUANTITIES));
            keys(sheet).forEach(key -> canonical(filed, "type of " + key.name(), key.type(), Canonical.STRUCTURES));
            for (PatternSheet.Variant variant : sheet.variants()) {
                canonical(filed, "variant", variant.pattern(), Canonical.PATTERNS);
                canonical(filed, "structure of a variant", variant.structure(), Canonical.STRUCTURES);
                variant.when().forEach(trait -> canonical(filed, "trait", trait, traits));
            }
            for (PatternSheet.Candidate candidate : sheet.candidates()) {
                canonical(filed, "candidate", candidate.pattern(), Canonical.PATTERNS);
                canonical(filed, "structure of a candidate", candidate.structure(), Canonical.STRUCTURES);
            }
        }
        assertThat(faults).isEmpty();
    }

    /** Two entries with one question compete for it, and the reader gets half of the answer. */
    @Test
    void noQuestionBelongsToTwoEntries() {
        Map<Set<String>, String> owners = new HashMap<>();
        for (Filed<Entry> filed : ENTRIES) {
            for (String ask : filed.thing().asks()) {
                Set<String> stems = Words.of(ask).stream()
                        .filter(word -> !Words.FILLERS.contains(word.lower()))
                        .map(Word::stem)
                        .collect(toSet());
                String other = owners.put(stems, filed.where());
                expect(other == null, "\"" + ask + "\" is asked of " + filed.where() + " and " + other);
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void noErrorTextBelongsToTwoEntries() {
        Map<String, String> owners = new HashMap<>();
        for (Filed<Entry> filed : ENTRIES) {
            for (String text : filed.thing().errors()) {
                String other = owners.put(text.toLowerCase(Locale.ROOT), filed.where());
                expect(other == null, "\"" + text + "\" is claimed by " + filed.where() + " and " + other);
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void noCommentStandsBehindAnythingToType() {
        lines().forEach(line -> {
            List<String> shown =
                    new ArrayList<>(CommandLine.written(line.thing()).values());
            shown.add(line.thing());
            for (String text : shown) {
                expect(
                        text.lines()
                                .noneMatch(one ->
                                        one.replaceAll("'[^']*'|\"[^\"]*\"", "").matches("\\s*[^#\\s].*\\s#(\\s.*)?")),
                        line.where() + ": a comment behind " + text);
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void noDeprecatedCommandIsRecommended() {
        lines().forEach(line -> deprecated(line.where(), line.thing()));
        for (String script : scripts()) {
            CALLED.matcher(lua(script).orElseThrow()).results().forEach(call -> deprecated(script, call.group(1)));
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyPhraseCanBeSaid() {
        phrases((where, phrase) -> {
            for (String chunk : phrase.text().strip().split("\\s+")) {
                boolean gap = chunk.equals("...") || chunk.equals("&");
                expect(gap || !chunk.contains("..."), where + ": \"...\" stands apart in \"" + phrase.text() + "\"");
                if (chunk.contains("|")) {
                    for (String option : chunk.split("\\|", -1)) {
                        expect(
                                Words.of(option).size() == 1,
                                where + ": \"" + option + "\" is not one word in \"" + phrase.text() + "\"");
                    }
                }
            }
            PhraseBook book = new PhraseBook(Map.of("it", List.of(phrase)));
            for (String said : sayings(phrase)) {
                expect(
                        !book.find(KNOWLEDGE.words(said)).isEmpty(),
                        where + ": \"" + said + "\" is not found by \"" + phrase.text() + "\"");
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void everyWordOfAClassIsOneWord() {
        for (KnowledgeFile file : Filed.files("vocabulary")) {
            for (Node named : file.root().nodes("classes")) {
                named.texts("words")
                        .forEach(word -> expect(
                                Words.of(word).size() == 1, named.text("name") + ": \"" + word + "\" is not one word"));
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void noPhraseStandsTwice() {
        Map<String, String> seen = new HashMap<>();
        phrases((where, phrase) -> {
            String runs = Stream.of(phrase.text().split(" & "))
                    .map(run -> Phrase.of(run, phrase.strength()).parts().stream()
                            .map(part -> (part.gapBefore() ? "... " : "") + new TreeSet<>(part.stems()))
                            .collect(joining(" ")))
                    .sorted()
                    .collect(joining(" & "));
            String other = seen.put(where + runs, phrase.text());
            expect(other == null, where + ": \"" + phrase.text() + "\" says the same as \"" + other + "\"");
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void everyScriptNamedIsThereAndDeclaresItsArguments() {
        Set<String> scripts = scripts();
        for (String script : scripts) {
            Optional<String> lua = lua(script);
            expect(lua.isPresent(), script + " is nowhere");
            lua.ifPresent(text -> script(script, text));
        }
        assertThat(faults).isEmpty();
        assertThat(scripts).hasSizeGreaterThan(20);
    }

    @Test
    void everyScriptIsGivenTheKeysItDeclares() {
        for (Filed<PatternSheet> filed : PATTERNS) {
            Stream.concat(Filed.lines(filed.thing()), Filed.measured(filed.thing()))
                    .flatMap(line -> Stream.of(line.split(" ; ")))
                    .map(line -> List.of(line.split(" ")))
                    .filter(words -> words.size() > 1 && words.get(1).endsWith(".lua"))
                    .forEach(words -> {
                        int keys = words.get(0).equals("EVALSHA")
                                ? Integer.parseInt(words.get(2))
                                : words.indexOf("|") - 2;
                        int arguments = words.get(0).equals("EVALSHA")
                                ? words.size() - 3 - keys
                                : words.size() - 1 - words.indexOf("|");
                        String lua = lua(words.get(1)).orElse("");
                        expect(
                                keys <= declared(lua, "KEYS") && arguments <= declared(lua, "ARGV"),
                                filed.where() + ": too many keys or arguments in " + String.join(" ", words));
                    });
        }
        assertThat(faults).isEmpty();
    }

    private void expect(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    private void canonical(Filed<?> filed, String what, String value, Collection<String> known) {
        expect(known.contains(value), "%s: %s \"%s\" is not known".formatted(filed.where(), what, value));
    }

    /** Everything that people or evidence are told to send. */
    private static Stream<Filed<String>> lines() {
        return Stream.concat(
                ENTRIES.stream()
                        .flatMap(filed ->
                                Filed.lines(filed.thing()).map(line -> new Filed<>(filed.file(), filed.id(), line))),
                PATTERNS.stream()
                        .flatMap(filed -> Stream.concat(Filed.lines(filed.thing()), Filed.measured(filed.thing()))
                                .map(line -> new Filed<>(filed.file(), filed.id(), line))));
    }

    private void deprecated(String where, String line) {
        List<String> words = Arrays.asList(line.toUpperCase(Locale.ROOT).split("[\\s'\"|;]+"));
        for (int i = 0; i < words.size(); i++) {
            boolean command = i == 0 || words.get(0).startsWith("REDIS-");
            expect(!(command && DEPRECATED.contains(words.get(i))), where + ": " + words.get(i) + " in " + line);
            boolean debug =
                    words.get(i).equals("OBJECT") && i > 0 && words.get(i - 1).equals("DEBUG");
            expect(!debug, where + ": DEBUG OBJECT in " + line);
        }
    }

    private static Stream<PatternSheet.Key> keys(PatternSheet sheet) {
        return Stream.concat(
                sheet.keys().stream(), sheet.variants().stream().flatMap(variant -> variant.keys().stream()));
    }

    private static Stream<String> quantities(PatternSheet sheet) {
        Stream<String> ttls = keys(sheet).flatMap(key -> key.ttl().stream()).flatMap(ttl -> ttl.of().stream());
        Stream<String> sizes = sheet.size().stream()
                .flatMap(size -> Stream.of(
                                size.items(),
                                size.elements().of(),
                                size.valueBytes().of())
                        .flatMap(List::stream));
        return Stream.concat(ttls, sizes);
    }

    /** Hands over every phrase of patterns and vocabularies, with where it stands. */
    private static void phrases(BiConsumer<String, Phrase> to) {
        PATTERNS.forEach(filed -> filed.thing().phrases().forEach(phrase -> to.accept(filed.file(), phrase)));
        for (KnowledgeFile file : Filed.files("vocabulary")) {
            for (Node meaning : file.root().nodes("meanings")) {
                String where = "vocabulary/" + file.name() + ".yaml, " + meaning.text("id");
                for (Phrase.Strength strength : Phrase.Strength.values()) {
                    meaning.texts(strength.name().toLowerCase(Locale.ROOT))
                            .forEach(text -> to.accept(where, Phrase.of(text, strength)));
                }
            }
        }
    }

    /** Texts that a phrase is meant to find: one for each of its alternatives. */
    private static List<String> sayings(Phrase phrase) {
        List<String> chunks = Stream.of(phrase.text().strip().split("\\s+"))
                .filter(chunk -> !chunk.equals("...") && !chunk.equals("&"))
                .toList();
        List<String> sayings = new ArrayList<>();
        for (int varied = 0; varied < chunks.size(); varied++) {
            for (String option : chunks.get(varied).split("\\|")) {
                List<String> said = new ArrayList<>();
                for (int i = 0; i < chunks.size(); i++) {
                    said.add(i == varied ? option : chunks.get(i).split("\\|")[0]);
                }
                sayings.add(String.join(" ", said));
            }
        }
        return sayings;
    }

    private static Set<String> scripts() {
        Set<String> scripts = new TreeSet<>();
        for (Filed<PatternSheet> filed : PATTERNS) {
            filed.thing().script().ifPresent(scripts::add);
            Stream.concat(Filed.lines(filed.thing()), Filed.measured(filed.thing()))
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .filter(word -> word.endsWith(".lua"))
                    .forEach(scripts::add);
        }
        return scripts;
    }

    private static Optional<String> lua(String name) {
        return Stream.of(
                        "/dev/keywright/expert/patterns/scripts/",
                        "/dev/keywright/limit/",
                        "/dev/keywright/cache/",
                        "/dev/keywright/")
                .flatMap(folder -> Stream.ofNullable(KnowledgeTest.class.getResourceAsStream(folder + name)))
                .map(KnowledgeTest::text)
                .findFirst();
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void script(String name, String lua) {
        Matcher header = HEADER.matcher(lua);
        if (!header.find()) {
            faults.add(name + " does not begin with #!lua and a header");
            return;
        }
        for (String field : List.of("KEYS", "ARGV", "REPLY", "COST", "NEEDS")) {
            expect(header.group(1).contains("\n" + field + " "), name + ": the header lacks " + field);
        }
        USED.matcher(lua.substring(header.end()))
                .results()
                .filter(used -> Integer.parseInt(used.group(2)) > declared(lua, used.group(1)))
                .forEach(used -> faults.add(name + " uses " + used.group() + " and does not declare it"));
    }

    /** How many keys or arguments the header of a script names; {@code 3..} and "follow" stand for any number. */
    private static int declared(String lua, String field) {
        Matcher header = HEADER.matcher(lua);
        if (!header.find()) {
            return 0;
        }
        int last = 0;
        boolean inside = false;
        for (String line : header.group(1).lines().toList()) {
            inside = line.startsWith(field) || inside && line.startsWith(" ");
            Matcher declaration = DECLARED.matcher(line);
            if (inside && declaration.matches()) {
                boolean open = declaration.group(2) != null
                        || line.contains("; then ")
                        || line.contains("may follow")
                        || line.contains("pairs");
                last = open ? Integer.MAX_VALUE : Math.max(last, Integer.parseInt(declaration.group(1)));
            }
        }
        return last;
    }
}
