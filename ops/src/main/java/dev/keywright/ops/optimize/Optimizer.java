package dev.keywright.ops.optimize;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.optimize.Plan.Trialled;
import dev.keywright.ops.optimize.Proposals.Proposal;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Tries on a copy what would make data smaller: a private server loads it under each candidate's settings, and tells its memory and
 * what the users' commands cost there. Nothing is written to the source.
 * <ul>
 *   <li>Memory: two servers with the data, three where there is room, checked beforehand; this JVM needs some 100 MB.
 *   <li>Time: a load of the copy per candidate, two at a time where there is room, and two seconds at most for its commands.
 *   <li>Failure: {@link OpsException}; servers and files of the trial are gone.
 * </ul>
 */
public final class Optimizer {

    /**
     * @param source URI of a server, an RDB file, or a folder with one
     * @param ratio what part of the keys to try it on; 1 for all
     * @param servers other server programs to try
     * @param most how many settings to try one by one
     */
    public record Options(String source, double ratio, List<Path> servers, int most) {

        public static final int MOST = 6;

        public Options {
            servers = List.copyOf(servers);
            if (ratio <= 0 || ratio > 1) {
                throw new IllegalArgumentException("a part of " + ratio + " is none; give more than 0, and 1 at most");
            }
        }

        public static Options of(String source) {
            return new Options(source, 1, List.of(), MOST);
        }
    }

    /** A setting whose commands take longer than this on the values it changes is not advised. */
    private static final double MOST_ADDED_MICROS = 3;

    /** Below this share nothing is advised. */
    private static final double WORTH_IT = 0.005;

    private final Options options;
    private final Scratch scratch;
    private final Copy copy;
    private final Consumer<String> progress;
    private final RedisBinary binary;
    private final List<String> notes;

    private Optimizer(Options options, Scratch scratch, Copy copy, Consumer<String> progress) {
        this.options = options;
        this.scratch = scratch;
        this.copy = copy;
        this.progress = progress;
        this.notes = Collections.synchronizedList(new ArrayList<>(copy.notes()));
        this.binary = binary(copy.live().flatMap(Live::program), notes);
    }

    /** The source's own program, where it runs as it lies there; it may need a shell's or a container's surroundings. */
    private static RedisBinary binary(Optional<Path> program, List<String> notes) {
        try {
            return RedisBinary.find(program);
        } catch (ServerException e) {
            notes.add("The source's program does not run by itself ("
                    + program.map(Path::toString).orElse("") + "), so another was taken.");
            return RedisBinary.find(Optional.empty());
        }
    }

    /**
     * Tries candidates and returns what came out.
     *
     * @param progress is told in a few words what happens
     * @throws OpsException when there is no copy, it does not load, or this machine is too small
     */
    public static Plan run(Options options, Consumer<String> progress) {
        try (Scratch scratch = Scratch.make()) {
            Copy copy = isUri(options.source())
                    ? Copy.ofServers(options.source(), options.ratio(), scratch, progress)
                    : Copy.ofFile(Path.of(options.source()), options.ratio(), scratch);
            Scratch.requireMemory(copy.neededBytes(), 2);
            return new Optimizer(options, scratch, copy, progress).plan();
        } catch (IOException e) {
            throw Scratch.isAbout(e)
                    ? Scratch.noRoom(e)
                    : new OpsException("The trial was given up: " + e.getMessage() + ". Check the source.", e);
        }
    }

    public static boolean isUri(String source) {
        return source.matches("(?i)(redis|rediss|valkey|valkeys)[a-z+-]*://.*");
    }

    private Plan plan() throws IOException {
        progress.accept("reading the copy, and loading it");
        CompletableFuture<Facts> reading = CompletableFuture.supplyAsync(this::facts);
        Map<String, String> settings = copy.live().map(Live::settings).orElse(Map.of());
        Facts facts;
        Map<String, String> now;
        List<Trialled> trials;
        Plan.Base measured;
        CompletableFuture<Remodelling.Samples> sampling;
        try (Trial base = load(reading, settings)) {
            facts = joined(reading);
            if (facts.keys() == 0) {
                throw new OpsException("There are no keys to try anything on. Give a source with keys.");
            }
            now = Live.settings(base.wire(), notes);
            Bench bench = new Bench(base, facts, now, copy);
            measured = new Plan.Base(
                    now,
                    bench.usedBytes(),
                    base.loadSeconds(),
                    copy.live().map(Live::usedMemory).orElse(0L));
            trials = tried(
                    bench,
                    candidates(Proposals.of(
                            facts, now, bench.usedBytes(), copy.live().isPresent())));
            Map<String, String> together = together(trials);
            sampling = Remodelling.sampling(copy, facts, bench.usedBytes()); // one server loads meanwhile
            if (together.size() > 1
                    && trials.stream().noneMatch(each -> each.settings().equals(together))) {
                trials.addAll(tried(bench, List.of(new Candidate("together", together, binary, Optional.empty()))));
            }
        }
        List<Plan.Remodelling> remodellings = Remodelling.tried(
                copy, facts, joined(sampling), binary, scratch.folder(), measured.usedBytes(), settings, progress);
        trials.sort(Comparator.comparingLong(Trialled::savedBytes).reversed());
        return written(measured, facts.keys(), withFront(trials), remodellings);
    }

    private Facts facts() {
        Facts facts = new Facts();
        try {
            Copy.read(copy.rdb(), facts);
            return facts;
        } catch (IOException e) {
            throw new OpsException(copy.rdb() + " cannot be read: " + e.getMessage() + ". Give another copy.", e);
        }
    }

    private static <T> T joined(CompletableFuture<T> work) throws IOException {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw e.getCause() instanceof RuntimeException ours ? ours : e;
        }
    }

    /** A damaged file's reader says better what is wrong than the server that does not load it. */
    private Trial load(CompletableFuture<Facts> reading, Map<String, String> settings) throws IOException {
        try {
            return Trial.load(binary, scratch.folder(), copy.rdb(), Bench.DATABASES, settings);
        } catch (OpsException e) {
            joined(reading);
            throw e;
        }
    }

    /** What a private server is loaded with, beside the copy. */
    private record Candidate(String name, Map<String, String> settings, RedisBinary program, Optional<String> server) {}

    private List<Candidate> candidates(List<Proposal> proposals) {
        List<Candidate> candidates = new ArrayList<>();
        for (Proposal proposal : proposals.subList(0, Math.min(options.most(), proposals.size()))) {
            candidates.add(new Candidate(proposal.name(), proposal.settings(), binary, Optional.empty()));
        }
        for (Path server : options.servers()) {
            RedisBinary other = RedisBinary.find(Optional.of(server));
            candidates.add(new Candidate(other.toString(), Map.of(), other, Optional.of(other.toString())));
        }
        return candidates;
    }

    /** Loads as many at a time as there is room for; measures one after the other, when nothing loads. */
    private List<Trialled> tried(Bench bench, List<Candidate> candidates) throws IOException {
        int width = Scratch.hasMemory(copy.neededBytes(), 2) ? 2 : 1;
        List<Trialled> trials = new ArrayList<>();
        for (int from = 0; from < candidates.size(); from += width) {
            List<Candidate> group = candidates.subList(from, Math.min(candidates.size(), from + width));
            progress.accept("trying "
                    + String.join(", and ", group.stream().map(Candidate::name).toList()));
            List<CompletableFuture<Optional<Trial>>> loads = group.stream()
                    .map(each -> CompletableFuture.supplyAsync(() -> loaded(each)))
                    .toList();
            try {
                CompletableFuture.allOf(loads.toArray(CompletableFuture[]::new))
                        .exceptionally(told -> null)
                        .join();
                for (int i = 0; i < group.size(); i++) {
                    Candidate candidate = group.get(i);
                    Optional<Trial> trial = joined(loads.get(i));
                    if (trial.isPresent()) {
                        trials.add(verdict(bench.compared(
                                trial.get(), candidate.name(), candidate.settings(), candidate.server())));
                    }
                }
            } finally {
                loads.forEach(each ->
                        each.exceptionally(told -> Optional.empty()).join().ifPresent(Trial::close));
            }
        }
        return trials;
    }

    /** Nothing when it is another server's program that cannot load the copy. */
    private Optional<Trial> loaded(Candidate candidate) {
        Map<String, String> all =
                new LinkedHashMap<>(copy.live().map(Live::settings).orElse(Map.of()));
        all.putAll(candidate.settings());
        all.put("rdbchecksum", "no"); // the base has looked at it
        try {
            return Optional.of(Trial.load(candidate.program(), scratch.folder(), copy.rdb(), Bench.DATABASES, all));
        } catch (OpsException e) {
            if (candidate.server().isEmpty()) {
                throw e;
            }
            notes.add(candidate.name() + " was not tried: " + e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Trialled verdict(Trialled trial) {
        if (trial.server().isPresent()) {
            return trial.judged("another server: see its release notes");
        }
        if (trial.savedRatio() < WORTH_IT) {
            return trial.judged("saves too little");
        }
        Price price = trial.changed();
        if (price.addedMicros() > MOST_ADDED_MICROS) {
            return trial.judged("saves, but commands on the changed values take too long");
        }
        return trial.judged("good");
    }

    private static boolean isGood(Trialled trial) {
        return trial.verdict().equals("good");
    }

    /** Settings of different kinds of values do not touch each other; of those for one kind the larger saving is taken. */
    private static Map<String, String> together(List<Trialled> trials) {
        Map<String, String> together = new LinkedHashMap<>();
        trials.stream()
                .filter(Optimizer::isGood)
                .sorted(Comparator.comparingLong(Trialled::savedBytes).reversed())
                .filter(each -> each.settings().keySet().stream().noneMatch(together::containsKey))
                .forEach(each -> together.putAll(each.settings()));
        return together;
    }

    private static List<Trialled> withFront(List<Trialled> trials) {
        return trials.stream()
                .map(each -> each.onFront(
                        each.savedBytes() > 0 && trials.stream().noneMatch(other -> isBetter(other, each))))
                .toList();
    }

    private static boolean isBetter(Trialled other, Trialled one) {
        double price = Math.max(0, other.changed().addedMicros());
        double mine = Math.max(0, one.changed().addedMicros());
        return other.savedBytes() >= one.savedBytes()
                && price <= mine
                && (other.savedBytes() > one.savedBytes() || price < mine);
    }

    private Plan written(Plan.Base base, long keys, List<Trialled> trials, List<Plan.Remodelling> remodellings) {
        Optional<Plan.Best> best =
                trials.stream().filter(Optimizer::isGood).findFirst().map(Optimizer::best);
        copy.live()
                .filter(live -> !live.server().equals(binary.toString()))
                .ifPresent(live -> notes.add("The source runs " + live.server() + " and the trial ran " + binary
                        + "; sizes of blocks may differ between them. Give the source's program with"
                        + " KEYWRIGHT_SERVER."));
        if (copy.live().isEmpty()) {
            notes.add(
                    "A file does not tell the limits of its server; the defaults are taken for them. A server that grew"
                            + " its values saves more than one that loaded them.");
        }
        if (trials.isEmpty()) {
            notes.add("No values miss being compact by little, so no setting was worth a trial.");
        }
        return new Plan(
                copy.live().map(Live::name).orElse(options.source()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                copy.live().isPresent(),
                new Plan.Sample(copy.ratio(), keys),
                binary.toString(),
                base,
                trials,
                remodellings,
                best,
                Advice.of(trials, remodellings, copy.live().map(Live::name).orElse(options.source())),
                List.copyOf(notes));
    }

    private static Plan.Best best(Trialled trial) {
        return new Plan.Best(
                trial.settings(),
                trial.savedBytes(),
                trial.savedRatio(),
                Advice.commands(trial.settings()),
                "New values follow at once; those there now follow when they are written anew, which --apply does.");
    }
}
