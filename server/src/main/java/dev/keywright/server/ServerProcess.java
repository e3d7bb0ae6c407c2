package dev.keywright.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/*
 * A server process and the shell that watches over it.
 *
 * The JVM does not start the server itself: a JVM that is killed runs no code, so something else has to end the server. That is a
 * small /bin/sh (watchdog.sh) whose standard input is a pipe only this JVM holds. When the JVM ends, however it ends, the pipe
 * closes, and the shell kills its child and removes the folder. The shell also makes the folder, writes the configuration and
 * sends the signals, so at no instant does anything exist that the JVM's death would leave behind, and a signal can only reach
 * the server: a process id stays reserved until the parent, the shell, has waited for it.
 */
/** One server process on 127.0.0.1, from start to end, with its port, its folder and its log. */
final class ServerProcess implements AutoCloseable {

    static final String CONFIGURATION = "server.conf";

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LOADING = Duration.ofMinutes(10);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LOOK_BY_TLS = Duration.ofSeconds(2);
    private static final int LOG_BYTES = 256 * 1024;
    private static final int PORT_TRIES = 20;
    private static final String SCRIPT = script();

    private final Launch launch;
    private final int port;
    private final boolean portIsHeld;
    private final Path folder;
    private final Process watchdog;
    private final Thread listener;
    private final Writer orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile boolean running;
    private volatile long pid;
    private boolean diskIsFull;
    private @Nullable String lastLog;

    /** Makes the folders and writes the configuration; {@link #run()} starts the server. A port that is held is released at the end. */
    ServerProcess(Launch launch, int port, boolean portIsHeld) {
        this.launch = launch;
        this.port = port;
        this.portIsHeld = portIsHeld;
        this.folder = temporaryFolder();
        Path kept = launch.folder();
        Path data = kept == null ? folder.resolve("data") : kept.toAbsolutePath();
        Path configuration = (launch.keepsConfiguration() ? data : folder).resolve(CONFIGURATION);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "keywright-watchdog"));
        command.addAll(List.of(folder.toString(), data.toString(), configuration.toString()));
        command.addAll(List.of(launch.binary().path().toString(), configuration.toString()));
        if (launch.sentinel()) {
            command.add("--sentinel");
        }
        try {
            this.watchdog = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failure) {
            throw new ServerException(
                    "Cannot start /bin/sh, which watches over each server: " + failure.getMessage()
                            + ". Connect to a running server with --redis URI instead.",
                    failure);
        }
        this.orders = new OutputStreamWriter(watchdog.getOutputStream(), StandardCharsets.UTF_8);
        this.listener = new Thread(this::listen, "keywright-server-" + port);
        listener.setDaemon(true);
        listener.start();
        configure(data);
    }

    /** Starts a server and returns once it answers PING; takes another port when the chosen one was lost to somebody else. */
    static ServerProcess start(RedisBinary binary, ServerOptions options) {
        return start(binary, options, Ports::hold);
    }

    static ServerProcess start(RedisBinary binary, ServerOptions options, IntSupplier ports) {
        @Nullable String wanted = options.directives().get("port");
        Launch launch = Launch.standalone(binary, options);
        for (int tries = 0; tries < PORT_TRIES; tries++) {
            int port = wanted == null ? ports.getAsInt() : Integer.parseInt(wanted);
            ServerProcess server = new ServerProcess(launch, port, wanted == null);
            try {
                if (server.run()) {
                    return server;
                }
            } catch (RuntimeException failure) {
                server.close();
                throw failure;
            }
            server.close();
            if (wanted != null) {
                throw new ServerException("Port " + port
                        + " is taken (127.0.0.1). Choose another port, or leave directive port out to get a free one.");
            }
        }
        throw new ServerException(
                "Every port chosen was taken before the server could bind it (" + PORT_TRIES + " tries). Start again.");
    }

    int port() {
        return port;
    }

    long pid() {
        return pid;
    }

    boolean running() {
        return running;
    }

    Path folder() {
        return folder;
    }

    /** Starts the server, which must not be running, and waits until it answers; false when its port is taken. */
    synchronized boolean run() {
        answers.removeIf("sent"::equals); // of a signal that met the server's end
        diskIsFull = false;
        order("run");
        String[] started = answer("started").split(" ");
        pid = Long.parseLong(started[1]);
        Deadline start = Deadline.in(START);
        Deadline loading = Deadline.in(LOADING);
        State[] state = {State.SILENT};
        boolean settled = start.await(() -> {
            state[0] = look();
            return state[0] == State.READY || state[0] == State.ENDED || state[0] == State.LOADING;
        });
        if (settled && state[0] == State.LOADING) {
            settled = loading.await(() -> {
                state[0] = look();
                return state[0] == State.READY || state[0] == State.ENDED;
            });
        }
        if (state[0] == State.READY) {
            return true;
        }
        String log = log();
        if (settled && (log.contains("Address already in use") || log.contains("Failed listening on port"))) {
            return false;
        }
        throw new ServerException(
                (settled ? "The server ended while it started" : "The server did not answer PING in time") + " ("
                        + launch.binary().path() + " on 127.0.0.1:" + port + "). Its log says: " + Log.reason(log));
    }

    /** Sends KILL, STOP or CONT to the server, and for KILL waits until it is gone. */
    synchronized void signal(String name) {
        if (!running) {
            throw new ServerException("The server is not running (127.0.0.1:" + port + "). Call restart() first.");
        }
        order(name);
        if (name.equals("KILL")) {
            awaitEnd(ANSWER);
        } else {
            answer("sent");
        }
    }

    /** Lets no file of the server grow any more, or lets them again. */
    synchronized void fillDisk(boolean full) {
        if (diskIsFull == full) {
            return;
        }
        if (!running) {
            throw new ServerException("The server is not running (127.0.0.1:" + port + "). Call restart() first.");
        }
        order(full ? "FULL" : "FREE");
        if (!next().equals("sent")) {
            throw new ServerException("The size of the server's files cannot be limited (127.0.0.1:" + port
                    + "). It takes the program prlimit of util-linux, on Linux. Install it.");
        }
        diskIsFull = full;
    }

    /** Waits until a server that was told to end has ended. */
    void awaitEnd(Duration patience) {
        if (!Deadline.in(patience).await(() -> !running)) {
            throw new ServerException(
                    "The server goes on running (127.0.0.1:" + port + ", process " + pid + "). Close it.");
        }
    }

    /** A connection that has given the password; every read waits so long at most. */
    Wire connect(Duration patience) throws IOException {
        return Wire.open(port, launch.access(), patience);
    }

    Access access() {
        return launch.access();
    }

    synchronized String log() {
        String closedLog = lastLog;
        return closedLog == null ? Log.tail(folder.resolve("server.log"), LOG_BYTES) : closedLog;
    }

    /** Kills the server and waits until the watchdog has removed the folder. */
    @Override
    public synchronized void close() {
        if (lastLog != null) {
            return;
        }
        lastLog = log();
        try {
            orders.close();
        } catch (IOException watchdogIsGone) {
            // Then the server is ended below.
        }
        boolean ended = false;
        try {
            ended = watchdog.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            listener.join(ANSWER.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return; // The pipe is closed: the watchdog does its work without being watched.
        } finally {
            if (portIsHeld) {
                Ports.release(port);
            }
        }
        if (!ended || running) {
            endWithoutWatchdog();
        }
    }

    /** Somebody killed the watchdog, or it hangs. */
    private void endWithoutWatchdog() {
        if (running) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        watchdog.destroyForcibly();
        running = false;
        KeptFolder.remove(folder);
    }

    private enum State {
        SILENT,
        LOADING,
        READY,
        ENDED
    }

    /** Asks whoever listens on the port: it may be a stranger that took it, so the process id must be that of our server. */
    private State look() {
        if (!running) {
            return State.ENDED;
        }
        try (Wire wire = connect(launch.access().tls() ? LOOK_BY_TLS : LOOK)) {
            if (wire.send("PING") instanceof Reply.Failed failed && failed.is("LOADING")) {
                return State.LOADING;
            }
            Reply info = wire.send("INFO", "server");
            boolean ours = info instanceof Reply.Failed
                    || Info.field(info.text(), "process_id").equals(Long.toString(pid));
            return ours ? State.READY : State.SILENT;
        } catch (IOException | ServerException notYetOrStranger) {
            return State.SILENT;
        }
    }

    private void configure(Path data) {
        List<String> lines = new ArrayList<>(launch.lines());
        lines.add("bind 127.0.0.1");
        lines.add("dir " + Info.quote(data.toString()));
        lines.add("logfile \"\"");
        lines.add("daemonize no");
        Certificates certificates = launch.access().certificates();
        if (certificates == null) {
            lines.add("port " + port);
        } else {
            lines.add("port 0");
            lines.add("tls-port " + port);
            lines.addAll(Certificates.directives(folder));
        }
        try {
            order(String.join("\n", lines) + "\n.");
            answer("ready");
            if (certificates != null) {
                certificates.write(folder);
            }
        } catch (ServerException failure) {
            close();
            throw failure;
        }
    }

    private void order(String text) {
        try {
            orders.write(text + "\n");
            orders.flush();
        } catch (IOException gone) {
            // The reason, if the watchdog could say one, is what answer() meets.
            running = false;
        }
    }

    /** The next thing the watchdog says, which must begin with the given word. */
    private String answer(String expected) {
        String line = next();
        if (line.startsWith(expected)) {
            return line;
        }
        throw new ServerException("The shell that runs the server stopped: " + line + " (" + folder
                + "). Free some space there or make it writable, or choose another folder with -Djava.io.tmpdir.");
    }

    private String next() {
        Deadline deadline = Deadline.in(ANSWER);
        @Nullable String line = null;
        try {
            while (line == null && !deadline.passed()) {
                line = answers.poll(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while the server was started or signalled. Close it.", interrupted);
        }
        return line == null ? "no answer" : line;
    }

    /** Runs in a thread of its own and ends with the watchdog. */
    private void listen() {
        try (BufferedReader lines = watchdog.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ended")) {
                    running = false;
                } else {
                    if (line.startsWith("started")) {
                        running = true;
                    }
                    answers.add(line);
                }
            }
        } catch (IOException gone) {
            // The same as the end of its output.
        }
        answers.add("it was ended");
    }

    private static Path temporaryFolder() {
        String name = "keywright-" + ProcessHandle.current().pid() + "-"
                + Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), 36);
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve(name);
    }

    private static String script() {
        try (InputStream in = ServerProcess.class.getResourceAsStream("watchdog.sh")) {
            if (in == null) {
                throw new ServerException("watchdog.sh is missing beside ServerProcess. Use the jar as it was built.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
