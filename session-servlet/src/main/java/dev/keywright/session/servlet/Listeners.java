package dev.keywright.session.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.EventListener;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Those who hear of sessions in this process, as the Servlet specification says; attributes that listen are among them. */
record Listeners(List<EventListener> all) {

    Listeners {
        all = List.copyOf(all);
        for (EventListener each : all) {
            if (!(each instanceof HttpSessionListener
                    || each instanceof HttpSessionIdListener
                    || each instanceof HttpSessionAttributeListener)) {
                throw new IllegalArgumentException(each.getClass().getName() + " is no listener of sessions; give"
                        + " a HttpSessionListener, HttpSessionIdListener or HttpSessionAttributeListener");
            }
        }
    }

    boolean hearOfEnds() {
        return all.stream().anyMatch(HttpSessionListener.class::isInstance);
    }

    private <L> void tell(Class<L> kind, Consumer<L> what) {
        all.stream().filter(kind::isInstance).map(kind::cast).forEach(what);
    }

    void created(HttpSession session) {
        tell(HttpSessionListener.class, each -> each.sessionCreated(new HttpSessionEvent(session)));
    }

    void destroyed(HttpSession session) {
        tell(HttpSessionListener.class, each -> each.sessionDestroyed(new HttpSessionEvent(session)));
    }

    void idChanged(HttpSession session, String before) {
        tell(HttpSessionIdListener.class, each -> each.sessionIdChanged(new HttpSessionEvent(session), before));
    }

    /** An attribute is about to be set. */
    static void binding(HttpSession session, String name, Object value, Optional<Object> before) {
        if (value instanceof HttpSessionBindingListener listener && before.orElse(null) != value) {
            listener.valueBound(new HttpSessionBindingEvent(session, name, value));
        }
    }

    void bound(HttpSession session, String name, Object value, Optional<Object> before) {
        if (before.isEmpty()) {
            tell(
                    HttpSessionAttributeListener.class,
                    each -> each.attributeAdded(new HttpSessionBindingEvent(session, name, value)));
            return;
        }
        if (before.get() != value) {
            unbind(session, name, before.get());
        }
        tell(
                HttpSessionAttributeListener.class,
                each -> each.attributeReplaced(new HttpSessionBindingEvent(session, name, before.get())));
    }

    void unbound(HttpSession session, String name, Object before) {
        unbind(session, name, before);
        tell(
                HttpSessionAttributeListener.class,
                each -> each.attributeRemoved(new HttpSessionBindingEvent(session, name, before)));
    }

    private static void unbind(HttpSession session, String name, @Nullable Object value) {
        if (value instanceof HttpSessionBindingListener listener) {
            listener.valueUnbound(new HttpSessionBindingEvent(session, name, value));
        }
    }
}
