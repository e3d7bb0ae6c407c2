package dev.keywright.session.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.session.Saved;
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import dev.keywright.testing.WithRedis;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/session-servlet.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class SessionServletDocsTest {

    private static final Path PAGE = Path.of("../docs/session-servlet.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/session/servlet/SessionServletDocsTest.java");

    @Test
    void samples(Redis redis) {
        ServletContext servletContext = recording();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: first
            SessionStore<Object> sessions =
                    kw.sessions("shop", Codecs.java(Object.class, Shop.Cart.class, ArrayList.class));

            new SessionFilter(sessions)
                    .register(servletContext); // in a ServletContainerInitializer or ServletContextListener
            // docs: end
        }
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: options
            SessionOptions times = SessionOptions.DEFAULTS
                    .withIdle(Duration.ofMinutes(20))
                    .withDeadline(Duration.ofMillis(500)); // so long a request waits for Redis
            SessionFilterOptions web = SessionFilterOptions.DEFAULTS
                    .withCookie(SessionCookie.DEFAULTS.withPath("/").withName("__Host-id"))
                    .withWhenAway(SessionFilterOptions.WhenAway.GO_ON);
            Codec<Object> codec = Codecs.java(Object.class, Shop.Cart.class, ArrayList.class);
            SessionStore<Object> sessions = kw.sessions("shop", times, codec);
            SessionFilter filter = new SessionFilter(sessions, web.withComparing(codec));
            // docs: end
            assertThat(filter.register(servletContext).getName()).isEqualTo("added");
        }
    }

    @Test
    void logins(Redis redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            shop.on("/in", (request, response) -> logIn(request, response, "ann"));
            shop.on("/out", (request, response) -> logOutEverywhere(shop.sessions, "ann"));
            Browser browser = new Browser();
            assertThat(browser.response(shop.at("/in")).statusCode()).isEqualTo(200);
            assertThat(browser.get(shop.at("/"))).contains("user: ann");
            assertThat(new Browser().response(shop.at("/out")).statusCode()).isEqualTo(200);
            assertThat(browser.get(shop.at("/"))).isEqualTo("Welcome, stranger");
        }
    }

    private static void logIn(HttpServletRequest request, HttpServletResponse response, String user)
            throws IOException {
        // docs: login
        HttpSession session = request.getSession();
        request.changeSessionId(); // what was known before opens nothing from here on
        session.setAttribute("user", user);
        StoredSession<Object> stored = SessionFilter.stored(session);
        stored.setIndex("user", user); // to find all sessions of a user
        if (stored.save() != Saved.DONE) { // only with a limit is there FULL
            session.invalidate();
            response.sendError(HttpServletResponse.SC_CONFLICT);
        }
        // docs: end
    }

    private static void logOutEverywhere(SessionStore<Object> sessions, String user) {
        // docs: everywhere
        long ended = sessions.deleteAll("user", user);
        // docs: end
        assertThat(ended).isOne();
    }

    /** Takes a filter and does nothing with it. */
    private static ServletContext recording() {
        return (ServletContext) Proxy.newProxyInstance(
                SessionServletDocsTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> Proxy.newProxyInstance(
                        SessionServletDocsTest.class.getClassLoader(),
                        new Class<?>[] {method.getReturnType()},
                        (added, call, given) -> call.getReturnType() == String.class ? "added" : null));
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = regions();
        String page = Files.readString(PAGE, UTF_8);
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        StringBuilder written = new StringBuilder();
        Map<String, String> shown = new LinkedHashMap<>();
        while (fence.find()) {
            shown.put(fence.group(1), fence.group(2));
            String code = regions.getOrDefault(fence.group(1), fence.group(2));
            fence.appendReplacement(
                    written,
                    Matcher.quoteReplacement("<!-- sample: " + fence.group(1) + " -->\n```java\n" + code + "```"));
        }
        fence.appendTail(written);
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, written, UTF_8);
        } else {
            assertThat(shown).isEqualTo(regions);
        }
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
