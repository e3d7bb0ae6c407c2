package dev.keywright.app.operation;

import dev.keywright.ops.benchmark.BenchOptions;
import dev.keywright.ops.benchmark.BenchPage;
import dev.keywright.ops.benchmark.BenchReport;
import dev.keywright.ops.benchmark.Benchmark;
import dev.keywright.ops.benchmark.KeyDistribution;
import dev.keywright.ops.benchmark.Mix;
import dev.keywright.ops.benchmark.Replay;
import dev.keywright.ops.benchmark.ReplayOptions;
import dev.keywright.ops.benchmark.ValueSizes;
import dev.keywright.ops.benchmark.Versus;
import dev.keywright.ops.local.LocalTopology;
import dev.keywright.server.Redis;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Puts load on servers that run, or that are started for it, and measures; one alone or two by turns. */
public final class Bench {

    /**
     * @param uri servers that run; absent: some are started and ended, as the design says
     * @param design a folder of a design, for the load, and for the servers that are started; or a saved analysis, for the load
     * @param against a second server to compare with
     * @param variant lines of redis.conf that a second server, started for it, has and a first one has not
     * @param server the program for servers that are started
     * @param replay a file of MONITOR to play instead of a load
     * @param speed of the replay, 1 as recorded
     * @param asRecorded the replay uses the keys as they were
     * @param confidence of a comparison's intervals
     */
    public record Request(
            Optional<String> uri,
            Optional<Path> design,
            Optional<String> against,
            List<String> variant,
            Optional<Path> server,
            Optional<Path> replay,
            Optional<Double> speed,
            boolean asRecorded,
            Load load,
            double confidence) {
        public Request {
            variant = List.copyOf(variant);
        }
    }

    /**
     * The load, in the words of the command line; what is absent comes from the design, or is as usual.
     *
     * @param commands in own words, beside the mix, or instead of it
     * @param rounds absent: 1, or 6 to compare
     * @param fill whether keys that are read are written before
     */
    public record Load(
            Optional<String> mix,
            List<String> commands,
            Optional<String> distribution,
            Optional<Long> keys,
            Optional<String> values,
            double compressibleRatio,
            int clients,
            int pipeline,
            int threads,
            Optional<Double> rate,
            Duration duration,
            Optional<Long> requests,
            Duration warmUp,
            Optional<Integer> rounds,
            Duration timeout,
            boolean fill,
            Optional<String> prefix,
            long seed,
            Optional<Path> histograms) {
        public Load {
            commands = List.copyOf(commands);
        }
    }

    /** One report, or two and their comparison. */
    public record Result(Optional<BenchReport> report, Optional<Versus.Result> versus) {}

    private static final int ROUNDS_TO_COMPARE = 6;

    private final CountDownLatch stop = new CountDownLatch(1);

    /** Ends a run early; it returns what there is. Any thread. */
    public void stop() {
        stop.countDown();
    }

    /**
     * @param progress is told in a few words what happens
     * @throws UserError when the request makes no sense; caused by an IllegalArgumentException when its words are the reason
     */
    public Result run(Request request, Consumer<String> progress) {
        try {
            return measure(request, progress);
        } catch (IllegalArgumentException e) {
            throw new UserError(sentence(String.valueOf(e.getMessage())), e);
        }
    }

    /** Writes a page with charts. */
    public void page(Result result, Path file) {
        result.report().ifPresent(report -> BenchPage.write(file, report));
        result.versus().ifPresent(versus -> BenchPage.write(file, versus));
    }

    private static String sentence(String message) {
        return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".";
    }

    private Result measure(Request request, Consumer<String> progress) {
        if (!request.variant().isEmpty()) {
            return variants(request, progress);
        }
        if (request.uri().isPresent()) {
            return measure(request.uri().get(), request, progress);
        }
        Path folder = request.design().orElseThrow(() -> new UserError("Say what to put load on: a URI or a folder."));
        DesignFolder design = DesignFolder.read(folder);
        progress.accept("starting the servers");
        try (Redis redis = LocalTopology.usual(design.topology().orElse(Topology.STANDALONE))
                .withOptions(options(request, design.directives()))
                .start()) {
            return measure(redis.uri(), request, progress);
        }
    }

    private Result measure(String uri, Request request, Consumer<String> progress) {
        if (request.replay().isPresent()) {
            ReplayOptions usual = ReplayOptions.of(request.replay().get());
            ReplayOptions options = new ReplayOptions(
                    usual.file(),
                    request.asRecorded(),
                    request.load().prefix(),
                    request.speed(),
                    usual.connections(),
                    request.load().timeout());
            return new Result(Optional.of(Replay.run(uri, options, progress, stop)), Optional.empty());
        }
        if (request.against().isPresent()) {
            return versus(uri, request.against().get(), request, progress);
        }
        return new Result(Optional.of(Benchmark.run(uri, options(request, 1), progress, stop)), Optional.empty());
    }

    private Result variants(Request request, Consumer<String> progress) {
        Map<String, String> usual = request.design()
                .filter(Files::isDirectory)
                .map(folder -> DesignFolder.read(folder).directives())
                .orElse(Map.of());
        Map<String, String> varied = new LinkedHashMap<>(usual);
        request.variant().forEach(line -> {
            String[] words = line.strip().split("\\s+", 2);
            varied.put(words[0], words.length < 2 ? "" : words[1]);
        });
        progress.accept("starting the servers");
        try (Standalone first = Standalone.start(options(request, usual));
                Standalone second = Standalone.start(options(request, varied))) {
            return versus(first.uri(), second.uri(), request, progress);
        }
    }

    private Result versus(String first, String second, Request request, Consumer<String> progress) {
        return new Result(
                Optional.empty(),
                Optional.of(Versus.run(
                        first, second, options(request, ROUNDS_TO_COMPARE), request.confidence(), progress, stop)));
    }

    private static ServerOptions options(Request request, Map<String, String> directives) {
        ServerOptions options = ServerOptions.DEFAULTS.withDirectives(directives);
        return request.server().map(options::withBinary).orElse(options);
    }

    private static BenchOptions options(Request request, int usualRounds) {
        BenchOptions usual = BenchOptions.DEFAULTS;
        Load load = request.load();
        Optional<DesignLoad> design = request.design().map(DesignLoad::read);
        Optional<Mix> named = load.mix()
                .or(() -> load.commands().isEmpty() ? design.map(DesignLoad::mix) : Optional.empty())
                .map(Mix::parse);
        Mix mix = named.map(some -> some.and(load.commands()))
                .orElseGet(() -> load.commands().isEmpty() ? usual.mix() : Mix.of(load.commands()));
        return new BenchOptions(
                mix,
                load.distribution().map(KeyDistribution::parse).orElse(usual.distribution()),
                load.keys().or(() -> design.map(DesignLoad::keys)).orElse(usual.keys()),
                load.values()
                        .or(() -> design.flatMap(DesignLoad::values))
                        .map(ValueSizes::parse)
                        .orElse(usual.values()),
                load.compressibleRatio(),
                load.clients(),
                load.pipeline(),
                load.threads(),
                load.rate().or(() -> design.flatMap(DesignLoad::rate)),
                load.duration(),
                load.requests(),
                load.warmUp(),
                load.rounds().orElse(usualRounds),
                load.timeout(),
                load.fill(),
                load.prefix(),
                load.seed(),
                load.histograms());
    }
}
