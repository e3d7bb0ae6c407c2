package dev.keywright.session.servlet;

import dev.keywright.session.EndedSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** A session that has ended somewhere, as {@code sessionDestroyed} gets it: to be read. Its id is its handle; the secret is not known. */
record PastSession(EndedSession<Object> ended, ServletContext context) implements HttpSession {

    private static IllegalStateException over() {
        return new IllegalStateException("This session has ended; it can only be read");
    }

    @Override
    public long getCreationTime() {
        return ended.created().map(Instant::toEpochMilli).orElseThrow(PastSession::over);
    }

    @Override
    public String getId() {
        return ended.handle().text();
    }

    @Override
    public long getLastAccessedTime() {
        return ended.accessed().map(Instant::toEpochMilli).orElseThrow(PastSession::over);
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public void setMaxInactiveInterval(int seconds) {
        throw over();
    }

    @Override
    public int getMaxInactiveInterval() {
        throw over();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return ended.attributes().get(name);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        return Collections.enumeration(ended.attributes().keySet());
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        throw over();
    }

    @Override
    public void removeAttribute(String name) {
        throw over();
    }

    @Override
    public void invalidate() {
        throw over();
    }

    @Override
    public boolean isNew() {
        return false;
    }

    /** Without attributes, which may be secret. */
    @Override
    public String toString() {
        return ended.toString();
    }
}
