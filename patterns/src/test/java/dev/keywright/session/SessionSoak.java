package dev.keywright.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that use sessions, are killed at random and started again; then every session that was created must have ended, be told of at
 * least once, and be in no index, and at no sample has a user more sessions than the limit. Arguments: seconds, processes.
 */
final class SessionSoak {

    private static final String MOST = """
        local counts, most = {}, 0
        for _, key in ipairs(redis.call('KEYS', 'session:soak:{*}:????????????????')) do
            local found = redis.call('HMGET', key, 'i:user', 'k')
            if found[1] and redis.call('PTTL', key) > tonumber(found[2]) then
                counts[found[1]] = (counts[found[1]] or 0) + 1
                most = math.max(most, counts[found[1]])
            end
        end
        return most\
        """;

    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> ended = new ConcurrentHashMap<>();
    private final Set<Long> spoken = ConcurrentHashMap.newKeySet();
    private final Random random = new Random(1);
    private final Standalone redis;

    private SessionSoak(Standalone redis) {
        this.redis = redis;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = Integer.parseInt(arguments[0]);
        int processes = Integer.parseInt(arguments[1]);
        try (Standalone redis = Standalone.start()) {
            new SessionSoak(redis).run(seconds, processes);
        }
    }

    private void run(int seconds, int count) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            processes.add(start(readers));
        }
        int kills = 0;
        int most = 0;
        int samples = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofSeconds(seconds).toNanos()) {
            most = Math.max(most, Integer.parseInt(redis.command("EVAL", MOST, "0")));
            samples++;
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            int seat = random.nextInt(count);
            if (random.nextInt(60) == 0 && spoken.contains(processes.get(seat).pid())) {
                processes.get(seat).destroyForcibly().waitFor();
                processes.set(seat, start(readers));
                kills++;
            }
        }
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        for (Thread reader : readers) {
            reader.join();
        }
        finish(kills, samples, most);
    }

    private Process start(List<Thread> readers) throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SessionChild.class.getName(),
                        redis.uri(),
                        Integer.toString(random.nextInt()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread reader = new Thread(() -> process.inputReader(UTF_8).lines().forEach(line -> {
            heard(line);
            spoken.add(process.pid());
        }));
        reader.start();
        readers.add(reader);
        return process;
    }

    private void heard(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("created")) {
            created.add(words[1]);
        } else {
            ended.computeIfAbsent(words[1], handle -> new AtomicInteger()).incrementAndGet();
        }
    }

    private void finish(int kills, int samples, int most) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            SessionStore<String> store = SessionChild.store(kw);
            try (Listening unused =
                    store.listen(session -> heard("ended " + session.handle()), Duration.ofMillis(50))) {
                LockSupport.parkNanos(Duration.ofSeconds(6).toNanos()); // all lifetimes and leases are over
            }
            int inIndexes = 0;
            for (int i = 0; i < SessionChild.USERS; i++) {
                inIndexes += store.findAll(SessionOptions.USER, "user " + i).size();
            }
            long untold = created.stream()
                    .filter(handle -> !ended.containsKey(handle))
                    .count();
            long twice =
                    ended.values().stream().filter(times -> times.get() > 1).count();
            System.out.printf(
                    Locale.ROOT,
                    "%d kills; %d sessions, %d untold, %d told more than once; %d samples, at most %d of %d sessions"
                            + " of a user; afterwards %d found by user, keys left:%n%s%n",
                    kills,
                    created.size(),
                    untold,
                    twice,
                    samples,
                    most,
                    SessionChild.LIMIT,
                    inIndexes,
                    redis.command("KEYS", "*"));
        }
    }
}
