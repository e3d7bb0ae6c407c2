package dev.keywright.ops.cluster;

import dev.keywright.ops.Finding;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Looks at a cluster through any of its nodes and says what is wrong. Changes nothing.
 * <ul>
 *   <li>Commands: four questions per node, 16,384 {@code COUNTKEYSINSLOT} over all masters, and {@code MEMORY USAGE} of at most
 *       some 2,000 keys: {@value #KEYS_PER_BIG_SLOT} of each of the {@value #BIG_SLOTS} slots with most keys and
 *       {@value #KEYS_PER_OTHER_SLOT} of {@value #OTHER_SLOTS} others.
 *   <li>Time: below a second on a healthy cluster; some 5 s more when nodes disagree, up to 8 s more per node whose host is silent.
 * </ul>
 */
public final class ClusterCheck {

    private static final int BIG_SLOTS = 10;
    private static final int KEYS_PER_BIG_SLOT = 100;
    private static final int OTHER_SLOTS = 100;
    private static final int KEYS_PER_OTHER_SLOT = 10;

    private ClusterCheck() {}

    /**
     * Looks.
     *
     * @param uri any node, or several to try in turn
     * @throws dev.keywright.KeywrightException.Unavailable when none of them answers
     */
    public static ClusterReport run(String uri, Consumer<String> progress) {
        try (Members members = Members.open(uri)) {
            members.requireCluster();
            progress.accept("asking the nodes");
            ClusterView view = new ViewReader(members, List.of()).read();
            progress.accept("counting keys per slot");
            SlotSurvey survey = new SlotSurvey(members);
            long[] keys = survey.keys(view);
            progress.accept("measuring some keys");
            List<SlotSurvey.Sample> samples = List.of(
                    survey.measure(view, biggest(keys), keys, KEYS_PER_BIG_SLOT),
                    survey.measure(view, spread(keys), keys, KEYS_PER_OTHER_SLOT));
            List<Finding> findings = new ArrayList<>(CheckRules.findings(view));
            findings.addAll(SlotRules.findings(view, keys, samples));
            findings.sort(Comparator.comparing(Finding::severity).reversed());
            return new ClusterReport(
                    members.uri().toString(),
                    Slots.ALL - view.uncovered().count(),
                    view.keys(),
                    view.nodes(),
                    samples.stream().mapToLong(SlotSurvey.Sample::keys).sum(),
                    findings);
        }
    }

    private static BitSet biggest(long[] keys) {
        return IntStream.range(0, Slots.ALL)
                .boxed()
                .filter(slot -> keys[slot] > 0)
                .sorted(Comparator.<Integer>comparingLong(slot -> keys[slot]).reversed())
                .limit(BIG_SLOTS)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    /** Slots with keys, evenly far from each other. */
    private static BitSet spread(long[] keys) {
        List<Integer> filled = IntStream.range(0, Slots.ALL)
                .filter(slot -> keys[slot] > 0)
                .boxed()
                .collect(Collectors.toList());
        int step = Math.max(1, filled.size() / OTHER_SLOTS);
        return IntStream.range(0, filled.size())
                .filter(i -> i % step == 0)
                .map(filled::get)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }
}
