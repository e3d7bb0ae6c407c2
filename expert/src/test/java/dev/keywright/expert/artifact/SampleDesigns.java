package dev.keywright.expert.artifact;

import dev.keywright.expert.choice.Choice;
import dev.keywright.expert.choice.Judge;
import dev.keywright.expert.design.Designer;
import dev.keywright.expert.evidence.Evidence;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Need;
import dev.keywright.expert.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Designs made for chosen patterns, without any words that ask for them. */
public final class SampleDesigns {

    /** Patterns that are work on a server, not code. */
    static final Set<String> OPERATIONS =
            Set.of("backup", "migration", "monitoring", "benchmark", "memory-optimization");

    /** Other forms than the usual one that messages take: by name the pattern, and a trait that asks for it. */
    static final Map<String, List<String>> FORMS = Map.of(
            "bounded-queue", List.of("reliable-queue", "back-pressure"),
            "durable-topic", List.of("stream-consumer-group", "every-listener"),
            "ordered-stream", List.of("stream-consumer-group", "key-order"),
            "delayed-jobs", List.of("delayed-queue", "called-off"),
            "recurring-jobs", List.of("job-queue", "recurring"));

    private static final Knowledge KNOWLEDGE = Knowledge.load();

    private SampleDesigns() {}

    /** Every pattern that code is written for. */
    public static List<String> patterns() {
        return KNOWLEDGE.patterns().stream()
                .map(PatternSheet::pattern)
                .filter(pattern -> !OPERATIONS.contains(pattern))
                .sorted()
                .toList();
    }

    /**
     * A choice for these needs.
     *
     * @param traits as {@code vocabulary/traits.yaml} names them, such as {@code cluster-named}
     */
    public static Choice choice(List<String> patterns, Set<String> traits, Map<String, Double> quantities) {
        List<Need> needs = patterns.stream()
                .map(pattern -> new Need(pattern, 1, 1, List.of()))
                .toList();
        Workload workload = new Workload(
                new Task("sample", "Sample of " + String.join(", ", patterns)),
                List.of(),
                Kind.DESIGN,
                List.of(),
                Map.of(),
                needs,
                traits,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                quantities,
                Optional.empty());
        return new Judge().choose(new Designer(KNOWLEDGE).design(workload), Evidence.NONE);
    }

    public static Output output(List<String> patterns, String... traits) {
        return new Writer().write(choice(patterns, Set.of(traits), Map.of()));
    }
}
