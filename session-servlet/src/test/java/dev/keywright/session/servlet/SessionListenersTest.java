package dev.keywright.session.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.server.Standalone;
import dev.keywright.session.SessionOptions;
import dev.keywright.testing.WithRedis;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.io.Serializable;
import java.time.Duration;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What the Servlet specification says of a session object and of those who listen. */
@WithRedis
class SessionListenersTest {

    private static final class Ear implements HttpSessionListener, HttpSessionIdListener, HttpSessionAttributeListener {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void sessionCreated(HttpSessionEvent event) {
            heard.add("created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            heard.add("destroyed " + event.getSession().getAttribute("user"));
        }

        @Override
        public void sessionIdChanged(HttpSessionEvent event, String before) {
            heard.add("id " + !event.getSession().getId().equals(before));
        }

        @Override
        public void attributeAdded(HttpSessionBindingEvent event) {
            heard.add("added " + event.getName() + " " + event.getValue());
        }

        @Override
        public void attributeReplaced(HttpSessionBindingEvent event) {
            heard.add("replaced " + event.getName() + " " + event.getValue());
        }

        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            heard.add("removed " + event.getName() + " " + event.getValue());
        }
    }

    /** Hears of itself. */
    record Bound(List<String> heard) implements HttpSessionBindingListener, Serializable {
        @Override
        public void valueBound(HttpSessionBindingEvent event) {
            heard.add("bound");
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            heard.add("unbound");
        }
    }

    @Test
    void thoseWhoListenHearOfWhatHappensHere(Standalone redis) {
        Ear ear = new Ear();
        try (Shop shop = Shop.open(redis.uri(), SessionOptions.DEFAULTS, Shop.PLAIN, ear)) {
            Browser browser = new Browser();
            browser.get(shop.at("/login?user=ann"));
            browser.get(shop.at("/set?name=user&value=bob"));
            browser.get(shop.at("/set?name=user"));
            browser.get(shop.at("/set?name=user&value=cleo"));
            browser.get(shop.at("/logout"));
        }
        assertThat(ear.heard)
                .containsExactly(
                        "created",
                        "id true",
                        "added user ann",
                        "replaced user ann",
                        "removed user bob",
                        "added user cleo",
                        "destroyed cleo",
                        "removed user cleo");
    }

    @Test
    void se5_whereTheStoreKeepsWhatHasEndedAllEndsAreHeardOf(Standalone redis) {
        Ear ear = new Ear();
        SessionOptions keeping =
                SessionOptions.DEFAULTS.withIdle(Duration.ofMillis(300)).withKeep(Duration.ofMinutes(1));
        try (Shop shop = Shop.open(redis.uri(), keeping, Shop.PLAIN, ear)) {
            new Browser().get(shop.at("/set?name=user&value=ann"));
            await().untilAsserted(() -> assertThat(ear.heard).contains("destroyed ann"));
        }
    }

    @Test
    void valuesHearThatTheyAreBound(Standalone redis) {
        List<String> heard = new CopyOnWriteArrayList<>();
        Bound bound = new Bound(heard);
        try (Shop shop = Shop.open(redis.uri())) {
            shop.on("/bind", (request, response) -> {
                HttpSession session = request.getSession();
                session.setAttribute("a", bound);
                session.setAttribute("a", bound);
                session.setAttribute("a", "another");
                session.setAttribute("a", bound);
                session.removeAttribute("a");
                session.setAttribute("a", bound);
                session.invalidate();
            });
            assertThat(new Browser().response(shop.at("/bind")).statusCode()).isEqualTo(200);
        }
        assertThat(heard).containsExactly("bound", "unbound", "bound", "unbound", "bound", "unbound");
    }

    @Test
    void aSessionObjectDoesWhatTheSpecificationSays(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            shop.on("/first", (request, response) -> {
                assertThat(request.getRequestedSessionId()).isNull();
                assertThatThrownBy(request::changeSessionId).isInstanceOf(IllegalStateException.class);
                HttpSession session = request.getSession();
                assertThat(request.getSession(false)).isSameAs(session);
                assertThat(session.isNew()).isTrue();
                assertThat(session.getMaxInactiveInterval()).isEqualTo(1_800);
                session.setMaxInactiveInterval(60);
                session.setAttribute("a", "1");
                session.setAttribute("a", null);
                assertThat(session.getAttributeNames().hasMoreElements()).isFalse();
                assertThat(session.getServletContext()).isNotNull();
                assertThat(response.encodeURL("/a")).isEqualTo("/a");
            });
            shop.on("/second", (request, response) -> {
                assertThat(request.isRequestedSessionIdValid()).isTrue();
                assertThat(request.isRequestedSessionIdFromCookie()).isTrue();
                HttpSession session = request.getSession(false);
                assertThat(session.getId()).isEqualTo(request.getRequestedSessionId());
                assertThat(session.isNew()).isFalse();
                assertThat(session.getMaxInactiveInterval()).isEqualTo(60);
                assertThat(session.getLastAccessedTime()).isGreaterThanOrEqualTo(session.getCreationTime());
                session.invalidate();
                assertThatThrownBy(session::invalidate).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(session::isNew).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> session.getAttribute("a")).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> session.setAttribute("a", "b")).isInstanceOf(IllegalStateException.class);
                assertThat(request.getSession(false)).isNull();
                assertThat(request.isRequestedSessionIdValid()).isFalse();
                assertThat(request.getSession().getId()).isNotEqualTo(request.getRequestedSessionId());
                response.flushBuffer();
                request.getSession().invalidate();
                assertThatThrownBy(request::getSession).isInstanceOf(IllegalStateException.class);
            });
            Browser browser = new Browser();
            assertThat(browser.response(shop.at("/first")).statusCode()).isEqualTo(200);
            assertThat(browser.response(shop.at("/second")).body()).isEmpty();
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void whatIsNoListenerIsRefused(Standalone redis) {
        assertThatThrownBy(() -> new Listeners(List.of(new EventListener() {})))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cookiesThatBrowsersWouldRefuseAreRefused() {
        SessionCookie cookie = SessionCookie.DEFAULTS;
        assertThat(cookie.withPath("/").withName("__Host-id").header("x", "/shop"))
                .startsWith("__Host-id=x; Path=/; Secure");
        assertThat(cookie.withDomain("example.org")
                        .withMaxAge(Duration.ofDays(1))
                        .readableByScripts()
                        .overHttp()
                        .header("x", "/shop"))
                .isEqualTo("SESSION=x; Path=/shop; Domain=example.org; Max-Age=86400; SameSite=Lax");
        for (Runnable wrong : List.<Runnable>of(
                () -> cookie.withName("a=b"),
                () -> cookie.withName("__Host-id"),
                () -> cookie.withPath("/; Domain=evil"),
                () -> cookie.withDomain("a;b"),
                () -> cookie.withMaxAge(Duration.ZERO),
                () -> cookie.withSameSite(SessionCookie.SameSite.NONE).overHttp())) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
