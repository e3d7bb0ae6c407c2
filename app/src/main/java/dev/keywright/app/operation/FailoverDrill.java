package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.drill.CheckedWorkload;
import dev.keywright.ops.drill.Drill;
import dev.keywright.ops.drill.DrillOptions;
import dev.keywright.ops.drill.DrillRefused;
import dev.keywright.ops.drill.DrillReport;
import dev.keywright.ops.drill.Fault;
import dev.keywright.ops.local.LocalTopology;
import dev.keywright.ops.local.Running;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Strikes a primary under a checked workload: of servers that run, or of a topology that is started for it and ended after it. */
public final class FailoverDrill {

    /**
     * @param uri servers that run; excludes {@code folder} and {@code topology}
     * @param folder of a design or a deployment, for the topology to start and what it promises
     * @param topology to start, such as {@code cluster}; overrules the folder's
     * @param directives of every server started, as lines of redis.conf; Sentinel's {@code down-after-milliseconds}, too
     * @param fault absent: a kill, or an ordered failover of servers that are somebody else's
     * @param rate operations per second
     * @param waitReplicas how many replicas must confirm a write before it counts as acknowledged
     * @param foreign whether servers may be drilled that {@code keywright up} did not start here
     * @param yes whether those may be shut down
     * @param failoverSeconds overrules the design's promise, as the next two do
     */
    public record Request(
            Optional<String> uri,
            Optional<Path> folder,
            Optional<String> topology,
            Optional<Integer> shards,
            Optional<Integer> replicas,
            List<String> directives,
            Optional<Path> server,
            Optional<Fault> fault,
            int rate,
            int waitReplicas,
            int slot,
            int repeat,
            Duration warmUp,
            Duration patience,
            boolean foreign,
            boolean yes,
            Optional<Double> failoverSeconds,
            Optional<Double> rpoSeconds,
            Optional<Long> maxLost) {}

    /**
     * Either a report, or why the drill was refused.
     *
     * @param document the report as JSON
     */
    public record Result(Optional<DrillReport> report, Optional<String> refusal, Optional<String> document) {}

    /** The part of {@code design.json} that promises something. */
    private record Design(Understood understood) {}

    private record Understood(Map<String, Double> quantities) {}

    private final Running.Book book;

    public FailoverDrill(Running.Book book) {
        this.book = book;
    }

    /** Knowing the topologies of this user. */
    public static FailoverDrill ofUser() {
        return new FailoverDrill(Running.Book.ofUser());
    }

    /**
     * @param progress is told in a few words what happens
     * @throws UserError when the request makes no sense
     */
    public Result run(Request request, Consumer<String> progress) {
        try {
            DrillReport report = request.uri().isPresent()
                    ? onRunning(request.uri().get(), request, progress)
                    : onStarted(request, progress);
            return new Result(
                    Optional.of(report),
                    Optional.empty(),
                    Optional.of(Json.pretty("keywright.failover-drill/1", report)));
        } catch (DrillRefused refused) {
            return new Result(Optional.empty(), Optional.of(String.valueOf(refused.getMessage())), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage() + ".", e);
        }
    }

    private DrillReport onRunning(String uri, Request request, Consumer<String> progress) {
        boolean ours =
                book.all().stream().flatMap(one -> one.nodes().stream()).anyMatch(node -> uri.contains(node.address()));
        Fault usual = ours ? Fault.KILL : Fault.FAILOVER;
        return Drill.of(uri, this::process, request.foreign(), request.yes()).run(options(request, usual), progress);
    }

    /** Looked up each time: a server that was restarted has another process. */
    private Optional<Long> process(String address) {
        return book.all().stream()
                .flatMap(one -> one.nodes().stream())
                .filter(node -> node.address().equals(address))
                .map(Running.Node::pid)
                .findFirst();
    }

    private static DrillReport onStarted(Request request, Consumer<String> progress) {
        DrillOptions options = options(request, Fault.KILL);
        LocalTopology topology = topology(request, options.fault());
        progress.accept("starting the servers");
        try (Redis redis = topology.start()) {
            return Drill.of(redis).run(options, progress);
        }
    }

    private static DrillOptions options(Request request, Fault usual) {
        Map<String, Double> promised =
                request.folder().map(FailoverDrill::promises).orElse(Map.of());
        return new DrillOptions(
                request.fault().orElse(usual),
                CheckedWorkload.Options.DEFAULTS.withRate(request.rate()).withWaitReplicas(request.waitReplicas()),
                request.slot(),
                request.repeat(),
                request.warmUp(),
                request.patience(),
                request.failoverSeconds().or(() -> Optional.ofNullable(promised.get("failover_seconds"))),
                request.rpoSeconds().or(() -> Optional.ofNullable(promised.get("rpo_seconds"))),
                request.maxLost());
    }

    private static Map<String, Double> promises(Path folder) {
        Path file = folder.resolve("design.json");
        return Files.isRegularFile(file)
                ? Document.read(file, Design.class).understood().quantities()
                : Map.of();
    }

    private static LocalTopology topology(Request request, Fault fault) {
        DesignFolder design = request.folder().map(DesignFolder::read).orElse(DesignFolder.EMPTY);
        Topology kind = request.topology()
                .map(name -> Topology.valueOf(name.toUpperCase(Locale.ROOT)))
                .or(design::topology)
                .orElse(Topology.STANDALONE);
        if (kind == Topology.INDEPENDENT) {
            throw new UserError(
                    "Independent servers have no failover to drill. Give --topology sentinel, cluster, replica"
                            + " or standalone.");
        }
        LocalTopology usual = LocalTopology.usual(kind);
        Map<String, String> directives = new LinkedHashMap<>(design.directives());
        request.directives().forEach(line -> {
            String[] words = line.strip().split("\\s+", 2);
            directives.put(words[0], words.length < 2 ? "" : words[1]);
        });
        ServerOptions options = ServerOptions.DEFAULTS.withDirectives(directives);
        if (request.server().isPresent()) {
            options = options.withBinary(request.server().get());
        }
        if (fault == Fault.PARTITION) {
            options = options.withPartitions();
        }
        boolean sharded = kind == Topology.CLUSTER;
        return usual.withShards(request.shards()
                        .or(() -> sharded ? design.shards() : Optional.empty())
                        .orElse(usual.shards()))
                .withReplicas(request.replicas()
                        .or(() -> usual.replicas() > 0 ? design.replicas() : Optional.empty())
                        .orElse(usual.replicas()))
                .withSentinels(kind == Topology.SENTINEL ? design.sentinels().orElse(usual.sentinels()) : 0)
                .withOptions(options);
    }
}
