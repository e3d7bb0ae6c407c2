package dev.keywright.expert.proof;

import dev.keywright.connection.Connection;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.evidence.Exercise;
import dev.keywright.expert.proof.OpenLoop.Part;
import dev.keywright.expert.proof.Report.Fault;
import dev.keywright.expert.proof.Report.Latency;
import dev.keywright.expert.proof.Report.Load;
import dev.keywright.expert.proof.Report.Memory;
import dev.keywright.expert.proof.Report.Sample;
import dev.keywright.expert.proof.Report.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** One proof on its way, its servers running: fill, weigh, drive, break. One thread. */
final class Run {

    private static final double FILL_SHARE = 0.3;
    private static final double STEP_SHARE = 0.02;
    private static final double STEADY_SHARE = 0.25;
    /** The estimate of a design counts one empty server; what every node of a cluster takes for itself is no data. */
    private static final double EMPTY_SERVER_BYTES = 1e6;

    private static final Duration SHORTEST_FILL = Duration.ofMillis(300);
    private static final Duration SHORTEST_STEP = Duration.ofMillis(400);
    private static final Duration SHORTEST_STEADY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Promised promised;
    private final Proving.Options options;
    private final Servers servers;
    private final Connection connection;
    private final Consumer<String> progress;
    private final Promises promises;
    private final List<Exercise> exercises;
    private List<Sample> samples = List.of();
    private Optional<Memory> memory = Optional.empty();
    private Optional<Driven> driven = Optional.empty();

    /** What came out of the driving. */
    private record Driven(
            Load load,
            Latency latency,
            List<Fault> faults,
            Timeline timeline,
            Timeline.Span steady,
            double end,
            String failure) {}

    Run(Promised promised, Proving.Options options, Servers servers, Connection connection, Consumer<String> progress) {
        this.promised = promised;
        this.options = options;
        this.servers = servers;
        this.connection = connection;
        this.progress = progress;
        this.promises = new Promises(promised.file());
        this.exercises = Exercise.of(
                promised.design(),
                servers.nowMillis(),
                promised.file().topology().equals("cluster"));
    }

    /** @param at when this is */
    Report report(String at) {
        promises.settings(servers.nodes());
        List<String> notes = new ArrayList<>();
        if (exercises.isEmpty()) {
            notes.add("Nothing is known to load or drive for this design; only the settings of its servers were looked"
                    + " at.");
        } else {
            List<Part> parts = fill();
            drive(parts);
            notes.add(
                    "Clients, servers and their replicas shared one machine; rates and latencies are this machine's.");
        }
        return new Report(
                Report.SCHEMA,
                promised.file().task(),
                at,
                setting(),
                samples,
                driven.map(Driven::load),
                driven.map(Driven::latency),
                memory,
                driven.map(Driven::faults).orElse(List.of()),
                driven.map(all -> all.timeline().everySecond(all.end())).orElse(List.of()),
                driven.map(all -> all.steady().curve()).orElse(List.of()),
                promises.verdicts(),
                notes);
    }

    private Setting setting() {
        DesignFile design = promised.file();
        return new Setting(
                servers.name(),
                design.topology(),
                servers.nodes().size(),
                design.persistence(),
                Runtime.getRuntime().availableProcessors(),
                servers.directives());
    }

    private List<Part> fill() {
        int copies = servers.nodes().size() / Math.max(1, servers.primaries().size());
        Filling filling = new Filling(connection, exercises, options.scale(), Machine.freeBytes() / 2, copies);
        progress.accept("filling up to " + filling.wanted() + " items");
        servers.learn(exercises.stream()
                .flatMap(one -> one.scripts().values().stream())
                .toList());
        filling.rehearse();
        servers.flush();
        servers.growQuickly(true);
        long before = servers.heldBytes();
        filling.fill(options.scale().isPresent() ? Duration.ofDays(1) : options.share(FILL_SHARE, SHORTEST_FILL));
        long loaded = servers.heldBytes() - before;
        servers.growQuickly(false);
        samples = filling.samples();
        if (exercises.stream().anyMatch(Exercise::stores)) {
            memory = promised.file().memory().map(stated -> memory(stated, filling, loaded));
        }
        promises.memory(memory, filling.refusal());
        return filling.parts();
    }

    private Memory memory(Answer.Memory stated, Filling filling, long loaded) {
        double each = (double) loaded / Math.max(1, filling.filled());
        return new Memory(
                stated.totalBytes(),
                stated.lowBytes(),
                stated.highBytes(),
                Math.round(EMPTY_SERVER_BYTES + loaded * filling.factor()),
                loaded,
                Math.round(10 * each) / 10.0,
                Math.round(100 * filling.factor()) / 100.0,
                "used_memory of " + String.format(Locale.ROOT, "%,d", filling.filled()) + " items"
                        + (filling.factor() > 1 ? ", scaled to all" : "") + ", on " + servers.name());
    }

    private void drive(List<Part> parts) {
        progress.accept("finding the pace");
        Pace pace = Pace.find(
                connection,
                parts,
                TIMEOUT,
                promised.file().quantity("rate_per_second"),
                options.share(STEP_SHARE, SHORTEST_STEP));
        KeyLook look = new KeyLook(promised.file().keys());
        look.at(servers.primaries());
        promises.keys(exercises, look);
        Duration steady = options.share(STEADY_SHARE, SHORTEST_STEADY);
        try (OpenLoop loop = OpenLoop.start(connection, parts, TIMEOUT, pace.driven(), pace.next())) {
            progress.accept("driving " + Math.round(pace.driven()) + " operations per second");
            Waiting.pass(steady);
            double seconds = steady.toMillis() / 1e3;
            Breaking breaking = new Breaking(servers, loop, options.budget(), pace.driven());
            List<Fault> faults = breakAll(breaking);
            double whole = Math.ceil(loop.now() + SHORTEST_STEP.toMillis() / 1e3);
            boolean ended = Waiting.until(SHORTEST_STEADY.multipliedBy(3), () -> loop.now() >= whole);
            double end = ended ? whole : loop.now();
            loop.stop();
            Timeline.Span span = loop.timeline().span(0, seconds);
            Latency latency = new Latency(
                    seconds,
                    span.operations(),
                    span.failed(),
                    span.millisAt(50),
                    span.millisAt(90),
                    span.millisAt(99),
                    span.millisAt(99.9),
                    span.maxMillis());
            Load load = pace.load((span.operations() - span.failed()) / seconds);
            promises.load(pace, load, latency);
            promises.faults(faults);
            driven = Optional.of(new Driven(load, latency, faults, loop.timeline(), span, end, loop.failure()));
        }
    }

    private List<Fault> breakAll(Breaking breaking) {
        List<Fault> faults = new ArrayList<>();
        if (exercises.stream().anyMatch(one -> !one.scripts().isEmpty())) {
            progress.accept("flushing scripts");
            faults.add(breaking.flushScripts());
        }
        progress.accept("freezing a server");
        faults.add(breaking.freeze());
        String topology = promised.file().topology();
        if (topology.equals("sentinel") || topology.equals("cluster")) {
            progress.accept("killing a primary");
            faults.add(breaking.failover());
        } else {
            progress.accept("killing the server");
            faults.add(breaking.restart(promised.file().persistence().equals("rdb")));
        }
        return faults;
    }
}
