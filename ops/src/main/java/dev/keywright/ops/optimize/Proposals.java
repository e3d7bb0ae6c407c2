package dev.keywright.ops.optimize;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Settings worth a trial, from what the data look like: for each kind of value the smallest limits that make most of the near misses
 * compact, and no larger ones.
 */
final class Proposals {

    /**
     * @param name what it is about, such as {@code hash-max-listpack-value 192}
     * @param guessedBytes what it might save, to rank by
     */
    record Proposal(String name, Map<String, String> settings, long guessedBytes) {
        static Proposal of(Map<String, String> settings, long guessedBytes) {
            List<String> words = new ArrayList<>();
            settings.forEach((name, value) -> words.add(name + " " + value));
            return new Proposal(String.join(", ", words), settings, guessedBytes);
        }
    }

    /** Of what the largest limits would gain, a proposal must gain this much. */
    private static final double MOST_OF_IT = 0.9;
    /** Below this share of the data nobody should change anything. */
    private static final double WORTH_IT = 0.002;

    private static final long LEAST_BYTES = 64 * 1024;
    /** Where both limits gain so much more than each alone, both are tried together. */
    private static final double TOGETHER = 1.1;

    private final Facts facts;
    private final Map<String, String> now;
    private final long leastBytes;

    private Proposals(Facts facts, Map<String, String> now, long dataBytes) {
        this.facts = facts;
        this.now = now;
        this.leastBytes = Math.max(LEAST_BYTES, (long) (dataBytes * WORTH_IT));
    }

    /**
     * @param live whether values are as a running server has them; a file's are compact as soon as they are loaded
     * @param now the limits that hold; a server that does not know a directive has it not
     * @return most promising first
     */
    static List<Proposal> of(Facts facts, Map<String, String> now, long dataBytes, boolean live) {
        Proposals proposals = new Proposals(facts, now, dataBytes);
        List<Proposal> all = new ArrayList<>();
        for (Form.Kind kind : Form.Kind.values()) {
            all.addAll(proposals.of(Directives.of(kind)));
            if (live) {
                proposals.leftBehind(Directives.of(kind)).ifPresent(all::add);
            }
        }
        all.removeIf(each -> each.guessedBytes() < proposals.leastBytes);
        all.sort(Comparator.comparingLong(Proposal::guessedBytes).reversed());
        return all;
    }

    private List<Proposal> of(Directives limits) {
        if (!now.containsKey(limits.entries())) {
            return List.of();
        }
        if (limits.kind() == Form.Kind.LIST) {
            return compression(limits);
        }
        long entries = current(limits.entries(), limits.usualEntries());
        long value = limits.hasValue() ? current(limits.value(), limits.usualValue()) : 0;
        List<Proposal> proposals = new ArrayList<>();
        Proposal more = best(limits, limits.mostEntries(), value, entries, value);
        proposals.add(more);
        if (limits.hasValue()) {
            Proposal longer = best(limits, entries, limits.mostValue(), entries, value);
            proposals.add(longer);
            Proposal both = best(limits, limits.mostEntries(), limits.mostValue(), entries, value);
            if (both.guessedBytes() > TOGETHER * (more.guessedBytes() + longer.guessedBytes())) {
                proposals.add(both);
            }
        }
        if (limits.kind() == Form.Kind.SORTED_SET) {
            Proposal modest = best(limits, 2 * limits.usualEntries(), value, entries, value);
            if (!modest.settings().equals(more.settings())) {
                proposals.add(modest);
            }
        }
        return proposals;
    }

    /** Values that the limits of now take in, and that were written before those were set, or were larger once. */
    private Optional<Proposal> leftBehind(Directives limits) {
        if (limits.kind() == Form.Kind.LIST || !now.containsKey(limits.entries())) {
            return Optional.empty();
        }
        long entries = current(limits.entries(), limits.usualEntries());
        long value = limits.hasValue() ? current(limits.value(), limits.usualValue()) : 0;
        if (!Directives.isProposable(limits.entries(), Long.toString(entries))) {
            return Optional.empty();
        }
        long gain = gain(limits, entries, value, -1, -1);
        return Optional.of(new Proposal(
                limits.entries() + " " + entries + " as it is, values written anew",
                Map.of(limits.entries(), Long.toString(entries)),
                gain));
    }

    private List<Proposal> compression(Directives limits) {
        long gain = facts.cells(limits.kind()).values().stream()
                .mapToLong(Facts.Count::bytes)
                .sum();
        return current(limits.entries(), 0) != 0
                ? List.of()
                : List.of(Proposal.of(Map.of(limits.entries(), "1"), gain));
    }

    /** The smallest limits up to those that gain most of what those would. */
    private Proposal best(Directives limits, long mostEntries, long mostValue, long entries, long value) {
        long reachable = gain(limits, mostEntries, mostValue, entries, value);
        long bestEntries = smallest(limits, mostEntries, mostValue, entries, value, reachable, true);
        long bestValue =
                limits.hasValue() ? smallest(limits, bestEntries, mostValue, entries, value, reachable, false) : value;
        Map<String, String> settings = new LinkedHashMap<>();
        if (bestEntries > entries) {
            settings.put(limits.entries(), Long.toString(bestEntries));
        }
        if (limits.hasValue() && bestValue > value) {
            settings.put(limits.value(), Long.toString(bestValue));
        }
        return Proposal.of(settings, settings.isEmpty() ? 0 : gain(limits, bestEntries, bestValue, entries, value));
    }

    private long smallest(
            Directives limits,
            long mostEntries,
            long mostValue,
            long entries,
            long value,
            long reachable,
            boolean first) {
        TreeSet<Long> steps = new TreeSet<>();
        steps.add(first ? entries : value);
        for (Facts.Cell cell : facts.cells(limits.kind()).keySet()) {
            steps.add(first ? cell.entries() : cell.value());
        }
        double wanted = reachable * (first ? MOST_OF_IT : MOST_OF_IT * MOST_OF_IT);
        for (long step : steps) {
            long gain = first
                    ? gain(limits, step, mostValue, entries, value)
                    : gain(limits, mostEntries, step, entries, value);
            if (step >= (first ? entries : value) && gain >= wanted) {
                return Math.min(step, first ? mostEntries : mostValue);
            }
        }
        return first ? mostEntries : mostValue;
    }

    /** What values between the limits of now and those would save. */
    private long gain(Directives limits, long toEntries, long toValue, long entries, long value) {
        long elements = 0;
        for (Map.Entry<Facts.Cell, Facts.Count> each :
                facts.cells(limits.kind()).entrySet()) {
            Facts.Cell cell = each.getKey();
            boolean inside = cell.entries() <= toEntries && cell.value() <= Math.max(toValue, 0);
            boolean already = cell.entries() <= entries && cell.value() <= value;
            if (inside && !already) {
                elements += each.getValue().elements();
            }
        }
        return elements * limits.savedPerElement();
    }

    private long current(String directive, long usual) {
        String value = now.getOrDefault(directive, "");
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : usual;
    }

    /** Whether these settings make a value of that form compact. */
    static boolean takesIn(Form form, Map<String, String> settings, Map<String, String> now) {
        Directives limits = Directives.of(form.kind());
        if (form.kind() == Form.Kind.LIST) {
            return settings.containsKey(limits.entries()) && form.elements() > 2 && form.bytes() > 0;
        }
        if (!settings.containsKey(limits.entries()) && !settings.containsKey(limits.value())) {
            return false;
        }
        long entries = limit(limits.entries(), settings, now, limits.usualEntries());
        long value = limits.hasValue() ? limit(limits.value(), settings, now, limits.usualValue()) : Long.MAX_VALUE;
        return form.elements() <= entries && form.longestBytes() <= value;
    }

    private static long limit(String directive, Map<String, String> settings, Map<String, String> now, long usual) {
        return Long.parseLong(settings.getOrDefault(directive, now.getOrDefault(directive, Long.toString(usual))));
    }
}
