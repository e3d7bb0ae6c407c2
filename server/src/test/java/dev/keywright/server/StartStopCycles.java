package dev.keywright.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Starts a cluster of three masters and three replicas in a JVM of its own, kills that JVM with -9 at a random moment, again and
 * again, and looks for what is left. No part of the build: {@code start-stop-cycles.sh} runs it.
 */
final class StartStopCycles {

    private static final Duration LATEST = Duration.ofSeconds(5);
    private static final Duration CLEAN = Duration.ofSeconds(10);

    private final Path temp;
    private final int cycles;
    /** The ports of the cluster that was killed last. */
    private Set<Integer> ports = Set.of();

    private int started;
    private int used;

    private StartStopCycles(Path temp, int cycles) {
        this.temp = temp;
        this.cycles = cycles;
    }

    public static void main(String[] args) throws Exception {
        int cycles = args.length == 0 ? 200 : Integer.parseInt(args[0]);
        Path temp = Files.createTempDirectory("keywright-cycles-");
        boolean clean;
        try {
            clean = new StartStopCycles(temp, cycles).run();
        } finally {
            Files.deleteIfExists(temp); // not when something is left in it
        }
        System.exit(clean ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        Random instants = new Random();
        List<Long> cleaned = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 1; i <= cycles; i++) {
            long killed = startAndKill(instants);
            boolean gone = Deadline.in(CLEAN)
                    .await(() -> folders().isEmpty()
                            && processes().isEmpty()
                            && openPorts().isEmpty());
            cleaned.add((System.nanoTime() - killed) / 1_000_000);
            if (!gone) {
                print("cycle %d, left after %d s:", i, CLEAN.toSeconds());
                print("folders %s, processes %s, ports %s", folders(), processes(), openPorts());
                return false;
            }
            if (i % 20 == 0) {
                print("%d cycles, %d of them with the cluster ready, %d s", i, started, seconds(begin));
            }
        }
        cleaned.sort(null);
        print(
                "%d cycles in %d s; the cluster was ready before the kill in %d of them",
                cycles, seconds(begin), started);
        print("all gone after the kill: median %d ms, worst %d ms", cleaned.get(cycles / 2), cleaned.get(cycles - 1));
        print("left: no process, no folder, none of %d ports", used);
        return true;
    }

    /** When the JVM was killed, by System.nanoTime. */
    private long startAndKill(Random instants) throws IOException, InterruptedException {
        try (ChildJvm jvm = ChildJvm.start(Map.of(), temp, "cluster", "1")) {
            if (!jvm.line().equals("starting")) {
                throw new IllegalStateException("The child JVM does not start. Is the class path whole?");
            }
            Deadline instant = Deadline.in(Duration.ofMillis(instants.nextLong(LATEST.toMillis())));
            if (!instant.pass()) {
                throw new InterruptedException("Interrupted between start and kill.");
            }
            started += jvm.hasLine() ? 1 : 0;
            ports = ports();
            used += ports.size();
            jvm.kill();
            return System.nanoTime();
        }
    }

    /** The ports that the configurations of the servers name, and those of their buses. */
    private Set<Integer> ports() throws IOException {
        Set<Integer> all = new TreeSet<>();
        for (String folder : folders()) {
            try {
                Files.readAllLines(Path.of(folder, ServerProcess.CONFIGURATION)).stream()
                        .filter(line -> line.startsWith("port "))
                        .map(line -> Integer.valueOf(line.substring("port ".length())))
                        .forEach(port -> all.addAll(List.of(port, port + Ports.BUS_OFFSET)));
            } catch (NoSuchFileException notYet) {
                // This server has not begun.
            }
        }
        return all;
    }

    private Set<Integer> openPorts() {
        Set<Integer> open = listening();
        open.retainAll(ports);
        return open;
    }

    private List<String> folders() {
        try (Stream<Path> all = Files.list(temp)) {
            return all.map(Path::toString).toList();
        } catch (IOException failure) {
            return List.of(failure.toString());
        }
    }

    /** The command lines of processes that name our temporary folder; servers, their shells and the JVMs all do. */
    private List<String> processes() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(StartStopCycles::commandLine)
                    .filter(line -> line.contains(temp.toString()))
                    .toList();
        } catch (IOException failure) {
            return List.of(failure.toString());
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /** The ports on which anybody listens, as the kernel lists them. */
    private static Set<Integer> listening() {
        Set<Integer> ports = new TreeSet<>();
        try {
            Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 3 && words[3].equals("0A"))
                    .forEach(words -> ports.add(Integer.parseInt(words[1].replaceFirst(".*:", ""), 16)));
            return ports;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long seconds(long begin) {
        return (System.nanoTime() - begin) / 1_000_000_000;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
