package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import dev.keywright.session.Saved;
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sessions against the plain commands that do the least of it, taking turns on one server, see {@link Race}. 1,000 sessions of 5
 * attributes of 20 letters. Prints Markdown.
 *
 * <ul>
 *   <li>{@code load-1}, {@code load-8}: a session by its id, by so many threads. The floor is HGETALL; {@code hgetall-pttl} says in one
 *       flush how long it lives as well, which is what ours asks
 *   <li>{@code save-1}, {@code save-8}: one changed attribute. The floor is HSET and PEXPIRE in one flush, which revives what has ended
 *   <li>{@code touch-1}, {@code touch-8}: the floor is PEXPIRE
 * </ul>
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations (all).
 */
public final class SessionDuel {

    private static final String OPERATIONS = "load-1,load-8,save-1,save-8,touch-1,touch-8";
    private static final int SESSIONS = 1_000;
    private static final int ATTRIBUTES = 5;
    private static final String VALUE = "v".repeat(20);
    private static final long IDLE = Duration.ofMinutes(30).toMillis();

    private SessionDuel() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        Race.printHead();
        for (String operation : operations.split(",")) {
            int dash = operation.indexOf('-');
            int threads = Integer.parseInt(operation.substring(dash + 1));
            try (Standalone redis = Standalone.start();
                    Plain plain = new Plain(redis);
                    Ours ours = new Ours(redis)) {
                new Race(redis, threads, rounds, millis)
                        .run(operation, contenders(operation.substring(0, dash), plain, ours));
            }
        }
    }

    private static List<Contender> contenders(String kind, Plain plain, Ours ours) {
        return switch (kind) {
            case "load" ->
                List.of(
                        new Contender("hgetall", true, () -> plain::load),
                        new Contender("hgetall-pttl", true, () -> plain::loadAndLeft),
                        new Contender("keywright", true, () -> ours::load));
            case "save" ->
                List.of(
                        new Contender("hset-pexpire", true, () -> plain::save),
                        new Contender("keywright", true, () -> ours::save));
            case "touch" ->
                List.of(
                        new Contender("pexpire", true, () -> plain::touch),
                        new Contender("keywright", true, () -> ours::touch));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** The commands by themselves. */
    private static final class Plain implements AutoCloseable {

        private final RedisClient client;
        private final StatefulRedisConnection<String, String> connection;

        Plain(Standalone redis) {
            this.client = RedisClient.create(redis.uri());
            this.connection = client.connect();
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < ATTRIBUTES; i++) {
                fields.put("attribute " + i, VALUE);
            }
            for (int i = 0; i < SESSIONS; i++) {
                connection.sync().hset("plain:" + i, fields);
                connection.sync().pexpire("plain:" + i, IDLE);
            }
        }

        private static String key(ThreadLocalRandom random) {
            return "plain:" + random.nextInt(SESSIONS);
        }

        int load(ThreadLocalRandom random) {
            return connection.sync().hgetall(key(random)).isEmpty() ? 0 : 1;
        }

        int loadAndLeft(ThreadLocalRandom random) {
            String key = key(random);
            RedisFuture<Map<String, String>> fields = connection.async().hgetall(key);
            RedisFuture<Long> left = connection.async().pttl(key);
            return wait(left) > 0 && !wait(fields).isEmpty() ? 1 : 0;
        }

        int save(ThreadLocalRandom random) {
            String key = key(random);
            RedisFuture<Boolean> set = connection.async().hset(key, "attribute " + random.nextInt(ATTRIBUTES), VALUE);
            RedisFuture<Boolean> lives = connection.async().pexpire(key, IDLE);
            boolean unused = wait(set);
            return wait(lives) ? 1 : 0;
        }

        int touch(ThreadLocalRandom random) {
            return connection.sync().pexpire(key(random), IDLE) ? 1 : 0;
        }

        private static <T> T wait(RedisFuture<T> future) {
            try {
                return future.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
        }
    }

    /** The same by our sessions; each call of a thread uses an object of its own. */
    private static final class Ours implements AutoCloseable {

        private final Connection connection;
        private final SessionStore<String> store;
        private final List<StoredSession<String>> sessions = new ArrayList<>();

        Ours(Standalone redis) {
            this.connection = Connection.open(redis.uri());
            this.store = new SessionStore<>(
                    connection, "duel", SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO), Codecs.string());
            for (int i = 0; i < SESSIONS; i++) {
                StoredSession<String> session = store.create();
                for (int j = 0; j < ATTRIBUTES; j++) {
                    session.set("attribute " + j, VALUE);
                }
                Saved unused = session.save();
                sessions.add(session);
            }
        }

        private StoredSession<String> session(ThreadLocalRandom random) {
            return sessions.get(random.nextInt(SESSIONS));
        }

        int load(ThreadLocalRandom random) {
            return store.find(session(random).id()).isPresent() ? 1 : 0;
        }

        int save(ThreadLocalRandom random) {
            StoredSession<String> session = session(random);
            session.set("attribute " + random.nextInt(ATTRIBUTES), VALUE);
            return session.save() == Saved.DONE ? 1 : 0;
        }

        int touch(ThreadLocalRandom random) {
            return session(random).touch() ? 1 : 0;
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
