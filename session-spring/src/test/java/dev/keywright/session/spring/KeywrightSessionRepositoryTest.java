package dev.keywright.session.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.session.SessionLimit;
import dev.keywright.session.SessionOptions;
import dev.keywright.testing.WithRedis;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;
import org.springframework.session.MapSession;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.SaveMode;
import org.springframework.session.events.AbstractSessionEvent;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/** What Spring Session asks of a repository. */
@WithRedis
class KeywrightSessionRepositoryTest {

    private static final SessionOptions READABLE = SessionOptions.DEFAULTS.withReadableIds();
    private static final String SECURITY = "SPRING_SECURITY_CONTEXT";

    /** The shape of Spring Security's, as far as the principal's name is looked for. */
    public record Context(Authentication authentication) implements Serializable {
        public Authentication getAuthentication() {
            return authentication;
        }
    }

    public record Authentication(String name) implements Serializable {
        public String getName() {
            return name;
        }
    }

    private static final Codec<Object> CODEC =
            Codecs.java(Object.class, Context.class, Authentication.class, ArrayList.class);

    private static final class Spring implements AutoCloseable {
        final List<AbstractSessionEvent> events = new CopyOnWriteArrayList<>();
        final Keywright kw;
        final KeywrightSessionRepository repository;

        Spring(Redis redis, SessionOptions options, SaveMode mode) {
            kw = Keywright.connect(redis.uri());
            repository = new KeywrightSessionRepository(
                    kw.sessions("shop", options, CODEC),
                    event -> events.add((AbstractSessionEvent) event),
                    mode,
                    new PrincipalNameIndexResolver<>());
            repository.afterPropertiesSet();
        }

        Spring(Redis redis) {
            this(redis, READABLE, SaveMode.ON_SET_ATTRIBUTE);
        }

        KeywrightSession saved(String name, Object value) {
            KeywrightSession session = repository.createSession();
            session.setAttribute(name, value);
            repository.save(session);
            return session;
        }

        Set<String> of(String principal) {
            return repository.findByPrincipalName(principal).keySet();
        }

        @Override
        public void close() {
            repository.destroy();
            kw.close();
        }
    }

    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    @TestTemplate
    void savesFindsAndDeletes(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession session = spring.repository.createSession();
            session.setAttribute("a", "b");
            session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "ann");
            assertThat(spring.repository.findById(session.getId())).isNull();
            spring.repository.save(session);
            assertThat(spring.events).singleElement().isInstanceOfSatisfying(SessionCreatedEvent.class, event -> {
                assertThat(event.getSessionId()).isEqualTo(session.getId());
            });
            KeywrightSession found = spring.repository.findById(session.getId());
            assertThat(found.getId()).isEqualTo(session.getId());
            assertThat(found.getAttributeNames()).isEqualTo(session.getAttributeNames());
            assertThat(found.<String>getAttribute("a")).isEqualTo("b");
            assertThat(found.getMaxInactiveInterval()).isEqualTo(MapSession.DEFAULT_MAX_INACTIVE_INTERVAL);
            assertThat(found.isExpired()).isFalse();
            assertThat(spring.of("ann")).containsExactly(session.getId());

            spring.repository.deleteById(session.getId());
            assertThat(spring.repository.findById(session.getId())).isNull();
            assertThat(spring.of("ann")).isEmpty();
            assertThat(spring.events.get(1)).isInstanceOfSatisfying(SessionDeletedEvent.class, event -> {
                assertThat(event.getSessionId()).isEqualTo(session.getId());
                assertThat(event.getSession().<String>getAttribute("a")).isEqualTo("b");
            });
            spring.repository.deleteById(session.getId());
            spring.repository.deleteById(UUID.randomUUID().toString());
            assertThat(spring.events).hasSize(2);
        }
    }

    @Test
    void aSaveWritesWhatWasChangedAndNoMore(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession one = spring.saved("a", "b");
            KeywrightSession other = spring.repository.findById(one.getId());
            one.setAttribute("1", "2");
            other.setAttribute("3", "4");
            other.removeAttribute("a");
            spring.repository.save(other);
            spring.repository.save(one);
            KeywrightSession both = spring.repository.findById(one.getId());
            assertThat(both.getAttributeNames()).containsExactlyInAnyOrder("1", "3");
            both.setAttribute("3", null);
            spring.repository.save(both);
            assertThat(spring.repository.findById(one.getId()).getAttributeNames())
                    .containsExactly("1");
            assertThat(spring.events).hasSize(1);
        }
    }

    @Test
    void isFoundByThePrincipalItHas(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            for (String attribute : List.of(PRINCIPAL_NAME_INDEX_NAME, SECURITY)) {
                KeywrightSession session = spring.saved(attribute, user(attribute, "ann"));
                assertThat(spring.of("ann")).containsExactly(session.getId());
                session.setAttribute("other", "value");
                spring.repository.save(session);
                assertThat(spring.of("ann")).containsExactly(session.getId());

                KeywrightSession again = spring.repository.findById(session.getId());
                again.setAttribute("other", "value 2");
                spring.repository.save(again);
                assertThat(spring.of("ann")).containsExactly(session.getId());

                session.setAttribute(attribute, user(attribute, "bob"));
                spring.repository.save(session);
                assertThat(spring.of("ann")).isEmpty();
                assertThat(spring.of("bob")).containsExactly(session.getId());

                KeywrightSession reloaded = spring.repository.findById(session.getId());
                reloaded.setAttribute(attribute, user(attribute, "cleo"));
                spring.repository.save(reloaded);
                assertThat(spring.of("bob")).isEmpty();
                assertThat(spring.of("cleo")).containsExactly(session.getId());

                reloaded.setAttribute(attribute, null);
                spring.repository.save(reloaded);
                assertThat(spring.of("cleo")).isEmpty();
                spring.repository.deleteById(session.getId());
            }
            assertThat(spring.repository.findByIndexNameAndIndexValue("another", "x"))
                    .isEmpty();
        }
    }

    private static Object user(String attribute, String name) {
        return attribute.equals(SECURITY) ? new Context(new Authentication(name)) : name;
    }

    @Test
    void se4_whatHasExpiredIsInNoIndex(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession session = spring.saved(PRINCIPAL_NAME_INDEX_NAME, "ann");
            session.setMaxInactiveInterval(Duration.ofMillis(50));
            spring.repository.save(session);
            await().until(() -> spring.of("ann").isEmpty());
            assertThat(spring.repository.findById(session.getId())).isNull();
        }
    }

    @Test
    void whoeverFindsByAnIndexNeedsReadableIds(Redis redis) {
        try (Spring spring = new Spring(redis, SessionOptions.DEFAULTS, SaveMode.ON_SET_ATTRIBUTE)) {
            KeywrightSession session = spring.saved(PRINCIPAL_NAME_INDEX_NAME, "ann");
            assertThat(spring.repository.findById(session.getId())).isNotNull();
            assertThatThrownBy(() -> spring.of("ann"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("withReadableIds");
        }
    }

    @Test
    void se3_anIdThatWasChangedOpensNothingFromThenOn(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession session = spring.saved("a", "b");
            String first = session.getId();
            KeywrightSession found = spring.repository.findById(first);
            found.setAttribute("c", "d");
            String second = found.changeSessionId();
            assertThat(spring.repository.findById(first)).isNull();
            String third = found.changeSessionId();
            spring.repository.save(found);
            spring.repository.save(found);
            assertThat(spring.repository.findById(second)).isNull();
            assertThat(spring.repository.findById(third).<String>getAttribute("a"))
                    .isEqualTo("b");
            assertThat(spring.repository.findById(third).<String>getAttribute("c"))
                    .isEqualTo("d");

            KeywrightSession fresh = spring.repository.createSession();
            String before = fresh.getId();
            fresh.changeSessionId();
            spring.repository.save(fresh);
            spring.repository.save(fresh);
            assertThat(spring.repository.findById(before)).isNull();
            assertThat(spring.repository.findById(fresh.getId())).isNotNull();
        }
    }

    @Test
    void ofTwoThatChangeTheIdTheFirstWins(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            String first = spring.saved("a", "b").getId();
            KeywrightSession one = spring.repository.findById(first);
            KeywrightSession other = spring.repository.findById(first);
            one.changeSessionId();
            spring.repository.save(one);
            other.setAttribute("a", "lost");
            other.changeSessionId();
            spring.repository.save(other);
            assertThat(spring.repository.findById(first)).isNull();
            assertThat(spring.repository.findById(other.getId())).isNull();
            assertThat(spring.repository.findById(one.getId()).<String>getAttribute("a"))
                    .isEqualTo("b");
        }
    }

    @Test
    void se2_whatWasDeletedIsNotRevivedByASaveOrAChangeOfTheId(Standalone redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession session = spring.saved("a", "b");
            String first = session.getId();
            spring.repository.deleteById(first);
            session.setAttribute("a", "c");
            spring.repository.save(session);
            session.changeSessionId();
            spring.repository.save(session);
            assertThat(spring.repository.findById(first)).isNull();
            assertThat(spring.repository.findById(session.getId())).isNull();
            assertThat(session.isExpired()).isTrue();
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void timesAreWhatSpringMeansByThem(Redis redis) {
        try (Spring spring = new Spring(redis)) {
            KeywrightSession session = spring.saved("a", "b");
            assertThat(session.getCreationTime()).isBeforeOrEqualTo(Instant.now());
            session.setMaxInactiveInterval(Duration.ofSeconds(-1));
            spring.repository.save(session);
            KeywrightSession found = spring.repository.findById(session.getId());
            assertThat(found.getMaxInactiveInterval()).isNegative();
            assertThat(found.isExpired()).isFalse();
            found.setMaxInactiveInterval(Duration.ofMinutes(1));
            spring.repository.save(found);
            assertThat(spring.repository.findById(session.getId()).getMaxInactiveInterval())
                    .isEqualTo(Duration.ofMinutes(1));
            found.setLastAccessedTime(Instant.EPOCH);
            assertThat(found.getLastAccessedTime()).isEqualTo(Instant.EPOCH);
            assertThat(found.isExpired()).isTrue();
            spring.repository.save(found);
            assertThat(spring.repository.findById(session.getId())).isNull();
        }
    }

    @Test
    void objectsThatWereGotAreSavedWhenTheModeSaysSo(Redis redis) {
        for (SaveMode mode : SaveMode.values()) {
            try (Spring spring = new Spring(redis, READABLE, mode)) {
                String id = spring.saved("list", new ArrayList<>(List.of("a"))).getId();
                KeywrightSession session = spring.repository.findById(id);
                session.<List<String>>getAttribute("list").add("b");
                spring.repository.save(session);
                assertThat(spring.repository.findById(id).<List<String>>getAttribute("list"))
                        .hasSize(mode == SaveMode.ON_SET_ATTRIBUTE ? 1 : 2);
            }
        }
    }

    @Test
    void aLimitIsSaidByTheSave(Redis redis) {
        SessionOptions one = READABLE.withLimit("user", 1, SessionLimit.WhenFull.REFUSE);
        try (Spring spring = new Spring(redis, one, SaveMode.ON_SET_ATTRIBUTE)) {
            KeywrightSession first = spring.saved(PRINCIPAL_NAME_INDEX_NAME, "ann");
            assertThatThrownBy(() -> spring.saved(PRINCIPAL_NAME_INDEX_NAME, "ann"))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(spring.of("ann")).containsExactly(first.getId());
        }
    }

    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    @TestTemplate
    void se5_endsArePublishedByWhoeverListens(Redis redis) {
        SessionOptions keeping = READABLE.withKeep(Duration.ofMinutes(1));
        try (Spring listening = new Spring(redis, keeping, SaveMode.ON_SET_ATTRIBUTE);
                Keywright kw = Keywright.connect(redis.uri())) {
            List<Object> unheard = new CopyOnWriteArrayList<>();
            KeywrightSessionRepository silent =
                    new KeywrightSessionRepository(kw.sessions("shop", keeping, CODEC), unheard::add);
            KeywrightSession expiring = silent.createSession();
            expiring.setAttribute("a", "expired");
            expiring.setMaxInactiveInterval(Duration.ofMillis(20));
            silent.save(expiring);
            KeywrightSession deleted = silent.createSession();
            deleted.setAttribute("a", "deleted");
            silent.save(deleted);
            silent.deleteById(deleted.getId());
            await().untilAsserted(() -> assertThat(Map.of(
                            SessionExpiredEvent.class, heard(listening, SessionExpiredEvent.class),
                            SessionDeletedEvent.class, heard(listening, SessionDeletedEvent.class)))
                    .isEqualTo(Map.of(
                            SessionExpiredEvent.class, List.of("expired"),
                            SessionDeletedEvent.class, List.of("deleted"))));
            assertThat(unheard).hasSize(2).allMatch(SessionCreatedEvent.class::isInstance);
        }
    }

    private static List<String> heard(Spring spring, Class<? extends AbstractSessionEvent> kind) {
        return spring.events.stream()
                .filter(kind::isInstance)
                .map(event -> event.getSession().<String>getAttribute("a"))
                .toList();
    }

    @Test
    void x8_aFrozenServerEndsEachCallAtItsDeadline(Standalone redis) {
        SessionOptions quick = READABLE.withDeadline(Duration.ofMillis(300));
        try (Spring spring = new Spring(redis, quick, SaveMode.ON_SET_ATTRIBUTE)) {
            await().ignoreExceptions().until(() -> spring.saved("a", "b") != null);
            KeywrightSession session = spring.repository.createSession();
            session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "ann");
            redis.freeze();
            assertThatThrownBy(() -> spring.repository.save(session))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> spring.repository.findById(session.getId()))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().ignoreExceptions().until(() -> {
                spring.repository.save(session);
                return spring.of("ann").equals(Set.of(session.getId()));
            });
        }
    }
}
