package dev.keywright.expert.artifact;

import dev.keywright.expert.choice.Choice;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.workload.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes the answer and its files: for a design the page, the server's configuration, scripts, a Maven project and what runs the
 * servers; for the set-up of a topology what runs it; for anything else the page alone. {@code design.json} is the answer itself: it is named among the artifacts and written by whoever turns
 * answers into JSON. Nothing is put on disk here.
 */
public final class Writer {

    public Output write(Choice choice) {
        Design design = choice.design();
        List<Artifact> files = new ArrayList<>();
        Supplier<List<Artifact>> deployment = List::of;
        List<String> paths = new ArrayList<>(List.of("README.md"));
        if (design.workload().kind() == Kind.DESIGN) {
            files.addAll(ServerFiles.write(design));
            files.addAll(JavaProject.write(choice));
            deployment = () -> DeploymentFiles.write(design, DeploymentFiles.FOLDER);
        } else if (design.isSetUp()) {
            files.addAll(DeploymentFiles.write(design, ""));
        }
        if (!files.isEmpty()) {
            paths.add("design.json");
        }
        files.forEach(file -> paths.add(file.path()));
        if (design.workload().kind() == Kind.DESIGN) {
            paths.add(DeploymentFiles.FOLDER);
        }
        Answer answer = AnswerWriter.write(choice, List.copyOf(paths));
        files.add(0, Readme.of(answer));
        return new Output(answer, files, deployment);
    }
}
