package dev.keywright.ops.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which slots to move so that every master holds its share within 2 %. Pure: the same layout gives the same transfers, and no slot
 * moves twice.
 * <ul>
 *   <li>{@link #even(List)} and {@link #only} count slots and move the fewest that reach the goal: whoever holds more than allowed
 *       gives exactly the excess, whoever holds less gets exactly what is missing.
 *   <li>{@link #even(List, IntToDoubleFunction)} weighs slots, by keys or bytes. The fewest are hard to find; it moves the heaviest
 *       that fit and stops when no single move makes it better.
 * </ul>
 */
final class Balance {

    /** How far from its share a master may be. */
    static final double TOLERANCE = 0.02;

    /**
     * A master and its slots.
     *
     * @param weight how much it should hold compared with the others; 0 for nothing
     */
    record Holder(String id, BitSet slots, double weight) {}

    /** One slot and where it goes. */
    record Transfer(int slot, String from, String to) {}

    private Balance() {}

    /** Brings all masters to their shares. */
    static List<Transfer> even(List<Holder> layout) {
        return byCount(seats(layout, slot -> 1));
    }

    /** Brings only these masters to their shares; among the others no slot moves. */
    static List<Transfer> only(List<Holder> layout, Set<String> changing) {
        List<Seat> seats = seats(layout, slot -> 1);
        seats.stream().filter(seat -> !changing.contains(seat.id)).forEach(Seat::mayStay);
        return byCount(seats);
    }

    /** Brings the sums of the slots' weights to the shares; slots of no weight stay, except on masters of weight 0. */
    static List<Transfer> even(List<Holder> layout, IntToDoubleFunction weigh) {
        return byWeight(seats(layout, weigh));
    }

    private static List<Seat> seats(List<Holder> layout, IntToDoubleFunction weigh) {
        double weights = layout.stream().mapToDouble(Holder::weight).sum();
        if (weights <= 0) {
            throw new IllegalArgumentException("No master has a weight above 0; somebody must hold the slots");
        }
        double all = layout.stream()
                .flatMapToDouble(holder -> holder.slots().stream().mapToDouble(weigh))
                .sum();
        return layout.stream()
                .map(holder -> new Seat(holder, all * holder.weight() / weights, weigh))
                .toList();
    }

    /** A slot that can be moved. */
    private record Movable(double weight, int slot) implements Comparable<Movable> {

        @Override
        public int compareTo(Movable other) {
            int byWeight = Double.compare(weight, other.weight);
            return byWeight == 0 ? Integer.compare(slot, other.slot) : byWeight;
        }

        /** Above all slots of this weight. */
        static Movable after(double weight) {
            return new Movable(weight, Slots.ALL);
        }
    }

    /** A master while slots are dealt out. */
    private static final class Seat {

        final String id;
        final double share;
        final boolean leaves;
        /** Slots that have not moved, the lightest first. */
        final TreeSet<Movable> slots = new TreeSet<>();

        int count;
        int least;
        int most;
        double load;

        Seat(Holder holder, double share, IntToDoubleFunction weigh) {
            this.id = holder.id();
            this.share = share;
            this.leaves = holder.weight() == 0;
            holder.slots().stream().forEach(slot -> slots.add(new Movable(weigh.applyAsDouble(slot), slot)));
            this.count = slots.size();
            this.least = Math.min((int) Math.ceil(share * (1 - TOLERANCE)), (int) Math.floor(share));
            this.most = Math.max((int) Math.floor(share * (1 + TOLERANCE)), (int) Math.ceil(share));
            this.load = slots.stream().mapToDouble(Movable::weight).sum();
        }

        void mayStay() {
            least = Math.min(least, count);
            most = Math.max(most, count);
        }

        double fullness() {
            return share == 0 ? Double.MAX_VALUE : count / share;
        }

        double excess() {
            return load - share;
        }

        boolean isEven() {
            return Math.abs(excess()) <= share * TOLERANCE + 1e-9;
        }
    }

    // --- by count

    private static List<Transfer> byCount(List<Seat> seats) {
        int all = seats.stream().mapToInt(seat -> seat.count).sum();
        seats.forEach(seat -> seat.count = Math.max(seat.least, Math.min(seat.most, seat.count)));
        Comparator<Seat> emptiest = Comparator.comparingDouble(Seat::fullness);
        for (int missing = all - seats.stream().mapToInt(seat -> seat.count).sum(); missing != 0; ) {
            if (missing > 0) {
                seats.stream()
                        .filter(seat -> seat.count < seat.most)
                        .min(emptiest)
                        .or(() -> seats.stream().min(emptiest))
                        .orElseThrow()
                        .count++;
                missing--;
            } else {
                seats.stream()
                        .filter(seat -> seat.count > seat.least)
                        .max(emptiest)
                        .orElseThrow()
                        .count--;
                missing++;
            }
        }
        return hand(seats);
    }

    /** The last slots of those with too many go to those with too few, the biggest differences first to keep ranges whole. */
    private static List<Transfer> hand(List<Seat> seats) {
        Comparator<Seat> byWant = Comparator.comparingInt(seat -> seat.count - seat.slots.size());
        List<Seat> givers = seats.stream()
                .filter(seat -> seat.count < seat.slots.size())
                .sorted(byWant)
                .toList();
        List<Seat> takers = seats.stream()
                .filter(seat -> seat.count > seat.slots.size())
                .sorted(byWant.reversed())
                .toList();
        List<Transfer> transfers = new ArrayList<>();
        int taker = 0;
        int taken = 0;
        for (Seat giver : givers) {
            while (giver.slots.size() > giver.count) {
                Seat to = takers.get(taker);
                transfers.add(new Transfer(giver.slots.pollLast().slot(), giver.id, to.id));
                if (to.slots.size() + ++taken == to.count) {
                    taker++;
                    taken = 0;
                }
            }
        }
        return transfers;
    }

    // --- by weight

    private static List<Transfer> byWeight(List<Seat> seats) {
        Comparator<Seat> byExcess = Comparator.comparingDouble(Seat::excess);
        List<Transfer> transfers = new ArrayList<>();
        List<Seat> staying = seats.stream().filter(seat -> !seat.leaves).toList();
        for (Seat leaving : seats) {
            while (leaving.leaves && !leaving.slots.isEmpty()) {
                Seat taker = staying.stream().min(byExcess).orElseThrow();
                transfers.add(move(leaving.slots.last(), leaving, taker));
            }
        }
        while (!seats.stream().allMatch(Seat::isEven)) {
            Seat giver = seats.stream().max(byExcess).orElseThrow();
            Seat taker = seats.stream().min(byExcess).orElseThrow();
            Movable slot = best(giver, taker);
            if (slot == null) {
                break;
            }
            transfers.add(move(slot, giver, taker));
        }
        return transfers;
    }

    /** The heaviest slot that overshoots neither end; else the lightest, where that still makes it better; else none. */
    private static @Nullable Movable best(Seat giver, Seat taker) {
        Movable fits = giver.slots.floor(Movable.after(Math.min(giver.excess(), -taker.excess())));
        if (fits != null && fits.weight() > 0) {
            return fits;
        }
        Movable lightest = giver.slots.higher(Movable.after(0));
        return lightest != null && lightest.weight() < giver.excess() - taker.excess() ? lightest : null;
    }

    private static Transfer move(Movable slot, Seat from, Seat to) {
        from.slots.remove(slot);
        from.load -= slot.weight();
        to.load += slot.weight();
        return new Transfer(slot.slot(), from.id, to.id);
    }
}
