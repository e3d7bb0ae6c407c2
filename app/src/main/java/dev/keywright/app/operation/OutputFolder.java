package dev.keywright.app.operation;

import dev.keywright.expert.artifact.Artifact;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder an answer's files go to. They are written beside it and moved there when all are whole, so that a full disk
 * or an interrupt leaves no half of an answer. One thread.
 */
final class OutputFolder {

    private final Path folder;
    private final boolean force;

    /**
     * @param folder need not exist
     * @param force write into it also when it holds files
     * @throws UserError when it cannot be used
     */
    OutputFolder(Path folder, boolean force) {
        this.folder = folder;
        this.force = force;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserError(folder + " is a file; give another folder with -o.");
        }
        if (!force && Files.isDirectory(folder) && !isEmpty()) {
            throw new UserError(folder + " is not empty; give another folder with -o, or --force to write into it.");
        }
    }

    /** Puts all files into place. Files an earlier answer left here and this one does not have are removed. */
    void write(List<Artifact> files) {
        Draft draft = null;
        try {
            Path whole = folder.toAbsolutePath().normalize();
            Path parent = Optional.ofNullable(whole.getParent()).orElse(whole);
            Files.createDirectories(parent);
            draft = new Draft(parent.resolve(
                    "." + whole.getFileName() + "-" + ProcessHandle.current().pid() + ".unfinished"));
            for (Artifact file : files) {
                draft.add(file);
            }
            draft.moveTo(whole, stale(whole, files));
        } catch (IOException e) {
            throw new UserError(
                    folder + " could not be written (" + reason(e) + "); free space or give another folder with -o.",
                    e);
        } finally {
            if (draft != null) {
                draft.discard();
            }
        }
    }

    private boolean isEmpty() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UserError(folder + " cannot be read (" + reason(e) + "); give another folder with -o.", e);
        }
    }

    /** What design.json says an earlier answer wrote here, less what is written now. */
    private List<Path> stale(Path whole, List<Artifact> files) throws IOException {
        Path design = whole.resolve("design.json");
        if (!force || !Files.isRegularFile(design)) {
            return List.of();
        }
        List<Path> kept = files.stream()
                .map(file -> whole.resolve(file.path()).normalize())
                .toList();
        List<Path> stale = new ArrayList<>();
        for (String name : Json.artifacts(Files.readString(design))) {
            Path listed = whole.resolve(name).normalize();
            if (listed.startsWith(whole) && !listed.equals(whole)) {
                stale.addAll(name.endsWith("/") ? filesBelow(listed) : List.of(listed));
            }
        }
        stale.removeAll(kept);
        return stale;
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String said = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }

    /** The files while they are being written. Any thread may discard it: the end of the program does. */
    private static final class Draft {

        private final Path place;
        private final Thread atEnd = new Thread(this::delete, "keywright-cleanup");
        private boolean deleted;

        Draft(Path place) throws IOException {
            this.place = place;
            delete();
            deleted = false;
            Runtime.getRuntime().addShutdownHook(atEnd);
            Files.createDirectory(place);
        }

        synchronized void add(Artifact file) throws IOException {
            requireThere();
            Path target = place.resolve(file.path()).normalize();
            if (!target.startsWith(place) || target.equals(place)) {
                throw new IllegalArgumentException(file.path() + " lies outside the folder of the answer");
            }
            Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(place));
            Files.writeString(target, file.text());
            if (file.path().endsWith(".sh") && !target.toFile().setExecutable(true)) {
                throw new IOException("a script could not be made executable");
            }
        }

        /** Whole or not at all where the folder is new; file by file where it is there already. */
        synchronized void moveTo(Path folder, List<Path> stale) throws IOException {
            requireThere();
            if (!Files.exists(folder)) {
                Files.move(place, folder, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
            try (Stream<Path> all = Files.walk(place)) {
                for (Path from : all.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve(place.relativize(from));
                    Files.createDirectories(Optional.ofNullable(to.getParent()).orElse(folder));
                    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            for (Path old : stale) {
                Files.deleteIfExists(old);
            }
        }

        private void requireThere() throws IOException {
            if (deleted) {
                throw new IOException("interrupted");
            }
        }

        void discard() {
            delete();
            try {
                Runtime.getRuntime().removeShutdownHook(atEnd);
            } catch (IllegalStateException ending) {
                // The program ends already and the hook runs.
            }
        }

        private synchronized void delete() {
            deleted = true;
            if (!Files.exists(place)) {
                return;
            }
            try (Stream<Path> all = Files.walk(place)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                // A hidden folder stays behind; the next run of this process number removes it.
            }
        }
    }
}
