package dev.keywright.ops.cluster;

import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Moves some slots from the master that owns them to another while clients go on. Each step is taken for all of them in one round
 * trip, only keys are carried slot by slot. Every step can be repeated, so an interrupted move is ended by doing it again:
 * <ol>
 *   <li>the taker is IMPORTING the slots, so that it accepts redirected clients; only then is the giver MIGRATING and redirects them;
 *   <li>MIGRATE carries the keys over in batches, until the giver has none; a key is on one side or, after a lost answer, on both, and then the giver's
 *       counts, because it is asked first;
 *   <li>the taker is told that it owns the slots, then the giver, then the other masters. Until the giver knows it redirects to the
 *       taker, so that at no moment a slot is without a server.
 * </ol>
 */
final class SlotMove {

    /** What was carried over. */
    record Carried(long keys, long bytes) {

        static final Carried NOTHING = new Carried(0, 0);

        Carried plus(Carried more) {
            return new Carried(keys + more.keys, bytes + more.bytes);
        }
    }

    /** The two ends, and who else must know. */
    record Route(ClusterView.Node from, ClusterView.Node to, List<ClusterView.Node> others) {}

    /** Of one slot; what is left is listed later. */
    private static final int KEYS_AT_ONCE = 1_000;

    private final Members members;
    private final SlotSurvey survey;
    private final BatchSize batch;
    private final Consumer<String> journal;
    private final List<Integer> slots;
    private final Route route;
    private final boolean begun;

    /**
     * @param journal is told every change before it is made
     * @param begun whether the move was begun before, so that keys may be on both sides
     */
    SlotMove(
            Members members,
            BatchSize batch,
            Consumer<String> journal,
            List<Integer> slots,
            Route route,
            boolean begun) {
        this.members = members;
        this.survey = new SlotSurvey(members);
        this.batch = batch;
        this.journal = journal;
        this.slots = slots;
        this.route = route;
        this.begun = begun;
    }

    /** @throws Unsettled when the ends are not what they were taken for; any of the slots may be open then */
    Carried run() {
        if (!begun) {
            refuseStrays();
        }
        List<KeyMove.Keys> first = keys(slots);
        first.forEach(keys -> keys.refuseGiants(route.from()));
        if (begun) { // the giver may have been failed over, of which gossip does not tell an importing node
            set(route.to(), "NODE", route.from().id());
        }
        set(route.to(), "IMPORTING", route.from().id());
        set(route.from(), "MIGRATING", route.to().id());
        Carried carried = carryAll(first);
        handOver();
        return carried;
    }

    /** The taker owns them: tells it, the giver and the others, of whom gossip tells those that do not listen now. */
    void handOver() {
        set(route.to(), "NODE", route.to().id());
        set(route.from(), "NODE", route.to().id());
        for (ClusterView.Node other : route.others()) {
            tell(other, "NODE", route.to().id());
        }
    }

    private void refuseStrays() {
        long[] strays = survey.count(route.to(), slots);
        for (int i = 0; i < strays.length; i++) {
            if (strays[i] > 0) {
                throw new OpsException(route.to().address() + " holds " + strays[i] + " keys of slot " + slots.get(i)
                        + " that it does not own. See CLUSTER GETKEYSINSLOT " + slots.get(i)
                        + " on it, save what is of use and delete them; then apply again.");
            }
        }
    }

    private void set(ClusterView.Node node, String state, String id) {
        List<Reply> replies = tell(node, state, id);
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof Reply.Failure failure) {
                throw new Unsettled(
                        "SETSLOT " + slots.get(i) + " " + state + " on " + node.address() + ": " + failure.message());
            }
        }
    }

    private List<Reply> tell(ClusterView.Node node, String state, String id) {
        slots.forEach(
                slot -> journal.accept("CLUSTER SETSLOT " + slot + " " + state + " " + id + " on " + node.address()));
        return members.batch(
                node.endpoint(),
                slots.stream()
                        .map(slot -> Members.words("CLUSTER", "SETSLOT", Integer.toString(slot), state, id))
                        .toList());
    }

    // --- keys

    /** Until each slot was found empty once after its giver was MIGRATING: from then on no key can come into it there. */
    private Carried carryAll(List<KeyMove.Keys> first) {
        Duration roundTrip = roundTrip();
        Map<Integer, KeyMove> moves = new HashMap<>();
        Carried carried = Carried.NOTHING;
        for (List<KeyMove.Keys> left = first; !left.isEmpty(); left = left(left)) {
            for (KeyMove.Keys keys : left) {
                keys.refuseGiants(route.from());
                KeyMove move = moves.computeIfAbsent(
                        keys.slot(), slot -> new KeyMove(members, batch, journal, route, roundTrip, begun));
                carried = carried.plus(move.run(keys));
            }
        }
        return carried;
    }

    private Duration roundTrip() {
        long start = System.nanoTime();
        members.ask(route.from().endpoint(), "PING");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<KeyMove.Keys> left(List<KeyMove.Keys> before) {
        return keys(before.stream().map(KeyMove.Keys::slot).toList()).stream()
                .filter(keys -> !keys.isEmpty())
                .toList();
    }

    private List<KeyMove.Keys> keys(List<Integer> some) {
        Endpoint giver = route.from().endpoint();
        List<List<byte[]>> names = survey.names(giver, some, KEYS_AT_ONCE);
        List<Long> bytes = LongStream.of(
                        survey.bytes(giver, names.stream().flatMap(List::stream).toList()))
                .boxed()
                .toList();
        List<KeyMove.Keys> keys = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < some.size(); i++) {
            int to = from + names.get(i).size();
            keys.add(new KeyMove.Keys(some.get(i), names.get(i), bytes.subList(from, to)));
            from = to;
        }
        return keys;
    }
}
