package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A master and its replicas under the watch of {@link Sentinels}. */
final class SentinelNodes implements Nodes {

    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN");

    private final Plant plant;
    private final Sentinels sentinels;
    private final RedisChannelWriter writer;
    private final @Nullable ReplicaReads reads;

    private SentinelNodes(Plant plant, Sentinels sentinels, RedisChannelWriter master) {
        this.plant = plant;
        this.sentinels = sentinels;
        if (plant.options.readFrom() == ReadFrom.MASTER) {
            this.reads = null;
            this.writer = master;
        } else {
            ReplicaReads replicaReads = new ReplicaReads(master, plant, sentinels::uriOf);
            sentinels.readReplicas(replicaReads::use);
            this.reads = replicaReads;
            replicaReads.await(plant.options.connectTimeout());
            this.writer = replicaReads;
        }
    }

    static SentinelNodes connect(Plant plant) {
        Sentinels sentinels = new Sentinels(plant);
        try {
            sentinels.open();
            Follower follower = sentinels.follower();
            return new SentinelNodes(
                    plant,
                    sentinels,
                    Nodes.writerOf(within(
                            plant,
                            follower.connectAsync(
                                            ByteArrayCodec.INSTANCE,
                                            sentinels.uriOf(sentinels.found().master()))
                                    .toCompletableFuture())));
        } catch (RuntimeException e) {
            sentinels.close();
            throw e;
        }
    }

    private static <T> T within(Plant plant, CompletableFuture<T> connecting) {
        String where = plant.uri.toString();
        try {
            return connecting.get(plant.options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Failures.cannotConnect(where, e);
        } catch (TimeoutException e) {
            throw new KeywrightException.Unavailable(
                    "The Sentinels know no master that answers (" + where
                            + "). Wait for the failover to end, or see SENTINEL MASTERS.",
                    false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable("Interrupted while connecting to " + where + ".", false);
        }
    }

    @Override
    public RedisChannelWriter writer() {
        return writer;
    }

    /** Asks anew, so that nobody is led to a master that was. */
    @Override
    public RedisURI nodeFor(byte @Nullable [] key) {
        return sentinels.uriOf(within(plant, sentinels.next().copy()));
    }

    @Override
    public RedisURI homeOf(byte[] key) {
        return masters().get(0);
    }

    @Override
    public List<RedisURI> masters() {
        return List.of(sentinels.uriOf(sentinels.found().master()));
    }

    @Override
    public StatefulRedisPubSubConnection<byte[], byte[]> pubSub() {
        return within(
                plant,
                sentinels
                        .follower()
                        .connectPubSubAsync(
                                ByteArrayCodec.INSTANCE,
                                sentinels.uriOf(sentinels.found().master()))
                        .toCompletableFuture());
    }

    @Override
    public Topology topology() {
        return sentinels.found().topology();
    }

    @Override
    public @Nullable Reply judge(Reply.Failure failure) {
        if (!PASSING.contains(failure.code())) {
            return failure;
        }
        if (failure.is("READONLY")) {
            silence();
        }
        return null;
    }

    @Override
    public void silence() {
        sentinels.lookAgain();
    }

    @Override
    public void close() {
        if (reads != null) {
            reads.close();
        }
        sentinels.close();
    }
}
