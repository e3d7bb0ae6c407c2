package dev.keywright.session.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.testing.WithRedis;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.Serializable;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.SessionRepositoryFilter;

/**
 * The sample of {@code docs/session-spring.md} is what stands between the comments below; it runs here, with Spring's own filter over
 * real HTTP.
 */
@WithRedis
class SpringSessionDocsTest {

    private static final Path PAGE = Path.of("../docs/session-spring.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/session/spring/SpringSessionDocsTest.java");
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    public record Cart(int items) implements Serializable {}

    // docs: configuration
    @Configuration
    @EnableSpringHttpSession
    static class Sessions {

        @Bean
        KeywrightSessionRepository sessionRepository(Keywright kw, ApplicationEventPublisher events) {
            SessionOptions options = SessionOptions.DEFAULTS
                    .withIdle(Duration.ofMinutes(20))
                    .withKeep(Duration.ofHours(1)) // events of ends
                    .withReadableIds(); // finding by principal
            SessionStore<Object> sessions = kw.sessions("shop", options, Codecs.java(Object.class, Cart.class));
            return new KeywrightSessionRepository(sessions, events);
        }
    }
    // docs: end

    @Configuration
    static class Rest {

        final List<String> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void ended(SessionDeletedEvent event) {
            heard.add("deleted with " + event.getSession().<Cart>getAttribute("cart"));
        }

        @Bean
        CookieSerializer cookieSerializer() {
            DefaultCookieSerializer cookie = new DefaultCookieSerializer();
            cookie.setUseSecureCookie(false);
            return cookie;
        }
    }

    private static final class Servlet extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            switch (request.getServletPath()) {
                case "/buy" -> {
                    int before = session.getAttribute("cart") instanceof Cart cart ? cart.items() : 0;
                    session.setAttribute("cart", new Cart(before + 1));
                    response.getWriter().print(before + 1);
                }
                case "/login" -> {
                    request.changeSessionId();
                    session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, "ann");
                }
                default -> session.invalidate();
            }
        }
    }

    @Test
    void springsFilterWorksWithIt(Standalone redis) throws Exception {
        TOMCAT.setLevel(Level.OFF);
        try (Keywright kw = Keywright.connect(redis.uri());
                AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext()) {
            spring.registerBean(Keywright.class, () -> kw, definition -> definition.setDestroyMethodName(""));
            spring.register(Sessions.class, Rest.class);
            spring.refresh();
            Tomcat tomcat = serving(spring.getBean(SessionRepositoryFilter.class));
            try {
                URI base =
                        URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
                KeywrightSessionRepository repository = spring.getBean(KeywrightSessionRepository.class);
                HttpClient browser = HttpClient.newBuilder()
                        .cookieHandler(new CookieManager())
                        .build();
                assertThat(get(browser, base.resolve("/buy"))).isEqualTo("1");
                assertThat(get(browser, base.resolve("/buy"))).isEqualTo("2");
                get(browser, base.resolve("/login"));
                assertThat(get(browser, base.resolve("/buy"))).isEqualTo("3");
                Map<String, KeywrightSession> anns = repository.findByPrincipalName("ann");
                assertThat(anns).hasSize(1);
                KeywrightSession session = anns.values().iterator().next();
                assertThat(session.<Cart>getAttribute("cart")).isEqualTo(new Cart(3));
                get(browser, base.resolve("/logout"));
                assertThat(repository.findByPrincipalName("ann")).isEmpty();
                await().untilAsserted(() ->
                        assertThat(spring.getBean(Rest.class).heard).containsExactly("deleted with Cart[items=3]"));
                assertThat(get(browser, base.resolve("/buy"))).isEqualTo("1");
            } finally {
                tomcat.stop();
                tomcat.destroy();
            }
        }
    }

    private static Tomcat serving(SessionRepositoryFilter<?> filter) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", System.getProperty("java.io.tmpdir"));
        Tomcat.addServlet(context, "shop", new Servlet()).addMapping("/");
        FilterDef definition = new FilterDef();
        definition.setFilterName("sessions");
        definition.setFilter(filter);
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName("sessions");
        map.addURLPattern("/*");
        context.addFilterMap(map);
        tomcat.start();
        return tomcat;
    }

    private static String get(HttpClient browser, URI uri) throws Exception {
        HttpResponse<String> response =
                browser.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Matcher region = Pattern.compile("( +)// docs: configuration\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        assertThat(region.find()).isTrue();
        String code = region.group(2).replaceAll("(?m)^" + region.group(1), "");
        assertThat(Files.readString(PAGE, UTF_8)).contains("```java\n" + code + "```");
    }
}
