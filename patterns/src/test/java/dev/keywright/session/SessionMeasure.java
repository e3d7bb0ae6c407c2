package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** What a session takes on the server: by MEMORY USAGE of its key, and by the growth of used_memory with all that belongs to it. */
final class SessionMeasure {

    private static final int SESSIONS = 20_000;

    private SessionMeasure() {}

    public static void main(String[] arguments) {
        SessionOptions plain = SessionOptions.DEFAULTS.withDeadline(Duration.ofSeconds(30));
        measure("nothing in it", plain, 0, 0, false);
        measure("3 attributes of 20 bytes", plain, 3, 20, false);
        measure("3 attributes of 20 bytes, a user", plain, 3, 20, true);
        measure("3 attributes of 20 bytes, a user, events", plain.withKeep(Duration.ofMinutes(5)), 3, 20, true);
        measure("3 attributes of 20 bytes, a user, readable id", plain.withReadableIds(), 3, 20, true);
        measure("5 attributes of 200 bytes", plain, 5, 200, false);
    }

    private static void measure(String what, SessionOptions options, int attributes, int bytes, boolean user) {
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> shop = kw.sessions("shop", options, Codecs.string());
            StoredSession<String> first = fill(shop.create(), attributes, bytes, user ? "u" : "");
            Saved unused = first.save();
            long before = Long.parseLong(redis.info("used_memory"));
            StoredSession<String> last = first;
            for (int from = 0; from < SESSIONS; from += 100) {
                List<CompletableFuture<Saved>> some = new ArrayList<>();
                for (int i = from; i < from + 100; i++) {
                    last = fill(shop.create(), attributes, bytes, user ? "user " + i / 2 : "");
                    some.add(last.saveAsync().toCompletableFuture());
                }
                some.forEach(CompletableFuture::join);
            }
            long each = (Long.parseLong(redis.info("used_memory")) - before) / SESSIONS;
            String key = new String(new SessionKeys("shop").session(last.handle()), UTF_8);
            System.out.printf(
                    Locale.ROOT,
                    "%-48s key %5s bytes (%s), all in all %5d bytes%n",
                    what,
                    redis.command("MEMORY", "USAGE", key),
                    redis.command("OBJECT", "ENCODING", key),
                    each);
        }
    }

    private static StoredSession<String> fill(StoredSession<String> session, int attributes, int bytes, String user) {
        for (int i = 0; i < attributes; i++) {
            session.set("attr" + i, "x".repeat(bytes));
        }
        if (!user.isEmpty()) {
            session.setIndex(SessionOptions.USER, user);
        }
        return session;
    }
}
