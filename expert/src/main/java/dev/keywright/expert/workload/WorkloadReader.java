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
            "(?i)\\b(?:redis|valkey|version|server|run|on|still)\\s+(?:is\\s+|at\\s+|on\\s+)?v?(\\d\\.\\d)(?:\\.\\d+)?(?![\\d%])");

    /** A key prefix as people write it: "session:*", "all keys below stats:". */
    private static final Pattern PREFIX = Pattern.compile(
            "(?<![\\w:/.-])([A-Za-z][\\w.-]*(?::[\\w.-]+)*:)\\*"
                    + "|\\b(?:prefix|below|under|beginning with|starting with|keys|from|like) ([A-Za-z][\\w.-]*:)(?=[\\s,;]|$)");

    private static final int ENTRIES_KEPT = 5;

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
        Optional<Refusal> refusal = scope.refusal(text, words, ranked, entries);
        Kind kind = refusal.isPresent() ? Kind.REFUSAL : kindFinder.find(text, words, ranked, entries);
        Entries fitting = entries.fitting(kind);
        List<Need> needs = needFinder.choose(
                fitting(kind, kind == Kind.OPS ? voted(ranked, fitting.patterns()) : ranked), Items.of(text, words));
        List<String> patterns = needs.stream().map(Need::pattern).toList();
        String main = patterns.isEmpty() ? "" : patterns.get(0);
        List<Fact> facts = refusal.isPresent() ? List.of() : quantityReader.read(text, words, main, patterns);
        return new Workload(
                task,
                words,
                kind,
                facts,
                refusal.isPresent() ? List.of() : needs,
                traits(words),
                version(text),
                refusal.isPresent() ? List.of() : filled(fitting.best(ENTRIES_KEPT), text, facts),
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
                    said.map(Need::hits).orElse(List.of())));
        });
        needs.sort(Comparator.comparingDouble((Need need) -> -need.score()));
        return needs;
    }

    /** The entries with the amounts and the key prefix of the text in their commands; both are only ever shown. */
    private static List<Entry> filled(List<Entry> entries, String text, List<Fact> facts) {
        Map<String, String> values = new HashMap<>();
        Matcher prefix = PREFIX.matcher(text);
        if (prefix.find()) {
            values.put("prefix", prefix.group(1) != null ? prefix.group(1) : prefix.group(2));
        }
        for (Fact fact : facts) {
            values.putIfAbsent(fact.name(), String.valueOf(Math.round(fact.value())));
        }
        return entries.stream().map(entry -> entry.filled(values)).toList();
    }

    /** Operations are no part of a design, and a design is no part of an operation. */
    private static List<Need> fitting(Kind kind, List<Need> ranked) {
        return ranked.stream()
                .filter(need -> kind == Kind.QUERY || KindFinder.isOperations(need) == (kind == Kind.OPS))
                .toList();
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

    private static Optional<Double> version(String text) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.find() ? Optional.of(Double.valueOf(matcher.group(1))) : Optional.empty();
    }
}
