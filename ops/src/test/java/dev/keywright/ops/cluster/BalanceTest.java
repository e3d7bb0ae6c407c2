package dev.keywright.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each property on layouts drawn from seeds. */
class BalanceTest {

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void evenByCountEndsWithinTwoPercentAndMovesNoSlotTooMuch(int seed) {
        List<Balance.Holder> layout = layout(new Random(seed));
        List<Balance.Transfer> transfers = Balance.even(layout);
        Map<String, BitSet> after = applied(layout, transfers);
        double weights = layout.stream().mapToDouble(Balance.Holder::weight).sum();
        long excess = 0;
        long missing = 0;
        for (Balance.Holder holder : layout) {
            double share = Slots.ALL * holder.weight() / weights;
            int most = Math.max((int) Math.floor(share * 1.02), (int) Math.ceil(share));
            int least = Math.min((int) Math.ceil(share * 0.98), (int) Math.floor(share));
            assertThat(after.get(holder.id()).cardinality()).isBetween(least, most);
            excess += Math.max(0, holder.slots().cardinality() - most);
            missing += Math.max(0, least - holder.slots().cardinality());
        }
        // Whoever is above the bound must give the excess, whoever is below must get what is missing: no fewer can do.
        assertThat(transfers).hasSize((int) Math.max(excess, missing));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void onlyThoseThatChangeGiveOrGet(int seed) {
        Random random = new Random(seed);
        List<Balance.Holder> layout = layout(random);
        String leaving = layout.get(random.nextInt(layout.size())).id();
        List<Balance.Holder> drained = layout.stream()
                .map(each ->
                        new Balance.Holder(each.id(), each.slots(), each.id().equals(leaving) ? 0 : 1))
                .toList();
        List<Balance.Transfer> transfers = Balance.only(drained, Set.of(leaving));
        applied(drained, transfers);
        assertThat(transfers).allMatch(each -> each.from().equals(leaving));
        assertThat(transfers).hasSize(holder(layout, leaving).slots().cardinality());

        List<Balance.Holder> grown = new ArrayList<>(layout.stream()
                .map(each -> new Balance.Holder(each.id(), each.slots(), 1))
                .toList());
        grown.add(new Balance.Holder("new", new BitSet(), 1));
        List<Balance.Transfer> filling = Balance.only(grown, Set.of("new"));
        applied(grown, filling);
        double share = (double) Slots.ALL / grown.size();
        assertThat(filling).allMatch(each -> each.to().equals("new"));
        assertThat(filling).hasSize((int) Math.min(Math.ceil(share * 0.98), Math.floor(share)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void evenByWeightNeverMakesItWorseAndEndsEvenWhereSlotsAreLight(int seed) {
        Random random = new Random(seed);
        List<Balance.Holder> layout = layout(random);
        double[] weight = random.doubles(Slots.ALL, 0.5, 1.5).toArray();
        List<Balance.Transfer> transfers = Balance.even(layout, slot -> weight[slot]);
        Map<String, BitSet> after = applied(layout, transfers);
        double all =
                IntStream.range(0, Slots.ALL).mapToDouble(slot -> weight[slot]).sum();
        double weights = layout.stream().mapToDouble(Balance.Holder::weight).sum();
        for (Balance.Holder holder : layout) {
            double share = all * holder.weight() / weights;
            double load = after.get(holder.id()).stream()
                    .mapToDouble(slot -> weight[slot])
                    .sum();
            assertThat(Math.abs(load - share)).isLessThanOrEqualTo(Math.max(share * 0.021, 1.5));
        }
    }

    /** What is left of the layout afterwards; every slot once, and moved at most once from where it was. */
    private static Map<String, BitSet> applied(List<Balance.Holder> layout, List<Balance.Transfer> transfers) {
        Map<String, BitSet> after = layout.stream().collect(Collectors.toMap(Balance.Holder::id, each ->
                (BitSet) each.slots().clone()));
        BitSet moved = new BitSet();
        for (Balance.Transfer each : transfers) {
            if (moved.get(each.slot()) || !after.get(each.from()).get(each.slot())) {
                throw new AssertionError(each + " moves a slot twice or from where it is not");
            }
            moved.set(each.slot());
            after.get(each.from()).clear(each.slot());
            after.get(each.to()).set(each.slot());
        }
        assertThat(after.values().stream().mapToInt(BitSet::cardinality).sum()).isEqualTo(Slots.ALL);
        return after;
    }

    private static Balance.Holder holder(List<Balance.Holder> layout, String id) {
        return layout.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    /** 2 to 9 masters, slots in ranges of random length, some masters empty, weights of 0 to 3 but for one. */
    private static List<Balance.Holder> layout(Random random) {
        int masters = 2 + random.nextInt(8);
        Map<Integer, BitSet> slots = new HashMap<>();
        for (int slot = 0; slot < Slots.ALL; ) {
            int end = Math.min(Slots.ALL, slot + 1 + random.nextInt(3_000));
            slots.computeIfAbsent(random.nextInt(masters), none -> new BitSet()).set(slot, end);
            slot = end;
        }
        List<Balance.Holder> layout = new ArrayList<>();
        for (int i = 0; i < masters; i++) {
            double weight = i == 0 || random.nextInt(3) > 0 ? 1 : random.nextInt(4);
            layout.add(new Balance.Holder("m" + i, slots.getOrDefault(i, new BitSet()), weight));
        }
        return layout;
    }
}
