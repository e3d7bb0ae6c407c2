package dev.keywright.ops.cluster;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What is wrong with how keys lie in slots. Pure. */
final class SlotRules {

    /** Redis moves a key whole, and no bigger one than this with certainty. */
    static final long CANNOT_MOVE = 512L << 20;

    private static final long BLOCKS = 16L << 20;
    private static final double HOT_SHARE = 0.01;
    private static final int HOT_TIMES_MEAN = 10;
    private static final long FEWEST_HOT_KEYS = 1_000;
    private static final int MOST_NAMED = 5;

    private SlotRules() {}

    static List<Finding> findings(ClusterView view, long[] keys, List<SlotSurvey.Sample> samples) {
        List<Finding> findings = new ArrayList<>(hotSpots(view, keys));
        biggest(samples).flatMap(key -> giant(view, key)).ifPresent(findings::add);
        return findings;
    }

    static Optional<SlotSurvey.Giant> biggest(List<SlotSurvey.Sample> samples) {
        return samples.stream()
                .flatMap(sample -> sample.biggest().stream())
                .max(Comparator.comparingLong(SlotSurvey.Giant::bytes));
    }

    private static List<Finding> hotSpots(ClusterView view, long[] keys) {
        long all = LongStream.of(keys).sum();
        double hot = Math.max(FEWEST_HOT_KEYS, Math.max(all * HOT_SHARE, (double) HOT_TIMES_MEAN * all / Slots.ALL));
        return IntStream.range(0, Slots.ALL)
                .filter(slot -> keys[slot] > hot)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(slot -> keys[slot]).reversed())
                .limit(MOST_NAMED)
                .map(slot -> new Finding(
                        "hash-tag-hot-spot",
                        Severity.WARNING,
                        "Slot " + slot + " holds " + keys[slot] + " of " + all + " keys, "
                                + Math.round(100.0 * keys[slot] / all) + " %; the mean is " + all / Slots.ALL + ".",
                        "A slot is the smallest part that can be moved: its load and memory stay on one master.",
                        "See which hash tag they share with CLUSTER GETKEYSINSLOT " + slot
                                + " 10 and tag by a finer part of the name.",
                        place(view, slot)))
                .toList();
    }

    private static Optional<Finding> giant(ClusterView view, SlotSurvey.Giant key) {
        if (key.bytes() <= BLOCKS) {
            return Optional.empty();
        }
        boolean stuck = key.bytes() > CANNOT_MOVE;
        return Optional.of(new Finding(
                stuck ? "key-cannot-move" : "key-giant",
                stuck ? Severity.ERROR : Severity.WARNING,
                "Key '" + key.name() + "' in slot " + key.slot() + " takes " + Figures.bytes(key.bytes()) + ".",
                stuck
                        ? "A key moves whole; above 512 MB that fails or blocks both masters for many seconds."
                        : "Moving its slot blocks both masters while this key is copied.",
                "Split it into several keys, or delete it with UNLINK.",
                place(view, key.slot())));
    }

    private static Finding.Place place(ClusterView view, int slot) {
        return Finding.Place.whole(
                view.owner(slot).map(ClusterView.Node::address).orElse("the cluster"));
    }
}
