package dev.keywright.pubsub;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.Cluster;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * How long subscribers stay away after a failover: from the moment that the new master takes a write until each listener (a channel, a
 * pattern, a sharded channel) was told of the gap, which it is once the server confirmed it anew. In a Cluster that is the
 * sharded one alone: the others may be at a master that lives. The master is killed with SIGKILL.
 * Prints the median and the worst for each kind. Arguments: sentinel or cluster, rounds (5).
 */
final class PubSubFailoverMeasure {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final BlockingQueue<String> gaps = new LinkedBlockingQueue<>();
    private final Map<String, List<Long>> millis = new TreeMap<>();

    private PubSubFailoverMeasure() {}

    private TopicListener<String> listener(String kind) {
        return new TopicListener<>() {
            @Override
            public void message(Message<String> message) {}

            @Override
            public void gap(Gap gap) {
                gaps.add(kind);
            }
        };
    }

    private void round(String uri, int listeners, Supplier<List<Standalone>> failover) throws InterruptedException {
        try (Keywright kw = Keywright.connect(uri, ConnectionOptions.DEFAULTS)) {
            if (listeners > 1) {
                kw.topic("a", Codecs.string()).subscribe(listener("channel"));
                kw.topics("a*", Codecs.string()).subscribe(listener("pattern"));
            }
            kw.shardedTopic("a", Codecs.string()).subscribe(listener("sharded"));
            gaps.clear();
            awaitWritable(failover.get());
            long writable = System.nanoTime();
            for (int told = 0; told < listeners; told++) {
                String kind = gaps.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
                if (kind == null) {
                    throw new IllegalStateException("A listener was not told within " + LONGEST);
                }
                millis.computeIfAbsent(kind, none -> new ArrayList<>()).add((System.nanoTime() - writable) / 1_000_000);
            }
        }
    }

    private static void awaitWritable(List<Standalone> replicas) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (replicas.stream().noneMatch(PubSubFailoverMeasure::writes)) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("No replica took over");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static boolean writes(Standalone replica) {
        try {
            return replica.command("SET", "topic:a", "probe").equals("OK");
        } catch (RuntimeException away) {
            return false;
        }
    }

    private void print(String topology, int rounds) {
        millis.forEach((kind, all) -> {
            Collections.sort(all);
            System.err.printf(
                    Locale.ROOT,
                    "%s, %d rounds, %s: back %d ms (median), %d ms (worst) after the new master took a write%n",
                    topology,
                    rounds,
                    kind,
                    all.get(all.size() / 2),
                    all.get(all.size() - 1));
        });
    }

    public static void main(String[] arguments) throws InterruptedException {
        String topology = arguments.length > 0 ? arguments[0] : "sentinel";
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        PubSubFailoverMeasure measure = new PubSubFailoverMeasure();
        for (int round = 0; round < rounds; round++) {
            if (topology.equals("cluster")) {
                measure.inCluster();
            } else {
                measure.withSentinels();
            }
        }
        measure.print(topology, rounds);
    }

    private void withSentinels() throws InterruptedException {
        try (Sentinel redis = Sentinel.start(2)) {
            round(redis.uri(), 3, () -> {
                List<Standalone> replicas = redis.replicas();
                redis.primary().kill();
                return replicas;
            });
        }
    }

    private void inCluster() throws InterruptedException {
        ServerOptions quick = ServerOptions.DEFAULTS.withDirective("cluster-node-timeout", "1000");
        try (Cluster redis = Cluster.start(3, 1, quick)) {
            round(redis.uri(), 1, () -> {
                Standalone master = redis.ownerOf(Cluster.slotOf("topic:a"));
                List<Standalone> replicas = redis.replicasOf(master);
                master.kill();
                return replicas;
            });
        }
    }
}
