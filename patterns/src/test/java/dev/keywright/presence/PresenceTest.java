package dev.keywright.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** What the operations do, one after the other. */
class PresenceTest {

    private static final PresenceOptions BRIEF = PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(1));
    private static final PresenceOptions SPREAD = PresenceOptions.DEFAULTS.withPartitions(5);

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    void pr2_aUserIsOnlineUntilTheLastDeviceLeaves(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (PresenceOptions options : List.of(PresenceOptions.DEFAULTS, SPREAD)) {
                Presence here = kw.presence("room", options);
                Presence there = other.presence("room", options);
                OnlineSession phone = here.online("anna", "phone");
                OnlineSession desk =
                        there.onlineAsync("anna", "desk").toCompletableFuture().join();
                OnlineSession bob = here.online("bob", "phone");
                assertThat(there.count()).isEqualTo(2);
                assertThat(there.countAsync().toCompletableFuture().join()).isEqualTo(2);
                assertThat(here.devices("anna")).containsExactlyInAnyOrder("phone", "desk");
                assertThat(here.devicesAsync("anna").toCompletableFuture().join())
                        .hasSize(2);
                assertThat(here.users(10)).containsExactlyInAnyOrder("anna", "bob");
                assertThat(here.usersAsync(1).toCompletableFuture().join()).hasSize(1);
                here.beat();
                there.beat();

                phone.leave();
                phone.leave();
                assertThat(phone.isOnline()).isFalse();
                assertThat(there.isOnline("anna")).isTrue();
                desk.leaveAsync().toCompletableFuture().join();
                assertThat(here.isOnlineAsync("anna").toCompletableFuture().join())
                        .isFalse();
                assertThat(there.count()).isEqualTo(1);
                assertThat(here.devices("anna")).isEmpty();
                Map<String, LastSeen> seen = here.lastSeen(List.of("bob", "anna", "nobody"));
                assertThat(seen.get("bob")).isEqualTo(new LastSeen(true, Optional.empty()));
                assertThat(seen.get("anna").at().orElseThrow())
                        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
                assertThat(seen.get("nobody")).isEqualTo(new LastSeen(false, Optional.empty()));
                assertThat(here.lastSeenAsync(List.of("bob", "anna", "nobody"))
                                .toCompletableFuture()
                                .join())
                        .isEqualTo(seen);
                bob.close();

                EventAudit audit = new EventAudit();
                audit.read(there);
                assertThat(audit.of("anna")).containsExactly("JOINED", "LEFT");
                assertThat(audit.of("bob")).containsExactly("JOINED", "LEFT");
                assertThat(audit.online).isEmpty();
                here.close();
                there.close();
            }
        }
    }

    @Test
    @WithRedis
    void aDeviceBelongsToWhoBroughtItOnlineLast(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Presence here = kw.presence("room");
                Presence there = other.presence("room")) {
            OnlineSession old = here.online("anna", "phone");
            OnlineSession young = there.online("anna", "phone");
            here.beat();
            assertThat(old.isReplaced()).isTrue();
            assertThat(old.isOnline()).isFalse();
            old.close();
            OnlineSession older = here.online("bob", "phone");
            there.online("bob", "phone");
            older.leave(); // before it was told
            there.beat();
            assertThat(young.isOnline()).isTrue();
            assertThat(here.users(10)).containsExactlyInAnyOrder("anna", "bob");
            EventAudit audit = new EventAudit();
            audit.read(here);
            assertThat(audit.events).hasSize(2);
        }
    }

    @Test
    @WithRedis
    void closingThePresenceTakesAllItsDevicesOffline(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Presence here = kw.presence("room", SPREAD);
            for (int i = 0; i < 450; i++) {
                OnlineSession unused = here.online("user " + i, "phone");
            }
            here.beat();
            assertThat(here.count()).isEqualTo(450);
            here.close();
            assertThat(here.count()).isZero();
            assertThat(here.online("anna", "phone").isOnline()).isTrue(); // it may be used again
            here.close();
        }
    }

    @Test
    @WithRedis
    void aUserHasSoManyDevicesAndNoMore(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", PresenceOptions.DEFAULTS.withDevices(2))) {
            OnlineSession first = here.online("anna", "1");
            OnlineSession unused = here.online("anna", "2");
            assertThatThrownBy(() -> here.online("anna", "3"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("2 devices");
            assertThat(here.devices("anna")).containsExactlyInAnyOrder("1", "2");
            first.leave();
            assertThat(here.online("anna", "3").isOnline()).isTrue();
        }
    }

    @Test
    @WithRedis
    void anyBytesAndAnyTextAreUsersAndDevices(Standalone redis) {
        StringBuilder all = new StringBuilder();
        for (char each = 0; each < 256; each++) {
            all.append(each);
        }
        String bytes = all.toString();
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence latin = kw.presence(
                        "bytes",
                        PresenceOptions.DEFAULTS
                                .withCharset(StandardCharsets.ISO_8859_1)
                                .withDevices(100));
                Presence here = kw.presence("%}#{text\n")) {
            for (String user : List.of(bytes, "1 a 3:", "\0")) {
                List<String> devices = List.of(bytes, "12345678901234 x 3:abc", " ", "\n", "0");
                devices.forEach(device -> latin.online(user, device));
                latin.beat();
                assertThat(latin.devices(user)).containsExactlyInAnyOrderElementsOf(devices);
            }
            assertThat(latin.users(9)).containsExactlyInAnyOrder(bytes, "1 a 3:", "\0");
            OnlineSession unused = here.online("\uD83D\uDE00", "é");
            assertThat(here.users(9)).containsExactly("\uD83D\uDE00");
            assertThat(here.events("", 9).events().get(0).user()).isEqualTo("\uD83D\uDE00");
            for (String bad : List.of("", "\uD83D")) {
                assertThatThrownBy(() -> here.online(bad, "x")).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> here.online("x", bad)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> here.isOnline(bad)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    @WithRedis
    void whatIsOutOfRangeIsRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            List<Runnable> bad = List.of(
                    () -> PresenceOptions.DEFAULTS.withTtl(Duration.ofMillis(999)),
                    () -> PresenceOptions.DEFAULTS.withRetention(Duration.ZERO),
                    () -> PresenceOptions.DEFAULTS.withEvents(0),
                    () -> PresenceOptions.DEFAULTS.withDevices(101),
                    () -> PresenceOptions.DEFAULTS.withPartitions(257),
                    () -> PresenceOptions.DEFAULTS.withCharset(StandardCharsets.UTF_16),
                    () -> PresenceOptions.DEFAULTS.withDeadline(Duration.ZERO),
                    () -> here.users(0),
                    () -> here.events("", 1_001),
                    () -> here.events("1-1,2-2", 1),
                    () -> here.events("x", 1),
                    () -> kw.presence(""));
            for (Runnable each : bad) {
                assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(here.lastSeen(List.of())).isEmpty();
        }
    }

    @Test
    @WithRedis
    void aKeyOfAnotherTypeIsAnErrorAndNothingIsWritten(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            for (String suffix : List.of("", ":devices", ":seen", ":events")) {
                redis.flushAll();
                redis.command("SET", "presence:{room}" + suffix, "mine");
                assertThatThrownBy(() -> here.online("anna", "phone")).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> here.events("", 1)).isInstanceOf(KeywrightException.Misused.class);
                assertThat(redis.command("DBSIZE")).isEqualTo("1");
                assertThat(redis.command("GET", "presence:{room}" + suffix)).isEqualTo("mine");
            }
        }
    }

    @Test
    @WithRedis
    void eventsThatWereDroppedAreReportedAsMissed(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", PresenceOptions.DEFAULTS.withEvents(1))) {
            assertThat(here.latest()).isEqualTo("~0-0");
            here.online("anna", "1").close();
            String cursor = here.latestAsync().toCompletableFuture().join();
            PresenceEvents none =
                    here.eventsAsync(cursor, 10).toCompletableFuture().join();
            assertThat(none).isEqualTo(new PresenceEvents(List.of(), cursor, false, false));
            for (int i = 0; i < 300; i++) {
                here.online("bob", "1").close();
            }
            PresenceEvents page = here.events(cursor, 10);
            assertThat(page.missed()).isTrue();
            long kept = Long.parseLong(redis.command("XLEN", "presence:{room}:events"));
            assertThat(kept).isBetween(1L, 200L); // a stream drops whole nodes, of 100 entries each
            assertThat(page.events()).hasSize((int) Math.min(10, kept));
            PresenceEvents all = here.events(cursor, 1_000);
            assertThat(all.events()).hasSize((int) kept);
            assertThat(all.events().get((int) kept - 1).kind()).isEqualTo(PresenceEvent.Kind.LEFT);
            assertThat(here.events(page.next(), 10).missed()).isFalse();
            redis.flushAll();
            PresenceEvents lost = here.events(page.next(), 10);
            assertThat(lost.missed()).isTrue();
            assertThat(here.events(lost.next(), 10).missed()).isFalse();
            here.online("anna", "1").close();
            assertThat(here.events(lost.next(), 10).events()).hasSize(2);
            assertThat(here.events(here.events(lost.next(), 2).next(), 2).more())
                    .isFalse();
        }
    }

    /** As a failover may leave it: the last events are lost, and the clock of the new master is behind. */
    @Test
    @WithRedis
    void eventsThatComeBeforeTheCursorAfterALossAreRead(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            here.online("anna", "1").close();
            String lost = here.latest().replaceFirst("^\\d+", "9999999999999");
            PresenceEvents page = here.events(lost, 10);
            assertThat(page.missed()).isTrue();
            assertThat(page.events()).isEmpty();
            here.online("bob", "1").close();
            PresenceEvents next = here.events(page.next(), 10);
            assertThat(next.missed()).isFalse();
            assertThat(next.events().stream().map(PresenceEvent::user)).containsExactly("bob", "bob");
        }
    }

    @Test
    @WithRedis
    void heartbeatsEndWithTheConnectionAlsoWhenNobodyClosesThePresence(Standalone redis) {
        Presence here;
        try (Keywright kw = Keywright.connect(redis.uri())) {
            here = kw.presence("room", BRIEF);
            OnlineSession unused = here.online("anna", "1");
            assertThat(here.isBeating()).isTrue();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !here.isBeating());
        here.close();
    }

    @Test
    @WithRedis
    void noHeartbeatsAreSentForSessionsThatWereReplaced(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Presence here = kw.presence("room");
                Presence there = other.presence("room")) {
            OnlineSession old = here.online("anna", "phone");
            OnlineSession unused = there.online("anna", "phone");
            here.beat();
            assertThat(old.isReplaced()).isTrue();
            assertThat(here.isBeating()).isFalse();
        }
    }

    /** The device came online elsewhere between the heartbeat that found it gone and the one that brings it back. */
    @Test
    @WithRedis
    void whoComesBackTakesNothingOver(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            OnlineSession young = here.online("anna", "phone");
            String key = "presence:{room}";
            OnlineSession old = new OnlineSession(here, "anna", "phone", "older".getBytes(StandardCharsets.US_ASCII));
            Reply reply = here.keys(0)
                    .beat(PresenceKeys.Kind.RETURN, List.of(old))
                    .call(kw.connection(), Duration.ofSeconds(10));
            assertThat(Answers.refused(reply)).containsExactly(Map.entry(0, Answers.OTHER_OWNER));
            redis.command("DEL", key, key + ":devices");
            here.beat();
            assertThat(young.isOnline()).isTrue();
            assertThat(here.devices("anna")).containsExactly("phone");
        }
    }

    @Test
    void aRoundThatWaitsInVainWaitsLessAndLess() {
        Patience patience = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(2));
        Duration waited = Duration.ZERO;
        for (int i = 0; i < 256; i++) {
            Duration each = patience.deadline();
            patience.lost(each.toNanos());
            waited = waited.plus(each);
        }
        assertThat(waited).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    @WithRedis
    void pr1_whoSendsNothingIsOfflineByTheClockOfTheServer(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Presence here = kw.presence("room", BRIEF);
            try (Keywright dying = Keywright.connect(redis.uri())) {
                Presence there = dying.presence("room", BRIEF);
                OnlineSession unused = there.online("anna", "phone");
                OnlineSession desk = there.online("anna", "desk");
                desk.leave();
                OnlineSession stays = here.online("bob", "phone");
                assertThat(stays.isOnline()).isTrue();
            } // nobody says goodbye
            await().pollInterval(Duration.ofMillis(10)).until(() -> here.count() == 1);
            assertThat(here.devices("anna")).isEmpty();
            assertThat(redis.command("HLEN", "presence:{room}:devices")).isIn("1", "2");
            Instant at = here.lastSeen("anna").at().orElseThrow();
            EventAudit audit = new EventAudit();
            audit.read(here);
            assertThat(audit.of("anna")).containsExactly("JOINED", "EXPIRED");
            assertThat(audit.events.get(audit.events.size() - 1).at()).isEqualTo(at);
            assertThat(Duration.between(audit.events.get(0).at(), at))
                    .isBetween(Duration.ofMillis(990), Duration.ofMillis(1_900));
            assertThat(here.lastSeen("anna").at()).contains(at);
            assertThat(here.isOnline("bob")).isTrue(); // its heartbeats went on
            here.close();
        }
    }

    @Test
    @WithRedis
    void noKeyIsWithoutAnEnd(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            here.online("anna", "phone").close();
            OnlineSession unused = here.online("bob", "phone");
            for (String key : List.of("", ":devices", ":seen", ":events")) {
                assertThat(Long.parseLong(redis.command("PTTL", "presence:{room}" + key)))
                        .isPositive()
                        .isLessThanOrEqualTo(Duration.ofDays(30).plusSeconds(30).toMillis());
            }
        }
    }
}
