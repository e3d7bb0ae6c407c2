package dev.keywright.expert;

import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.artifact.Writer;
import dev.keywright.expert.choice.Judge;
import dev.keywright.expert.design.Designer;
import dev.keywright.expert.evidence.Bench;
import dev.keywright.expert.evidence.Depth;
import dev.keywright.expert.evidence.Evidence;
import dev.keywright.expert.evidence.EvidenceException;
import dev.keywright.expert.evidence.ServerChoice;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.proof.Proof;
import dev.keywright.expert.proof.Prover;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The Redis expert: a task in plain words becomes an understood workload, candidates, evidence, one design and its
 * files. No network, no language model, no clock, no chance: the same task and evidence give the same answer.
 * Threads: any number.
 */
public final class Expert {

    private final WorkloadReader reader;
    private final Designer designer;
    private final Judge judge = new Judge();
    private final Bench bench = new Bench();
    private final Writer writer = new Writer();
    private final Prover prover = new Prover();

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

    /**
     * The whole way: answers, measures the candidates of a design, and tries its files on a real server.
     *
     * @param depth how much is measured
     * @param where on which server; its files are always tried on a private one
     * @param progress is told in a few words what happens
     * @throws EvidenceException when there is no such server, or it may not be measured on
     */
    public Proof solve(
            Task task, Map<String, Double> overrides, Depth depth, ServerChoice where, Consumer<String> progress) {
        var workload = reader.read(task, overrides);
        var design = designer.design(workload);
        var evidence = bench.measure(design, depth, where, progress);
        var choice = judge.choose(design, evidence);
        var output = writer.write(choice);
        return depth == Depth.NONE ? new Proof(output, List.of()) : prover.prove(output, where.options());
    }
}
