package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks every node that can be reached what it knows, and puts the answers together.
 * <ul>
 *   <li>Commands per node: CLUSTER NODES, CLUSTER INFO, INFO, CONFIG GET; one node after the other.
 *   <li>Nodes that disagree are asked again for some {@value #PATIENCE_SECONDS} s, because news travels by gossip.
 *   <li>A node that does not answer costs up to 8 s, once per reading; one whose port is closed costs nothing.
 * </ul>
 */
final class ViewReader {

    private static final int PATIENCE_SECONDS = 5;
    private static final Duration BETWEEN = Duration.ofMillis(200);

    /** Settings that must be equal on all nodes. */
    private static final String[] SETTINGS = {"CONFIG", "GET", "cluster-node-timeout", "cluster-require-full-coverage"};

    /** What one node told. */
    private record Story(Endpoint teller, List<NodeLine> lines) {

        NodeLine self() {
            return lines.stream().filter(line -> line.is("myself")).findFirst().orElseThrow();
        }

        Optional<NodeLine> of(String id) {
            return lines.stream().filter(line -> line.id().equals(id)).findFirst();
        }
    }

    private final Members members;
    private final List<Endpoint> alsoAsk;

    /** @param alsoAsk nodes that may not be known to the cluster */
    ViewReader(Members members, List<Endpoint> alsoAsk) {
        this.members = members;
        this.alsoAsk = alsoAsk;
    }

    /** Waits for agreement, then also tells who disagrees. */
    ClusterView read() {
        Wait wait = Wait.atMost(Duration.ofSeconds(PATIENCE_SECONDS));
        List<Story> stories = discover();
        ClusterView view = merge(stories);
        while (!view.disagreements().isEmpty() && wait.pause(BETWEEN)) {
            stories = discover();
            view = merge(stories);
        }
        return withFacts(view, stories);
    }

    /** One look without waiting, for who looks again anyway. */
    ClusterView now() {
        List<Story> stories = discover();
        return withFacts(merge(stories), stories);
    }

    /** One look, without waiting and without what the nodes say of themselves. */
    ClusterView glance() {
        return merge(discover());
    }

    // --- who is there

    /** An address to try, and the node expected there. */
    private record Lead(Optional<String> id, Endpoint endpoint) {}

    private List<Story> discover() {
        Deque<Lead> leads = new ArrayDeque<>();
        members.seeds().forEach(seed -> leads.add(new Lead(Optional.empty(), seed)));
        alsoAsk.forEach(other -> leads.add(new Lead(Optional.empty(), other)));
        Set<Endpoint> tried = new LinkedHashSet<>();
        Map<String, Story> byTeller = new LinkedHashMap<>();
        while (!leads.isEmpty()) {
            Lead lead = leads.remove();
            if (lead.id().filter(byTeller::containsKey).isPresent() || !tried.add(lead.endpoint())) {
                continue;
            }
            story(lead.endpoint()).ifPresent(story -> {
                byTeller.putIfAbsent(story.self().id(), story);
                for (NodeLine line : story.lines()) {
                    if (!byTeller.containsKey(line.id())) {
                        addresses(line).forEach(address -> leads.add(new Lead(Optional.of(line.id()), address)));
                    }
                }
            });
        }
        return new ArrayList<>(byTeller.values());
    }

    private List<Endpoint> addresses(NodeLine line) {
        List<Endpoint> addresses = new ArrayList<>();
        if (members.uri().tls()) { // the certificate is made out to the name
            line.hostname().ifPresent(name -> addresses.add(new Endpoint(name, line.port())));
        }
        if (!line.host().isEmpty() && line.port() > 0) {
            addresses.add(new Endpoint(line.host(), line.port()));
        }
        line.hostname().ifPresent(name -> addresses.add(new Endpoint(name, line.port())));
        return addresses;
    }

    private Optional<Story> story(Endpoint endpoint) {
        if (!members.reaches(endpoint)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Story(endpoint, NodeLine.parse(members.text(endpoint, "CLUSTER", "NODES"))));
        } catch (KeywrightException.Unavailable silent) {
            return Optional.empty();
        }
    }

    // --- what they say

    private static ClusterView merge(List<Story> stories) {
        Map<String, Story> tellers = new LinkedHashMap<>();
        stories.forEach(story -> tellers.put(story.self().id(), story));
        Set<String> ids = new LinkedHashSet<>();
        stories.forEach(story -> story.lines().forEach(line -> ids.add(line.id())));
        List<ClusterView.Node> nodes = new ArrayList<>();
        for (String id : ids) {
            nodes.add(node(id, Optional.ofNullable(tellers.get(id)), stories));
        }
        List<ClusterView.Node> settled = inOrder(withoutDoubleClaims(nodes));
        return new ClusterView(settled, disagreements(stories, settled));
    }

    private static ClusterView.Node node(String id, Optional<Story> own, List<Story> stories) {
        List<NodeLine> heard = stories.stream()
                .filter(story -> !story.self().id().equals(id))
                .flatMap(story -> story.of(id).stream())
                .toList();
        NodeLine best = own.map(Story::self).orElseGet(() -> heard.get(0));
        Set<String> flags = new LinkedHashSet<>(best.flags());
        flags.remove("myself");
        heard.forEach(line ->
                line.flags().stream().filter(flag -> flag.startsWith("fail")).forEach(flags::add));
        String host = Stream.concat(Stream.of(best), heard.stream())
                .map(NodeLine::host)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse(own.map(story -> story.teller().host()).orElse(""));
        return new ClusterView.Node(
                id,
                host,
                best.port(),
                best.hostname(),
                best.is("slave") ? ClusterView.Role.REPLICA : ClusterView.Role.MASTER,
                best.master(),
                List.copyOf(flags),
                best.epoch(),
                best.slots(),
                best.is("slave") ? List.of() : best.open(), // a replica of Valkey repeats its master's
                unlinked(stories, id),
                Optional.empty(),
                Optional.empty());
    }

    private static List<String> unlinked(List<Story> stories, String id) {
        return stories.stream()
                .filter(story -> !story.self().id().equals(id))
                .filter(story -> story.of(id).filter(line -> !line.linked()).isPresent())
                .map(story -> story.teller().toString())
                .toList();
    }

    /** Of two that claim a slot the one with the higher epoch has it, as the nodes themselves will find. */
    private static List<ClusterView.Node> withoutDoubleClaims(List<ClusterView.Node> nodes) {
        BitSet taken = new BitSet(Slots.ALL);
        Map<String, Slots> kept = new LinkedHashMap<>();
        nodes.stream()
                .sorted(Comparator.comparingLong(ClusterView.Node::epoch).reversed())
                .forEach(node -> {
                    BitSet own = node.slots().bits();
                    own.andNot(taken);
                    taken.or(own);
                    kept.put(node.id(), Slots.of(own));
                });
        return nodes.stream()
                .map(node -> node.withSlots(kept.getOrDefault(node.id(), Slots.NONE)))
                .toList();
    }

    private static List<ClusterView.Node> inOrder(List<ClusterView.Node> nodes) {
        Comparator<ClusterView.Node> byPlace =
                Comparator.comparing(ClusterView.Node::host).thenComparingInt(ClusterView.Node::port);
        List<ClusterView.Node> ordered = new ArrayList<>();
        nodes.stream().filter(ClusterView.Node::isMaster).sorted(byPlace).forEach(ordered::add);
        nodes.stream().filter(node -> !node.isMaster()).sorted(byPlace).forEach(ordered::add);
        return ordered;
    }

    private static List<ClusterView.Disagreement> disagreements(List<Story> stories, List<ClusterView.Node> nodes) {
        return stories.stream()
                .map(story -> new ClusterView.Disagreement(
                        story.self().id(),
                        otherOwners(story, nodes),
                        nodes.stream()
                                .filter(node -> !node.flags().contains("handshake"))
                                .map(ClusterView.Node::id)
                                .filter(id -> story.of(id).isEmpty())
                                .toList()))
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static Slots otherOwners(Story story, List<ClusterView.Node> nodes) {
        BitSet other = new BitSet(Slots.ALL);
        for (ClusterView.Node node : nodes) {
            BitSet told =
                    story.of(node.id()).map(NodeLine::slots).orElse(Slots.NONE).bits();
            told.xor(node.slots().bits());
            other.or(told);
        }
        return Slots.of(other);
    }

    // --- what they say of themselves

    private ClusterView withFacts(ClusterView view, List<Story> stories) {
        Map<String, Endpoint> reached = new LinkedHashMap<>();
        stories.forEach(story -> reached.put(story.self().id(), story.teller()));
        List<ClusterView.Node> nodes = new ArrayList<>();
        for (ClusterView.Node node : view.nodes()) {
            Endpoint endpoint = reached.get(node.id());
            nodes.add(new ClusterView.Node(
                    node.id(),
                    node.host(),
                    node.port(),
                    node.hostname(),
                    node.role(),
                    node.master(),
                    node.flags(),
                    node.epoch(),
                    node.slots(),
                    node.open(),
                    node.unlinked(),
                    endpoint == null ? Optional.empty() : facts(endpoint),
                    members.refusal(node.announced())));
        }
        return new ClusterView(nodes, view.disagreements());
    }

    private Optional<ClusterView.Facts> facts(Endpoint endpoint) {
        try {
            Map<String, String> info = fields(members.text(endpoint, "INFO"));
            Map<String, String> cluster = fields(members.text(endpoint, "CLUSTER", "INFO"));
            Map<String, String> settings = settings(endpoint);
            boolean replica = "slave".equals(info.get("role"));
            return Optional.of(new ClusterView.Facts(
                    endpoint.toString(),
                    info.containsKey("valkey_version") ? "valkey" : "redis",
                    info.getOrDefault("valkey_version", info.getOrDefault("redis_version", "?")),
                    cluster.getOrDefault("cluster_state", "?"),
                    counter(info.getOrDefault("db0", ""), "keys"),
                    number(info.get("used_memory")),
                    number(info.get("maxmemory")),
                    number(info.get(replica ? "slave_repl_offset" : "master_repl_offset")),
                    !replica || "up".equals(info.get("master_link_status")),
                    Duration.ofSeconds(Math.max(0, number(info.get("master_link_down_since_seconds")))),
                    Optional.ofNullable(settings.get("cluster-node-timeout"))
                            .map(Long::parseLong)
                            .map(Duration::ofMillis),
                    Optional.ofNullable(settings.get("cluster-require-full-coverage"))
                            .map("yes"::equals),
                    counter(info.getOrDefault("errorstat_CROSSSLOT", ""), "count")));
        } catch (KeywrightException.Unavailable silent) {
            return Optional.empty();
        }
    }

    private Map<String, String> settings(Endpoint endpoint) {
        Map<String, String> settings = new LinkedHashMap<>();
        List<Reply> items = members.itemsIfAllowed(endpoint, SETTINGS).orElse(List.of());
        for (int i = 0; i + 1 < items.size(); i += 2) {
            settings.put(items.get(i).text(), items.get(i + 1).text());
        }
        return settings;
    }

    static Map<String, String> fields(String info) {
        Map<String, String> fields = new LinkedHashMap<>();
        info.lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
        return fields;
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }

    /** A number out of {@code keys=5,expires=0}. */
    static long counter(String field, String name) {
        return Stream.of(field.split(","))
                .filter(part -> part.startsWith(name + "="))
                .mapToLong(part -> Long.parseLong(part.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }
}
