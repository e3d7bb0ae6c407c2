package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that work, one per seat, and what befalls them. A shell sends the signals, as that takes microseconds; when this process
 * ends, however it does, the shell lets those go on that are stopped, and they end by themselves as nobody hears them. Threads: any number.
 */
final class Crew implements AutoCloseable {

    private static final String SIGNALS =
            "s=; while read signal pid; do kill -$signal $pid; case $signal in STOP) s=\"$s $pid\";; esac;"
                    + " echo; done; for pid in $s; do kill -CONT $pid; done 2> /dev/null";
    private static final String PRELOAD = "history.preload";

    private final List<String> arguments;
    private final List<String> uris;
    private final List<String> names;
    private final int threads;
    private final Random random = new Random(1);
    private final Process shell;
    private final BufferedReader shellSays;
    private final Process[] seats;
    private final boolean[] stopped;

    /** @param uris where the process of each seat finds Redis */
    Crew(Kind kind, Duration lease, int port, List<String> uris, int threads, List<String> names) throws IOException {
        this.arguments = List.of(kind.argument(), "" + lease.toMillis(), "" + port);
        this.uris = uris;
        this.names = names;
        this.threads = threads;
        this.seats = new Process[uris.size()];
        this.stopped = new boolean[uris.size()];
        this.shell = new ProcessBuilder("/bin/sh", "-c", SIGNALS)
                .redirectError(Redirect.DISCARD)
                .start();
        this.shellSays = new BufferedReader(new InputStreamReader(shell.getInputStream(), US_ASCII));
        for (int seat = 0; seat < seats.length; seat++) {
            start(seat);
        }
    }

    /** Whether every second process lives an hour ahead and every other an hour behind. */
    static boolean clocksDiffer() {
        return System.getProperty(PRELOAD) != null;
    }

    final synchronized void start(int seat) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                Worker.class.getName()));
        command.addAll(List.of(arguments.get(0), uris.get(seat), arguments.get(1), arguments.get(2), "" + seat));
        command.addAll(List.of("" + threads, "" + random.nextInt()));
        command.addAll(names);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        if (clocksDiffer()) {
            builder.environment().put("LD_PRELOAD", System.getProperty(PRELOAD));
            builder.environment().put("FAKETIME", seat % 2 == 0 ? "+1h" : "-1h");
            builder.environment().put("DONT_FAKE_MONOTONIC", "1");
        }
        try {
            seats[seat] = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it, and waits until nothing of it moves; false when it cannot be stopped. */
    synchronized boolean stop(int seat) {
        if (stopped[seat] || !seats[seat].isAlive()) {
            return false;
        }
        stopped[seat] = true;
        signal("STOP", seat);
        for (int look = 0; look < 1_000 && !isStill(seats[seat].pid()); look++) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
        return true;
    }

    private static boolean isStill(long pid) {
        try {
            return Files.readString(Path.of("/proc", "" + pid, "stat")).contains(") T ");
        } catch (IOException gone) {
            return true;
        }
    }

    synchronized void goOn(int seat) {
        if (stopped[seat]) {
            signal("CONT", seat);
            stopped[seat] = false;
        }
    }

    /** With {@code -9}; false when it is stopped, and so others wait for it to go on. */
    synchronized boolean kill(int seat) {
        if (stopped[seat]) {
            return false;
        }
        seats[seat].destroyForcibly();
        return true;
    }

    private void signal(String signal, int seat) {
        try {
            shell.getOutputStream().write((signal + " " + seats[seat].pid() + "\n").getBytes(US_ASCII));
            shell.getOutputStream().flush();
            String unused = shellSays.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many are still there after that time. */
    int awaitEnd(Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        int there = 0;
        for (Process each : seats) {
            long left = patience.toNanos() - (System.nanoTime() - start);
            there += each.waitFor(Math.max(left, 1), TimeUnit.NANOSECONDS) ? 0 : 1;
        }
        return there;
    }

    @Override
    public void close() {
        for (Process each : seats) {
            each.destroyForcibly().onExit().join();
        }
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shell.onExit().join();
    }
}
