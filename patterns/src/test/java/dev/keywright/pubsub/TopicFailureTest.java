package dev.keywright.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Connections that are killed, servers that are frozen, restarted or failed over, slots that move. */
@WithRedis
class TopicFailureTest {

    private static final Codec<String> TEXT = Codecs.string();
    private static final String PROBE = "probe";

    /** Publishes until the listeners hear again; each must hear of the gap before it hears anything new. */
    private static void assertGap(List<Topic<String>> topics, List<Heard> all, Gap.Reason... reasons)
            throws InterruptedException {
        ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> unused = publisher.scheduleWithFixedDelay(
                    () -> topics.forEach(topic -> {
                        try {
                            topic.publish(PROBE);
                        } catch (KeywrightException away) {
                            // so it is later
                        }
                    }),
                    0,
                    20,
                    TimeUnit.MILLISECONDS);
            for (Heard heard : all) {
                assertThat(heard.nextOtherThan(PROBE))
                        .isIn(Stream.of(reasons).map(reason -> "GAP " + reason).toList());
                assertThat(heard.next()).isEqualTo(PROBE);
            }
        } finally {
            publisher.shutdown();
            assertThat(publisher.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Heard> listening(Keywright kw) {
        List<Heard> all = List.of(new Heard(), new Heard(), new Heard(), new Heard());
        kw.topic("a", TEXT).subscribe(all.get(0));
        kw.topic("a", TEXT).subscribe(all.get(1));
        kw.topics("a*", TEXT).subscribe(all.get(2));
        kw.shardedTopic("a", TEXT).subscribe(all.get(3));
        return all;
    }

    private static List<Topic<String>> publishing(Keywright kw) {
        return List.of(kw.topic("a", TEXT), kw.shardedTopic("a", TEXT));
    }

    private static void kill(Redis redis) {
        redis.nodes().forEach(node -> node.command("CLIENT", "KILL", "TYPE", "pubsub"));
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    void p2_aKilledConnectionIsRestoredAndTheGapToldInItsPlace(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Heard> all = listening(kw);
            for (int i = 0; i < 3; i++) {
                long begun = System.nanoTime();
                kill(redis);
                assertGap(publishing(kw), all, Gap.Reason.DISCONNECTED);
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isLessThan(Duration.ofSeconds(10)); // 2 s, and slow machines
            }
        }
    }

    @Test
    void p2_aRestartedServerIsSubscribedAgain(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Heard> all = listening(kw);
            redis.kill();
            redis.restart();
            assertGap(publishing(kw), all, Gap.Reason.DISCONNECTED);
        }
    }

    @Test
    void p2_aFrozenServerIsNoticedThoughNothingBroke(Standalone redis) throws InterruptedException {
        ConnectionOptions quick = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMillis(500));
        try (Keywright kw = Keywright.connect(redis.uri(), quick);
                Keywright calm = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            kw.topic("a", TEXT).subscribe(heard);
            redis.freeze();
            try {
                await().untilAsserted(() -> assertThatThrownBy(
                                () -> kw.topic("a", TEXT).subscribe(message -> {}))
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("not confirmed within 500 ms (topic a)")); // so it was noticed
            } finally {
                redis.thaw();
            }
            assertGap(publishing(calm), List.of(heard), Gap.Reason.DISCONNECTED);
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void p2_listenersFollowTheNewMaster(Sentinel redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            List<Heard> all = listening(kw);
            DurableTopic<String> kept = kw.durableTopic("a", TEXT);
            Heard heard = new Heard();
            kept.subscribe(heard);
            redis.failover();
            assertGap(publishing(kw), all, Gap.Reason.DISCONNECTED, Gap.Reason.MOVED);
            kept.publish("kept");
            assertThat(heard.next()).isEqualTo("kept");
        }
    }

    @Test
    @WithRedis(Topology.CLUSTER)
    void p2_aShardedTopicFollowsItsSlot(Cluster redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            int slot = Cluster.slotOf("topic:a");
            Heard moved = new Heard();
            Heard stays = new Heard();
            kw.shardedTopic("a", TEXT).subscribe(moved);
            kw.topic("a", TEXT).subscribe(stays);
            for (int i = 0; i < 3; i++) {
                Standalone from = redis.ownerOf(slot);
                Standalone to = redis.masters().stream()
                        .filter(node -> node.port() != from.port())
                        .findFirst()
                        .orElseThrow();
                redis.migrateSlot(slot, to);
                assertGap(List.of(kw.shardedTopic("a", TEXT)), List.of(moved), Gap.Reason.MOVED);
            }
            kw.topic("a", TEXT).publish("nothing was lost here");
            assertThat(stays.next()).isEqualTo("nothing was lost here");
        }
    }

    @Test
    void p2_listenersFollowAFailoverInACluster() throws InterruptedException {
        try (Cluster redis = Cluster.start(2, 1);
                Keywright kw = Keywright.connect(redis.uri())) {
            List<Heard> all = listening(kw);
            Standalone owner = redis.ownerOf(Cluster.slotOf("topic:a"));
            redis.failover(redis.replicasOf(owner).get(0));
            assertGap(
                    List.of(kw.shardedTopic("a", TEXT)), all.subList(3, 4), Gap.Reason.DISCONNECTED, Gap.Reason.MOVED);
        }
    }

    @Test
    void whatIsClosedHearsNothingMoreAndIsTold(Redis redis) throws InterruptedException {
        Heard heard = new Heard();
        Keywright kw = Keywright.connect(redis.uri());
        kw.topic("a", TEXT).subscribe(heard);
        kw.close();
        assertThat(heard.next()).isEqualTo("ENDED CLOSED");
        assertThatThrownBy(() -> kw.topic("a", TEXT).subscribe(heard))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aSubscriptionThatComesAndGoesAtOnceLeavesNothingBehind(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Topic<String> topic = kw.topic("a", TEXT);
            for (int i = 0; i < 200; i++) {
                topic.subscribeAsync(message -> {}, ListenerOptions.DEFAULTS).thenAccept(AtMostOnceSubscription::close);
                Heard heard = new Heard();
                AtMostOnceSubscription subscription = topic.subscribe(heard);
                topic.publish("m" + i);
                assertThat(heard.next()).isEqualTo("m" + i);
                subscription.close();
            }
            await().until(() -> topic.publish("anybody?").orElseThrow() == 0);
        }
    }

    @Test
    void p4_whoComesWhileTheServerIsAwayIsConfirmedOnceItIsBack(Standalone redis) throws InterruptedException {
        ConnectionOptions quick = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMillis(300));
        try (Keywright kw = Keywright.connect(redis.uri(), quick)) {
            Topic<String> topic = kw.topic("a", TEXT);
            Heard first = new Heard();
            topic.subscribe(first);
            redis.kill();
            await().untilAsserted(() -> assertThatThrownBy(() -> topic.subscribe(message -> {}))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("not confirmed"));
            redis.restart();
            assertThat(first.next()).isEqualTo("GAP DISCONNECTED");
            Heard second = new Heard();
            topic.subscribe(second);
            redis.command("PUBLISH", "topic:a", "back");
            assertThat(first.next()).isEqualTo("back");
            assertThat(second.next()).isEqualTo("back");
        }
    }
}
