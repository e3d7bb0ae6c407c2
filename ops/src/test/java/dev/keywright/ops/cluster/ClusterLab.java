package dev.keywright.ops.cluster;

import static org.awaitility.Awaitility.await;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What tests on real clusters share. */
final class ClusterLab {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ClusterLab() {}

    /** An empty node in cluster mode that knows no other. */
    static Standalone loneNode(String... directives) {
        ServerOptions options = ServerOptions.DEFAULTS
                .withDirective("cluster-enabled", "yes")
                .withDirective("cluster-config-file", "nodes.conf")
                .withDirective("cluster-announce-ip", "127.0.0.1")
                .withDirective("cluster-node-timeout", "5000");
        for (int i = 0; i + 1 < directives.length; i += 2) {
            options = options.withDirective(directives[i], directives[i + 1]);
        }
        return Standalone.start(options);
    }

    static String address(Standalone node) {
        return "127.0.0.1:" + node.port();
    }

    static String id(Standalone node) {
        return node.command("CLUSTER", "MYID");
    }

    static ClusterView view(String uri) {
        try (Members members = Members.open(uri)) {
            return new ViewReader(members, List.of()).read();
        }
    }

    /** Waits until nothing stands in the way of moving slots. */
    static ClusterView whole(String uri) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> view(uri),
                        view -> Health.obstacles(view, Set.of(), Set.of()).isEmpty());
    }

    /** Stores {@code key:0} and following with themselves as values. */
    static void fill(Connection connection, int keys) {
        for (int from = 0; from < keys; from += 500) {
            List<Command> commands = IntStream.range(from, Math.min(keys, from + 500))
                    .mapToObj(i -> Command.named("SET")
                            .key("key:" + i)
                            .argument("value:" + i)
                            .buildRepeatable())
                    .toList();
            connection.batch(commands, PATIENCE).forEach(reply -> reply.orThrow("fill"));
        }
    }

    /** Keys of {@link #fill} that are missing or hold something else. */
    static List<String> lost(Connection connection, int keys) {
        List<Command> commands = IntStream.range(0, keys)
                .mapToObj(i -> Command.named("GET").key("key:" + i).buildRepeatable())
                .toList();
        List<Reply> replies = connection.batch(commands, PATIENCE);
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            String value = replies.get(i) instanceof Reply.Text text ? text.text() : String.valueOf(replies.get(i));
            if (!value.equals("value:" + i)) {
                lost.add("key:" + i + " " + value);
            }
        }
        return lost;
    }

    static ClusterPlan.Member member(ClusterView.Node node) {
        return new ClusterPlan.Member(node.id(), node.address());
    }

    /** A plan that moves these slots and does nothing else. */
    static ClusterPlan moving(int first, int last, ClusterView.Node from, ClusterView.Node to) {
        return new ClusterPlan(
                ClusterPlan.SCHEMA,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(new ClusterPlan.Move(first, last, member(from), member(to), 0, 0)),
                List.of(),
                List.of(),
                List.of(),
                ClusterPlan.Forecast.NOTHING,
                List.of());
    }

    static PlanWish evenly() {
        return PlanWish.rebalancing(PlanWish.By.SLOTS, Map.of());
    }
}
