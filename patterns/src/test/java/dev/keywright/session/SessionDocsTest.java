package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/session.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class SessionDocsTest {

    private static final Path PAGE = Path.of("../docs/session.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/session/SessionDocsTest.java");

    record Cart(ArrayList<String> items) implements Serializable {}

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        String cookie = "";
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            SessionStore<Object> sessions = kw.sessions("shop", Codecs.java(Object.class, Cart.class, ArrayList.class));

            StoredSession<Object> session = sessions.find(cookie).orElseGet(sessions::create);
            session.set("cart", new Cart(new ArrayList<>(List.of("shoes"))));
            session.save(); // only what was changed
            cookie = session.id(); // Secure, HttpOnly, SameSite
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri)) {
            // docs: options
            SessionOptions options = SessionOptions.DEFAULTS
                    .withIdle(Duration.ofMinutes(20)) // since it was used last
                    .withLifetime(Duration.ofHours(12)) // since it began, however much it is used
                    .withLimit("user", 3, SessionLimit.WhenFull.END_OLDEST) // or REFUSE
                    .withKeep(Duration.ofHours(1)); // events of ends; so long an ended session waits for a listener
            SessionStore<Object> sessions =
                    kw.sessions("shop", options, Codecs.java(Object.class, Cart.class, ArrayList.class));
            // docs: end
            List<String> heard = new ArrayList<>();
            // docs: events
            Listening listening = sessions.listen(
                    ended -> heard.add(ended.reason() + " " + ended.indexes().get("user")));
            // docs: end
            StoredSession<Object> session = sessions.find(cookie).orElseThrow();
            assertThat(session.attribute("cart")).hasValue(new Cart(new ArrayList<>(List.of("shoes"))));
            assertThat(logIn(session, "ann")).isTrue();
            assertThat(sessions.find(cookie)).isEmpty();
            StoredSession<Object> other = sessions.create();
            assertThat(logIn(other, "ann")).isTrue();
            // docs: user
            for (StoredSession<Object> each : sessions.findAll("user", "ann")) {
                show(each.handle(), each.created(), each.accessed()); // a handle is no secret and opens nothing
            }
            long ended = sessions.deleteAll("user", "ann"); // the password was changed
            // docs: end
            assertThat(ended).isEqualTo(2);
            Awaitility.await().until(() -> heard.contains("DELETED ann"));
            listening.close();
        }
    }

    private static boolean logIn(StoredSession<Object> session, String user) {
        // docs: login
        session.changeId(); // what was known before opens it no more
        session.setIndex("user", user);
        return session.save() == Saved.DONE; // FULL: the limit refuses it; ENDED: it has ended meanwhile
        // docs: end
    }

    private static void show(Object... what) {
        assertThat(what).hasSize(3);
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
