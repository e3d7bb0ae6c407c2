package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that uses sessions until it is killed by {@link SessionSoak}, or its standard input ends: it creates, changes, logs in and
 * leaves them, and prints the handle of each that it created and each whose end it was told.
 */
final class SessionChild {

    static final int USERS = 20;
    static final int LIMIT = 3;

    private SessionChild() {}

    static SessionOptions options() {
        return SessionOptions.DEFAULTS
                .withIdle(Duration.ofMillis(800))
                .withLifetime(Duration.ofSeconds(6))
                .withTouchEvery(Duration.ZERO)
                .withKeep(Duration.ofMinutes(10))
                .withLimit(SessionOptions.USER, LIMIT, SessionLimit.WhenFull.END_OLDEST)
                .withDeadline(Duration.ofSeconds(3));
    }

    static SessionStore<String> store(Keywright kw) {
        return new SessionStore<>(kw.connection(), "soak", options(), Codecs.string(), Duration.ofSeconds(2));
    }

    public static void main(String[] arguments) throws IOException {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            SessionStore<String> store = store(kw);
            Random random = new Random(Long.parseLong(arguments[1]));
            try (Listening unused = store.listen(ended -> tell("ended", ended.handle()), Duration.ofMillis(50))) {
                while (System.in.available() == 0) {
                    use(store, random);
                }
            }
        }
    }

    private static void use(SessionStore<String> store, Random random) {
        try {
            StoredSession<String> session = store.create();
            session.set("a", "1");
            if (session.save() == Saved.DONE) {
                tell("created", session.handle());
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                if (random.nextInt(2) == 0) {
                    session.setIndex(SessionOptions.USER, "user " + random.nextInt(USERS));
                    boolean unused = session.changeId();
                }
                session.set("a", "" + i);
                Saved unused = session.save();
            }
            if (random.nextInt(3) == 0) {
                boolean unused = session.delete();
            }
        } catch (KeywrightException.Unavailable e) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    /** One write each, so that what was said is whole when the process is killed. */
    private static void tell(String what, SessionHandle handle) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out) {
            @Override
            public void close() {
                // it is everybody's
            }
        }) {
            synchronized (SessionChild.class) {
                out.write((what + " " + handle + "\n").getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
