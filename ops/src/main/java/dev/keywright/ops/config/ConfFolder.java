package dev.keywright.ops.config;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The conf files in a folder: what a server or Sentinel is started with, and files of users. */
public final class ConfFolder {

    private static final int DEEPEST = 4;
    private static final int MOST_FILES = 500;

    private ConfFolder() {}

    /**
     * Finds them, also in folders within. Left out are files that others include, corrected copies beside their originals, what
     * nodes of a cluster write for themselves, and files of other programs.
     *
     * @throws OpsException when there is none
     */
    public static List<Path> files(Path folder) {
        List<Path> named = named(folder);
        List<Path> files = new ArrayList<>();
        Set<Path> included = new HashSet<>();
        for (Path file : named) {
            if (isOurs(file, included)) {
                files.add(file);
            }
        }
        files.removeIf(file -> included.contains(file.toAbsolutePath().normalize()) || isCorrectedCopy(file, files));
        if (files.isEmpty()) {
            throw new OpsException(folder + " holds no conf file of Redis or Valkey (*.conf, *.acl). Name the files.");
        }
        return List.copyOf(files);
    }

    private static List<Path> named(Path folder) {
        try (Stream<Path> all = Files.walk(folder, DEEPEST)) {
            return all.filter(path -> path.toString().matches(".*\\.(conf|acl)"))
                    .filter(path -> !path.getFileName().toString().startsWith(".") && Files.isRegularFile(path))
                    .map(Path::normalize)
                    .sorted()
                    .limit(MOST_FILES)
                    .toList();
        } catch (IOException e) {
            throw new OpsException(folder + " cannot be read (" + e + "). Name the files.", e);
        }
    }

    /** A file that cannot be read is ours until somebody looks. */
    private static boolean isOurs(Path file, Set<Path> included) {
        ConfFile conf;
        try {
            if (ConfFile.isOfClusterNode(file)) {
                return false;
            }
            conf = ConfFile.read(file);
        } catch (OpsException unreadable) {
            return true;
        }
        conf.lines().stream()
                .map(line -> Path.of(line.source()).toAbsolutePath().normalize())
                .filter(source -> !source.equals(file.toAbsolutePath().normalize()))
                .forEach(included::add);
        long known = conf.lines().stream()
                .filter(line -> Directives.known().find(line.name()).isPresent())
                .count();
        boolean empty = conf.lines().isEmpty()
                && file.getFileName().toString().matches("(?i).*(redis|valkey|sentinel|users).*");
        return empty || known > 0 && known * 2 >= conf.lines().size();
    }

    private static boolean isCorrectedCopy(Path file, List<Path> files) {
        String name = file.getFileName().toString();
        return name.contains(".fixed.") && files.contains(file.resolveSibling(name.replace(".fixed.", ".")));
    }
}
