package dev.keywright.app.operation;

import dev.keywright.expert.Expert;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.proof.Proof;
import dev.keywright.expert.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A task in plain words becomes an answer and, where a folder is given, files. Any number of threads. */
public final class Solve {

    /** How much is measured. */
    public enum Depth {
        FULL,
        QUICK,
        NONE
    }

    /**
     * @param folder where the files go; absent to write none
     * @param force write into a folder that is not empty
     */
    public record Request(
            Task task,
            Map<String, Double> overrides,
            Depth depth,
            Optional<String> redis,
            Optional<Path> server,
            Optional<Path> folder,
            boolean force) {}

    /** The answer, where its files are, what was tried of it and what to do next. */
    public record Result(Answer answer, Optional<Path> folder, List<Proof.Check> checks, Optional<String> next) {}

    private final Expert expert;

    private Solve(Expert expert) {
        this.expert = expert;
    }

    /** Reads the knowledge; takes a fraction of a second. */
    public static Solve create() {
        return new Solve(new Expert(Knowledge.load()));
    }

    public Result run(Request request, Consumer<String> progress) {
        request.folder().ifPresent(folder -> requireUsable(folder, request.force()));
        Output output = expert.answer(request.task(), request.overrides());
        Answer answer = output.answer();
        if (request.folder().isEmpty() || !answer.kind().equals("design")) {
            return new Result(answer, Optional.empty(), List.of(), Optional.empty());
        }
        Path folder = request.folder().get();
        write(output, folder);
        boolean project = output.files().stream().anyMatch(file -> file.path().equals("pom.xml"));
        return new Result(
                answer,
                Optional.of(folder),
                List.of(),
                project ? Optional.of("cd " + folder + " && mvn verify") : Optional.empty());
    }

    /** The words of a task as the name of a folder. */
    public static String slug(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String head = plain.length() <= 48 ? plain : plain.substring(0, 48);
        int cut = plain.length() <= 48 ? head.length() : Math.max(20, head.lastIndexOf('-'));
        String slug = head.substring(0, Math.min(cut, head.length())).replaceAll("-+$", "");
        return slug.isEmpty() ? "task" : slug;
    }

    private static void requireUsable(Path folder, boolean force) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserError(folder + " is a file; give another folder with -o.");
        }
        if (!force && Files.isDirectory(folder) && !isEmpty(folder)) {
            throw new UserError(folder + " is not empty; give another folder with -o, or --force to write into it.");
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UserError(folder + " cannot be read (" + e.getMessage() + "); give another folder with -o.", e);
        }
    }

    private static void write(Output output, Path folder) {
        List<Artifact> all = new ArrayList<>(output.files());
        all.add(new Artifact("design.json", Json.pretty(output.answer()) + "\n"));
        for (Artifact file : all) {
            Path target = folder.resolve(file.path());
            try {
                Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(folder));
                Files.writeString(target, file.text());
                if (file.path().endsWith(".sh") && !target.toFile().setExecutable(true)) {
                    throw new IOException("it could not be made executable");
                }
            } catch (IOException e) {
                throw new UserError(target + " could not be written (" + e.getMessage() + "); free space or give another folder with -o.", e);
            }
        }
    }
}
