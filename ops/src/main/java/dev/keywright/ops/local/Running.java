package dev.keywright.ops.local;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A topology that runs, as {@code keywright up} has written it down for other calls: one file per topology, which is removed when it
 * ends.
 *
 * @param name unique among those that run
 * @param uri where clients connect, with the password if there is one: the file is for its owner's eyes only
 * @param keeperPid the process that started the servers and ends them when it ends
 * @param keeperStart when that process started, so that another with the same number is not taken for it
 * @param folder where its data or its design lies
 * @param nodes {@code host:port} and process of every server
 */
public record Running(
        String name,
        String topology,
        String uri,
        long keeperPid,
        String keeperStart,
        Optional<String> folder,
        List<Node> nodes) {

    /** One server process. */
    public record Node(String address, long pid) {}

    /** The files of all topologies that run for this user. */
    public static final class Book {

        private final Path folder;

        public Book(Path folder) {
            this.folder = folder;
        }

        /** In the user's cache folder. */
        public static Book ofUser() {
            String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
            Path base = cache.startsWith("/")
                    ? Path.of(cache)
                    : Path.of(System.getProperty("user.home", System.getProperty("java.io.tmpdir")), ".cache");
            return new Book(base.resolve("keywright").resolve("up"));
        }

        public Path folder() {
            return folder;
        }

        /** Those whose keeper lives; files that a killed keeper left are removed. */
        public List<Running> all() {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            List<Running> all = new ArrayList<>();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                        .sorted()
                        .toList()) {
                    try {
                        Running one = Document.read(file, Running.class);
                        if (one.keeper().isPresent()) {
                            all.add(one);
                        } else {
                            Files.deleteIfExists(file);
                        }
                    } catch (OpsException gone) {
                        // It ended since the folder was listed, or is no file of ours.
                    }
                }
            } catch (IOException e) {
                throw new OpsException(folder + " cannot be read (" + e + "). Make it readable.", e);
            }
            return all;
        }

        public Optional<Running> find(String name) {
            return named(all(), Optional.of(name));
        }

        /** The name itself, or with a number behind it when something of that name runs. */
        public String freeName(String wanted) {
            List<String> taken = all().stream().map(Running::name).toList();
            String name = wanted;
            for (int i = 2; taken.contains(name); i++) {
                name = wanted + "-" + i;
            }
            return name;
        }

        public void write(Running running) {
            try {
                Files.createDirectories(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            } catch (IOException e) {
                throw new OpsException(folder + " cannot be made (" + e + "). Make the folder above it writable.", e);
            }
            Document.write(file(running.name()), running);
        }

        public void remove(String name) {
            try {
                Files.deleteIfExists(file(name));
            } catch (IOException e) {
                // Whoever reads it next sees that its keeper is gone, and removes it.
            }
        }

        private Path file(String name) {
            return folder.resolve(name + ".json");
        }
    }

    /** Where clients connect, without a password. */
    public String shownUri() {
        return withoutPassword(uri);
    }

    static String withoutPassword(String uri) {
        return uri.replaceFirst("://[^@/]*@", "://");
    }

    /** The one of that name; without a name the only one. */
    public static Optional<Running> named(List<Running> running, Optional<String> name) {
        if (name.isEmpty()) {
            return running.size() == 1 ? Optional.of(running.get(0)) : Optional.empty();
        }
        return running.stream().filter(one -> one.name().equals(name.get())).findFirst();
    }

    /** The process that keeps it, if it still lives. */
    public Optional<ProcessHandle> keeper() {
        return ProcessHandle.of(keeperPid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> start(process).equals(keeperStart));
    }

    static String start(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }
}
