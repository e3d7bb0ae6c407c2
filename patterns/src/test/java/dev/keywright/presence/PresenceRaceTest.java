package dev.keywright.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Random operations of threads, instances and processes against a plain model: equal when they are over. */
class PresenceRaceTest {

    private static final int THREADS = 6;
    private static final int USERS = 8;
    private static final int STEPS = 60;

    /** Each thread has a device of its own with every user, and knows which it left online. */
    private static Set<String> work(Presence presence, int thread) {
        Random random = new Random(thread);
        String device = "device " + thread;
        Map<String, OnlineSession> open = new TreeMap<>();
        for (int i = 0; i < STEPS; i++) {
            String user = "user " + random.nextInt(USERS);
            OnlineSession session = open.remove(user);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (session != null) { // comes anew, and the old connection is given up afterwards
                        open.put(user, presence.online(user, device));
                        session.leave();
                    }
                }
                case 1 -> {
                    if (session != null) {
                        session.leaveAsync().toCompletableFuture().join();
                    }
                }
                case 2 -> {
                    presence.beat();
                    if (session != null) {
                        session.leave();
                    }
                }
                default -> open.put(user, session != null ? session : presence.online(user, device));
            }
        }
        return Set.copyOf(open.keySet());
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void pr3_eventsAreOnePerTransitionAndTheRestIsAsTheModelSays(Redis redis) throws Exception {
        PresenceOptions options = PresenceOptions.DEFAULTS.withPartitions(3).withDeadline(Duration.ofSeconds(20));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Presence here = kw.presence("room", options);
                Presence there = other.presence("room", options)) {
            List<Callable<Set<String>>> tasks = IntStream.range(0, THREADS)
                    .<Callable<Set<String>>>mapToObj(thread -> () -> work(thread % 2 == 0 ? here : there, thread))
                    .toList();
            Map<String, Set<String>> model = new TreeMap<>();
            List<Future<Set<String>>> results = threads.invokeAll(tasks);
            for (int thread = 0; thread < THREADS; thread++) {
                for (String user : results.get(thread).get()) {
                    model.computeIfAbsent(user, each -> new HashSet<>()).add("device " + thread);
                }
            }
            EventAudit audit = new EventAudit();
            audit.read(there);
            assertThat(audit.events).hasSizeGreaterThan(20);
            assertThat(audit.online).isEqualTo(model.keySet());
            assertThat(new HashSet<>(here.users(1_000))).isEqualTo(model.keySet());
            assertThat(here.count()).isEqualTo(model.size());
            for (int i = 0; i < USERS; i++) {
                String user = "user " + i;
                assertThat(new HashSet<>(here.devices(user))).isEqualTo(model.getOrDefault(user, Set.of()));
            }
            here.close();
            there.close();
            audit.read(here);
            assertThat(audit.online).isEmpty();
            assertThat(here.count()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    /** All threads are the same device: exactly one of the sessions is left, and there was one transition. */
    @Test
    @WithRedis
    void pr3_oneDeviceFromAllSidesComesOnce(Standalone redis) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("room")) {
            Set<OnlineSession> all = ConcurrentHashMap.newKeySet();
            List<Callable<Boolean>> tasks = IntStream.range(0, 60)
                    .<Callable<Boolean>>mapToObj(i -> () -> all.add(here.online("anna", "phone")))
                    .toList();
            for (Future<Boolean> each : threads.invokeAll(tasks)) {
                assertThat(each.get()).isTrue();
            }
            here.beat();
            List<OnlineSession> left =
                    all.stream().filter(OnlineSession::isOnline).toList();
            assertThat(left).hasSize(1);
            all.stream().filter(OnlineSession::isReplaced).forEach(OnlineSession::leave);
            assertThat(here.isOnline("anna")).isTrue();
            left.get(0).leave();
            EventAudit audit = new EventAudit();
            audit.read(here);
            assertThat(audit.of("anna")).containsExactly("JOINED", "LEFT");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @WithRedis
    void pr4_noGhostsAreLeftOfProcessesThatWereKilled(Standalone redis) throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds(90);
        List<Process> processes = new ArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Presence here = kw.presence("chaos", PresenceChild.OPTIONS)) {
            for (int i = 0; i < 2; i++) {
                processes.add(PresenceChild.start(redis.uri(), i * 100, 150)); // users 100 to 149 have two devices
            }
            for (Process process : processes) {
                assertThat(process.getInputStream().read()).isEqualTo('!');
            }
            await().atMost(patience).until(() -> here.count() == 250);
            processes.get(0).destroyForcibly().waitFor();
            await().atMost(patience).until(() -> here.count() == 150);
            await().atMost(patience).until(() -> here.devices("user 120").equals(List.of("of 100")));
            processes.get(1).getOutputStream().close(); // says goodbye
            assertThat(processes.get(1).waitFor()).isZero();
            await().atMost(patience).until(() -> here.count() == 0);

            EventAudit audit = new EventAudit();
            audit.read(here);
            assertThat(audit.online).isEmpty();
            for (int i = 0; i < 250; i++) {
                assertThat(audit.withoutStalls("user " + i)).containsExactly("JOINED", i < 100 ? "EXPIRED" : "LEFT");
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }
}
