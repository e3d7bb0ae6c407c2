package dev.keywright.expert.artifact;

import dev.keywright.expert.choice.Choice;
import dev.keywright.expert.workload.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the answer and its files: for a design the page, the server's configuration, scripts, a Maven project and what runs the
 * servers; for the set-up of a topology what runs it; for anything else the page alone. {@code design.json} is the answer itself: it is named among the artifacts and written by whoever turns
 * answers into JSON. Nothing is put on disk here.
 */
public final class Writer {

    public Output write(Choice choice) {
        List<Artifact> files = new ArrayList<>();
        List<String> paths = new ArrayList<>(List.of("README.md"));
        if (choice.design().workload().kind() == Kind.DESIGN) {
            files.addAll(ServerFiles.write(choice.design()));
            files.addAll(JavaProject.write(choice));
            files.addAll(DeploymentFiles.write(choice.design(), DeploymentFiles.FOLDER));
        } else if (choice.design().isSetUp()) {
            files.addAll(DeploymentFiles.write(choice.design(), ""));
        }
        if (!files.isEmpty()) {
            paths.add("design.json");
        }
        files.forEach(file -> paths.add(file.path()));
        Answer answer = AnswerWriter.write(choice, List.copyOf(paths));
        files.add(0, Readme.of(answer));
        return new Output(answer, List.copyOf(files));
    }
}
