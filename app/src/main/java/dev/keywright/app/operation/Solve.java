package dev.keywright.app.operation;

import dev.keywright.expert.Expert;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.evidence.Depth;
import dev.keywright.expert.evidence.EvidenceException;
import dev.keywright.expert.evidence.ServerChoice;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.proof.Proof;
import dev.keywright.expert.task.Task;
import dev.keywright.server.ServerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A task in plain words becomes an answer and, where a folder is given, files. Any number of threads. */
public final class Solve {

    /**
     * @param overrides quantities by canonical name, in base units
     * @param folder where the files of a design go; absent to write none
     * @param force write into a folder that is not empty
     */
    public record Request(
            Task task,
            Map<String, Double> overrides,
            Depth depth,
            ServerChoice server,
            Optional<Path> folder,
            boolean force) {

        /** Answers without measuring and without files. */
        public static Request of(Task task) {
            return new Request(task, Map.of(), Depth.NONE, ServerChoice.OWN, Optional.empty(), false);
        }
    }

    /**
     * @param folder where the files are
     * @param checks what was tried of them and how it ended
     * @param next what to type to go on
     */
    public record Result(Answer answer, Optional<Path> folder, List<Proof.Check> checks, Optional<String> next) {}

    private final Expert expert;

    private Solve(Expert expert) {
        this.expert = expert;
    }

    /** Reads the knowledge; takes a fraction of a second. */
    public static Solve create() {
        return new Solve(new Expert(Knowledge.load()));
    }

    /**
     * A design is measured and tried, the files of a set-up are tried; a question, any other operation and a refusal are answered
     * from the knowledge.
     *
     * @param progress is told in a few words what happens
     * @throws UserError when there is no such server or folder, or it cannot be used
     */
    public Result run(Request request, Consumer<String> progress) {
        Output known = expert.answer(request.task(), request.overrides());
        if (known.answer().artifacts().size() <= 1) {
            return new Result(known.answer(), Optional.empty(), List.of(), Optional.empty());
        }
        Optional<OutputFolder> folder = request.folder().map(path -> new OutputFolder(path, request.force()));
        if (request.depth() == Depth.NONE) {
            return written(new Proof(known, List.of()), request, folder);
        }
        try {
            Proof proof =
                    expert.solve(request.task(), request.overrides(), request.depth(), request.server(), progress);
            return written(proof, request, folder);
        } catch (EvidenceException | ServerException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }

    private static Result written(Proof proof, Request request, Optional<OutputFolder> folder) {
        Output output = proof.output();
        folder.ifPresent(to -> to.write(whole(output)));
        Optional<String> next = request.folder().flatMap(to -> next(output, to));
        return new Result(output.answer(), request.folder(), proof.checks(), next);
    }

    /** The words of a task as the name of a folder. */
    public static String slug(String text) {
        String head = text.length() <= 200 ? text : text.substring(0, 200);
        String plain =
                head.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        if (plain.isEmpty()) {
            return "task";
        }
        if (plain.length() <= 48) {
            return plain;
        }
        int cut = plain.lastIndexOf('-', 48);
        return plain.substring(0, cut < 20 ? 48 : cut);
    }

    private static List<Artifact> whole(Output output) {
        List<Artifact> files = new ArrayList<>(output.files());
        files.add(new Artifact("design.json", Json.pretty(output.answer()) + "\n"));
        return files;
    }

    private static Optional<String> next(Output output, Path folder) {
        String quoted = folder.toString().matches("[A-Za-z0-9_./-]+") ? folder.toString() : "'" + folder + "'";
        if (output.files().stream().anyMatch(file -> file.path().equals("pom.xml"))) {
            return Optional.of("cd " + quoted + " && mvn verify");
        }
        boolean runs = output.files().stream().anyMatch(file -> file.path().equals("deployment.json"));
        return runs ? Optional.of("keywright up " + quoted) : Optional.empty();
    }
}
