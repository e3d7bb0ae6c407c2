package dev.keywright.expert.proof;

import static dev.keywright.expert.proof.Report.Outcome.HELD;
import static dev.keywright.expert.proof.Report.Outcome.NOT_HELD;
import static dev.keywright.expert.proof.Report.Outcome.NOT_TESTED;

import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.evidence.Exercise;
import dev.keywright.expert.proof.Report.Fault;
import dev.keywright.expert.proof.Report.Latency;
import dev.keywright.expert.proof.Report.Load;
import dev.keywright.expert.proof.Report.Memory;
import dev.keywright.expert.proof.Report.Verdict;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Holds what was measured against what the design promises: one verdict per promise. One thread. */
final class Promises {

    private static final double UNSAID_FAILOVER_SECONDS = 60;

    /** An fsync that takes long holds the next write back for up to two seconds. */
    private static final double EVERY_SECOND_AT_WORST = 2.5;

    private static final double KEPT_RATIO = 0.9;
    private static final long BRIEF_SECONDS = 60;

    /** Below this, what a server takes for itself would be scaled up as if it were data. */
    private static final long LEAST_SCALED_BYTES = 500_000;

    private final DesignFile design;
    private final List<Verdict> verdicts = new ArrayList<>();

    Promises(DesignFile design) {
        this.design = design;
    }

    List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    private void judge(String promise, boolean held, String figures) {
        verdicts.add(new Verdict(promise, held ? HELD : NOT_HELD, figures));
    }

    private void untested(String promise, String why) {
        verdicts.add(new Verdict(promise, NOT_TESTED, why));
    }

    // --- the server's settings

    void settings(List<Standalone> nodes) {
        design.server().ifPresent(server -> {
            server.eviction()
                    .ifPresent(policy -> setting(
                            "maxmemory-policy " + policy + " is in effect", nodes, Map.of("maxmemory-policy", policy)));
            if (server.maxmemoryBytes() > 0) {
                String promise = "maxmemory " + Amounts.bytes((double) server.maxmemoryBytes()) + " is in effect";
                setting(promise, nodes, Map.of("maxmemory", Long.toString(server.maxmemoryBytes())));
            }
            server.persistence()
                    .ifPresent(id -> setting("persistence " + id + " is in effect", nodes, persistence(id)));
            if (design.topology().equals("cluster")) {
                setting(
                        "The loss of one shard does not stop the others",
                        nodes,
                        Map.of("cluster-require-full-coverage", "no"));
            }
        });
    }

    private static Map<String, String> persistence(String id) {
        return switch (id) {
            case "aof-always" -> Map.of("appendonly", "yes", "appendfsync", "always");
            case "aof-everysec" -> Map.of("appendonly", "yes", "appendfsync", "everysec");
            case "rdb+aof" -> Map.of("appendonly", "yes", "save", "*");
            case "rdb" -> Map.of("appendonly", "no", "save", "*");
            default -> Map.of("appendonly", "no", "save", "");
        };
    }

    private void setting(String promise, List<Standalone> nodes, Map<String, String> wanted) {
        TreeSet<String> others = new TreeSet<>();
        for (Standalone node : nodes) {
            Map<String, String> actual = node.configuration();
            wanted.forEach((name, value) -> {
                String got = actual.getOrDefault(name, "");
                if (value.equals("*") ? got.isEmpty() : !got.equals(value)) {
                    others.add(name + " is " + (got.isEmpty() ? "empty" : got));
                }
            });
        }
        String asked = "CONFIG GET on " + nodes.size() + (nodes.size() == 1 ? " server" : " servers");
        judge(promise, others.isEmpty(), others.isEmpty() ? asked : asked + ": " + String.join(", ", others));
    }

    // --- the data

    void memory(Optional<Memory> measured, Optional<String> refusal) {
        if (design.memory().isEmpty()) {
            return;
        }
        Answer.Memory stated = design.memory().get();
        String promise = "The data takes " + bytes(stated.lowBytes()) + " to " + bytes(stated.highBytes());
        if (measured.isEmpty()) {
            untested(promise, "nothing that stays was loaded");
        } else {
            Memory memory = measured.get();
            String figures = bytes(memory.measuredBytes()) + ", predicted " + bytes(memory.predictedBytes()) + "; "
                    + memory.basis();
            boolean small = memory.scaledBy() > 2 && memory.loadedBytes() < LEAST_SCALED_BYTES;
            if (small && memory.loadedBytes() <= memory.highBytes()) {
                untested(promise, figures + ", which are too few to scale; --scale or --budget load more");
            } else {
                boolean within =
                        memory.measuredBytes() >= memory.lowBytes() && memory.measuredBytes() <= memory.highBytes();
                judge(promise, within, figures);
            }
        }
        refusal.ifPresent(message -> judge("The server takes the data", false, message));
    }

    void keys(List<Exercise> exercises, KeyLook look) {
        List<String> own = design.keys().stream()
                .map(line -> KeyLook.prefix(line.name()))
                .distinct()
                .toList();
        String begin = "Every key begins with " + String.join(" or ", own);
        String end = "Every key that should expire has a TTL";
        boolean mortal =
                design.keys().stream().anyMatch(line -> line.ttlSeconds().isPresent());
        boolean same = exercises.stream()
                .flatMap(exercise -> exercise.keyPrefixes().stream())
                .allMatch(prefix -> own.stream().anyMatch(prefix::startsWith));
        KeyLook.Names names = look.names();
        KeyLook.Ttls ttls = look.ttls();
        if (!same || names.looked() == 0) {
            String why = same ? "no key was found" : "the sample names its keys in another way";
            untested(begin, why);
            if (mortal) {
                untested(end, why);
            }
            return;
        }
        judge(
                begin,
                names.strange() == 0,
                names.strange() == 0
                        ? looked(names.looked())
                        : names.strange() + " of " + names.looked() + " do not, such as "
                                + String.join(", ", names.examples()));
        if (mortal && ttls.looked() == 0) {
            untested(end, "the sample holds none of them");
        } else if (mortal) {
            judge(
                    end,
                    ttls.endless() == 0,
                    ttls.endless() == 0
                            ? looked(ttls.looked())
                            : ttls.endless() + " of " + ttls.looked() + " have none, such as "
                                    + String.join(", ", ttls.examples()));
        }
    }

    private static String looked(long keys) {
        return keys == 1 ? "1 key looked at" : keys + " keys looked at";
    }

    // --- the load

    void load(Pace pace, Load load, Latency latency) {
        design.quantity("rate_per_second").ifPresent(rate -> rate(rate, pace, load, latency));
        design.quantity("latency_ms").ifPresent(limit -> {
            String promise = "99 of 100 operations take at most " + Amounts.plain(limit) + " ms";
            String figures = "p99 " + Amounts.plain(latency.p99Ms()) + " ms at "
                    + Amounts.count(Math.rint(load.drivenPerSecond())) + "/s";
            boolean within = latency.operations() > 0 && latency.p99Ms() <= limit;
            if (!within && pace.isMachineTooSmall()) {
                untested(promise, figures + "; this machine is too busy to tell");
            } else {
                judge(promise, within, figures);
            }
        });
    }

    private void rate(double rate, Pace pace, Load load, Latency latency) {
        String promise = "It carries " + Amounts.count(Math.rint(rate)) + " operations per second";
        if (!pace.isStatedReached()) {
            if (pace.isMachineTooSmall()) {
                untested(promise, pace.why());
            } else {
                judge(promise, false, pace.why());
            }
            return;
        }
        boolean carried = latency.failed() == 0 && load.reachedPerSecond() >= 0.97 * rate;
        judge(
                promise,
                carried,
                Amounts.plain(load.reachedPerSecond()) + "/s answered, " + latency.failed() + " failed");
    }

    // --- what it survives

    void faults(List<Fault> faults) {
        faults.forEach(fault -> {
            switch (fault.kind()) {
                case "script-flush" -> unharmed("Its scripts survive SCRIPT FLUSH", fault);
                case "freeze" -> unharmed("It goes on after a server stood still", fault);
                case "restart" -> restart(fault);
                case "failover" -> failover(fault);
                default -> throw new IllegalStateException("no promise about " + fault.kind());
            }
        });
    }

    /** Nothing may be lost, done twice or, where nothing died, refused. */
    private void unharmed(String promise, Fault fault) {
        boolean held =
                fault.recovered() && fault.lost() == 0 && fault.duplicated() == 0 && fault.failedOperations() == 0;
        judge(promise, held, figures(fault));
    }

    private void restart(Fault fault) {
        String persistence = design.persistence();
        if (persistence.equals("none")) {
            judge("It works again after kill -9 and a start; data is not kept", fault.recovered(), figures(fault));
            return;
        }
        boolean snapshot = persistence.equals("rdb");
        judge(
                snapshot ? "Its last snapshot survives kill -9" : "Its data survives kill -9",
                fault.recovered() && fault.duplicated() == 0 && isBack(fault) && (snapshot || lostWithin(fault)),
                figures(fault) + "; " + fault.detail());
        loss(fault, snapshot);
    }

    private void loss(Fault fault, boolean snapshot) {
        design.quantity("rpo_seconds").ifPresent(seconds -> {
            String promise = "A crash loses at most " + Amounts.seconds(seconds);
            if (snapshot) {
                untested(
                        promise,
                        "how much a snapshot is behind follows from the lines save, which need more time to pass");
            } else {
                judge(promise, lostWithin(fault), figures(fault) + "; a process was killed, the power was not cut");
            }
        });
    }

    /** Whether the keys are there again, but for those that may have expired or come last. */
    private boolean isBack(Fault fault) {
        boolean brief = design.keys().stream()
                .flatMap(key -> key.ttlSeconds().stream())
                .anyMatch(seconds -> seconds < BRIEF_SECONDS);
        return brief || fault.keysAfter() >= KEPT_RATIO * fault.keysBefore();
    }

    private boolean lostWithin(Fault fault) {
        double most = design.quantity("rpo_seconds")
                .orElse(design.persistence().equals("aof-always") ? 0.0 : EVERY_SECOND_AT_WORST);
        return fault.lost() == 0 || most > 0 && fault.lostSeconds() <= most;
    }

    private void failover(Fault fault) {
        Optional<Double> stated = design.quantity("failover_seconds");
        double most = stated.orElse(UNSAID_FAILOVER_SECONDS);
        judge(
                stated.isPresent()
                        ? "A replica takes over within " + Amounts.seconds(most)
                        : "A replica takes over when a primary dies",
                fault.recovered() && fault.downtimeSeconds() <= most,
                figures(fault) + "; " + fault.detail());
        loss(fault, false);
    }

    private static String figures(Fault fault) {
        return Stream.of(
                        fault.recovered() ? "" : "not everything worked again",
                        "without a confirmed write for " + Amounts.seconds(fault.downtimeSeconds()),
                        fault.lost() + " of " + Amounts.count((double) fault.acknowledged()) + " confirmed writes lost",
                        fault.duplicated() == 0 ? "" : fault.duplicated() + " done twice",
                        fault.failedOperations() == 0
                                ? ""
                                : Amounts.count((double) fault.failedOperations())
                                        + " operations of the design's failed")
                .filter(text -> !text.isEmpty())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    private static String bytes(long bytes) {
        return Amounts.bytes((double) bytes);
    }
}
