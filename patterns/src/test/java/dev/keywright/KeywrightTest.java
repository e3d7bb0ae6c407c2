package dev.keywright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Problem;
import dev.keywright.limit.Decision;
import dev.keywright.limit.Quota;
import dev.keywright.limit.RateLimiter;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithRedis
class KeywrightTest {

    @Test
    void aUserWithTheRuleThatTheCheckPrintsCanDoAllThatPatternsDo(Standalone redis) {
        redis.command("ACL", "SETUSER", "bob", "on", ">pw", "+multi", "+discard", "+info", "+acl|whoami");
        try {
            String uri = "redis://bob:pw@127.0.0.1:" + redis.port();
            try (Keywright kw = Keywright.connect(uri)) {
                List<Problem> problems = kw.check();
                assertThat(problems)
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.what()).contains("EVALSHA with a key rl:*"));
                redis.command(problems.get(0).fix().split(" "));
            }
            try (Keywright kw = Keywright.connect(uri)) {
                assertThat(kw.check()).isEmpty();
                try (Cache<String, String> cache = kw.cache("c", KeyCodec.STRING, Codecs.string())
                        .readThrough(key -> key)
                        .staleIfError(Duration.ofMinutes(1))
                        .tags(List::of)
                        .build()) {
                    cache.put("put", "1");
                    assertThat(cache.get("put")).isEqualTo("1");
                    assertThat(cache.get("loaded")).isEqualTo("loaded");
                    cache.invalidate("put");
                    cache.invalidateTag("loaded");
                    assertThat(cache.putIfAbsent("loaded", "2")).isTrue();
                }
                for (Quota quota : List.of(
                        Quota.slidingLog(2, Duration.ofMinutes(1)),
                        Quota.slidingWindow(2, Duration.ofMinutes(1)),
                        Quota.fixedWindow(2, Duration.ofMinutes(1)),
                        Quota.tokenBucket(2, Duration.ofMinutes(1)))) {
                    RateLimiter limiter = kw.rateLimiter("q" + quota.getClass().getSimpleName(), quota);
                    assertThat(limiter.tryAcquire("a")).isInstanceOfSatisfying(Decision.Granted.class, limiter::refund);
                    limiter.tryAcquire("a");
                    limiter.tryAcquire("a");
                    assertThat(limiter.tryAcquire("a")).isInstanceOf(Decision.Refused.class);
                }
            }
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }

    @Test
    void theCheckAsksForWhatWasMade(Standalone redis) {
        redis.command("ACL", "SETUSER", "bob", "on", ">pw", "+multi", "+discard", "+info", "+acl|whoami");
        try (Keywright kw = Keywright.connect("redis://bob:pw@127.0.0.1:" + redis.port())) {
            kw.cache("c", KeyCodec.STRING, Codecs.string()).build().close();
            assertThat(kw.check()).singleElement().satisfies(problem -> {
                assertThat(problem.what()).contains("GET with a key cache:*", "PUBLISH with a channel cache:*");
                assertThat(problem.what()).doesNotContain("rl:*");
                assertThat(problem.fix()).contains(" ~cache:* resetchannels &cache:* ");
            });
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }
}
