package dev.keywright.app.operation;

import dev.keywright.expert.evidence.ServerChoice;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.proof.Proving;
import dev.keywright.expert.proof.Report;
import dev.keywright.expert.proof.page.ProofPage;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Tries the design in a folder on real servers of this machine and writes what became of its promises. One at a time. */
public final class Prove {

    /**
     * @param folder what {@code keywright "<task>"} wrote; the proof goes there too
     * @param budget wall time for all of it
     * @param items how many items to load; absent for as many as fit the time and the memory
     * @param server its program is started; a running server is never proved on
     */
    public record Request(Path folder, Duration budget, OptionalLong items, ServerChoice server) {}

    /** One promise: {@code outcome} is {@code held}, {@code not held} or {@code not tested}. */
    public record Line(String promise, String outcome, String figures) {

        public boolean isBroken() {
            return outcome.equals("not held");
        }

        public boolean isHeld() {
            return outcome.equals("held");
        }
    }

    /**
     * @param ran on what and with how much
     * @param document the whole of proof.json
     */
    public record Result(
            String task, List<String> ran, List<Line> promises, Path json, Path page, String document, boolean holds) {}

    private final Proving proving;

    private Prove(Proving proving) {
        this.proving = proving;
    }

    /** Reads the knowledge; takes a fraction of a second. */
    public static Prove create() {
        return new Prove(new Proving(Knowledge.load(), InstantSource.system()));
    }

    /**
     * @param progress is told in a few words what happens
     * @throws OpsException when there is no design in the folder, its servers do not start, or the proof cannot be written
     */
    public Result run(Request request, Consumer<String> progress) {
        Path folder = request.folder();
        Proving.Options options = new Proving.Options(
                request.budget(), request.items(), request.server().options());
        Report report = proving.prove(folder, options, progress);
        Path json = folder.resolve("proof.json");
        Path page = folder.resolve("proof.html");
        Document.write(json, report);
        write(page, ProofPage.of(report));
        List<Line> lines = report.verdicts().stream()
                .map(verdict -> new Line(
                        verdict.promise(),
                        verdict.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        verdict.figures()))
                .toList();
        return new Result(
                report.task(), ProofPage.ran(report), lines, json, page, Document.text(report), report.holds());
    }

    /** Whole or not at all. */
    private static void write(Path file, String text) {
        Path draft = file.resolveSibling("." + file.getFileName() + ".unfinished");
        try {
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new OpsException(
                    file + " could not be written (" + e + "). Free space there or make it writable.", e);
        }
    }
}
