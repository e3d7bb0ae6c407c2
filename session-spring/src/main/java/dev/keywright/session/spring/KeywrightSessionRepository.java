package dev.keywright.session.spring;

import dev.keywright.KeywrightException;
import dev.keywright.session.EndedSession;
import dev.keywright.session.Listening;
import dev.keywright.session.Saved;
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.IndexResolver;
import org.springframework.session.MapSession;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/**
 * Spring Session's repository over a {@link SessionStore}. As a bean it serves {@code @EnableSpringHttpSession}:
 *
 * <pre>{@code
 * @Bean
 * KeywrightSessionRepository sessionRepository(Keywright kw, ApplicationEventPublisher events) {
 *     return new KeywrightSessionRepository(kw.sessions("shop", OPTIONS, CODEC), events);
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A save writes what was set or removed, and no more. One that comes after the session ended, or after somebody else changed its id,
 *       writes nothing and brings nothing back; no exception.
 *   <li>The principal's name is the store's index {@link SessionOptions#USER}; other indexes have the same name in Spring and in the
 *       store. They are resolved when an attribute has changed. Finding by them needs {@link SessionOptions#withReadableIds()}, as Spring
 *       wants to know ids: otherwise Redis has only their hashes.
 *   <li>Events: created, by the process that saves it first, before {@code save} returns. Deleted and expired, if the store keeps what has
 *       ended ({@link SessionOptions#withKeep}): at least once in one process, on a thread of the store's, with the last attributes; the
 *       id in them is the handle, the first 16 characters of the id, as the rest is secret. Without {@code withKeep} only what is deleted
 *       by this object is published.
 *   <li>Commands and round trips: see {@link SessionStore}; {@code deleteById} finds the session first.
 *   <li>Errors: {@link KeywrightException.Unavailable} when Redis does not answer.
 *   <li>Threads: any number.
 * </ul>
 */
public final class KeywrightSessionRepository
        implements FindByIndexNameSessionRepository<KeywrightSession>, InitializingBean, DisposableBean {

    private final SessionStore<Object> sessions;
    private final ApplicationEventPublisher events;
    private final SaveMode mode;
    private final IndexResolver<Session> resolver;
    private Optional<Listening> listening = Optional.empty();

    /** Saves what was set ({@link SaveMode#ON_SET_ATTRIBUTE}), and finds the principal as Spring Security leaves it. */
    public KeywrightSessionRepository(SessionStore<Object> sessions, ApplicationEventPublisher events) {
        this(sessions, events, SaveMode.ON_SET_ATTRIBUTE, new PrincipalNameIndexResolver<>());
    }

    /**
     * @param mode {@link SaveMode#ON_GET_ATTRIBUTE} also saves attributes that were got, in case they were changed;
     *     {@link SaveMode#ALWAYS} saves all of them, and undoes what others changed meanwhile
     * @param resolver of the values of indexes
     */
    public KeywrightSessionRepository(
            SessionStore<Object> sessions,
            ApplicationEventPublisher events,
            SaveMode mode,
            IndexResolver<Session> resolver) {
        this.sessions = sessions;
        this.events = events;
        this.mode = mode;
        this.resolver = resolver;
    }

    private boolean hearsOfEnds() {
        return !sessions.options().keep().isZero();
    }

    /** Begins to publish ends, if the store keeps them. */
    @Override
    public void afterPropertiesSet() {
        if (hearsOfEnds()) {
            listening = Optional.of(sessions.listen(this::publish));
        }
    }

    @Override
    public void destroy() {
        listening.ifPresent(Listening::close);
    }

    private void publish(EndedSession<Object> ended) {
        MapSession session = new MapSession(ended.handle().text());
        ended.created().ifPresent(session::setCreationTime);
        ended.accessed().ifPresent(session::setLastAccessedTime);
        ended.attributes().forEach(session::setAttribute);
        events.publishEvent(
                ended.reason() == EndedSession.Reason.EXPIRED
                        ? new SessionExpiredEvent(this, session)
                        : new SessionDeletedEvent(this, session));
    }

    @Override
    public KeywrightSession createSession() {
        return new KeywrightSession(sessions.create(), mode);
    }

    /**
     * Writes what was changed.
     *
     * @throws IllegalStateException when the store refuses it, as its user has as many sessions as the limit allows
     * @throws KeywrightException.Unavailable when Redis did not answer; the changes are still there
     */
    @Override
    public void save(KeywrightSession session) {
        StoredSession<Object> stored = session.stored();
        if (stored.isEnded()) { // perhaps for this id alone, so nothing is deleted
            return;
        }
        if (session.isSaidToBeExpired()) {
            boolean unused = stored.delete();
            return;
        }
        boolean isNew = stored.isNew();
        if (mode == SaveMode.ALWAYS) {
            stored.names().forEach(session::getAttribute);
        }
        if (session.hasChanged()) {
            index(session, stored);
        }
        Saved saved;
        try {
            saved = stored.save();
        } catch (RuntimeException e) {
            session.changedAgain();
            throw e;
        }
        if (saved == Saved.FULL) {
            throw new IllegalStateException(
                    "The " + stored + " is not saved: its user has as many sessions as the limit of the store allows");
        }
        if (isNew && saved == Saved.DONE) {
            events.publishEvent(new SessionCreatedEvent(this, session));
        }
    }

    private void index(KeywrightSession session, StoredSession<Object> stored) {
        Map<String, String> resolved = resolver.resolveIndexesFor(session);
        for (String index : sessions.options().indexes()) {
            Optional.ofNullable(resolved.get(springs(index)))
                    .ifPresentOrElse(value -> stored.setIndex(index, value), () -> stored.removeIndex(index));
        }
    }

    private static String springs(String index) {
        return index.equals(SessionOptions.USER) ? PRINCIPAL_NAME_INDEX_NAME : index;
    }

    private static String ours(String index) {
        return index.equals(PRINCIPAL_NAME_INDEX_NAME) ? SessionOptions.USER : index;
    }

    @Override
    public @Nullable KeywrightSession findById(String id) {
        return sessions.find(id).map(found -> new KeywrightSession(found, mode)).orElse(null);
    }

    /** Ends it now, if the id opens one. */
    @Override
    public void deleteById(String id) {
        Optional<StoredSession<Object>> found = sessions.find(id);
        if (found.isPresent() && found.get().delete() && !hearsOfEnds()) {
            events.publishEvent(new SessionDeletedEvent(this, new KeywrightSession(found.get(), mode)));
        }
    }

    /**
     * Sessions by id, the oldest first; none for an index that the store does not have.
     *
     * @throws KeywrightException.Misused when Redis has only hashes of ids, see {@link SessionOptions#withReadableIds()}
     */
    @Override
    public Map<String, KeywrightSession> findByIndexNameAndIndexValue(String index, String value) {
        Map<String, KeywrightSession> found = new LinkedHashMap<>();
        if (sessions.options().indexes().contains(ours(index))) {
            sessions.findAll(ours(index), value)
                    .forEach(each -> found.put(each.id(), new KeywrightSession(each, mode)));
        }
        return found;
    }
}
