package dev.keywright.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Servers away, frozen, killed, emptied, failed over, full; answers lost; keys of another type. */
@WithRedis
class FlagsFailureTest {

    private static final ConnectionOptions QUICK = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMillis(400));

    private static void flip(Keywright admin, String flag, boolean on) {
        await().ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class).until(() -> {
            admin.flags("shop").change(flag, each -> each.withPercent(on ? 100 : 0), "ann", "flip");
            return true;
        });
    }

    @Test
    void ff5_theLastKnownValueCountsWhileRedisIsDown() {
        ServerOptions safe =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        try (Standalone redis = Standalone.start(safe);
                Keywright kw = Keywright.connect(redis.uri(), QUICK)) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            flags.override("new", "eve", false, "ann", "not her");
            redis.kill();
            await().until(() -> !flags.state().live());
            for (int i = 0; i < 100; i++) {
                assertThat(flags.isOn("new", i)).isTrue();
            }
            assertThat(flags.isOn("new", "eve")).isFalse();
            assertThat(flags.state().age().orElseThrow()).isPositive();
            assertThatThrownBy(() -> flags.change("new", Flag::kill, "ann", "off"))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> flags.group("beta").add(List.of("1"), "ann", "in"))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> flags.history(1)).isInstanceOf(KeywrightException.Unavailable.class);
            assertThat(flags.isOn("new", 1)).isTrue();
            redis.restart();
            flip(kw, "new", false);
            await().until(() -> flags.state().live() && !flags.isOn("new", 1));
        }
    }

    @Test
    void ff5_whoStartsWhileRedisIsDownHasItsFallbacksAndThenTheTruth() {
        Standalone redis = Standalone.start();
        try {
            try (Keywright kw = Keywright.connect(redis.uri())) {
                kw.flags("shop").change("new", flag -> flag.withPercent(100), "ann", "on");
                kw.flags("shop").change("old", flag -> flag, "ann", "off");
                redis.command("SAVE");
            }
            redis.kill();
            FlagOptions options = FlagOptions.DEFAULTS.withFallback("old", true).withDeadline(Duration.ofMillis(200));
            try (FeatureFlags flags = FeatureFlags.opening(redis.uri(), QUICK, "shop", options)) {
                assertThat(flags.verdict("new", 1)).isEqualTo(Verdict.FALLBACK_OFF);
                assertThat(flags.verdict("old", 1)).isEqualTo(Verdict.FALLBACK_ON);
                assertThat(flags.state().age()).isEmpty();
                assertThatThrownBy(() -> flags.change("new", Flag::kill, "ann", "off"))
                        .isInstanceOf(KeywrightException.Unavailable.class)
                        .hasMessageContaining("Not connected yet");
                redis.restart();
                await().until(() -> flags.isOn("new", 1) && !flags.isOn("old", 1));
                await().until(() -> flags.state().live());
            }
        } finally {
            redis.close();
        }
    }

    @Test
    void x8_aFrozenServerStopsNoQuestionAndEveryChangeInTime(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri(), QUICK)) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            redis.freeze();
            assertThatThrownBy(() -> flags.change("new", Flag::kill, "ann", "off"))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            await().until(() -> !flags.state().live());
            assertThat(flags.isOn("new", 1)).isTrue();
            redis.thaw();
            flip(kw, "new", false);
            await().until(() -> !flags.isOn("new", 1));
        }
    }

    /** Messages that are lost without a word: the link is known to be dead after a timeout and a quarter, and everything is read anew. */
    @Test
    void ff3_whatWasMissedIsReadOnceTheSilenceIsNoticed(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri(), QUICK);
                Keywright admin = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            for (int i = 0; i < 3; i++) {
                boolean on = i % 2 == 0;
                proxy.dropReplies(true);
                flip(admin, "new", on);
                admin.flags("shop").override("new", "x" + i, true, "ann", "told to nobody");
                await().until(() -> !flags.state().live());
                proxy.dropReplies(false);
                proxy.cut();
                await().until(() -> flags.state().live());
                String user = "x" + i;
                await().until(() -> flags.isOn("new", 1) == on && flags.isOn("new", user));
            }
        }
    }

    @Test
    void ff5_flagsThatAreGoneAreKeptByThoseWhoKnowThem(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri(), QUICK);
                Keywright other = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            redis.flushAll();
            await().until(() -> !flags.state().live());
            assertThat(flags.isOn("new", 1)).isTrue();
            other.flags("shop").change("newer", flag -> flag, "ann", "begun anew");
            await().until(() -> flags.state().live());
            assertThat(flags.verdict("new", 1))
                    .as("there are flags, and this is none")
                    .isEqualTo(Verdict.FALLBACK_OFF);
        }
    }

    @Test
    void x1_aChangeWhoseAnswerIsLostIsMadeOnce(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            FeatureFlags flags = kw.flags("shop");
            Flag flag = Flag.off("new");
            for (int i = 1; i <= 5; i++) {
                proxy.cutAfterNextRequest("EVALSHA");
                flag = flags.change(flag.withPercent(i), "ann", "step " + i).orThrow();
                assertThat(flag.version()).isEqualTo(i);
            }
            proxy.cutAfterNextRequest("EVALSHA");
            flags.override("new", "7", true, "ann", "him");
            assertThat(proxy.cuts()).isEqualTo(6);
            await().until(() -> flags.isOn("new", 7));
            assertThat(flags.history(100)).hasSize(6);
            proxy.cutAfterNextRequest("EVALSHA");
            flags.remove("new", "ann", "over");
            await().until(() -> flags.all().isEmpty());
            assertThat(flags.history(100)).hasSize(8);
        }
    }

    @Test
    @WithRedis({Topology.SENTINEL})
    void aFailoverIsLivedThrough(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright admin = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            admin.flags("shop").change("new", flag -> flag.withPercent(100), "ann", "on");
            admin.flags("shop").group("beta").add(List.of("1", "ann"), "ann", "asked");
            await().until(() -> flags.isOn("new", 1) && flags.group("beta").size() == 2);
            redis.failover();
            assertThat(flags.isOn("new", 1)).isTrue();
            flip(admin, "new", false);
            await().until(() -> !flags.isOn("new", 1));
            assertThat(flags.group("beta").users()).containsExactlyInAnyOrder("1", "ann");
        }
    }

    @Test
    void forgottenScriptsAreSentAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            List<String> users = IntStream.range(0, 40)
                    .mapToObj(i -> Long.toString((long) i << 16))
                    .toList();
            for (int i = 1; i <= 3; i++) {
                int percent = i;
                redis.command("SCRIPT", "FLUSH");
                flags.change("new", flag -> flag.withPercent(percent), "ann", "more");
                redis.command("SCRIPT", "FLUSH");
                flags.group("g" + i).add(users, "ann", "in");
                assertThat(flags.group("g" + i).size()).isEqualTo(40);
            }
        }
    }

    @Test
    void aKeyOfAnotherTypeIsAnErrorAndNothingIsHalfDone(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri(), QUICK)) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            flags.group("beta").add(List.of("1"), "ann", "in");
            Map<String, Runnable> calls = Map.of(
                    "flag:{shop}", () -> flags.change("new", Flag::kill, "ann", "off"),
                    "flag:log:{shop}", () -> flags.change("new", Flag::kill, "ann", "off"),
                    "flag:{shop}:pages", () -> flags.group("beta").add(List.of("2"), "ann", "in"),
                    "flag:{shop}:page:beta:0", () -> flags.group("beta").add(List.of("2"), "ann", "in"));
            calls.forEach((key, call) -> {
                redis.command("RENAME", key, "aside{shop}");
                redis.command("LPUSH", key, "in the way");
                assertThatThrownBy(call::run)
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("WRONGTYPE");
                assertThat(flags.isOn("new", 1)).isTrue();
                redis.command("RENAME", "aside{shop}", key);
            });
            redis.command("RENAME", "flag:log:{shop}", "aside{shop}");
            redis.command("SET", "flag:log:{shop}", "in the way");
            assertThatThrownBy(() -> flags.group("beta").add(List.of("2"), "ann", "in"))
                    .hasMessageContaining("WRONGTYPE");
            redis.command("RENAME", "aside{shop}", "flag:log:{shop}");
            await().until(() -> flags.state().live());
            assertThat(flags.group("beta").users()).containsExactly("1");
            assertThat(flags.read("new").orElseThrow().version()).isEqualTo(1);
            assertThat(flags.history(10)).hasSize(2);
        }
    }

    @Test
    void aFlagOfALaterReleaseKeepsItsLastKnownValue(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            redis.command("HSET", "flag:{shop}", "new", "5 c killed=0 country=de");
            redis.command("HSET", "flag:{shop}", "newer", "6 c country=de");
            await().until(() -> flags.state().unreadable() == 2);
            assertThat(flags.isOn("new", 1)).isTrue();
            assertThat(flags.verdict("newer", 1)).isEqualTo(Verdict.FALLBACK_OFF);
            assertThatThrownBy(() -> flags.change("new", Flag::kill, "ann", "off"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("newer release");
        }
    }

    @Test
    void aFullServerStillTurnsThingsOff(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            redis.command("CONFIG", "SET", "maxmemory", "1");
            flags.change("new", Flag::kill, "bob", "memory is full");
            assertThat(flags.isOn("new", 1)).isFalse();
            assertThatThrownBy(() -> flags.group("beta").add(List.of("1"), "ann", "in"))
                    .isInstanceOf(KeywrightException.Unavailable.class)
                    .hasMessageContaining("OOM");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void whoMayNotListenIsToldAtOnce(Standalone redis) {
        redis.command("ACL", "SETUSER", "u", "on", ">p", "~*", "&*", "+@all", "-client|tracking");
        String uri = redis.uri().replace("redis://", "redis://u:p@");
        try (Keywright kw = Keywright.connect(uri)) {
            assertThatThrownBy(() -> kw.flags("shop"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("tracking");
        }
        redis.command("ACL", "SETUSER", "v", "on", ">p", "resetkeys");
        redis.command(FeatureFlags.NEEDS
                .aclRule("v", dev.keywright.connection.Topology.Kind.STANDALONE)
                .split(" "));
        try (Keywright kw = Keywright.connect(redis.uri().replace("redis://", "redis://v:p@"))) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            flags.override("new", "1", false, "ann", "least rights");
            List<String> many =
                    IntStream.range(0, 600).mapToObj(Integer::toString).toList();
            flags.group("beta").add(many, "ann", "in");
            flags.group("beta").remove(many, "ann", "in");
            assertThat(flags.isOn("new", 2)).isTrue();
            assertThat(flags.isOn("new", 1)).isFalse();
            flags.remove("new", "ann", "over");
            assertThat(flags.history(10)).isNotEmpty();
        }
        redis.command("ACL", "DELUSER", "u", "v");
    }

    @Test
    void closingEndsItsThread(Redis redis) {
        Keywright kw = Keywright.connect(redis.uri());
        for (int i = 0; i < 3; i++) {
            kw.flags("s" + i);
        }
        assertThat(threads()).isGreaterThanOrEqualTo(3);
        kw.close();
        await().until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("keywright-flags"))
                .count();
    }
}
