package dev.keywright.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far a replica is behind. Both figures are bounds as seen a moment ago, no promise: what the master wrote since is not in
 * them.
 *
 * @param online whether the replica is receiving what its master writes
 * @param bytesBehind bytes of the master's stream that the replica has not confirmed; unknown when only the replica was asked
 * @param sinceHeard time since master and replica last heard of each other; the server counts in seconds
 */
public record ReplicaLag(
        Endpoint replica, Endpoint master, boolean online, OptionalLong bytesBehind, Duration sinceHeard) {

    /** What {@code INFO replication} of a node tells: of its replicas, or, if it is one itself, of itself. */
    static List<ReplicaLag> in(InfoText info, Endpoint node) {
        if (info.text("role").equals("slave")) {
            Endpoint master = new Endpoint(info.text("master_host"), (int) info.number("master_port"));
            return List.of(new ReplicaLag(
                    node,
                    master,
                    info.text("master_link_status").equals("up"),
                    OptionalLong.empty(),
                    Duration.ofSeconds(Math.max(0, info.number("master_last_io_seconds_ago")))));
        }
        List<ReplicaLag> lags = new ArrayList<>();
        long written = info.number("master_repl_offset");
        for (int i = 0; info.has("slave" + i); i++) {
            InfoText replica = InfoText.parse(info.text("slave" + i), ",", '=');
            lags.add(new ReplicaLag(
                    new Endpoint(replica.text("ip"), (int) replica.number("port")),
                    node,
                    replica.text("state").equals("online"),
                    OptionalLong.of(Math.max(0, written - replica.number("offset"))),
                    Duration.ofSeconds(Math.max(0, replica.number("lag")))));
        }
        return lags;
    }
}
