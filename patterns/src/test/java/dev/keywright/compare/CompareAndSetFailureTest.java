package dev.keywright.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lost replies; servers frozen and killed. A failover is lived through in {@code OnceFailureTest}, one for both: it takes long. */
@WithRedis
class CompareAndSetFailureTest {

    private static final Codec<String> CODEC = Codecs.string();

    private static CompareAndSet<String, String> counters(Keywright kw, CompareOptions options) {
        return kw.compareAndSet("counter", options, KeyCodec.STRING, CODEC);
    }

    private static String plusOne(Optional<String> there) {
        return Integer.toString(there.map(Integer::valueOf).orElse(0) + 1);
    }

    @Test
    void x1_aLostReplyIsAskedForAgainAndTheWriteIsDoneOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright through = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> counters = counters(through, CompareOptions.DEFAULTS);
            for (int i = 1; i <= 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                counters.update("c", CompareAndSetFailureTest::plusOne);
                assertThat(counters(direct, CompareOptions.DEFAULTS)
                                .get("c")
                                .orElseThrow()
                                .value())
                        .isEqualTo(Integer.toString(i));
            }
            assertThat(proxy.cuts()).isEqualTo(5);
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(counters.deleteIfValue("c", "5").isApplied()).isTrue();
        }
    }

    @Test
    void x1_anUnknownOutcomeIsToldAndTheSameCallRecognisesItself(Standalone redis) {
        CompareOptions quick = CompareOptions.DEFAULTS.withDeadline(Duration.ofMillis(150));
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright through = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> texts = counters(through, quick);
            texts.setIfAbsent("other", "so that the script is known");
            proxy.dropReplies(true);
            assertThatThrownBy(() -> texts.call("id").setIfAbsent("c", "one"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            proxy.dropReplies(false);
            proxy.cut();
            counters(direct, CompareOptions.DEFAULTS).update("c", there -> "two");
            await().ignoreExceptions()
                    .until(() -> texts.call("id").setIfAbsent("c", "one").isApplied());
            assertThat(counters(direct, CompareOptions.DEFAULTS)
                            .get("c")
                            .orElseThrow()
                            .value())
                    .isEqualTo("two");
        }
    }

    @Test
    void x8_aFrozenOrKilledServerEndsTheCallAtItsDeadline(Standalone redis) {
        CompareOptions quick = CompareOptions.DEFAULTS.withDeadline(Duration.ofMillis(150));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CompareAndSet<String, String> counters = counters(kw, quick);
            counters.update("c", CompareAndSetFailureTest::plusOne);
            redis.freeze();
            assertThatThrownBy(() -> counters.setIfAbsent("c", "x"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThatThrownBy(() -> counters.updateAsync("c", CompareAndSetFailureTest::plusOne)
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().ignoreExceptions()
                    .until(() -> counters.get("c").orElseThrow().value().equals("1"));
            redis.kill();
            assertThatThrownBy(() -> counters.get("c")).isInstanceOf(KeywrightException.Unavailable.class);
            redis.restart();
            await().ignoreExceptions()
                    .until(() -> counters.update("c", CompareAndSetFailureTest::plusOne)
                                    .version()
                            > 0);
        }
    }
}
