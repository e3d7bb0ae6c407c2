package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Endpoint;
import dev.keywright.ops.OpsException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Works out what a wish means for a cluster as it is now. Changes nothing. Beside what a check asks it measures keys of the slots
 * that would move with {@code MEMORY USAGE}, at most some {@value #KEYS_TO_MEASURE} in all, and dumps some small ones to learn the
 * speed.
 */
public final class Planner {

    private static final int KEYS_TO_MEASURE = 50_000;
    private static final int MOST_PER_SLOT = 1_000;
    private static final int FEWEST_PER_SLOT = 5;

    private final Members members;
    private final PlanWish wish;
    private final ClusterView view;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private final List<ClusterPlan.Member> joining = new ArrayList<>();
    /** Nodes that were to be added and are members already, from an earlier run perhaps. */
    private final List<ClusterView.Node> joined = new ArrayList<>();

    private final List<ClusterPlan.Member> leaving = new ArrayList<>();
    /** Of nodes that are no members yet. */
    private final Map<String, Room> rooms = new HashMap<>();

    /** @param maxBytes 0 for no limit */
    private record Room(long usedBytes, long maxBytes) {

        static Room of(Map<String, String> memory) {
            return new Room(
                    Long.parseLong(memory.getOrDefault("used_memory", "0")),
                    Long.parseLong(memory.getOrDefault("maxmemory", "0")));
        }

        static Room of(ClusterView.Facts facts) {
            return new Room(facts.usedMemoryBytes(), facts.maxmemoryBytes());
        }

        boolean isTooSmallFor(long bytes) {
            return bytes > 0 && maxBytes > 0 && usedBytes + bytes > maxBytes;
        }
    }

    private Planner(Members members, PlanWish wish, ClusterView view) {
        this.members = members;
        this.wish = wish;
        this.view = view;
    }

    /**
     * Plans.
     *
     * @param uri any node of the cluster, or several to try in turn
     * @return a refused plan when the cluster is not healthy or the wish cannot be met without harm
     * @throws OpsException when an address or a node's name makes no sense
     */
    public static ClusterPlan plan(String uri, PlanWish wish, Consumer<String> progress) {
        try (Members members = Members.open(uri)) {
            members.requireCluster();
            progress.accept("asking the nodes");
            ClusterView view = new ViewReader(members, List.of()).read();
            return new Planner(members, wish, view).plan(progress);
        }
    }

    private ClusterPlan plan(Consumer<String> progress) {
        wish.add().stream().map(Endpoint::parse).forEach(this::newcomer);
        wish.remove().forEach(this::leaver);
        refusals.addAll(Health.obstacles(view, Set.of(), ids(leaving)));
        if (!leaving.isEmpty()) {
            refusals.addAll(Health.deaf(view, ids(leaving)));
        }
        if (!refusals.isEmpty()) {
            return ClusterPlan.refused(members.uri().toString(), refusals);
        }
        progress.accept("counting keys per slot");
        SlotSurvey survey = new SlotSurvey(members);
        long[] keys = survey.keys(view);
        List<ClusterPlan.Finish> finish = finish(keys);
        List<Balance.Transfer> transfers = transfers(survey, keys, finish);
        progress.accept("measuring what would move");
        BitSet moving = transfers.stream().map(Balance.Transfer::slot).collect(BitSet::new, BitSet::set, BitSet::or);
        SlotSurvey.Sample sample = survey.measure(view, moving, keys, perSlot(moving.cardinality()));
        List<ClusterPlan.Move> moves = moves(transfers, keys, sample);
        ClusterPlan.Forecast forecast = forecast(survey, moves, moving, sample);
        room(moves);
        if (!refusals.isEmpty()) {
            return ClusterPlan.refused(members.uri().toString(), refusals);
        }
        if (view.nodes().stream().flatMap(node -> node.facts().stream()).anyMatch(Versions::movesSlotsAtomically)) {
            notes.add("These servers can move slots atomically, which this plan does not use. " + Versions.ATOMIC);
        }
        return new ClusterPlan(
                ClusterPlan.SCHEMA,
                members.uri().toString(),
                List.of(),
                joining,
                finish,
                moves,
                attachments(),
                leaving,
                shares(transfers),
                forecast,
                notes);
    }

    // --- who joins, who leaves

    private void newcomer(Endpoint endpoint) {
        if (!members.reaches(endpoint)) {
            refusals.add(members.refusal(endpoint)
                    .map(reason -> "Node " + endpoint + " lets nobody in: " + reason)
                    .orElse("Node " + endpoint + " cannot be reached. Start it with cluster-enabled yes."));
            return;
        }
        Optional<String> id = clusterId(endpoint);
        Optional<ClusterView.Node> known = id.flatMap(view::find);
        if (known.isEmpty()) {
            members.leaveOut(endpoint);
        }
        if (id.isEmpty()) {
            refusals.add("Node " + endpoint + " is not in cluster mode. Start it with cluster-enabled yes.");
        } else if (known.isPresent()) {
            joined.add(known.get());
            refuseToReplicate(known.get());
        } else if (!isEmpty(endpoint)) {
            refusals.add(
                    "Node " + endpoint + " holds keys or belongs to a cluster. Only when that is given up: FLUSHALL and"
                            + " CLUSTER RESET HARD on it.");
        } else {
            joining.add(new ClusterPlan.Member(id.get(), endpoint.toString()));
            Map<String, String> memory = ViewReader.fields(members.text(endpoint, "INFO", "memory"));
            rooms.put(id.get(), Room.of(memory));
        }
    }

    /** A node must be empty to become a replica; the server would refuse when all else is done. */
    private void refuseToReplicate(ClusterView.Node node) {
        if (wish.replicaOf().isPresent() && !node.slots().isEmpty()) {
            refusals.add("Node " + node.address() + " holds " + node.slots().count()
                    + " slots and cannot become a replica. Move them first: --rebalance --weights " + node.address()
                    + "=0.");
        }
    }

    private Optional<String> clusterId(Endpoint endpoint) {
        try {
            return Optional.of(members.text(endpoint, "CLUSTER", "MYID"));
        } catch (KeywrightException.Misused noCluster) {
            return Optional.empty();
        }
    }

    private boolean isEmpty(Endpoint endpoint) {
        List<NodeLine> lines = NodeLine.parse(members.text(endpoint, "CLUSTER", "NODES"));
        long keys = members.ask(endpoint, "DBSIZE").orThrow(endpoint.toString()).number();
        return lines.size() == 1 && lines.get(0).slots().isEmpty() && keys == 0;
    }

    private void leaver(String idOrAddress) {
        Optional<ClusterView.Node> node = view.find(idOrAddress);
        if (node.isPresent()) {
            leaving.add(member(node.get()));
        } else if (!isHalfGone(idOrAddress)) {
            throw new OpsException("The cluster has no node " + idOrAddress
                    + ". Give the host:port or id of one of its " + view.nodes().size() + " nodes.");
        }
    }

    /** A node that the others have forgotten, and that still knows them, because an earlier removal was interrupted. */
    private boolean isHalfGone(String address) {
        if (address.indexOf(':') < 0) {
            return false;
        }
        Endpoint endpoint = Endpoint.parse(address);
        if (!members.reaches(endpoint)) {
            return false;
        }
        members.leaveOut(endpoint);
        Set<String> known = NodeLine.parse(members.text(endpoint, "CLUSTER", "NODES")).stream()
                .map(NodeLine::id)
                .collect(Collectors.toSet());
        String id = members.text(endpoint, "CLUSTER", "MYID");
        if (view.nodes().stream().map(ClusterView.Node::id).anyMatch(known::contains)) {
            leaving.add(new ClusterPlan.Member(id, endpoint.toString()));
        }
        return true;
    }

    // --- what moves

    private List<ClusterPlan.Finish> finish(long[] keys) {
        return Health.openSlots(view).stream()
                .map(begun -> new ClusterPlan.Finish(
                        begun.slot(),
                        begun.to().flatMap(view::find).map(Planner::member).orElseThrow(),
                        keys[begun.slot()]))
                .toList();
    }

    private List<Balance.Transfer> transfers(SlotSurvey survey, long[] keys, List<ClusterPlan.Finish> finish) {
        if (wish.replicaOf().isPresent()) {
            return List.of();
        }
        List<Balance.Holder> layout = layout(finish);
        if (layout.stream().noneMatch(holder -> holder.weight() > 0)) {
            throw new OpsException(
                    "No master would be left to hold the slots. Keep one, and give it a weight above 0.");
        }
        if (wish.rebalance()) {
            return switch (wish.by()) {
                case SLOTS -> Balance.even(layout);
                case KEYS -> Balance.even(layout, slot -> keys[slot]);
                case MEMORY -> {
                    SlotSurvey.Sample all = survey.measure(view, all(), keys, perSlot(Slots.ALL));
                    yield Balance.even(layout, all::bytes);
                }
            };
        }
        Set<String> changing = new LinkedHashSet<>(ids(leaving));
        changing.addAll(ids(joining));
        joined.forEach(node -> changing.add(node.id()));
        return Balance.only(layout, changing);
    }

    /** The masters as they are once the open slots are finished. */
    private List<Balance.Holder> layout(List<ClusterPlan.Finish> finish) {
        Map<String, Double> weights = weights();
        Map<String, BitSet> slots = new LinkedHashMap<>();
        view.masters().stream()
                .filter(node -> node.reachable() && !node.flags().contains("handshake"))
                .forEach(node -> slots.put(node.id(), node.slots().bits()));
        joining.forEach(node -> slots.put(node.id(), new BitSet()));
        for (ClusterPlan.Finish open : finish) {
            slots.values().forEach(each -> each.clear(open.slot()));
            slots.computeIfAbsent(open.to().id(), none -> new BitSet()).set(open.slot());
        }
        Set<String> gone = ids(leaving);
        List<Balance.Holder> layout = new ArrayList<>();
        slots.forEach((id, held) ->
                layout.add(new Balance.Holder(id, held, gone.contains(id) ? 0 : weights.getOrDefault(id, 1.0))));
        return layout;
    }

    private Map<String, Double> weights() {
        Map<String, Double> weights = new HashMap<>();
        wish.weights().forEach((node, weight) -> {
            String id = joining.stream()
                    .filter(each -> each.address().equals(node))
                    .map(ClusterPlan.Member::id)
                    .findFirst()
                    .or(() -> view.find(node).filter(ClusterView.Node::isMaster).map(ClusterView.Node::id))
                    .orElseThrow(() -> new OpsException(
                            "Weights name " + node + ", which is no master. Give the host:port or id of one."));
            weights.put(id, weight);
        });
        return weights;
    }

    private List<ClusterPlan.Move> moves(List<Balance.Transfer> transfers, long[] keys, SlotSurvey.Sample sample) {
        Map<List<String>, BitSet> byPair = new LinkedHashMap<>();
        transfers.forEach(each -> byPair.computeIfAbsent(List.of(each.from(), each.to()), none -> new BitSet(Slots.ALL))
                .set(each.slot()));
        List<ClusterPlan.Move> moves = new ArrayList<>();
        byPair.forEach((pair, bits) -> Slots.of(bits)
                .ranges()
                .forEach(range -> moves.add(new ClusterPlan.Move(
                        range.first(),
                        range.last(),
                        member(pair.get(0)),
                        member(pair.get(1)),
                        IntStream.rangeClosed(range.first(), range.last())
                                .mapToLong(slot -> keys[slot])
                                .sum(),
                        sample.bytes(Slots.of(range))))));
        return moves;
    }

    // --- what it costs

    private ClusterPlan.Forecast forecast(
            SlotSurvey survey, List<ClusterPlan.Move> moves, BitSet moving, SlotSurvey.Sample sample) {
        if (moves.isEmpty()) {
            return ClusterPlan.Forecast.NOTHING;
        }
        long keys = moves.stream().mapToLong(ClusterPlan.Move::keys).sum();
        long bytes = moves.stream().mapToLong(ClusterPlan.Move::bytes).sum();
        Pace pace = Pace.measure(members, survey, view, moving);
        sample.biggest()
                .filter(key -> key.bytes() > SlotRules.CANNOT_MOVE)
                .ifPresent(key -> refusals.add("Key '" + key.name() + "' in slot " + key.slot() + " takes "
                        + Figures.bytes(key.bytes()) + "; a key moves whole, and above 512 MB that fails or blocks both"
                        + " masters for many seconds. Split it, or delete it with UNLINK."));
        return new ClusterPlan.Forecast(
                moving.cardinality(),
                keys,
                bytes,
                sample.keys(),
                pace.seconds(moving.cardinality(), keys, bytes),
                sample.biggest()
                        .map(key -> new ClusterPlan.BiggestKey(
                                key.name(), key.slot(), key.bytes(), Pace.blocksMillis(key.bytes()))));
    }

    /** Refuses to fill a master beyond its maxmemory. */
    private void room(List<ClusterPlan.Move> moves) {
        Map<String, Long> gains = new LinkedHashMap<>();
        moves.forEach(move -> {
            gains.merge(move.to().id(), move.bytes(), Long::sum);
            gains.merge(move.from().id(), -move.bytes(), Long::sum);
        });
        gains.forEach((id, bytes) -> view.find(id)
                .flatMap(ClusterView.Node::facts)
                .map(Room::of)
                .or(() -> Optional.ofNullable(rooms.get(id)))
                .filter(room -> room.isTooSmallFor(bytes))
                .ifPresent(room -> refusals.add("Master " + member(id).address() + " would get some "
                        + Figures.bytes(bytes) + " and has room for "
                        + Figures.bytes(Math.max(0, room.maxBytes() - room.usedBytes()))
                        + ". Raise its maxmemory or give it a smaller weight.")));
    }

    // --- replicas

    private List<ClusterPlan.Attachment> attachments() {
        if (wish.replicaOf().isPresent()) {
            ClusterPlan.Member master = view.find(wish.replicaOf().get())
                    .filter(ClusterView.Node::isMaster)
                    .map(Planner::member)
                    .orElseThrow(() -> new OpsException(wish.replicaOf().get()
                            + " is no master of this cluster. Give the host:port or id of one."));
            List<ClusterPlan.Member> replicas = new ArrayList<>(joining);
            joined.forEach(node -> replicas.add(member(node)));
            return replicas.stream()
                    .map(replica -> new ClusterPlan.Attachment(replica, master))
                    .toList();
        }
        Set<String> gone = ids(leaving);
        Map<String, Integer> replicas = new HashMap<>();
        Predicate<ClusterView.Node> stays = node -> !gone.contains(node.id());
        List<ClusterView.Node> masters = view.masters().stream()
                .filter(stays)
                .filter(node -> !node.slots().isEmpty())
                .toList();
        masters.forEach(node -> replicas.put(node.id(), view.replicasOf(node).size()));
        List<ClusterPlan.Attachment> attachments = new ArrayList<>();
        view.masters().stream()
                .filter(stays.negate())
                .flatMap(node -> view.replicasOf(node).stream())
                .filter(stays)
                .forEach(replica -> masters.stream()
                        .min(Comparator.<ClusterView.Node>comparingInt(node -> replicas.getOrDefault(node.id(), 0))
                                .thenComparing(node -> node.host().equals(replica.host())))
                        .ifPresent(master -> {
                            replicas.merge(master.id(), 1, Integer::sum);
                            attachments.add(new ClusterPlan.Attachment(member(replica), member(master)));
                        }));
        return attachments;
    }

    private List<ClusterPlan.Share> shares(List<Balance.Transfer> transfers) {
        List<ClusterPlan.Share> shares = new ArrayList<>();
        List<ClusterPlan.Member> masters = new ArrayList<>();
        view.masters().stream()
                .filter(ClusterView.Node::reachable)
                .map(Planner::member)
                .forEach(masters::add);
        if (wish.replicaOf().isEmpty()) {
            masters.addAll(joining);
        }
        for (ClusterPlan.Member master : masters) {
            int before =
                    view.find(master.id()).map(node -> node.slots().count()).orElse(0);
            long gains = transfers.stream()
                    .filter(each -> each.to().equals(master.id()))
                    .count();
            long losses = transfers.stream()
                    .filter(each -> each.from().equals(master.id()))
                    .count();
            shares.add(new ClusterPlan.Share(master, before, (int) (before + gains - losses)));
        }
        return shares;
    }

    private static int perSlot(int slots) {
        return Math.max(FEWEST_PER_SLOT, Math.min(MOST_PER_SLOT, KEYS_TO_MEASURE / Math.max(1, slots)));
    }

    private static BitSet all() {
        BitSet all = new BitSet(Slots.ALL);
        all.set(0, Slots.ALL);
        return all;
    }

    private static Set<String> ids(List<ClusterPlan.Member> nodes) {
        return nodes.stream().map(ClusterPlan.Member::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static ClusterPlan.Member member(ClusterView.Node node) {
        return new ClusterPlan.Member(node.id(), node.address());
    }

    private ClusterPlan.Member member(String id) {
        return joining.stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseGet(() -> new ClusterPlan.Member(id, view.address(id)));
    }
}
