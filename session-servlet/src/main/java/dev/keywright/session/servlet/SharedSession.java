package dev.keywright.session.servlet;

import dev.keywright.KeywrightException;
import dev.keywright.session.Saved;
import dev.keywright.session.StoredSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session as one request sees it. It holds no lock: listeners are called, and the exchange's lock is taken, by any of its methods. */
final class SharedSession implements HttpSession {

    private static final Duration FOR_EVER = Duration.ofDays(3_650);

    private final StoredSession<Object> stored;
    private final Exchange exchange;
    private final ServletContext context;
    private final boolean isNew;
    private final long created;
    private final long accessed;
    private final Comparison comparison;
    private volatile boolean isChanged;
    private volatile boolean isSaved;
    private volatile boolean isOver;

    /** One that was found, or, when it was never saved, begins now. */
    SharedSession(StoredSession<Object> stored, Exchange exchange, ServletContext context) {
        this.stored = stored;
        this.exchange = exchange;
        this.context = context;
        this.isNew = stored.isNew();
        this.created = isNew ? System.currentTimeMillis() : stored.created().toEpochMilli();
        this.accessed = isNew ? created : stored.accessed().toEpochMilli();
        this.comparison = new Comparison(exchange.options().comparing());
    }

    /** For callers who change it behind this object's back. */
    StoredSession<Object> stored() {
        isChanged = true;
        return stored;
    }

    /**
     * Saves what has changed since the last time; the first time it is also a touch. What has ended meanwhile stays so.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; to be called again
     */
    void save() {
        boolean due = comparison.setsChanged(stored) || isChanged || !isSaved;
        if (isOver || !due) {
            return;
        }
        isChanged = false; // before: what is set from here on may come too late for this save
        Saved saved;
        try {
            saved = stored.save();
        } catch (RuntimeException e) {
            isChanged = true;
            throw e;
        }
        if (saved == Saved.FULL) {
            throw new IllegalStateException("The user has as many sessions as the limit allows, so this one cannot be"
                    + " saved. Save it where users log in, SessionFilter.stored(session).save(), and look for FULL.");
        }
        isSaved = true;
    }

    String changeId() {
        String before = getId();
        if (!stored.changeId()) {
            throw new IllegalStateException(
                    "The session has ended meanwhile, or its id was changed by another request");
        }
        return before;
    }

    private void mustLive() {
        if (isOver) {
            throw new IllegalStateException("The session was invalidated");
        }
    }

    @Override
    public long getCreationTime() {
        mustLive();
        return created;
    }

    @Override
    public String getId() {
        return stored.id();
    }

    @Override
    public long getLastAccessedTime() {
        mustLive();
        return accessed;
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public void setMaxInactiveInterval(int seconds) {
        Duration asked = Duration.ofSeconds(seconds);
        stored.changeIdle(seconds <= 0 || asked.compareTo(FOR_EVER) > 0 ? FOR_EVER : asked);
        isChanged = true;
    }

    @Override
    public int getMaxInactiveInterval() {
        return (int) Math.max(1, stored.idle().toSeconds());
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        mustLive();
        Optional<Object> value = stored.attribute(name);
        value.ifPresent(given -> comparison.given(name, given));
        return value.orElse(null);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        mustLive();
        return Collections.enumeration(stored.names());
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        mustLive();
        if (value == null) {
            removeAttribute(name);
            return;
        }
        Optional<Object> before = readable(name);
        Listeners.binding(this, name, value, before);
        stored.set(name, value);
        comparison.set(name);
        isChanged = true;
        exchange.listeners().bound(this, name, value, before);
    }

    @Override
    public void removeAttribute(String name) {
        mustLive();
        Optional<Object> before = readable(name);
        stored.remove(name);
        comparison.removed(name);
        isChanged = true;
        before.ifPresent(value -> exchange.listeners().unbound(this, name, value));
    }

    /** What the codec cannot read can be set and removed all the same. */
    private Optional<Object> readable(String name) {
        try {
            return stored.attribute(name);
        } catch (KeywrightException.Misused unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public void invalidate() {
        mustLive();
        exchange.end(this, stored);
        for (String name : stored.names()) {
            readable(name).ifPresent(value -> exchange.listeners().unbound(this, name, value));
        }
        isOver = true;
    }

    @Override
    public boolean isNew() {
        mustLive();
        return isNew;
    }

    /** Without id and attributes, which are secret. */
    @Override
    public String toString() {
        return stored.toString();
    }
}
