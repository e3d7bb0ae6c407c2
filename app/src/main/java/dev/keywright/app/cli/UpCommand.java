package dev.keywright.app.cli;

import dev.keywright.app.operation.Up;
import dev.keywright.ops.local.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keywright up}: a topology of real servers on this machine. */
@Command(
        name = "up",
        description = "Starts the topology of a design, or one of a kind, on this machine and shows how it is.",
        optionListHeading = "%n",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footer = {
            "",
            "Servers listen on 127.0.0.1 and end with Ctrl-C; with --detach they run on until keywright down.",
            "A server that dies is started again after --restart-after, as a service manager would."
        })
final class UpCommand extends Verb {

    private final Screen screen;

    @Parameters(arity = "0..1", paramLabel = "<dir>", description = "A folder with a design.json or deployment.json.")
    private @Nullable Path folder;

    @Option(
            names = "--topology",
            paramLabel = "<kind>",
            description = "standalone, replica, sentinel, cluster or independent.")
    private @Nullable String topology;

    @Option(names = "--shards", paramLabel = "<n>", description = "Masters of a cluster (default: 3).")
    private @Nullable Integer shards;

    @Option(
            names = "--replicas",
            paramLabel = "<n>",
            description = "Replicas of each master (default: cluster 1, sentinel 2, replica 1).")
    private @Nullable Integer replicas;

    @Option(names = "--sentinels", paramLabel = "<n>", description = "Sentinels (default: 3).")
    private @Nullable Integer sentinels;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            description = "Port of the first node; the others follow (default: free ones).")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "<dir>",
            description = "Where the servers keep their files (default: <dir>/data, else a temporary folder).")
    private @Nullable Path data;

    @Option(
            names = "--directive",
            paramLabel = "<line>",
            description = "A line of redis.conf for every server, such as \"maxmemory 100mb\". May be repeated.")
    private List<String> directives = List.of();

    @Option(names = "--name", paramLabel = "<name>", description = "What keywright status and down call it.")
    private @Nullable String name;

    @Option(
            names = "--restart-after",
            paramLabel = "<seconds>",
            defaultValue = "15",
            description = "How long a server that died stays dead; 0: for good (default: 15).")
    private long restartAfter;

    @Option(names = "--detach", description = "Return once it runs.")
    private boolean detach;

    @Option(names = "--server", paramLabel = "<path>", description = "The redis-server or valkey-server to start.")
    private @Nullable Path server;

    UpCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (folder == null && topology == null) {
            throw usage("Say what to start: keywright up <dir>, or --topology cluster.");
        }
        if (name != null && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw usage("--name " + name + " is no name; use letters, digits, dots and dashes.");
        }
        Up up = Up.ofUser();
        return detach ? detached(up) : inForeground(up);
    }

    private int inForeground(Up up) {
        Up.Started started;
        try (Progress progress = new Progress(err(), screen.progress())) {
            progress.accept("starting");
            started = up.start(request());
        }
        Thread atEnd = new Thread(started::close, "keywright-down");
        Runtime.getRuntime().addShutdownHook(atEnd);
        out().println(head(started.name(), started.uri()));
        out().println("Ctrl-C ends it.");
        StatusBoard board = new StatusBoard(out(), screen);
        started.watch(board::show);
        return Main.ANSWERED;
    }

    private int detached(Up up) {
        Running running;
        try (Progress progress = new Progress(err(), screen.progress())) {
            progress.accept("starting");
            String free = up.freeName(request());
            running = up.startDetached(command(free), free);
        }
        out().println(head(running.name(), running.uri()));
        out().println("keywright status " + running.name() + " shows how it is, keywright down " + running.name()
                + " ends it.");
        return Main.ANSWERED;
    }

    private static String head(String name, String uri) {
        return name + " is up: " + Secrets.hidden(uri);
    }

    private Up.Request request() {
        return new Up.Request(
                Optional.ofNullable(folder),
                Optional.ofNullable(topology),
                Optional.ofNullable(shards),
                Optional.ofNullable(replicas),
                Optional.ofNullable(sentinels),
                Optional.ofNullable(data),
                Optional.ofNullable(port),
                directives,
                Optional.ofNullable(name),
                restartAfter <= 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(restartAfter)),
                Optional.ofNullable(server));
    }

    /** This call once more, in the foreground of a process of its own. */
    private List<String> command(String freeName) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "up",
                "--name",
                freeName,
                "--restart-after",
                Long.toString(restartAfter)));
        add(command, "--topology", topology);
        add(command, "--shards", shards);
        add(command, "--replicas", replicas);
        add(command, "--sentinels", sentinels);
        add(command, "--port", port);
        add(command, "--data", data == null ? null : data.toAbsolutePath());
        add(command, "--server", server == null ? null : server.toAbsolutePath());
        directives.forEach(line -> add(command, "--directive", line));
        if (folder != null) {
            command.add(folder.toAbsolutePath().toString());
        }
        return command;
    }

    private static void add(List<String> command, String option, @Nullable Object value) {
        if (value != null) {
            command.add(option);
            command.add(value.toString());
        }
    }
}
