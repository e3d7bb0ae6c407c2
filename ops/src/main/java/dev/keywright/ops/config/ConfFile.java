package dev.keywright.ops.config;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A conf file as the server reads it, with the files it includes in their places. A comment is a line that begins with {@code #};
 * behind a directive there is none.
 *
 * @param name as it was given
 * @param folder where it lies; absent for a text that is no file
 * @param kind whose file it is
 * @param text the file itself, without a byte order mark and without included files
 * @param charset how its bytes were read and must be written again
 * @param byteOrderMark whether the file begins with one
 * @param lines those that say something, in the order the server reads them
 * @param problems what kept a line from being followed
 */
record ConfFile(
        String name,
        Optional<Path> folder,
        Kind kind,
        String text,
        Charset charset,
        boolean byteOrderMark,
        List<Line> lines,
        List<Problem> problems) {

    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final Set<String> SPLIT_AGAIN = Set.of(
            "save",
            "client-output-buffer-limit",
            "oom-score-adj-values",
            "latency-tracking-info-percentiles",
            "bind",
            "replicaof",
            "slaveof",
            "shutdown-on-sigint",
            "shutdown-on-sigterm");
    private static final int DEEPEST = 16;
    private static final String USERS_END = ".acl";
    private static final String MARK = "\uFEFF";

    /** Whose file it is. */
    enum Kind {
        SERVER,
        SENTINEL,
        USERS
    }

    /**
     * A line that says something.
     *
     * @param source the file it stands in
     * @param number counted from 1
     * @param text without blanks around it
     * @param words absent when its quotes do not match
     */
    record Line(String source, int number, String text, Optional<List<String>> words) {

        /** The first word in small letters; empty when there are none. */
        String name() {
            return words.filter(all -> !all.isEmpty())
                    .map(all -> all.get(0).toLowerCase(Locale.ROOT))
                    .orElse("");
        }

        /** The words behind the first one, as they stand. */
        List<String> written() {
            return words.filter(all -> !all.isEmpty())
                    .map(all -> all.subList(1, all.size()))
                    .orElse(List.of());
        }

        /** The values: where a directive takes several, the server splits a single word in quotes once more. */
        List<String> arguments() {
            List<String> written = written();
            boolean again = written.size() == 1 && !written.get(0).isEmpty() && SPLIT_AGAIN.contains(name());
            return again ? Words.split(written.get(0)).orElse(written) : written;
        }

        Place place() {
            return Place.line(source, number);
        }
    }

    /**
     * Why an include line was not followed.
     *
     * @param certain the server will fail as well, wherever it runs
     */
    record Problem(Line line, String what, boolean certain) {}

    /**
     * Reads a file and those it includes.
     *
     * @throws OpsException when it cannot be read, or is no text, or too big
     */
    static ConfFile read(Path file) {
        ConfFile conf = parse(file.toString(), Optional.of(file.toAbsolutePath()), bytes(file));
        if (conf.isOfClusterNode()) {
            throw new OpsException(file + " is what a node of a cluster writes for itself, named by"
                    + " cluster-config-file. Leave it as it is and give the node's conf file.");
        }
        return conf;
    }

    /** Whether a node of a cluster writes the file for itself. */
    static boolean isOfClusterNode(Path file) {
        return parse(file.toString(), Optional.of(file.toAbsolutePath()), bytes(file))
                .isOfClusterNode();
    }

    private boolean isOfClusterNode() {
        return lines.stream().anyMatch(line -> line.text().matches("[0-9a-f]{40} \\S*[:@].*"));
    }

    /** Reads a text that is no file; includes are followed from the working directory. */
    static ConfFile parse(String name, String text) {
        return parse(name, Optional.empty(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static ConfFile parse(String name, Optional<Path> file, byte[] bytes) {
        Charset charset = charset(bytes);
        return parse(
                name, file.flatMap(path -> Optional.ofNullable(path.getParent())), new String(bytes, charset), charset);
    }

    private static ConfFile parse(String name, Optional<Path> folder, String whole, Charset charset) {
        boolean mark = whole.startsWith(MARK);
        String text = mark ? whole.substring(1) : whole;
        List<Line> lines = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        new Reader(folder, lines, problems).read(name, text, 0);
        Kind kind = kind(name, lines);
        return new ConfFile(
                name,
                folder,
                kind,
                text,
                charset,
                mark,
                kind == Kind.USERS && name.endsWith(USERS_END) ? usersLines(name, text) : List.copyOf(lines),
                List.copyOf(problems));
    }

    /** A file for {@code aclfile}, unlike one that is included, knows neither comments nor quotes; each single blank ends a word. */
    private static List<Line> usersLines(String name, String text) {
        List<Line> lines = new ArrayList<>();
        String[] all = text.split("\n", -1);
        for (int i = 0; i < all.length; i++) {
            String trimmed = Reader.trimmed(all[i]);
            if (!trimmed.isEmpty()) {
                lines.add(new Line(name, i + 1, trimmed, Optional.of(List.of(trimmed.split(" ", -1)))));
            }
        }
        return List.copyOf(lines);
    }

    /** The file with a line mended; line 0 is the byte order mark. */
    ConfFile with(Edit edit) {
        if (edit.line() == 0) {
            return parse(name, folder, text, charset);
        }
        List<String> all = new ArrayList<>(List.of(text.split("\n", -1)));
        boolean carriageReturn = all.get(edit.line() - 1).endsWith("\r");
        all.remove(edit.line() - 1);
        all.addAll(
                edit.line() - 1,
                edit.replacement().stream()
                        .map(line -> carriageReturn ? line + "\r" : line)
                        .toList());
        return parse(name, folder, (byteOrderMark ? MARK : "") + String.join("\n", all), charset);
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new OpsException(file + " is a folder. Give the path of a conf file.");
            }
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new OpsException(
                        file + " has " + Numbers.spoken(size) + ", too much for a conf file. Give the path of one.");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (isUtf16(bytes)) {
                throw new OpsException(file + " is written in UTF-16, which no server reads. Save it as UTF-8.");
            }
            for (byte b : bytes) {
                if (b == 0) {
                    throw new OpsException(file + " holds zero bytes, so it is no text. Give the path of a conf file.");
                }
            }
            return bytes;
        } catch (IOException e) {
            throw new OpsException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "). Give a file that can.", e);
        }
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] == -2 && bytes[1] == -1 || bytes[0] == -1 && bytes[1] == -2);
    }

    private static Charset charset(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    private static Kind kind(String name, List<Line> lines) {
        if (lines.stream().anyMatch(line -> line.name().equals("sentinel"))) {
            return Kind.SENTINEL;
        }
        boolean users =
                !lines.isEmpty() && lines.stream().allMatch(line -> line.name().equals("user"));
        boolean acl = name.endsWith(USERS_END);
        boolean named = acl || name.matches("(.*/)?users[^/]*");
        return acl || users && (named || lines.size() > 1) || named && lines.isEmpty() ? Kind.USERS : Kind.SERVER;
    }

    /** Follows includes, each file at most so deep. */
    private record Reader(Optional<Path> folder, List<Line> lines, List<Problem> problems) {

        void read(String source, String text, int depth) {
            String[] all = text.split("\n", -1);
            for (int i = 0; i < all.length; i++) {
                String trimmed = trimmed(all[i]);
                if (trimmed.isEmpty() || trimmed.charAt(0) == '#') {
                    continue;
                }
                Line line = new Line(source, i + 1, trimmed, Words.split(trimmed));
                if (line.words().filter(List::isEmpty).isPresent()) {
                    continue;
                }
                lines.add(line);
                if (line.name().equals("include") && line.arguments().size() == 1) {
                    include(line, line.arguments().get(0), depth + 1);
                }
            }
        }

        /** The server takes away blanks, tabs and line ends only. */
        private static String trimmed(String line) {
            return line.replaceAll("^[ \\t\\r]+|[ \\t\\r]+$", "");
        }

        private void include(Line line, String pattern, int depth) {
            if (depth > DEEPEST) {
                problems.add(new Problem(
                        line, "Includes are nested more than " + DEEPEST + " deep, or a file includes itself", true));
                return;
            }
            try {
                boolean wild = pattern.matches(".*[*?\\[].*");
                List<Path> files =
                        wild ? matching(pattern) : existing(pattern).stream().toList();
                if (files.isEmpty() && !wild) {
                    problems.add(new Problem(line, "The included file " + pattern + " is not here", false));
                }
                for (Path file : files) {
                    byte[] bytes = bytes(file);
                    read(file.toString(), new String(bytes, charset(bytes)), depth);
                }
            } catch (OpsException | InvalidPathException | UncheckedIOException unreadable) {
                problems.add(new Problem(line, "The included file " + pattern + " cannot be read", false));
            }
        }

        /** The server starts from its working directory, which is often, but not always, the folder of the file. */
        private Optional<Path> existing(String path) {
            Path here = Path.of(path);
            return Optional.of(folder.map(home -> home.resolve(path)).orElse(here))
                    .filter(Files::exists)
                    .or(() -> Optional.of(here).filter(Files::exists));
        }

        private List<Path> matching(String pattern) {
            int slash = pattern.lastIndexOf('/');
            Path parent = Path.of(slash < 0 ? "" : pattern.substring(0, slash + 1));
            Path home = folder.map(path -> path.resolve(parent)).orElse(parent);
            List<Path> found = new ArrayList<>();
            if (Files.isDirectory(home)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(home, pattern.substring(slash + 1))) {
                    files.forEach(found::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            found.sort(null);
            return found;
        }
    }
}
