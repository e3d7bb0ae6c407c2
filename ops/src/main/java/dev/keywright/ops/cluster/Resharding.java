package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Carries out a {@link ClusterPlan}. May be interrupted anywhere, by {@code kill -9} too, and applied again: what is done is passed
 * over, and slots whose move was begun are finished first.
 * <ul>
 *   <li>Clients: single-key commands go on throughout, by ASK and MOVED. A command on several keys of a slot that just moves can be
 *       answered with TRYAGAIN.
 *   <li>Blocking: a MIGRATE takes some 10 ms, one of a big key as long as that key takes.
 *   <li>Failover while it runs: waits up to 90 s until the cluster is whole, then goes on with the new master.
 *   <li>Never acts while a master is missing, and never takes slots from one that is.
 * </ul>
 */
public final class Resharding {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN = Duration.ofMillis(500);
    /** Slots that go the same way and stand open at the same time; a round trip for each step is shared by them. */
    static final int TOGETHER = 16;
    /** Keys of slots that stand open at the same time, unless it is one slot. */
    static final int KEYS_TOGETHER = 1_000;
    /** Setbacks on a group of slots that are met by looking again. */
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
    private final SlotSurvey survey;
    private final Consumer<Advance> progress;
    private final Consumer<String> journal;
    private final BatchSize batch = new BatchSize();
    private final long start = System.nanoTime();
    /** Whoever may take over from a node: its replicas, ever, and who was found to have done so. */
    private final Map<String, Set<String>> heirs = new HashMap<>();

    private ClusterView view;
    private Map<Integer, ClusterView.Node> owners = Map.of();
    private final Set<Integer> begun = new HashSet<>();
    private SlotMove.Carried carried = new SlotMove.Carried(0, 0);
    private int slotsDone;
    private int slotsInAll;

    private Resharding(Members members, Consumer<Advance> progress, Consumer<String> journal) {
        this.members = members;
        this.reader = new ViewReader(members, List.of());
        this.survey = new SlotSurvey(members);
        this.progress = progress;
        this.journal = journal;
        this.view = reader.read();
        look(view);
    }

    /**
     * Applies the plan and returns when all is done.
     *
     * @param uri any node of the cluster, or several to try in turn
     * @param progress is told of every slot, when those that were moved with it are done too
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
            awaitWhole(apart); // a new master serves nothing in its first seconds
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
        open.forEach(each -> begun.add(each.slot()));
        inGroups(open, each -> each.to().orElseThrow(), group -> {
            List<Integer> slots = group.stream().map(Health.Begun::slot).toList();
            move(slots, group.get(0).to().orElseThrow(), () -> {});
            slots.stream().filter(slot -> !planned.get(slot)).forEach(slot -> done());
        });
        inGroups(planned(plan), step -> List.of(step.move().from(), step.move().to()), group -> {
            move(
                    group.stream().map(Step::slot).toList(),
                    group.get(0).move().to().id(),
                    () -> group.forEach(step -> refuseStrangers(step.slot(), step.move())));
            group.forEach(step -> done());
        });
    }

    /** A slot of a move. */
    private record Step(int slot, ClusterPlan.Move move) {}

    private static List<Step> planned(ClusterPlan plan) {
        return plan.moves().stream()
                .flatMap(
                        move -> IntStream.rangeClosed(move.first(), move.last()).mapToObj(slot -> new Step(slot, move)))
                .toList();
    }

    /** Consecutive ones that go the same way, at most {@value #TOGETHER} at a time. */
    private static <T> void inGroups(List<T> all, Function<T, Object> way, Consumer<List<T>> action) {
        for (int from = 0, to; from < all.size(); from = to) {
            Object same = way.apply(all.get(from));
            to = from + 1;
            while (to < all.size()
                    && to - from < TOGETHER
                    && way.apply(all.get(to)).equals(same)) {
                to++;
            }
            action.accept(all.subList(from, to));
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

    /**
     * Moves slots to their taker, whatever happens to either end on the way.
     *
     * @param check throws when they must not be moved as the cluster is now
     */
    private void move(List<Integer> slots, String takerId, Runnable check) {
        for (int setbacks = 0; ; setbacks++) {
            try {
                check.run();
                attempt(slots, current(takerId));
                return;
            } catch (Unsettled | KeywrightException.Unavailable setback) {
                if (setbacks == SETBACKS) {
                    throw new OpsException(
                            "Slots do not move, the first of them " + slots.get(0) + ": " + setback.getMessage()
                                    + ". See keywright cluster check; applying again goes on from here.",
                            setback);
                }
                awaitWhole(Set.of());
            }
        }
    }

    /** What slots that are moved together have in common. */
    private record Lot(ClusterView.Node owner, boolean open) {}

    private void attempt(List<Integer> slots, ClusterView.Node taker) {
        Map<Lot, List<Integer>> lots = new LinkedHashMap<>();
        for (int slot : slots) {
            ClusterView.Node owner = owner(slot);
            if (!owner.id().equals(taker.id())) {
                lots.computeIfAbsent(new Lot(owner, begun.contains(slot)), lot -> new ArrayList<>())
                        .add(slot);
            } else if (begun.contains(slot)) {
                finish(slot, taker);
            }
        }
        lots.forEach((lot, group) -> {
            for (List<Integer> some : lot.open() ? List.of(group) : withFewKeys(lot.owner(), group)) {
                begun.addAll(some); // keys may be on both sides from now on
                carried = carried.plus(
                        new SlotMove(members, batch, journal, some, route(lot.owner(), taker), lot.open()).run());
                begun.removeAll(some);
                some.forEach(slot -> owners.put(slot, taker));
            }
        });
    }

    /** In parts of some thousand keys, so that no slot stands open long because of its neighbours. */
    private List<List<Integer>> withFewKeys(ClusterView.Node owner, List<Integer> slots) {
        long[] keys = survey.count(owner, slots);
        List<List<Integer>> parts = new ArrayList<>();
        int from = 0;
        long sum = 0;
        for (int i = 0; i < keys.length; i++) {
            sum += keys[i];
            if (i > from && sum > KEYS_TOGETHER) {
                parts.add(slots.subList(from, i));
                from = i;
                sum = keys[i];
            }
        }
        parts.add(slots.subList(from, keys.length));
        return parts;
    }

    /** The taker owns it: only the news has to be spread, also to whoever still has the slot open. */
    private void finish(int slot, ClusterView.Node taker) {
        ClusterView.Node giver = view.masters().stream()
                .filter(node -> node.open().stream().anyMatch(open -> open.slot() == slot))
                .filter(node -> !node.id().equals(taker.id()))
                .findFirst()
                .orElse(taker);
        new SlotMove(members, batch, journal, List.of(slot), route(giver, taker), true).handOver();
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

    /** The node itself while it serves, or whoever took over from it, or from that one. */
    private ClusterView.Node current(String id) {
        Set<String> line = new LinkedHashSet<>(Set.of(id));
        for (List<String> next = List.of(id); !next.isEmpty(); ) {
            next = next.stream()
                    .flatMap(each -> heirs.getOrDefault(each, Set.of()).stream())
                    .filter(line::add)
                    .toList();
        }
        return line.stream()
                .flatMap(each -> view.find(each).stream())
                .filter(Resharding::serves)
                .findFirst()
                .or(() -> view.find(id).flatMap(node -> node.isMaster() ? Optional.of(node) : master(node)))
                .orElseThrow(() ->
                        new OpsException("Node " + id + " is no member of the cluster any more. Make a new plan."));
    }

    private Optional<ClusterView.Node> master(ClusterView.Node replica) {
        return replica.master().flatMap(view::find);
    }

    private void look(ClusterView now) {
        Map<Integer, ClusterView.Node> before = owners;
        view = now;
        owners = new HashMap<>();
        for (ClusterView.Node master : now.masters()) {
            master.slots().bits().stream().forEach(slot -> owners.put(slot, master));
            now.replicasOf(master).forEach(replica -> inherits(master.id(), replica.id()));
        }
        before.values().stream()
                .map(ClusterView.Node::id)
                .distinct()
                .filter(this::hasFallen)
                .forEach(id -> successor(id, before).ifPresent(heir -> inherits(id, heir)));
    }

    /** Who has most of its slots now: a replica that had migrated to it unseen, for one. */
    private Optional<String> successor(String id, Map<Integer, ClusterView.Node> before) {
        Map<String, Long> taken = before.entrySet().stream()
                .filter(slot -> slot.getValue().id().equals(id))
                .flatMap(slot -> Optional.ofNullable(owners.get(slot.getKey())).stream())
                .collect(Collectors.groupingBy(ClusterView.Node::id, Collectors.counting()));
        return taken.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private void inherits(String id, String heir) {
        heirs.computeIfAbsent(id, none -> new LinkedHashSet<>()).add(heir);
    }

    private boolean hasFallen(String id) {
        return view.find(id).filter(Resharding::serves).isEmpty();
    }

    private static boolean serves(ClusterView.Node node) {
        return node.isMaster() && node.reachable() && !node.fails();
    }

    /** @param leaving ids of nodes that may be dead when they hold no slots */
    private void awaitWhole(Set<String> leaving) {
        Wait wait = Wait.atMost(PATIENCE);
        List<String> obstacles;
        do {
            ClusterView now = reader.now();
            obstacles = Health.obstacles(now, Set.of(), leaving);
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
