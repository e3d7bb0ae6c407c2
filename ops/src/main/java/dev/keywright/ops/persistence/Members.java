package dev.keywright.ops.persistence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The servers that hold the data behind a connection, replicas before primaries. */
final class Members {

    record Member(String host, int port, String role) {}

    private static final Pattern REPLICA = Pattern.compile("(?m)^slave\\d+:ip=([^,]+),port=(\\d+),");
    private static final Pattern PRIMARY = Pattern.compile("(?m)^master_host:(\\S+)\\s+^master_port:(\\d+)");

    private Members() {}

    static List<Member> of(Connection connection) {
        Topology topology = connection.topology();
        if (topology.kind() == Topology.Kind.CLUSTER) {
            return replicasFirst(topology.nodes().stream()
                    .map(node -> new Member(node.host(), node.port(), role(node.role())))
                    .toList());
        }
        Set<Member> members = new LinkedHashSet<>();
        Topology.Node first = topology.nodes().get(0);
        String told = replication(connection);
        Matcher primary = PRIMARY.matcher(told);
        if (primary.find()) {
            Member above = new Member(primary.group(1), Integer.parseInt(primary.group(2)), "primary");
            members.add(above);
            try (Connection node = connection.node(above.host(), above.port())) {
                members.addAll(replicas(replication(node)));
            } catch (KeywrightException unreachable) {
                // Whoever asks it next is told so.
            }
            // One that has lost its primary is not listed there, and a host may have several names.
            if (members.stream().noneMatch(member -> member.port() == first.port())) {
                members.add(new Member(first.host(), first.port(), "replica"));
            }
        } else {
            members.add(new Member(first.host(), first.port(), "primary"));
            members.addAll(replicas(told));
        }
        return replicasFirst(new ArrayList<>(members));
    }

    private static List<Member> replicas(String told) {
        return REPLICA.matcher(told)
                .results()
                .map(found -> new Member(found.group(1), Integer.parseInt(found.group(2)), "replica"))
                .toList();
    }

    private static String replication(Connection connection) {
        Reply reply =
                connection.call(Command.named("INFO").argument("replication").buildRepeatable());
        return reply.orThrow("INFO").text();
    }

    private static List<Member> replicasFirst(List<Member> members) {
        return Stream.concat(
                        members.stream().filter(member -> member.role().equals("replica")),
                        members.stream().filter(member -> !member.role().equals("replica")))
                .toList();
    }

    private static String role(Topology.Role role) {
        return role == Topology.Role.MASTER ? "primary" : "replica";
    }
}
