package dev.keywright.app.operation;

import dev.keywright.ops.local.Keeper;
import dev.keywright.ops.local.LocalTopology;
import dev.keywright.ops.local.Running;
import dev.keywright.ops.local.TopologyStatus;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Starts a topology on this machine and keeps it: the one of a folder with a design or a deployment, or the usual one of a kind. */
public final class Up {

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Running.Book book;

    public Up(Running.Book book) {
        this.book = book;
    }

    /** With the topologies of this user. */
    public static Up ofUser() {
        return new Up(Running.Book.ofUser());
    }

    /**
     * @param folder of a design or a deployment; its data lies in {@code data} below
     * @param topology such as {@code cluster}; overrules the folder's
     * @param data where the servers keep their files; without it and without a folder they are removed at the end
     * @param port of the first server, the others follow; without it free ones
     * @param directives lines of redis.conf; they win over the folder's
     * @param name under which other calls find it
     * @param restartAfter how long a server that died stays dead; empty: for good
     */
    public record Request(
            Optional<Path> folder,
            Optional<String> topology,
            Optional<Integer> shards,
            Optional<Integer> replicas,
            Optional<Integer> sentinels,
            Optional<Path> data,
            Optional<Integer> port,
            List<String> directives,
            Optional<String> name,
            Optional<Duration> restartAfter,
            Optional<Path> server) {}

    /** A topology that runs; it ends when this is closed or the process ends. */
    public static final class Started implements AutoCloseable {

        private final Keeper keeper;

        private Started(Keeper keeper) {
            this.keeper = keeper;
        }

        public String name() {
            return keeper.name();
        }

        /** Where clients connect, with the password if there is one. */
        public String uri() {
            return keeper.uri();
        }

        /** Shows the state every second until it is closed. */
        public void watch(Consumer<TopologyStatus> show) {
            keeper.watch(show);
        }

        @Override
        public void close() {
            keeper.close();
        }
    }

    /** Starts it in this process and returns once it serves. */
    public Started start(Request request) {
        LocalTopology topology = topology(request);
        Keeper keeper = Keeper.start(
                topology,
                book,
                request.name().orElse(topology.topology().name().toLowerCase(Locale.ROOT)),
                request.folder(),
                request.restartAfter());
        return new Started(keeper);
    }

    /**
     * Starts it in a process of its own that outlives this one; returns once it serves.
     *
     * @param command what runs {@code keywright up} with the same arguments in the foreground
     */
    public Running startDetached(List<String> command, String name) {
        Path log = book.folder().resolve(name + ".log");
        Process keeper;
        try {
            Files.createDirectories(book.folder());
            keeper = new ProcessBuilder(ownSession(command))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UserError("No process of its own could be started (" + e + "); run it without --detach.", e);
        }
        try {
            for (long waited = 0; waited < START.toMillis(); waited += LOOK.toMillis()) {
                if (keeper.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new UserError(lastWords(log) + " (all of it in " + log + ")");
                }
                Optional<Running> running = book.find(name).filter(one -> one.keeperPid() == keeper.pid());
                if (running.isPresent()) {
                    return running.get();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keeper.destroy();
        throw new UserError("The topology did not come up; see " + log + ".");
    }

    /** The name a topology of this request would get. */
    public String freeName(Request request) {
        return book.freeName(request.name()
                .orElseGet(() -> topology(request).topology().name().toLowerCase(Locale.ROOT)));
    }

    /** So that an interrupt from the terminal does not end it. */
    private static List<String> ownSession(List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\"; else exec nohup \"$@\"; fi",
                "keywright"));
        all.addAll(command);
        return all;
    }

    private static String lastWords(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("keywright: "))
                    .map(line -> line.substring("keywright: ".length()))
                    .reduce((first, last) -> last)
                    .orElse("It ended while it started");
        } catch (IOException e) {
            return "It ended while it started";
        }
    }

    private static LocalTopology topology(Request request) {
        DesignFolder design = request.folder().map(DesignFolder::read).orElse(DesignFolder.EMPTY);
        Topology kind = request.topology().map(Up::kind).or(design::topology).orElse(Topology.STANDALONE);
        LocalTopology usual = LocalTopology.usual(kind);
        boolean sharded = kind == Topology.CLUSTER || kind == Topology.INDEPENDENT;
        try {
            LocalTopology topology = new LocalTopology(
                    kind,
                    request.shards()
                            .or(() -> sharded ? design.shards() : Optional.empty())
                            .orElse(usual.shards()),
                    request.replicas()
                            .or(() -> usual.replicas() > 0 ? design.replicas() : Optional.empty())
                            .orElse(usual.replicas()),
                    request.sentinels()
                            .or(() -> kind == Topology.SENTINEL ? design.sentinels() : Optional.empty())
                            .orElse(usual.sentinels()),
                    options(request, design));
            return request.port().map(topology::withFirstPort).orElse(topology);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage() + ". Mend --topology, --shards, --replicas or --sentinels.", e);
        }
    }

    private static Topology kind(String name) {
        try {
            return Topology.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "There is no topology " + name + "; known are "
                            + Arrays.stream(Topology.values())
                                    .map(Topology::toString)
                                    .collect(Collectors.joining(", "))
                            + ".",
                    e);
        }
    }

    private static ServerOptions options(Request request, DesignFolder design) {
        Map<String, String> directives = new LinkedHashMap<>(design.directives());
        for (String line : request.directives()) {
            String[] words = line.strip().split("\\s+", 2);
            if (words.length < 2) {
                throw new UserError("--directive \"" + line + "\" has no value; write it as a line of redis.conf.");
            }
            directives.put(words[0], words[1]);
        }
        try {
            ServerOptions options = ServerOptions.DEFAULTS.withDirectives(directives);
            Optional<Path> data = request.data().or(() -> request.folder().map(folder -> folder.resolve("data")));
            if (data.isPresent()) {
                options = options.withFolder(data.get());
            }
            return request.server().isPresent()
                    ? options.withBinary(request.server().get())
                    : options;
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }
}
