package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.task.Word;
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
        List<Need> needs = needFinder.choose(fitting(kind, ranked));
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
                refusal.isPresent() ? List.of() : entries.best(ENTRIES_KEPT),
                overrides,
                refusal);
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
