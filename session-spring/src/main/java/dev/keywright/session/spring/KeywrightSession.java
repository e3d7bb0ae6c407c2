package dev.keywright.session.spring;

import dev.keywright.KeywrightException;
import dev.keywright.session.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;

/**
 * A session as Spring sees it; {@link KeywrightSessionRepository#save} writes what was changed in it.
 *
 * <ul>
 *   <li>{@link #changeSessionId()} takes effect at once, 1 round trip; everything else waits for the save.
 *   <li>Times are the server's. {@link #setLastAccessedTime} says nothing but that the session is used, or, with a time that is longer ago
 *       than the interval, that it has expired: the save ends it then.
 *   <li>A negative interval, for Spring never, is 3,650 days; one below 10 ms is 10 ms.
 *   <li>Threads: any number.
 * </ul>
 */
public final class KeywrightSession implements Session {

    private static final Duration NEVER = Duration.ofSeconds(-1);
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private final StoredSession<Object> stored;
    private final SaveMode mode;
    private final Instant created;
    private volatile Instant accessed;
    private volatile boolean isAccessedGiven;
    private volatile boolean hasChanged;

    KeywrightSession(StoredSession<Object> stored, SaveMode mode) {
        this.stored = stored;
        this.mode = mode;
        this.created = stored.isNew() ? Instant.now() : stored.created();
        this.accessed = stored.isNew() ? created : stored.accessed();
    }

    /** The session below: its handle, its indexes. */
    public StoredSession<Object> stored() {
        return stored;
    }

    /** Whether an attribute was set or removed since the last time this was asked. */
    boolean hasChanged() {
        boolean changed = hasChanged;
        hasChanged = false;
        return changed;
    }

    void changedAgain() {
        hasChanged = true;
    }

    /**
     * The secret that the cookie carries.
     *
     * @throws KeywrightException.Misused when it was found by an index, and Redis has only hashes of ids
     */
    @Override
    public String getId() {
        return stored.id();
    }

    /**
     * Gives it another id, at once; what was known before opens it no more, whether it is saved or not.
     *
     * @return the id; the same as before when the session has ended meanwhile
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    @Override
    public String changeSessionId() {
        boolean unused = stored.changeId();
        return stored.id();
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Spring declares it
    public <T> @Nullable T getAttribute(String name) {
        Object value = stored.attribute(name).orElse(null);
        if (value != null && mode != SaveMode.ON_SET_ATTRIBUTE) {
            stored.set(name, value);
            hasChanged = true;
        }
        return (T) value;
    }

    @Override
    public Set<String> getAttributeNames() {
        return stored.names();
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            removeAttribute(name);
        } else {
            stored.set(name, value);
            hasChanged = true;
        }
    }

    @Override
    public void removeAttribute(String name) {
        stored.remove(name);
        hasChanged = true;
    }

    @Override
    public Instant getCreationTime() {
        return created;
    }

    @Override
    public void setLastAccessedTime(Instant time) {
        accessed = time;
        isAccessedGiven = true;
    }

    @Override
    public Instant getLastAccessedTime() {
        return accessed;
    }

    @Override
    public void setMaxInactiveInterval(Duration interval) {
        if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
            stored.changeIdle(LONGEST);
        } else {
            stored.changeIdle(interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval);
        }
    }

    @Override
    public Duration getMaxInactiveInterval() {
        return stored.idle().equals(LONGEST) ? NEVER : stored.idle();
    }

    /** Whether it has ended, as far as this object knows. Asks no server. */
    @Override
    public boolean isExpired() {
        return stored.isEnded() || isSaidToBeExpired();
    }

    /** By a time of this process's clock; the server's is not compared with that. */
    boolean isSaidToBeExpired() {
        return isAccessedGiven && accessed.plus(stored.idle()).isBefore(Instant.now());
    }

    /** Without id and attributes, which are secret. */
    @Override
    public String toString() {
        return stored.toString();
    }
}
