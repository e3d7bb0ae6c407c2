package dev.keywright.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lost answers, servers frozen, emptied, failed over. */
@WithRedis
class PresenceFailureTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final PresenceOptions OPTIONS = PresenceOptions.DEFAULTS.withDeadline(Duration.ofSeconds(10));

    @Test
    void pr3_aCallWhoseAnswerIsLostMakesOneTransition(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright whole = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", OPTIONS)) {
            for (int i = 0; i < 5; i++) {
                here.online("first", "phone").leave(); // so that the script is known
                proxy.cutAfterNextRequest("EVALSHA");
                OnlineSession session = here.online("anna", "phone");
                proxy.cutAfterNextRequest("EVALSHA");
                session.leave();
            }
            assertThat(proxy.cuts()).isEqualTo(10);
            EventAudit audit = new EventAudit();
            audit.read(whole.presence("room", OPTIONS));
            assertThat(audit.of("anna")).hasSize(10);
            assertThat(audit.online).isEmpty();
        }
    }

    @Test
    void devicesThatTheServerLostComeBack(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(3)))) {
            OnlineSession anna = here.online("anna", "phone");
            OnlineSession bob = here.online("bob", "phone");
            bob.leave();
            redis.flushAll();
            redis.command("SCRIPT", "FLUSH");
            assertThat(here.count()).isZero();
            await().atMost(LONG).until(() -> here.count() == 1);
            assertThat(here.users(9)).containsExactly("anna");
            anna.leave();
            assertThat(here.count()).isZero();
        }
    }

    @Test
    void aFrozenServerIsAnErrorInTimeAndDevicesAreUncertain(Standalone redis) {
        PresenceOptions options =
                PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(1)).withDeadline(Duration.ofMillis(200));
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", options)) {
            OnlineSession session = here.online("anna", "phone");
            OnlineSession bob = here.online("bob", "phone");
            redis.freeze();
            assertThatThrownBy(here::count).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(bob::leave).isInstanceOf(KeywrightException.Unavailable.class);
            await().atMost(LONG).until(() -> !session.isOnline());
            redis.thaw();
            await().atMost(LONG).until(session::isOnline);
            await().atMost(LONG).ignoreExceptions().until(() -> here.users(9).equals(List.of("anna")));
            EventAudit audit = new EventAudit();
            await().atMost(LONG)
                    .ignoreExceptionsInstanceOf(KeywrightException.class)
                    .untilAsserted(() -> {
                        audit.read(here);
                        assertThat(audit.online).containsExactly("anna");
                    });
        }
    }

    @Test
    void pr1_usersExpireOnceWhileNobodyRuns(Standalone redis) {
        PresenceOptions options = PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(1));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Presence here = kw.presence("room", options);
            for (int i = 0; i < 450; i++) {
                OnlineSession unused = here.online("user " + i, "phone");
            }
        }
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", options);
                Presence there = kw.presence("room", options)) {
            await().atMost(LONG).until(() -> here.count() == 0);
            assertThat(here.devices("user 3")).isEmpty();
            there.online("user 7", "phone").leave(); // sweeps, and may come back before it was swept
            EventAudit audit = new EventAudit();
            audit.read(here);
            assertThat(audit.online).isEmpty();
            assertThat(audit.of("user 7")).containsExactly("JOINED", "EXPIRED", "JOINED", "LEFT");
            assertThat(audit.events).hasSize(902);
            assertThat(redis.command("EXISTS", "presence:{room}", "presence:{room}:devices"))
                    .isEqualTo("0");
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void pr4_aFailoverLeavesNoGhosts(Sentinel redis) {
        PresenceOptions options =
                PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(3)).withDeadline(Duration.ofSeconds(5));
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", options)) {
            Keywright dying = Keywright.connect(redis.uri());
            OnlineSession unused = dying.presence("room", options).online("ghost", "phone");
            OnlineSession stays = here.online("anna", "phone");
            OnlineSession leaves = here.online("bob", "phone");
            dying.close();
            redis.failover();
            leaves.close();
            await().atMost(LONG).ignoreExceptions().until(() -> here.users(9).equals(List.of("anna")));
            await().atMost(LONG).until(stays::isOnline);
            EventAudit audit = new EventAudit();
            await().atMost(LONG)
                    .ignoreExceptionsInstanceOf(KeywrightException.class)
                    .untilAsserted(() -> {
                        audit.read(here);
                        assertThat(audit.online).containsExactly("anna");
                    });
        }
    }
}
