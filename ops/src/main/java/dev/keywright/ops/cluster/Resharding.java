package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Carries out a {@link ClusterPlan}. May be interrupted anywhere, by {@code kill -9} too, and applied again: what is done is passed
 * over, and slots whose move was begun are finished first.
 * <ul>
 *   <li>Clients: single-key commands go on throughout, by ASK and MOVED. A command on several keys of the slot that just moves can be
 *       answered with TRYAGAIN.
 *   <li>Blocking: a MIGRATE takes some 10 ms, one of a big key as long as that key takes.
 *   <li>Failover while it runs: waits up to 90 s until the cluster is whole, then goes on with the new master.
 *   <li>Never acts while a master is missing, and never takes slots from one that is.
 * </ul>
 */
public final class Resharding {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN = Duration.ofMillis(500);
    /** Setbacks on one slot that are met by looking again. */
    private static final int SETBACKS = 8;

    /**
     * How far it is.
     *
     * @param slots done so far
     * @param all to be done
     */
    public record Advance(int slots, int all, long keys, long bytes, Duration elapsed) {

        /** Time left at the pace so far. */
        public Duration left() {
            return slots == 0
                    ? Duration.ZERO
                    : elapsed.multipliedBy(all - slots).dividedBy(slots);
        }
    }

    private final Members members;
    private final ViewReader reader;
    private final Consumer<Advance> progress;
    private final Consumer<String> journal;
    private final BatchSize batch = new BatchSize();
    private final long start = System.nanoTime();
    /** Who took over from whom. */
    private final Map<String, String> successors = new HashMap<>();

    private ClusterView view;
    private Map<Integer, ClusterView.Node> owners = Map.of();
    private final Set<Integer> begun = new HashSet<>();
    private SlotMove.Carried carried = new SlotMove.Carried(0, 0);
    private int slotsDone;
    private int slotsInAll;

    private Resharding(Members members, Consumer<Advance> progress, Consumer<String> journal) {
        this.members = members;
        this.reader = new ViewReader(members, List.of());
        this.progress = progress;
        this.journal = journal;
        this.view = reader.read();
        look(view);
    }

    /**
     * Applies the plan and returns when all is done.
     *
     * @param uri any node of the cluster, or several to try in turn
     * @param progress is told after every slot
     * @param journal is told every change before it is made
     * @throws OpsException when the cluster is not healthy, has changed since the plan, or does not recover
     */
    public static Advance apply(String uri, ClusterPlan plan, Consumer<Advance> progress, Consumer<String> journal) {
        if (plan.isRefused()) {
            throw new OpsException("The plan was refused: " + String.join(" ", plan.refusals()));
        }
        if (!plan.schema().equals(ClusterPlan.SCHEMA)) {
            throw new OpsException("The plan has schema " + plan.schema() + "; this program applies "
                    + ClusterPlan.SCHEMA + ". Make a new plan.");
        }
        try (Members members = Members.open(uri)) {
            members.requireCluster();
            return new Resharding(members, progress, journal).apply(plan);
        }
    }

    private Advance apply(ClusterPlan plan) {
        Set<String> apart = plan.leaving().stream().map(ClusterPlan.Member::id).collect(Collectors.toSet());
        List<String> obstacles = Health.obstacles(
                view, plan.joining().stream().map(ClusterPlan.Member::id).collect(Collectors.toSet()), apart);
        if (!obstacles.isEmpty()) {
            throw new OpsException("The cluster is not healthy: " + String.join(" ", obstacles));
        }
        Membership membership = new Membership(members, reader, journal);
        membership.join(view, plan.joining());
        if (!plan.joining().isEmpty()) {
            look(reader.read());
        }
        moveAll(plan);
        membership.attach(plan.attach());
        membership.leave(plan.leaving());
        return advance();
    }

    private void moveAll(ClusterPlan plan) {
        List<Health.Begun> open = Health.openSlots(view);
        BitSet planned = new BitSet(Slots.ALL);
        plan.moves().forEach(move -> planned.set(move.first(), move.last() + 1));
        slotsInAll = planned.cardinality()
                + (int) open.stream().filter(each -> !planned.get(each.slot())).count();
        for (Health.Begun each : open) {
            begun.add(each.slot());
            move(each.slot(), each.to().orElseThrow());
            if (!planned.get(each.slot())) {
                done();
            }
        }
        for (ClusterPlan.Move move : plan.moves()) {
            for (int slot = move.first(); slot <= move.last(); slot++) {
                refuseStrangers(slot, move);
                move(slot, move.to().id());
                done();
            }
        }
    }

    private void refuseStrangers(int slot, ClusterPlan.Move move) {
        String owner = owner(slot).id();
        if (!owner.equals(current(move.from().id()).id())
                && !owner.equals(current(move.to().id()).id())) {
            throw new OpsException("Slot " + slot + " is served by " + view.address(owner) + " and no longer by "
                    + move.from().address() + ": the cluster has changed since the plan. Make a new one.");
        }
    }

    /** Moves a slot to its taker, whatever happens to the two on the way. */
    private void move(int slot, String takerId) {
        for (int setbacks = 0; ; setbacks++) {
            try {
                attempt(slot, current(takerId));
                return;
            } catch (Unsettled | KeywrightException.Unavailable setback) {
                if (setbacks == SETBACKS) {
                    throw new OpsException(
                            "Slot " + slot + " does not move: " + setback.getMessage()
                                    + ". See keywright cluster check; applying again goes on from here.",
                            setback);
                }
                begun.add(slot); // keys may be on both sides from now on
                awaitWhole();
            }
        }
    }

    private void attempt(int slot, ClusterView.Node taker) {
        ClusterView.Node owner = owner(slot);
        boolean open = begun.contains(slot);
        if (owner.id().equals(taker.id())) {
            if (open) {
                finish(slot, taker);
            }
            return;
        }
        carried = carried.plus(new SlotMove(members, batch, journal, slot, route(owner, taker), open).run());
        begun.remove(slot);
        owners.put(slot, taker);
    }

    /** The taker owns it: only the news has to be spread, also to whoever still has the slot open. */
    private void finish(int slot, ClusterView.Node taker) {
        ClusterView.Node giver = view.masters().stream()
                .filter(node -> node.open().stream().anyMatch(open -> open.slot() == slot))
                .filter(node -> !node.id().equals(taker.id()))
                .findFirst()
                .orElse(taker);
        new SlotMove(members, batch, journal, slot, route(giver, taker), true).handOver();
        begun.remove(slot);
    }

    private SlotMove.Route route(ClusterView.Node from, ClusterView.Node to) {
        return new SlotMove.Route(
                from,
                to,
                view.masters().stream()
                        .filter(ClusterView.Node::reachable)
                        .filter(node ->
                                !node.id().equals(from.id()) && !node.id().equals(to.id()))
                        .toList());
    }

    // --- what the cluster looks like now

    private ClusterView.Node owner(int slot) {
        return Optional.ofNullable(owners.get(slot))
                .orElseThrow(() -> new Unsettled("slot " + slot + " is served by no master"));
    }

    /** The node itself, or whoever took over from it. */
    private ClusterView.Node current(String id) {
        String now = id;
        while (successors.containsKey(now)) {
            now = successors.getOrDefault(now, now);
        }
        Optional<ClusterView.Node> node = view.find(now);
        return node.filter(ClusterView.Node::isMaster)
                .or(() -> node.flatMap(ClusterView.Node::master).flatMap(view::find))
                .orElseThrow(() ->
                        new OpsException("Node " + id + " is no member of the cluster any more. Make a new plan."));
    }

    private void look(ClusterView now) {
        for (ClusterView.Node before : view.masters()) {
            boolean serves = now.find(before.id())
                    .filter(node -> node.isMaster() && node.reachable() && !node.fails())
                    .isPresent();
            if (!serves) {
                view.replicasOf(before).stream()
                        .map(ClusterView.Node::id)
                        .filter(id ->
                                now.find(id).filter(ClusterView.Node::isMaster).isPresent())
                        .findFirst()
                        .ifPresent(heir -> {
                            successors.put(before.id(), heir);
                            successors.remove(heir); // it may be back after it was succeeded itself
                        });
            }
        }
        view = now;
        owners = new HashMap<>();
        now.masters().forEach(node -> node.slots().bits().stream().forEach(slot -> owners.put(slot, node)));
    }

    private void awaitWhole() {
        Wait wait = Wait.atMost(PATIENCE);
        List<String> obstacles;
        do {
            ClusterView now = reader.read();
            obstacles = Health.obstacles(now, Set.of(), Set.of());
            if (obstacles.isEmpty()) {
                look(now);
                return;
            }
        } while (wait.pause(BETWEEN));
        throw new OpsException("The cluster is not whole after 90 s: " + String.join(" ", obstacles)
                + " Mend that and apply again; what was begun is finished then.");
    }

    // --- how far it is

    private void done() {
        slotsDone++;
        progress.accept(advance());
    }

    private Advance advance() {
        return new Advance(
                slotsDone, slotsInAll, carried.keys(), carried.bytes(), Duration.ofNanos(System.nanoTime() - start));
    }
}
