package dev.keywright.app.operation;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.ops.Document;
import dev.keywright.ops.analysis.Analysis;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.AnalysisReport.Part;
import dev.keywright.ops.analysis.AnalysisReport.Shard;
import dev.keywright.ops.analysis.KeyTally;
import dev.keywright.ops.analysis.Origin;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import dev.keywright.ops.memory.Version;
import dev.keywright.ops.scan.Depth;
import dev.keywright.ops.scan.LiveScan;
import dev.keywright.ops.scan.ScanNode;
import dev.keywright.ops.scan.ScanOptions;
import dev.keywright.ops.scan.ScanOutcome;
import dev.keywright.ops.scan.ScanPosition;
import dev.keywright.ops.scan.ScanProgress;
import dev.keywright.ops.scan.ServerFacts;
import dev.keywright.ops.scan.ShardOutcome;
import dev.keywright.ops.scan.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The report of a running deployment. */
final class LiveKeys {

    private final Analyze.Request request;
    private final Consumer<String> progress;
    private final Consumer<Runnable> stopper;

    LiveKeys(Analyze.Request request, Consumer<String> progress, Consumer<Runnable> stopper) {
        this.request = request;
        this.progress = progress;
        this.stopper = stopper;
    }

    AnalysisReport report(String uri) {
        List<String> notes = new ArrayList<>();
        Profile profile = profile(uri, notes);
        Optional<ScanPosition> position = position();
        if (position.isPresent()) {
            notes.add("It goes on where an earlier scan stopped; keys before that are in that one's report.");
        }
        LiveScan scan = LiveScan.of(uri, options(position));
        stopper.accept(scan::stop);
        Map<ScanNode, KeyTally> tallies = new ConcurrentHashMap<>();
        long now = System.currentTimeMillis();
        ScanOutcome outcome = scan.run(
                node -> tallies.computeIfAbsent(node, any -> new KeyTally(now, profile.limits())),
                state -> progress.accept(spoken(state)));
        keep(outcome);
        List<KeyTally> counted = outcome.shards().stream()
                .map(shard -> tallies.getOrDefault(shard.node(), new KeyTally(now, profile.limits())))
                .toList();
        return Analysis.report(
                counted.isEmpty() ? List.of(new KeyTally(now, profile.limits())) : counted,
                origin(outcome, counted, profile, notes));
    }

    // --- before

    private static Profile profile(String uri, List<String> notes) {
        try (Connection connection = Connection.open(uri)) {
            Recognition recognition = Recognition.of(connection);
            notes.addAll(recognition.assumptions());
            return recognition.profile();
        } catch (KeywrightException.Misused e) {
            notes.add("The server does not tell what it is (" + e.getMessage()
                    + "); savings are computed for Redis 7.2 with jemalloc.");
            return Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_2);
        }
    }

    private Optional<ScanPosition> position() {
        return request.live().cursor().filter(Files::exists).map(file -> Document.read(file, ScanPosition.class));
    }

    private ScanOptions options(Optional<ScanPosition> position) {
        Analyze.Live live = request.live();
        ScanOptions options = ScanOptions.DEFAULTS
                .withSampleRatio(live.sampleRatio())
                .withKeysPerSecond(live.keysPerSecond())
                .withFrom(live.master() ? Source.MASTER : Source.REPLICA)
                .withDatabases(request.databases())
                .withDepth(live.deep() ? Depth.COUNTS : Depth.SAMPLE);
        options = live.maxLatency().map(options::withLatencyLimit).orElse(options);
        return position.map(options::withResume).orElse(options);
    }

    private static String spoken(ScanProgress state) {
        double share = state.keys() == 0 ? 1 : Math.min(1, (double) state.names() / state.keys());
        return String.format(
                Locale.ROOT,
                "%,d of %,d keys, %.0f %%, %,.0f a second%s%s",
                state.names(),
                state.keys(),
                100 * share,
                state.namesPerSecond(),
                state.left().map(left -> ", " + spoken(left) + " left").orElse(""),
                state.slowed() ? ", slowed for the server's sake" : "");
    }

    private static String spoken(Duration time) {
        return time.toSeconds() < 100 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }

    // --- after

    /** The position of a scan that stopped; nothing is left of one that is complete. */
    private void keep(ScanOutcome outcome) {
        request.live().cursor().ifPresent(file -> {
            if (outcome.position().isPresent()) {
                Document.write(file, outcome.position().get());
            } else {
                forget(file);
            }
        });
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UserError(file + " is done with but cannot be deleted (" + e.getMessage() + ").", e);
        }
    }

    private Origin origin(ScanOutcome outcome, List<KeyTally> tallies, Profile profile, List<String> notes) {
        List<String> problems = new ArrayList<>();
        List<Shard> shards = new ArrayList<>();
        Map<String, Long> parts = new LinkedHashMap<>();
        long keysThere = 0;
        long used = 0;
        notes.addAll(outcome.notes());
        for (int i = 0; i < outcome.shards().size(); i++) {
            ShardOutcome shard = outcome.shards().get(i);
            long there = keys(shard);
            // Of a sample the names that were seen count: fewer than there are where a scan stops or goes on.
            keysThere += outcome.sampleRatio() == 1 ? there : names(shard);
            others(shard)
                    .filter(part -> part.bytes() > 0)
                    .ifPresent(part -> parts.merge(part.name(), part.bytes(), Long::sum));
            used += shard.facts().usedMemoryBytes();
            shard.facts().parts().forEach(part -> parts.merge(common(part.name()), part.bytes(), Long::sum));
            shard.notes().forEach(note -> notes.add(named(shard, note)));
            shard.stopped().ifPresent(reason -> problems.add(named(shard, reason)));
            shards.add(new Shard(
                    shard.node().toString(),
                    there,
                    tallies.get(i).keys(),
                    shard.facts().usedMemoryBytes(),
                    shard.complete() ? "read" : "stopped"));
            told(shard).forEach(notes::add);
        }
        Optional<ServerFacts> facts =
                outcome.shards().stream().map(ShardOutcome::facts).findFirst();
        return new Origin(
                outcome.deployment(),
                kind(outcome, profile),
                facts.map(told -> (told.valkey() ? "Valkey " : "Redis ") + told.version())
                        .orElse("server"),
                profile,
                profile.slots() > 0,
                keysThere,
                outcome.sampleRatio(),
                used == 0 ? Optional.empty() : Optional.of(used),
                parts.entrySet().stream()
                        .map(part -> new Part(part.getKey(), part.getValue()))
                        .toList(),
                shards,
                facts.flatMap(told -> told.text("maxmemory_policy")),
                facts.map(ServerFacts::countsUse).orElse(false),
                outcome.took().toMillis() / 1e3,
                notes.stream().distinct().toList(),
                problems);
    }

    private static String named(ShardOutcome shard, String sentence) {
        return sentence.contains(shard.node().node().toString()) ? sentence : shard.node() + ": " + sentence;
    }

    /** What databases that were not asked for take, as far as can be told. */
    private Optional<Part> others(ShardOutcome shard) {
        if (request.databases().isEmpty()) {
            return Optional.empty();
        }
        long left = shard.facts().keys().entrySet().stream()
                .filter(database -> !request.databases().contains(database.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        double mean = shard.bytes().value() / Math.max(1, names(shard));
        return Optional.of(
                new Part("keys of databases that were not read, if like the others", Math.round(left * mean)));
    }

    private static long keys(ShardOutcome shard) {
        return shard.databases().stream()
                .mapToLong(ShardOutcome.DatabaseCount::keys)
                .sum();
    }

    private static long names(ShardOutcome shard) {
        return shard.databases().stream()
                .mapToLong(ShardOutcome.DatabaseCount::names)
                .sum();
    }

    /** Tables of databases are told together. */
    private static String common(String part) {
        return part.replaceFirst(" of database \\d+$", "s");
    }

    private static String kind(ScanOutcome outcome, Profile profile) {
        if (profile.slots() > 0) {
            return "cluster of " + outcome.shards().size() + (outcome.shards().size() == 1 ? " shard" : " shards");
        }
        return outcome.shards().stream().anyMatch(shard -> shard.node().replica()) ? "read from a replica" : "server";
    }

    private static List<String> told(ShardOutcome shard) {
        List<String> notes = new ArrayList<>();
        ShardOutcome.Losses losses = shard.losses();
        if (losses.vanished() + losses.denied() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%s: %,d keys went away before their facts were read, %,d may not be read.",
                    shard.node(),
                    losses.vanished(),
                    losses.denied()));
        }
        if (shard.facts().countsUse()) {
            notes.add("The server counts how often keys are used (LFU), so it does not tell since when they are idle.");
        }
        return notes;
    }
}
