package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.rdb.RdbFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the RDB of a path is: the file itself; or of a folder the base of its append-only file, its {@code dump.rdb}, or the base
 * in its {@code appendonlydir}, whichever there is first.
 *
 * @param path of the RDB
 * @param increments files of commands that came after the base, and are not in it
 * @param incrementBytes their bytes
 */
public record RdbFile(Path path, int increments, long incrementBytes) {

    private static final String MANIFEST = ".manifest";
    private static final long MOST_MANIFEST_BYTES = 1 << 20;
    private static final Pattern LINE =
            Pattern.compile("file (?<name>\"(?:[^\"\\\\]|\\\\.)*\"|\\S+) seq \\d+ type (?<type>[bih]).*");

    /**
     * Looks for it.
     *
     * @throws RdbFailure when a folder holds none
     */
    public static RdbFile of(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return new RdbFile(path, 0, 0);
        }
        Optional<Path> manifest = manifest(path);
        if (manifest.isPresent()) {
            return base(manifest.get());
        }
        Path dump = path.resolve("dump.rdb");
        if (Files.exists(dump)) {
            return new RdbFile(dump, 0, 0);
        }
        Path parts = path.resolve("appendonlydir");
        manifest = Files.isDirectory(parts) ? manifest(parts) : Optional.empty();
        if (manifest.isEmpty()) {
            throw failure(
                    Reason.FOREIGN, "it is a folder with neither the manifest of an append-only file nor dump.rdb");
        }
        return base(manifest.get());
    }

    private static RdbFailure failure(Reason reason, String what) {
        return new RdbFailure(reason, what, 0, 0, 0);
    }

    private static Optional<Path> manifest(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> file.getFileName().toString().endsWith(MANIFEST))
                    .sorted()
                    .toList();
        }
        if (found.size() > 1) {
            throw failure(
                    Reason.FOREIGN,
                    "it is a folder with several manifests (" + found.get(0).getFileName() + ", "
                            + found.get(1).getFileName() + "); give the base file that you mean");
        }
        return found.stream().findFirst();
    }

    private static RdbFile base(Path manifest) throws IOException {
        if (Files.size(manifest) > MOST_MANIFEST_BYTES) {
            throw failure(Reason.DAMAGED, "its manifest has " + Files.size(manifest) + " bytes, more than any");
        }
        Path base = null;
        int increments = 0;
        long bytes = 0;
        for (String line : new String(Files.readAllBytes(manifest), UTF_8).split("\\R", -1)) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    throw failure(Reason.DAMAGED, "its manifest has a line that makes no sense");
                }
                continue;
            }
            Path part = part(manifest, parts.group("name"));
            switch (parts.group("type")) {
                case "b" -> base = part;
                case "i" -> {
                    increments++;
                    bytes += Files.exists(part) ? Files.size(part) : 0;
                }
                default -> {} // history, about to be deleted
            }
        }
        if (base == null) {
            throw failure(Reason.FOREIGN, "it is an append-only file without a base: commands as text, and no RDB");
        }
        return new RdbFile(base, increments, bytes);
    }

    /** A name beside the manifest; of escapes only those of quotes and backslashes are known. */
    private static Path part(Path manifest, String name) throws RdbFailure {
        String plain =
                name.startsWith("\"") ? name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1") : name;
        if (plain.isEmpty()
                || plain.contains("/")
                || plain.contains("\\")
                || plain.equals("..")
                || plain.indexOf(0) >= 0) {
            throw failure(Reason.DAMAGED, "its manifest names a part that does not lie beside it");
        }
        return manifest.resolveSibling(plain);
    }
}
