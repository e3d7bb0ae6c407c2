package dev.keywright.expert.artifact;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.Directive;
import dev.keywright.expert.design.ServerDesign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The server's configuration as files. Comments stand on lines of their own, because redis.conf knows none behind a directive.
 * What only the user knows is either absent (Redis's default holds) or an address that ends in {@code .example}.
 */
final class ServerFiles {

    private static final int SENTINELS = 3;
    private static final String PRIMARY = "primary.example";

    private final Design design;
    private final ServerDesign server;

    private ServerFiles(Design design, ServerDesign server) {
        this.design = design;
        this.server = server;
    }

    static List<Artifact> write(Design design) {
        return design.server()
                .filter(server -> !server.config().isEmpty())
                .map(server -> new ServerFiles(design, server).files())
                .orElse(List.of());
    }

    private List<Artifact> files() {
        List<Artifact> files = new ArrayList<>();
        files.add(new Artifact("redis.conf", redisConf()));
        boolean replicas =
                server.topology().equals("replica") || server.topology().equals("sentinel");
        if (replicas) {
            files.add(new Artifact("replica.conf", replicaConf()));
        }
        if (server.topology().equals("sentinel")) {
            files.add(new Artifact("sentinel.conf", sentinelConf()));
        }
        if (server.topology().equals("cluster")) {
            files.add(new Artifact("cluster-create.sh", clusterCreate()));
        }
        return files;
    }

    private String redisConf() {
        return String.format(Locale.ROOT, """
                # Redis for: %s
                # Start with: redis-server redis.conf
                # Port, bind, dir and passwords are not set here; give them for your hosts before others can reach this one.
                """, oneLine(design.workload().task().text())) + directives();
    }

    private String directives() {
        StringBuilder conf = new StringBuilder();
        for (Directive line : server.config()) {
            conf.append("\n# ").append(oneLine(line.why())).append('\n');
            conf.append(line.directive()).append(' ').append(line.value()).append('\n');
        }
        return conf.toString();
    }

    private String replicaConf() {
        return """
                # A replica, the same as the primary but for the lines at its end, since roles may change.
                # Start with: redis-server replica.conf
                """ + directives() + String.format(Locale.ROOT, """

                # whom it copies: put the primary's address here
                replicaof %s 6379

                # writes to a replica would be lost
                replica-read-only yes

                # while cut off it answers from what it has; "no" would refuse instead of serving old data
                replica-serve-stale-data yes

                # with a password on the primary, set masterauth on all nodes, since any of them may become a replica
                """, PRIMARY);
    }

    private String sentinelConf() {
        long sentinels = Math.max(SENTINELS, Math.round(quantity("sentinels").orElse((double) SENTINELS)));
        long quorum = sentinels / 2 + 1;
        return String.format(Locale.ROOT, """
                # One of %d Sentinels. Each stands on a host of its own, apart from the others; copy this file to each,
                # since Sentinel writes to it what it learns.
                # Start with: redis-server sentinel.conf --sentinel

                port 26379

                # addresses below may be names
                sentinel resolve-hostnames yes

                # whom to watch: put the primary's address here; %d Sentinels must agree that it is down
                sentinel monitor mymaster %s 6379 %d

                # silent for this long means down
                sentinel down-after-milliseconds mymaster %d

                # a failover that takes longer is tried again
                sentinel failover-timeout mymaster 60000

                # after a failover replicas follow the new primary one by one, so that some can always be read
                sentinel parallel-syncs mymaster 1

                # with a password on the primary: sentinel auth-pass mymaster ...
                """, sentinels, quorum, PRIMARY, quorum, silence());
    }

    /** Five seconds, or half of the time a failover may take. */
    private long silence() {
        return quantity("failover_seconds")
                .map(seconds -> Math.max(1000, Math.min(5000, Math.round(seconds * 500))))
                .orElse(5000L);
    }

    private String clusterCreate() {
        long masters = Math.max(3, Math.round(quantity("shards").orElse(3.0)));
        long replicas = Math.max(0, Math.round(quantity("replicas").orElse(1.0)));
        long nodes = masters * (1 + replicas);
        return String.format(
                Locale.ROOT,
                """
                #!/bin/sh
                # Makes a cluster of %d masters with %s each out of %d empty nodes, each started with redis.conf.
                # Give the nodes as arguments, in an order that puts masters first and on different hosts:
                #   ./cluster-create.sh 10.0.0.1:6379 10.0.0.2:6379 ...
                # Between the nodes the bus port must be open too: the port plus 10000.
                set -eu
                if [ "$#" -ne %d ]; then
                  echo "give the %d nodes as host:port" >&2
                  exit 2
                fi
                redis-cli --cluster create "$@" --cluster-replicas %d
                redis-cli --cluster check "$1"
                """,
                masters,
                replicas == 1 ? "a replica" : replicas + " replicas",
                nodes,
                nodes,
                nodes,
                replicas);
    }

    private Optional<Double> quantity(String name) {
        return design.workload().quantity(name);
    }

    /** A user's words may hold anything; in a comment they may not end it. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\s]+", " ").strip();
        return line.codePointCount(0, line.length()) <= 120
                ? line
                : line.substring(0, line.offsetByCodePoints(0, 117)).stripTrailing() + "...";
    }
}
