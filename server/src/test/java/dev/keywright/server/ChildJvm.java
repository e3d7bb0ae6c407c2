package dev.keywright.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of its own that runs {@link #main}, to be killed, starved or started together with others. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;

    private ChildJvm(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Does one thing and prints a line when it is done; a failure is printed as its message. */
    public static void main(String[] args) throws IOException {
        try {
            switch (args[0]) {
                case "find" -> {
                    long instant = Long.parseLong(args[1]);
                    while (System.currentTimeMillis() < instant) {
                        Thread.onSpinWait();
                    }
                    RedisBinary found = RedisBinary.find(Optional.empty());
                    try (Standalone redis = Standalone.start()) {
                        print(redis.command("PING") + " " + found.origin() + " " + found.path());
                    }
                }
                case "start" -> {
                    Standalone redis = Standalone.start();
                    redis.command("SET", "key", "value");
                    print(redis.pid() + " " + redis.port());
                    awaitEndOfInput();
                }
                case "freeze" -> {
                    Standalone redis = Standalone.start();
                    redis.freeze();
                    print(redis.pid() + " " + redis.port());
                    awaitEndOfInput();
                }
                case "leave" -> {
                    Standalone redis = Standalone.start();
                    print(redis.pid() + " " + redis.port());
                }
                case "cluster" -> {
                    print("starting");
                    Cluster.start(3, args.length > 1 ? Integer.parseInt(args[1]) : 0);
                    print("started");
                    awaitEndOfInput();
                }
                case "sentinel" -> {
                    print("starting");
                    Sentinel.start(2);
                    awaitEndOfInput();
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        } catch (ServerException failure) {
            print(failure.getMessage());
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    /** Runs with the given variables, on no PATH, so that only the embedded binary is there. */
    static ChildJvm start(Map<String, String> environment, Path temp, String... args) throws IOException {
        return start(List.of(), environment, temp, args);
    }

    static ChildJvm start(List<String> before, Map<String, String> environment, Path temp, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-XX:-UsePerfData"));
        command.addAll(List.of("-Djava.io.tmpdir=" + temp, "-cp", classPath(), ChildJvm.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", "/nowhere");
        builder.environment().remove(RedisBinary.VARIABLE);
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start());
    }

    String line() throws IOException {
        return String.valueOf(lines.readLine());
    }

    /** Whether it has printed another line that nobody has read. */
    boolean hasLine() throws IOException {
        return lines.ready();
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    boolean awaitExit() throws InterruptedException {
        return process.waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        lines.close();
    }

    private static String classPath() {
        return String.join(
                ":",
                Stream.of(location(Standalone.class), location(ChildJvm.class), location(redis.embedded.Redis.class))
                        .distinct()
                        .toList());
    }

    private static String location(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getClassLoader().getResource(name));
        String path = url.replaceFirst("^(jar:)?file:", "").replaceFirst("!?/" + name + "$", "");
        return path;
    }
}
