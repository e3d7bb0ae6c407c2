package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a task: what is asked for, how much, under which constraints. Immutable, any number of threads. */
public final class WorkloadReader {

    private static final Pattern VERSION = Pattern.compile(
            "(?i)\\b(?:redis|valkey|version|server|run|on|still)\\s+(?:is\\s+|at\\s+|on\\s+)?v?(\\d\\.\\d)(?:\\.\\d+)?(?![\\d%])"
                    + "|(?<![\\d.])(\\d\\.\\d)(?:\\.\\d+)? (?:server|redis|valkey|instance|cluster)\\b");

    private static final int ENTRIES_KEPT = 5;

    private static final String NO_CONFLICT = "none";

    /** Few texts contradict themselves, so a small share says much: of 417 tasks this finds 94 of 114, and 6 of 303 wrongly. */
    private static final double CONFLICT_AT_LEAST = 0.1;

    private final Knowledge knowledge;
    private final NeedFinder needFinder;
    private final KindFinder kindFinder;
    private final Scope scope;
    private final QuantityReader quantityReader;

    public WorkloadReader(Knowledge knowledge) {
        this.knowledge = knowledge;
        this.needFinder = new NeedFinder(knowledge);
        this.kindFinder = new KindFinder(knowledge);
        this.scope = new Scope(knowledge);
        this.quantityReader = new QuantityReader();
    }

    /** What the task says; {@code overrides} are quantities the caller sets, whatever the text says. */
    public Workload read(Task task, Map<String, Double> overrides) {
        String text = task.readable();
        List<Word> words = knowledge.words(text);
        Entries entries = Entries.on(text, words, knowledge);
        List<Need> ranked = needFinder.rank(words);
        Map<Kind, Double> kinds = kindFinder.shares(text, words, ranked, entries);
        Optional<Refusal> refusal = scope.refusal(text, words, ranked, entries, kinds.getOrDefault(Kind.REFUSAL, 0.0));
        Kind kind = refusal.isPresent() ? Kind.REFUSAL : KindFinder.best(kinds);
        Entries fitting = entries.fitting(kind);
        List<List<Word>> parts = Items.of(text, words);
        List<Need> open = fitting(kind, kind == Kind.OPS ? voted(ranked, fitting.patterns()) : ranked);
        List<Need> needs = needFinder.choose(open, parts, need -> fits(kind, need));
        if (needs.isEmpty() && kind == Kind.DESIGN) {
            needs = open.stream().limit(1).toList();
        }
        List<String> patterns = needs.stream().map(Need::pattern).toList();
        String main = patterns.isEmpty() ? "" : patterns.get(0);
        List<Fact> facts = refusal.isPresent() ? List.of() : quantityReader.read(text, words, main, patterns);
        return new Workload(
                task,
                words,
                kind,
                facts,
                needs.size() > 1 && kind == Kind.DESIGN
                        ? Passages.of(text, parts, needs, needFinder).facts(quantityReader)
                        : Map.of(),
                refusal.isPresent() ? List.of() : needs,
                traits(words),
                contradiction(words),
                version(text),
                refusal.isPresent() ? List.of() : filled(fitting.best(ENTRIES_KEPT), EntryValues.of(text, facts)),
                overrides,
                refusal);
    }

    /** The needs of operations with what the knowledge found says for them. */
    private static List<Need> voted(List<Need> ranked, Map<String, Double> votes) {
        List<Need> needs = new ArrayList<>(ranked);
        votes.forEach((pattern, vote) -> {
            Optional<Need> said = ranked.stream()
                    .filter(need -> need.pattern().equals(pattern))
                    .findFirst();
            said.ifPresent(needs::remove);
            needs.add(new Need(
                    pattern,
                    vote + said.map(Need::score).orElse(0.0),
                    said.map(Need::said).orElse(0.0),
                    said.map(Need::hits).orElse(List.of())));
        });
        needs.sort(Comparator.comparingDouble((Need need) -> -need.score()));
        return needs;
    }

    private static List<Entry> filled(List<Entry> entries, Map<String, String> values) {
        return entries.stream().map(entry -> entry.filled(values)).toList();
    }

    /** Operations are no part of a design, and a design is no part of an operation. */
    private static List<Need> fitting(Kind kind, List<Need> ranked) {
        return ranked.stream().filter(need -> fits(kind, need)).toList();
    }

    private static boolean fits(Kind kind, Need need) {
        return kind == Kind.QUERY || KindFinder.isOperations(need) == (kind == Kind.OPS);
    }

    private Set<String> traits(List<Word> words) {
        Map<String, Double> said = new HashMap<>();
        for (Hit hit : knowledge.vocabulary("traits").find(words)) {
            said.merge(hit.owner(), hit.weight(), Double::sum);
        }
        Set<String> traits = new LinkedHashSet<>();
        said.forEach((trait, weight) -> {
            if (weight >= 3) {
                traits.add(trait);
            }
        });
        return traits;
    }

    private Optional<String> contradiction(List<Word> words) {
        return knowledge.conflictModel().shares(words, Map.of()).entrySet().stream()
                .filter(conflict -> !conflict.getKey().equals(NO_CONFLICT))
                .max(Map.Entry.comparingByValue())
                .filter(conflict -> conflict.getValue() >= CONFLICT_AT_LEAST)
                .map(Map.Entry::getKey);
    }

    private static Optional<Double> version(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(Double.valueOf(matcher.group(1) == null ? matcher.group(2) : matcher.group(1)));
    }
}
