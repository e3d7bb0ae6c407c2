package dev.keywright.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/*
 * Nodes name each other by port in their configurations, so all ports are chosen before any process starts. Whoever loses a port
 * to a stranger between choice and bind makes all of them begin again with other ports.
 */
/** The processes of one topology: planned together, started together, ended together. */
final class Fleet implements AutoCloseable {

    /** How long one node may think about a question that is asked of many. */
    static final Duration PROBE = Duration.ofSeconds(1);

    private static final int STARTS = 10;
    private static final int STARTERS = 8;
    /** Above it the cluster bus, 10,000 higher, would have no port. */
    private static final int HIGHEST_PORT = 55_535;

    /**
     * What is to be started.
     *
     * @param defaults directives of the data nodes that the options may override
     * @param sentinelLines the configuration of a Sentinel
     * @param bond what to do at a first start when the data nodes answer and no Sentinel runs yet
     */
    record Plan(
            Topology topology,
            int nodes,
            int sentinels,
            ServerOptions options,
            Map<String, String> defaults,
            SentinelLines sentinelLines,
            Consumer<List<Standalone>> bond) {

        Plan(Topology topology, int nodes, ServerOptions options, Map<String, String> defaults) {
            this(topology, nodes, 0, options, defaults, (seat, all) -> List.of(), started -> {});
        }

        /** The first line of each configuration: what the node is part of. */
        String title() {
            return "# A node of topology " + topology;
        }
    }

    @FunctionalInterface
    interface SentinelLines {
        List<String> of(Seat seat, List<Seat> all);
    }

    private final Plan plan;
    private final RedisBinary binary;
    private final List<Seat> seats;
    private final boolean resumed;
    private final @Nullable Network network;
    private final List<ServerProcess> processes = new ArrayList<>();
    private final List<Standalone> members = new ArrayList<>();
    private @Nullable Integer lostPort;
    private boolean closed;

    private Fleet(Plan plan, RedisBinary binary, List<Seat> seats, boolean resumed) {
        this.plan = plan;
        this.binary = binary;
        this.seats = seats;
        this.resumed = resumed;
        this.network = plan.options().partitions() ? new Network() : null;
    }

    /** Starts all of them and returns when each one answers PING. */
    static Fleet start(Plan plan) {
        ServerOptions options = plan.options();
        if (options.nodeDirectives().values().stream().anyMatch(directives -> directives.containsKey("port"))) {
            throw new IllegalArgumentException(
                    "The port of a single node cannot be chosen. Give directive port for all: the first listens there, the"
                            + " others on the ports that follow.");
        }
        for (int node : options.nodeDirectives().keySet()) {
            if (node < 0 || node >= plan.nodes()) {
                throw new IllegalArgumentException(
                        "There is no node " + node + " to give a directive. Name 0 to " + (plan.nodes() - 1) + ".");
            }
        }
        RedisBinary binary = RedisBinary.find(Optional.ofNullable(options.binary()));
        @Nullable KeptFolder folder = options.folder() == null ? null : new KeptFolder(options.folder());
        List<Seat> kept = folder == null ? List.of() : folder.seats(plan.nodes(), plan.sentinels(), plan.title());
        for (int i = 0; i < kept.size(); i++) {
            if (!Ports.hold(kept.get(i).port())) {
                kept.subList(0, i).forEach(seat -> Ports.release(seat.port()));
                throw taken(kept.get(i).port(), options);
            }
        }
        for (int tries = 0; tries < STARTS; tries++) {
            Fleet fleet = new Fleet(plan, binary, kept.isEmpty() ? fresh(plan, folder) : kept, !kept.isEmpty());
            boolean started = false;
            try {
                started = fleet.launch();
            } finally {
                if (!started) {
                    fleet.discard();
                }
            }
            if (started) {
                return fleet;
            }
            if (fleet.resumed || options.directives().containsKey("port")) {
                throw taken(fleet.lostPort, options);
            }
        }
        throw new ServerException("A port chosen was taken before its server could bind it, in each of " + STARTS
                + " starts. Start again.");
    }

    private static ServerException taken(@Nullable Integer port, ServerOptions options) {
        return new ServerException(
                (options.folder() == null
                        ? "Port " + port
                                + " was taken while the servers started (127.0.0.1). Choose another first port."
                        : "Port " + port + " of the earlier start is taken (" + options.folder()
                                + "). End what listens there, or name an empty folder."));
    }

    List<Standalone> nodes() {
        return List.copyOf(members.subList(0, plan.nodes()));
    }

    List<Standalone> sentinels() {
        return List.copyOf(members.subList(plan.nodes(), members.size()));
    }

    /** Whether the nodes were here before, in the folder of the options. */
    boolean resumed() {
        return resumed;
    }

    Network network() {
        Network between = network;
        if (between == null) {
            throw new ServerException("The nodes were started without partitions (" + plan.topology()
                    + "). Start them with ServerOptions.withPartitions().");
        }
        return between;
    }

    /** Ends the processes and, where this was their first start, removes what they wrote. */
    void discard() {
        close();
        if (!resumed) {
            for (Seat seat : seats) {
                Path own = seat.folder();
                if (own != null) {
                    KeptFolder.remove(own);
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).close();
        }
        if (network != null) {
            network.close();
        }
        seats.forEach(seat -> Ports.release(seat.port()));
    }

    private static List<Seat> fresh(Plan plan, @Nullable KeptFolder folder) {
        int count = plan.nodes() + plan.sentinels();
        @Nullable String first = plan.options().directives().get("port");
        int[] ports = first == null ? freePorts(count) : portsFrom(Integer.parseInt(first), count);
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean sentinel = i >= plan.nodes();
            Path own = folder == null ? null : folder.of(sentinel, ports[i]);
            seats.add(new Seat(i, sentinel, ports[i], own, List.of()));
        }
        return seats;
    }

    private static int[] freePorts(int count) {
        return IntStream.range(0, count).map(i -> Ports.hold()).sorted().toArray();
    }

    /** All of them, or none. */
    private static int[] portsFrom(int first, int count) {
        for (int i = 0; i < count; i++) {
            if (first + i > HIGHEST_PORT || !Ports.hold(first + i)) {
                IntStream.range(first, first + i).forEach(Ports::release);
                throw new ServerException("Port " + (first + i) + " is taken or beyond " + HIGHEST_PORT
                        + " (127.0.0.1; " + count + " in a row are needed). Choose another first port, or leave"
                        + " directive port out to get free ones.");
            }
        }
        return IntStream.range(first, first + count).toArray();
    }

    /** False when a port was lost. */
    private boolean launch() {
        if (!launch(seats.subList(0, plan.nodes()))) {
            return false;
        }
        if (!resumed) {
            plan.bond().accept(nodes());
        }
        return plan.sentinels() == 0 || launch(seats.subList(plan.nodes(), seats.size()));
    }

    private boolean launch(List<Seat> wave) {
        for (Seat seat : wave) {
            int port = seat.port();
            if (network != null) {
                port = Ports.hold();
                if (!network.add(seat, port, plan.topology() == Topology.CLUSTER)) {
                    Ports.release(port);
                    lostPort = seat.port();
                    return false;
                }
            }
            ServerProcess process = new ServerProcess(launch(seat), port, network != null);
            processes.add(process);
            members.add(new Standalone(process, seat.port()));
        }
        return run(wave);
    }

    private Launch launch(Seat seat) {
        ServerOptions options = plan.options();
        List<String> lines = new ArrayList<>(List.of(plan.title()));
        Access access = Access.of(options);
        if (seat.sentinel()) {
            lines.addAll(plan.sentinelLines().of(seat, seats));
            access = new Access(null, access.certificates());
        } else {
            Map<String, String> directives = new LinkedHashMap<>(ServerOptions.BASE);
            directives.putAll(plan.defaults());
            directives.putAll(options.directives());
            directives.putAll(options.nodeDirectives().getOrDefault(seat.index(), Map.of()));
            directives.remove("port");
            lines.addAll(Launch.lines(directives));
            options.users().forEach(user -> lines.add(user.line()));
            lines.addAll(seat.kept("replicaof"));
        }
        if (network != null) {
            lines.addAll(Network.lines(seat, plan.topology(), options.tls()));
        }
        return new Launch(binary, seat.sentinel(), lines, access, seat.folder(), seat.folder() != null);
    }

    private boolean run(List<Seat> wave) {
        ExecutorService starters = Executors.newFixedThreadPool(Math.min(wave.size(), STARTERS));
        try {
            List<Future<Boolean>> starting = new ArrayList<>();
            for (Seat seat : wave) {
                starting.add(starters.submit(processes.get(seat.index())::run));
            }
            for (int i = 0; i < starting.size(); i++) {
                if (!starting.get(i).get() && lostPort == null) {
                    lostPort = wave.get(i).port();
                }
            }
            return lostPort == null;
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            throw new ServerException(
                    "A node of topology " + plan.topology() + " did not start. "
                            + (cause == null ? failure : cause).getMessage(),
                    failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ServerException("Interrupted while servers were started. They are ended.", interrupted);
        } finally {
            starters.shutdownNow();
        }
    }

    /** The logs of all, each under its address. */
    String log() {
        StringBuilder logs = new StringBuilder();
        for (int i = 0; i < members.size(); i++) {
            logs.append(seats.get(i).sentinel() ? "==> sentinel 127.0.0.1:" : "==> 127.0.0.1:")
                    .append(seats.get(i).port())
                    .append('\n')
                    .append(members.get(i).log())
                    .append('\n');
        }
        return logs.toString();
    }
}
