package dev.keywright.app.operation;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Puts text files into place whole or not at all. */
final class ReportFiles {

    private ReportFiles() {}

    /** Complains before long work whose result could not be written. */
    static void check(Path file) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        if (Files.isDirectory(file)) {
            throw new UserError(file + " is a folder; give the name of a file.");
        }
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no folder " + folder + " for " + file.getFileName() + "; make it first.");
        }
    }

    /** @throws UserError when there is no room or no right to write it */
    static void write(Path file, String text) {
        Path draft = file.resolveSibling(
                "." + file.getFileName() + "-" + ProcessHandle.current().pid() + ".unfinished");
        try {
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            forget(draft);
            throw new UserError(
                    file + " could not be written (" + reason(e) + "). Free space there or choose another place.", e);
        }
    }

    private static void forget(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // What cannot be written often cannot be deleted either; the complaint tells the place.
        }
    }

    /** Why a file could not be read or written, without its name. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String said = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }
}
