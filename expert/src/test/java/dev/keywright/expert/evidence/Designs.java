package dev.keywright.expert.evidence;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.Designer;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Need;
import dev.keywright.expert.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Designs of single patterns, whatever words would lead to them. */
public final class Designs {

    public static final Knowledge KNOWLEDGE = Knowledge.load();

    private Designs() {}

    public static Design of(String pattern) {
        return of(pattern, Map.of());
    }

    public static Design of(String pattern, Map<String, Double> quantities) {
        Workload workload = new Workload(
                new Task("test", pattern),
                List.of(),
                Kind.DESIGN,
                List.of(),
                Map.of(),
                List.of(new Need(pattern, 8, 8, List.of())),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                quantities,
                Optional.empty());
        return new Designer(KNOWLEDGE).design(workload);
    }

    /** The design with those candidates instead of its own. */
    static Design withCandidates(Design design, List<Candidate> candidates) {
        NeedDesign need = design.needs().get(0);
        NeedDesign changed = new NeedDesign(
                need.title(),
                need.sheet(),
                need.structure(),
                need.keys(),
                need.commands(),
                need.script(),
                need.why(),
                need.alternatives(),
                candidates,
                need.guarantees(),
                need.traps(),
                need.cache(),
                need.messages());
        return new Design(
                design.workload(),
                List.of(changed),
                design.server(),
                design.memory(),
                design.warnings(),
                design.assumptions(),
                design.questions(),
                design.steps(),
                design.entries());
    }
}
