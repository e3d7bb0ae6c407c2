package dev.keywright.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Connections that are killed, servers that are frozen: nothing kept is missed. */
@WithRedis
class DurableTopicFailureTest {

    private static final Codec<String> TEXT = Codecs.string();

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    void p5_whatIsPublishedWhileTheReaderIsCutOffIsRead(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            kw.durableTopic("a", TEXT).subscribe(heard);
            for (int round = 0; round < 5; round++) {
                String[] kill = {"CLIENT", "KILL", "TYPE", "normal"};
                redis.nodes().forEach(node -> node.command(kill));
                redis.command("XADD", "topic:{a}", "*", "payload", "m" + round);
                assertThat(heard.next()).isEqualTo("m" + round);
            }
        }
    }

    @Test
    void p5_aFrozenServerDelaysAndLosesNothing(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Heard heard = new Heard();
            DurableTopic<String> topic = kw.durableTopic("a", TEXT);
            topic.subscribe(heard);
            redis.freeze();
            var publishing = topic.publishAsync("m0").toCompletableFuture();
            redis.thaw();
            publishing.join();
            assertThat(heard.next()).isEqualTo("m0");
        }
    }

    @Test
    void theCheckNamesAServerThatWouldLoseOrEvictMessages(Standalone redis) {
        redis.command("CONFIG", "SET", "appendonly", "no");
        redis.command("CONFIG", "SET", "maxmemory", "1gb");
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
            assertThat(kw.durableTopic("a", TEXT)).isNotNull();
            assertThat(kw.check())
                    .anySatisfy(problem -> {
                        assertThat(problem.what()).contains("append-only");
                        assertThat(problem.fix()).contains("appendonly yes");
                    })
                    .anySatisfy(problem -> assertThat(problem.what()).contains("allkeys-lru"));
            redis.command("CONFIG", "SET", "appendonly", "yes");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(kw.check())
                    .noneMatch(problem -> problem.what().contains("append-only")
                            || problem.what().contains("evicts"));
        } finally {
            redis.command("CONFIG", "SET", "appendonly", "no");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }
}
