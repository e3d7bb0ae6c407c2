package dev.keywright.expert.artifact;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer and the files that come with it; nothing is on disk yet. Any number of threads. */
public final class Output {

    private final Answer answer;
    private final List<Artifact> own;
    private final Supplier<List<Artifact>> deployment;
    private volatile @Nullable List<Artifact> all;

    public Output(Answer answer, List<Artifact> files) {
        this(answer, files, List::of);
    }

    /** @param deployment what runs the servers; some milliseconds of work, done when the files are asked for */
    Output(Answer answer, List<Artifact> own, Supplier<List<Artifact>> deployment) {
        this.answer = answer;
        this.own = List.copyOf(own);
        this.deployment = deployment;
    }

    public Answer answer() {
        return answer;
    }

    public List<Artifact> files() {
        List<Artifact> files = all;
        if (files == null) {
            List<Artifact> made = new ArrayList<>(own);
            made.addAll(deployment.get());
            files = List.copyOf(made);
            all = files;
        }
        return files;
    }
}
