package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Workload;
import java.util.List;
import java.util.Optional;

/**
 * What is proposed, before anything is measured.
 *
 * @param needs the main one first; empty for a question that is about no pattern
 * @param server absent where the task does not touch the server
 * @param entries what the knowledge says, best first
 */
public record Design(
        Workload workload,
        List<NeedDesign> needs,
        Optional<ServerDesign> server,
        MemoryEstimate memory,
        List<Warning> warnings,
        List<Assumption> assumptions,
        List<String> questions,
        List<Step> steps,
        List<Entry> entries) {

    /** Whether servers are to be set up: their files are the answer as much as its words. */
    public boolean isSetUp() {
        return workload.kind() == Kind.OPS
                && workload.has("set-up")
                && server.filter(one -> !one.topology().isEmpty()).isPresent();
    }

    public Optional<NeedDesign> main() {
        return needs.stream().findFirst();
    }
}
