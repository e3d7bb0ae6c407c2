package dev.keywright.presence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The samples of {@code docs/presence.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here. */
@WithRedis
class PresenceDocsTest {

    private static final Path PAGE = Path.of("../docs/presence.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/presence/PresenceDocsTest.java");
    private final List<PresenceEvent> told = new ArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri);
                Presence room = kw.presence("room")) {
            OnlineSession session = room.online("anna", "phone"); // when a client connects
            show(room.count(), room.isOnline("anna"));
            session.close(); // when it is gone; after a crash the TTL does it
        }
        // docs: end
        try (Keywright kw = Keywright.connect(uri);
                Presence room = kw.presence("room")) {
            // docs: events
            String cursor = room.latest(); // or one that was stored
            room.online("bob", "desk").close();
            PresenceEvents page = room.events(cursor, 100);
            for (PresenceEvent event : page.events()) {
                tell(event);
            }
            cursor = page.next(); // store it together with what was done
            // docs: end
            assertThat(told.stream().map(PresenceEvent::user)).containsExactly("bob", "bob");
            assertThat(room.events(cursor, 1).events()).isEmpty();
            // docs: friends
            Map<String, LastSeen> friends = room.lastSeen(List.of("anna", "bob", "carl"));
            // docs: end
            assertThat(friends.get("anna").at()).isPresent();
        }
    }

    private static void show(long online, boolean anna) {
        assertThat(online).isEqualTo(1);
        assertThat(anna).isTrue();
    }

    private void tell(PresenceEvent event) {
        told.add(event);
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> page = new LinkedHashMap<>();
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE, UTF_8));
        while (fence.find()) {
            page.put(fence.group(1), fence.group(2));
        }
        assertThat(page).isEqualTo(regions());
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
