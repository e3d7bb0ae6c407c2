package dev.keywright.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * A Redis Cluster of masters on 127.0.0.1; the 16,384 hash slots are shared evenly, in order.
 * <ul>
 *   <li>Start: some 2.2 s, of which 2 s are Redis's own pause before a cluster accepts writes.
 *   <li>Made over the wire: CLUSTER SET-CONFIG-EPOCH, ADDSLOTSRANGE, MEET, then waits until all nodes tell the same story.
 *   <li>Failure: without replicas, killing a master makes its slots unreachable until {@link Standalone#restart()}.
 * </ul>
 */
public final class Cluster implements Redis {

    private static final int SLOTS = 16_384;
    private static final int REDIRECTS = 5;
    private static final Duration AGREEMENT = Duration.ofSeconds(30);

    private final List<Standalone> nodes;

    private Cluster(List<Standalone> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /** Starts a cluster of so many masters, 1 or more. */
    public static Cluster start(int masters) {
        return start(masters, ServerOptions.DEFAULTS);
    }

    /** As {@link #start(int)}; every node gets the options, so they may name neither a port nor a folder. */
    public static Cluster start(int masters, ServerOptions options) {
        if (masters < 1) {
            throw new IllegalArgumentException("masters is " + masters + "; give 1 or more");
        }
        if (options.folder() != null || options.directives().containsKey("port")) {
            throw new IllegalArgumentException(
                    "The nodes of a cluster cannot share a folder or a port; leave both out.");
        }
        Cluster cluster = new Cluster(startAll(masters, nodeOptions(options)));
        try {
            cluster.join();
            cluster.awaitAgreement();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    @Override
    public String uri() {
        String credentials = nodes.get(0).credentials();
        return "redis-cluster://" + credentials
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    @Override
    public Topology topology() {
        return Topology.CLUSTER;
    }

    @Override
    public List<Standalone> nodes() {
        return nodes;
    }

    @Override
    public String command(String... words) {
        Standalone node = nodes.get(0);
        for (int redirect = 0; redirect < REDIRECTS; redirect++) {
            Reply reply = node.ask(words);
            if (!(reply instanceof Reply.Failed failed)) {
                return reply.text();
            }
            if (!failed.is("MOVED")) {
                throw node.refused(failed, words);
            }
            node = owner(failed.text());
        }
        throw new ServerException(
                "The cluster goes on redirecting (" + words[0] + " on " + uri() + "). Wait for awaitAgreement().");
    }

    @Override
    public void flushAll() {
        nodes.forEach(Standalone::flushAll);
    }

    /**
     * Waits until every node says that the cluster is whole and all list the same owners of the slots; needed after a node was
     * killed, frozen or restarted.
     *
     * @throws ServerException when they do not within 30 s
     */
    public void awaitAgreement() {
        String[] seen = {""};
        boolean agreed = Deadline.in(AGREEMENT).await(() -> {
            List<String> stories = nodes.stream().map(this::story).distinct().toList();
            seen[0] = String.join(" | ", stories);
            return stories.size() == 1 && stories.get(0).startsWith("ok ");
        });
        if (!agreed) {
            throw new ServerException("The nodes do not agree after " + AGREEMENT.toSeconds() + " s (" + uri() + ": "
                    + seen[0] + "). Is one of them killed or frozen?");
        }
    }

    @Override
    public String log() {
        return nodes.stream()
                .map(node -> "==> 127.0.0.1:" + node.port() + "\n" + node.log())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        nodes.forEach(Standalone::close);
    }

    @Override
    public String toString() {
        return uri();
    }

    private static ServerOptions nodeOptions(ServerOptions options) {
        ServerOptions defaults = options.withDirective("cluster-enabled", "yes")
                .withDirective("cluster-config-file", "nodes.conf")
                .withDirective("cluster-announce-ip", "127.0.0.1")
                .withDirective("cluster-node-timeout", "5000");
        return defaults.withDirectives(options.directives());
    }

    private static List<Standalone> startAll(int count, ServerOptions options) {
        List<Standalone> started = new ArrayList<>();
        ExecutorService starters = Executors.newFixedThreadPool(Math.min(count, 8));
        try {
            List<Future<Standalone>> starting = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                starting.add(starters.submit(() -> Standalone.start(options)));
            }
            List<ServerException> failures = new ArrayList<>();
            for (Future<Standalone> one : starting) {
                try {
                    started.add(one.get());
                } catch (ExecutionException failure) {
                    failures.add(new ServerException("A node did not start. " + failure.getCause(), failure));
                }
            }
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
            return started;
        } catch (ServerException failure) {
            started.forEach(Standalone::close);
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            started.forEach(Standalone::close);
            throw new ServerException(
                    "Interrupted while a cluster was started. Its nodes end with this JVM.", interrupted);
        } finally {
            starters.shutdown();
        }
    }

    /** Gives every node its slots and an epoch of its own, so that none has to be settled later, and makes them meet. */
    private void join() {
        for (int i = 0; i < nodes.size(); i++) {
            Standalone node = nodes.get(i);
            int first = (int) ((long) SLOTS * i / nodes.size());
            int last = (int) ((long) SLOTS * (i + 1) / nodes.size()) - 1;
            node.command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            node.command("CLUSTER", "ADDSLOTSRANGE", Integer.toString(first), Integer.toString(last));
            for (Standalone earlier : nodes.subList(0, i)) {
                node.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(earlier.port()));
            }
        }
    }

    /** What a node believes, without what differs from node to node. */
    private String story(Standalone node) {
        try {
            String info = node.command("CLUSTER", "INFO");
            boolean whole = Info.field(info, "cluster_state").equals("ok")
                    && Info.field(info, "cluster_known_nodes").equals(Integer.toString(nodes.size()))
                    && Info.field(info, "cluster_slots_ok").equals(Integer.toString(SLOTS));
            String owners = node.command("CLUSTER", "SLOTS").replace("\n", " ");
            return (whole
                            ? "ok "
                            : "127.0.0.1:" + node.port() + " sees state " + Info.field(info, "cluster_state") + " ")
                    + owners;
        } catch (ServerException silent) {
            return String.valueOf(silent.getMessage());
        }
    }

    /** The node that {@code MOVED slot host:port} names. */
    private Standalone owner(String moved) {
        int port = Integer.parseInt(moved.substring(moved.lastIndexOf(':') + 1));
        return nodes.stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow(() -> new ServerException(
                        moved + " names no node of this cluster (" + uri() + "). Start a new one."));
    }
}
