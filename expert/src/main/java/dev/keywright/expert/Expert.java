package dev.keywright.expert;

import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.artifact.Writer;
import dev.keywright.expert.choice.Judge;
import dev.keywright.expert.design.Designer;
import dev.keywright.expert.evidence.Evidence;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import java.util.Map;

/**
 * The Redis expert: a task in plain words becomes an understood workload, candidates, evidence, one design and its
 * files. No network, no language model, no clock, no chance: the same task and evidence give the same answer.
 * Threads: any number.
 */
public final class Expert {

    private final WorkloadReader reader;
    private final Designer designer;
    private final Judge judge = new Judge();
    private final Writer writer = new Writer();

    public Expert(Knowledge knowledge) {
        this.reader = new WorkloadReader(knowledge);
        this.designer = new Designer(knowledge);
    }

    /** Answers without measuring. */
    public Output answer(Task task, Map<String, Double> overrides) {
        var workload = reader.read(task, overrides);
        var design = designer.design(workload);
        var choice = judge.choose(design, Evidence.NONE);
        return writer.write(choice);
    }
}
