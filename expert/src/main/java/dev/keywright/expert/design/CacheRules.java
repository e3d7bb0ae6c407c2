package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses what a cache does beyond keeping values from what the task says: how long, how long an absence, how early anew, what is
 * shown when the source fails, how many copies in the process, how many changes may wait.
 */
final class CacheRules {

    private static final Set<String> CACHES = Set.of(
            "cache-aside",
            "read-through",
            "write-through",
            "write-behind",
            "refresh-ahead",
            "stampede-protection",
            "near-cache");

    /** Those that load by themselves, so that they can load ahead. */
    private static final Set<String> LOADING = Set.of("read-through", "refresh-ahead", "stampede-protection");

    /** Those taken because waiting for the source, or its failure, must not be felt. */
    private static final Set<String> FAIL_SAFE = Set.of("refresh-ahead", "stampede-protection");

    private static final double USUAL_LOAD = 10;
    private static final double USUAL_ABSENCE = 10;
    private static final double LONGEST_ABSENCE = 60;

    /** A load worth hiding from those who wait for it. */
    private static final double SLOW_LOAD = 0.5;

    private static final double LONGEST_STALE = 86_400;

    /** All entries of a cache with no more than these are read all the time, as far as anybody can tell. */
    private static final double FEW = 10_000;

    private static final double MOST_COPIES = 1_000_000;

    /** What a copy of a value takes beside it, roughly: the object, its entry and the key. */
    private static final double BESIDE_A_COPY = 200;

    /** What one process gives to copies. */
    private static final double MOST_COPY_BYTES = 256 << 20;

    private static final double MEBIBYTE = 1 << 20;

    /** How long an outage of the database is borne. */
    private static final double OUTAGE = 600;

    private final PatternSheet sheet;
    private final String pattern;
    private final Workload workload;
    private final Map<String, Assumption> assumptions;
    private final double ttl;
    private final List<Reason> why = new ArrayList<>();

    private CacheRules(PatternSheet sheet, Workload workload, Map<String, Assumption> assumptions, double ttl) {
        this.sheet = sheet;
        this.pattern = sheet.pattern();
        this.workload = workload;
        this.assumptions = assumptions;
        this.ttl = ttl;
    }

    /** Empty where the pattern is no cache. */
    static Optional<CachePlan> plan(
            PatternSheet sheet, List<KeyDesign> keys, Workload workload, Map<String, Assumption> assumptions) {
        return keys.stream()
                .map(KeyDesign::ttlSeconds)
                .flatMap(Optional::stream)
                .findFirst()
                .filter(ttl -> CACHES.contains(sheet.pattern()))
                .map(ttl -> new CacheRules(sheet, workload, assumptions, ttl).plan());
    }

    private CachePlan plan() {
        double load = value("compute_seconds").map(seconds -> 3 * seconds).orElse(0.0);
        timeToLive();
        return new CachePlan(
                ttl,
                absence(),
                refresh(load),
                stale(),
                Math.max(USUAL_LOAD, load),
                pattern.equals("near-cache") ? Optional.of(copies()) : Optional.empty(),
                pattern.equals("write-behind") ? Optional.of(backlog()) : Optional.empty(),
                List.copyOf(why));
    }

    private void timeToLive() {
        Optional<Double> bound = said("staleness_seconds");
        if (bound.filter(seconds -> seconds == ttl).isPresent()) {
            because(
                    "cache-ttl-staleness",
                    "Nothing older than " + Amounts.seconds(ttl)
                            + " may be shown, so that is the TTL, the bound that holds"
                            + " even when an invalidation is lost; jitter only shortens it (C6).");
        }
    }

    private double absence() {
        if (!workload.has("absent-lookups")) {
            return Math.min(ttl, USUAL_ABSENCE);
        }
        double absent = Math.min(ttl, LONGEST_ABSENCE);
        because(
                "cache-absent",
                "Keys without a row are asked for, so that there is none is remembered for " + Amounts.seconds(absent)
                        + ": one load for each such key in that time (C5); whoever creates the row invalidates its"
                        + " key.");
        return absent;
    }

    private double refresh(double load) {
        boolean worthIt = !pattern.equals("read-through")
                || said("compute_seconds")
                        .filter(seconds -> seconds >= SLOW_LOAD)
                        .isPresent();
        if (!LOADING.contains(pattern) || !worthIt) {
            return 0;
        }
        double share = pattern.equals("refresh-ahead") ? ttl / 5 : ttl / 10;
        double early = Math.min(ttl / 2, Math.max(share, load));
        because(
                "cache-refresh",
                "What is read in the last " + Amounts.seconds(early)
                        + " of its time is loaded anew in the background, by"
                        + " one process (C7), so only the first reader of a cold key waits"
                        + (load > 0 && early >= load ? "; that leaves room for three loads." : "."));
        return early;
    }

    private double stale() {
        boolean wanted = FAIL_SAFE.contains(pattern) || workload.has("stale-bearable");
        if (!wanted || pattern.equals("write-behind")) {
            return 0;
        }
        if (said("staleness_seconds").isPresent() || workload.hasAny("strong-consistency", "own-write-seen")) {
            because(
                    "cache-stale-never",
                    "You say how old a value may be, so none is kept beyond its time: while the source fails, readers"
                            + " of expired entries get its error. staleIfError with a hard limit would show them the old"
                            + " value, marked as stale (C8).");
            return 0;
        }
        double stale = Math.min(ttl, LONGEST_STALE);
        because(
                "cache-stale-if-error",
                "A value stays " + Amounts.seconds(stale)
                        + " beyond its time, to be shown, marked as stale, when the source"
                        + " fails; after that its error reaches the readers (C8).");
        return stale;
    }

    /** A fifth of the entries, which gets most of the reads; all where they are few. */
    private CachePlan.Copies copies() {
        double keys = items().orElse(FEW);
        double each = value("value_bytes").orElse(1024.0) + BESIDE_A_COPY;
        double hot = Math.min(MOST_COPIES, keys <= FEW ? keys : Math.max(FEW, keys / 5));
        int entries = (int) Math.max(1, Math.min(hot, MOST_COPY_BYTES / each));
        long bytes = (long) (Math.ceil(entries * each / MEBIBYTE) * MEBIBYTE);
        boolean all = entries >= keys;
        because(
                "near-size",
                "Each process keeps " + (all ? "all " : "up to ") + Amounts.count(entries) + " entries, "
                        + Amounts.bytes((double) bytes) + " at most"
                        + (all
                                ? ""
                                : entries < hot
                                        ? ", what 256 MiB hold of the hot set"
                                        : ", a fifth of all, which gets most reads")
                        + " (N5).");
        because(
                "near-mode",
                all
                        ? "Every process reads every key, so changes are broadcast (BCAST) and the server remembers"
                                + " nothing (N7)."
                        : "The server remembers who read what (OPTIN), some 100 bytes each, so a process hears only of"
                                + " keys it has (N7).");
        return new CachePlan.Copies(entries, bytes, all);
    }

    /** Changes of one key are merged, so no more wait than there are keys. */
    private int backlog() {
        double changes = value("rate_per_second").orElse(1000.0) * OUTAGE;
        double keys = items().orElse(Double.MAX_VALUE);
        int most = (int) Math.max(10_000, Math.min(10_000_000, Math.ceil(Math.min(changes, keys))));
        because(
                "write-behind-backlog",
                "At most " + Amounts.count(most) + " changes wait for the database, "
                        + (keys <= changes
                                ? "one for each row, since those of one row are merged"
                                : "what comes in during ten minutes of its absence")
                        + "; then puts wait and are refused, never dropped (W5).");
        return most;
    }

    /** How many entries there are: as said, else as many as the data makes of its values, else as assumed. */
    private Optional<Double> items() {
        List<String> counts = sheet.size().map(PatternSheet.Size::items).orElse(List.of());
        Optional<Double> bySize =
                said("data_bytes").flatMap(data -> said("value_bytes").map(value -> data / value));
        return counts.stream()
                .map(this::said)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> bySize)
                .or(() -> counts.stream()
                        .map(this::value)
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private Optional<Double> said(String quantity) {
        return workload.quantity(quantity, pattern);
    }

    private Optional<Double> value(String quantity) {
        return said(quantity)
                .or(() -> Optional.ofNullable(assumptions.get(quantity)).map(Assumption::value));
    }

    private void because(String rule, String text) {
        why.add(new Reason(rule, text));
    }
}
