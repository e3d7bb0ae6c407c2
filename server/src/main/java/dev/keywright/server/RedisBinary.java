package dev.keywright.server;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server program that was found, asked for its version and is new enough.
 *
 * @param path where it lies
 * @param product {@code redis} or {@code valkey}
 * @param version such as {@code 7.0.15}
 * @param allocator the memory allocator it was built with, such as {@code jemalloc-5.3.0} or {@code libc}
 * @param origin {@code chosen}, {@code PATH} or {@code embedded}
 */
public record RedisBinary(Path path, String product, String version, String allocator, String origin) {

    /** Names the server program to use, where {@code --server} does not. */
    public static final String VARIABLE = "KEYWRIGHT_SERVER";

    private static final int OLDEST_MAJOR = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Pattern VERSION =
            Pattern.compile("(?i)\\bserver v=((\\d+)\\.\\d+\\S*).*?\\bmalloc=(\\S+)", Pattern.DOTALL);
    private static final Map<Optional<Path>, RedisBinary> FOUND = new ConcurrentHashMap<>();

    /**
     * Finds the program to run: the chosen one; else the one {@code KEYWRIGHT_SERVER} names; else the first {@code valkey-server}
     * or {@code redis-server} of 7.0 or newer on the PATH; else the embedded Redis 7.0.15, unpacked once into
     * {@code ~/.cache/keywright}. A program that was chosen and cannot be used is an error; one on the PATH is passed over.
     * The answer is remembered for the life of the JVM.
     *
     * @throws ServerException when the chosen program cannot be used, or there is none for this platform
     */
    public static RedisBinary find(Optional<Path> chosen) {
        RedisBinary known = FOUND.get(chosen);
        if (known != null && Files.isExecutable(known.path())) {
            return known;
        }
        RedisBinary found = find(chosen, Host.here());
        FOUND.put(chosen, found);
        return found;
    }

    /**
     * The embedded Redis 7.0.15, whatever else this machine has: for what must be the same everywhere.
     *
     * @throws ServerException when there is none for this platform
     */
    public static RedisBinary embedded() {
        return EmbeddedBinary.unpack(Host.here());
    }

    static RedisBinary find(Optional<Path> chosen, Host host) {
        if (chosen.isPresent()) {
            return chosen(chosen.get(), "--server");
        }
        String variable = host.environment().getOrDefault(VARIABLE, "");
        if (!variable.isBlank()) {
            return chosen(Path.of(variable), VARIABLE);
        }
        return onPath(host).orElseGet(() -> EmbeddedBinary.unpack(host));
    }

    /** As design pages name it: {@code redis 7.0.15 libc}. */
    @Override
    public String toString() {
        return product + " " + version + " " + allocator;
    }

    private static RedisBinary chosen(Path path, String by) {
        String where = " (" + path + ", chosen by " + by + "). ";
        if (!Files.exists(path)) {
            throw new ServerException(
                    "There is no such file" + where + "Give the path of a redis-server or valkey-server.");
        }
        if (Files.isDirectory(path)) {
            throw new ServerException(
                    "This is a folder" + where + "Give the path of the redis-server or valkey-server itself.");
        }
        if (!Files.isExecutable(path)) {
            throw new ServerException(
                    "This file may not be executed" + where + "Run chmod +x on it, or choose another.");
        }
        return ask(path.toAbsolutePath(), "chosen").orThrow(where);
    }

    private static Optional<RedisBinary> onPath(Host host) {
        List<String> folders =
                List.of(host.environment().getOrDefault("PATH", "").split(File.pathSeparator));
        return List.of("valkey-server", "redis-server").stream()
                .flatMap(name -> folders.stream().flatMap(folder -> file(folder, name).stream()))
                .flatMap(file -> ask(file, "PATH").binary().stream())
                .findFirst();
    }

    private static Optional<Path> file(String folder, String name) {
        try {
            return folder.startsWith("/")
                    ? Optional.of(Path.of(folder, name))
                            .filter(Files::isRegularFile)
                            .filter(Files::isExecutable)
                    : Optional.empty();
        } catch (InvalidPathException nonsense) {
            return Optional.empty();
        }
    }

    /** A program's answer to {@code --version}: a usable binary, or why it is none and what to do. */
    record Asked(Optional<RedisBinary> binary, String problem, String remedy) {
        RedisBinary orThrow(String where) {
            return binary.orElseThrow(() -> new ServerException(problem + where + remedy));
        }
    }

    static Asked ask(Path path, String origin) {
        String remedy = "Give the path of a redis-server or valkey-server, 7.0 or newer.";
        String output;
        try {
            output = version(path);
        } catch (IOException failure) {
            return new Asked(Optional.empty(), "This program cannot be run: " + failure.getMessage(), remedy);
        }
        Matcher version = VERSION.matcher(output);
        if (!version.find()) {
            return new Asked(Optional.empty(), "This program is no Redis: --version does not answer as one", remedy);
        }
        if (Integer.parseInt(version.group(2)) < OLDEST_MAJOR) {
            return new Asked(
                    Optional.empty(),
                    "This Redis is too old: " + version.group(1) + ", and 7.0 or newer is needed",
                    remedy);
        }
        String name = output + path.getFileName();
        String product = name.toLowerCase(Locale.ROOT).contains("valkey") ? "valkey" : "redis";
        return new Asked(
                Optional.of(new RedisBinary(path, product, version.group(1), version.group(3), origin)), "", "");
    }

    /** What the program prints for {@code --version}; whatever it is, it gets 3 s, no input and no more than a pipe to fill. */
    private static String version(Path path) throws IOException {
        Process process = new ProcessBuilder(path.toString(), "--version")
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return "";
            }
            return new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it was asked for its version", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }
}
