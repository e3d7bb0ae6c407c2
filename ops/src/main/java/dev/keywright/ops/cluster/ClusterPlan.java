package dev.keywright.ops.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What changes a cluster would go through, in this order: nodes join, open slots are finished, slots move, replicas are attached,
 * nodes leave. What is done already is passed over, so a plan can be applied again after an interruption.
 *
 * @param cluster where it was looked at, without user and password
 * @param refusals why it must not be applied; nothing else is filled in then
 * @param finish slots whose move somebody began
 * @param masters how many slots each master has and will have
 */
public record ClusterPlan(
        String schema,
        String cluster,
        List<String> refusals,
        List<Member> joining,
        List<Finish> finish,
        List<Move> moves,
        List<Attachment> attach,
        List<Member> leaving,
        List<Share> masters,
        Forecast forecast,
        List<String> notes) {

    public static final String SCHEMA = "keywright.cluster-plan/1";

    /** A node. */
    public record Member(String id, String address) {}

    /** A move that was begun and goes on to its taker. */
    public record Finish(int slot, Member to, long keys) {}

    /**
     * Slots that go from one master to another.
     *
     * @param keys counted
     * @param bytes estimated, see {@link Forecast#keysMeasured()}
     */
    public record Move(int first, int last, Member from, Member to, long keys, long bytes) {

        public Slots.Range range() {
            return new Slots.Range(first, last);
        }
    }

    /** A replica and the master it gets. */
    public record Attachment(Member replica, Member master) {}

    /** A master before and after. */
    public record Share(Member master, int slotsBefore, int slotsAfter) {}

    /**
     * What moving will cost.
     *
     * @param keysMeasured on how many keys bytes were measured
     * @param seconds estimated from round trips and dumps timed while planning
     * @param biggest the biggest key that was measured
     */
    public record Forecast(
            int slots, long keys, long bytes, long keysMeasured, double seconds, Optional<BiggestKey> biggest) {

        static final Forecast NOTHING = new Forecast(0, 0, 0, 0, 0, Optional.empty());
    }

    /**
     * A key that moves whole.
     *
     * @param blocksMillis how long both masters stand still for it, roughly
     */
    public record BiggestKey(String name, int slot, long bytes, long blocksMillis) {}

    public ClusterPlan {
        refusals = List.copyOf(refusals);
        joining = List.copyOf(joining);
        finish = List.copyOf(finish);
        moves = List.copyOf(moves);
        attach = List.copyOf(attach);
        leaving = List.copyOf(leaving);
        masters = List.copyOf(masters);
        notes = List.copyOf(notes);
    }

    static ClusterPlan refused(String cluster, List<String> refusals) {
        return new ClusterPlan(
                SCHEMA,
                cluster,
                refusals,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Forecast.NOTHING,
                List.of());
    }

    public boolean isRefused() {
        return !refusals.isEmpty();
    }

    /** Whether there is anything to do. */
    public boolean changesNothing() {
        return joining.isEmpty() && finish.isEmpty() && moves.isEmpty() && attach.isEmpty() && leaving.isEmpty();
    }
}
