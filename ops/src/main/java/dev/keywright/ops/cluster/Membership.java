package dev.keywright.ops.cluster;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Nodes join, replicas change their master, nodes leave. Each can be repeated after an interruption. */
final class Membership {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(200);
    /** So long nobody may have been sent on by a node that leaves; at most {@link #PATIENCE} is waited for that. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Members members;
    private final ViewReader reader;
    private final Consumer<String> journal;

    Membership(Members members, ViewReader reader, Consumer<String> journal) {
        this.members = members;
        this.reader = reader;
        this.journal = journal;
    }

    /** Introduces the nodes to one member and waits until all know them. */
    void join(ClusterView view, List<ClusterPlan.Member> joining) {
        Set<String> known = view.nodes().stream().map(ClusterView.Node::id).collect(Collectors.toSet());
        ClusterView.Node host = view.masters().stream()
                .filter(ClusterView.Node::reachable)
                .findFirst()
                .orElseThrow();
        List<ClusterPlan.Member> missing =
                joining.stream().filter(node -> !known.contains(node.id())).toList();
        for (ClusterPlan.Member node : missing) {
            Endpoint endpoint = Endpoint.parse(node.address());
            journal.accept("CLUSTER MEET " + endpoint + " on " + host.address());
            members.ask(host.endpoint(), "CLUSTER", "MEET", numeric(endpoint.host()), Integer.toString(endpoint.port()))
                    .orThrow(host.address());
        }
        if (!joining.isEmpty()) {
            await(
                    now -> now.disagreements().isEmpty()
                            && joining.stream()
                                    .allMatch(node -> now.find(node.id()).isPresent())
                            && now.nodes().stream()
                                    .noneMatch(node -> node.flags().contains("handshake")),
                    "The new nodes are not known to all after 60 s. Open their ports and bus ports (port + 10000) to"
                            + " all nodes, then apply again.");
        }
    }

    /** CLUSTER MEET takes no names. */
    private static String numeric(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new OpsException("Host " + host + " is not known here. Give a name that resolves, or an address.", e);
        }
    }

    /** Gives replicas their master and waits until they follow it. */
    void attach(List<ClusterPlan.Attachment> attachments) {
        if (attachments.isEmpty()) {
            return;
        }
        ClusterView view = reader.glance();
        for (ClusterPlan.Attachment each : attachments) {
            ClusterView.Node replica = node(view, each.replica());
            if (!follows(view, each)) {
                journal.accept("CLUSTER REPLICATE " + each.master().id() + " on " + replica.address());
                members.ask(
                                replica.endpoint(),
                                "CLUSTER",
                                "REPLICATE",
                                each.master().id())
                        .orThrow(replica.address());
            }
        }
        await(
                now -> attachments.stream().allMatch(each -> follows(now, each)),
                "A replica does not follow its new master after 60 s. Look into its log, then apply again.");
    }

    private static boolean follows(ClusterView view, ClusterPlan.Attachment each) {
        return view.find(each.replica().id())
                .flatMap(ClusterView.Node::master)
                .filter(each.master().id()::equals)
                .isPresent();
    }

    /** Lets all others forget the nodes, and the nodes the others; an empty node in cluster mode is left. */
    void leave(List<ClusterPlan.Member> leaving) {
        if (leaving.isEmpty()) {
            return;
        }
        Set<String> gone = leaving.stream().map(ClusterPlan.Member::id).collect(Collectors.toSet());
        ClusterView view = reader.glance();
        Set<String> stillThere = view.nodes().stream()
                .filter(node -> gone.contains(node.id()) && !node.slots().isEmpty())
                .map(ClusterView.Node::address)
                .collect(Collectors.toSet());
        if (!stillThere.isEmpty()) {
            throw new OpsException(stillThere + " still holds slots. Apply again to move them first.");
        }
        List<ClusterView.Node> staying =
                view.nodes().stream().filter(node -> !gone.contains(node.id())).toList();
        view.nodes().stream().filter(node -> gone.contains(node.id())).forEach(this::awaitQuiet);
        for (ClusterPlan.Member node : leaving) {
            staying.forEach(other -> forget(other, node));
        }
        for (ClusterPlan.Member node : leaving) {
            reset(
                    view.find(node.id()).map(ClusterView.Node::endpoint).orElse(Endpoint.parse(node.address())),
                    node.id());
        }
    }

    /** Clients that still come with an old map are sent on while the node is a member; after its reset they would fail. */
    private void awaitQuiet(ClusterView.Node node) {
        Wait wait = Wait.atMost(PATIENCE);
        try {
            for (long before = -1, now = redirected(node); now != before; before = now, now = redirected(node)) {
                if (!wait.pause(QUIET)) {
                    return;
                }
            }
        } catch (KeywrightException.Unavailable dead) {
            // nobody is sent on by a dead node
        }
    }

    private long redirected(ClusterView.Node node) {
        return ViewReader.counter(
                ViewReader.fields(members.text(node.endpoint(), "INFO", "errorstats"))
                        .getOrDefault("errorstat_MOVED", ""),
                "count");
    }

    private void forget(ClusterView.Node other, ClusterPlan.Member node) {
        journal.accept("CLUSTER FORGET " + node.id() + " on " + other.address());
        Reply reply = members.ask(other.endpoint(), "CLUSTER", "FORGET", node.id());
        if (reply instanceof Reply.Failure failure && !failure.message().contains("Unknown node")) {
            throw new OpsException(other.address() + " does not forget " + node.address() + ": " + failure.message()
                    + ". Mend that and apply again within 60 s, or it is remembered anew.");
        }
    }

    private void reset(Endpoint endpoint, String id) {
        members.leaveOut(endpoint);
        try {
            if (!members.reaches(endpoint)) {
                return; // it is dead; nobody knows it any more
            }
            members.leaveOut(endpoint);
            if (members.text(endpoint, "CLUSTER", "MYID").equals(id)) {
                journal.accept("CLUSTER RESET HARD on " + endpoint);
                members.ask(endpoint, "CLUSTER", "RESET", "HARD").orThrow(endpoint.toString());
            }
        } catch (KeywrightException.Unavailable died) {
            // as good as reset: it is forgotten, and who starts it again sees an old cluster
        }
    }

    private static ClusterView.Node node(ClusterView view, ClusterPlan.Member member) {
        return view.find(member.id())
                .orElseThrow(() ->
                        new OpsException(member.address() + " is no longer a member of the cluster. Make a new plan."));
    }

    private void await(Predicate<ClusterView> condition, String otherwise) {
        Wait wait = Wait.atMost(PATIENCE);
        while (!condition.test(reader.glance())) {
            if (!wait.pause(BETWEEN)) {
                throw new OpsException(otherwise);
            }
        }
    }
}
