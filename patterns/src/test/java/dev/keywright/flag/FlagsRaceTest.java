package dev.keywright.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many who change at once, in two processes, against a plain model. */
@WithRedis({Topology.STANDALONE, Topology.CLUSTER})
class FlagsRaceTest {

    private static final int THREADS = 4;

    private interface Work {
        void run(int thread, FeatureFlags flags) throws Exception;
    }

    /** Half of the threads over each of two connections. */
    private static void together(Keywright kw, Keywright other, Work work)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(threads.submit(() -> {
                    work.run(thread, (thread % 2 == 0 ? kw : other).flags("shop"));
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noChangeOverwritesAnother(Redis redis) throws Exception {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            together(kw, other, (thread, flags) -> {
                for (int i = 0; i < 20; i++) {
                    String group = "g" + thread + "-" + i;
                    flags.change(
                            "new",
                            flag -> new Flag(
                                    flag.id(),
                                    flag.version(),
                                    flag.killed(),
                                    flag.segments(),
                                    new Percent(flag.percent().thousandths() + 1),
                                    List.of(new Variant(group, 1)),
                                    flag.salt()),
                            "thread " + thread,
                            group);
                }
            });
            Flag flag = kw.flags("shop").read("new").orElseThrow();
            assertThat(flag.percent().thousandths()).isEqualTo(20 * THREADS);
            assertThat(flag.version()).isEqualTo(20 * THREADS);
            List<AuditEntry> log = kw.flags("shop").history("new", 1_000);
            assertThat(log.stream().map(AuditEntry::why).distinct()).hasSize(20 * THREADS);
            for (int i = 1; i < log.size(); i++) {
                assertThat(log.get(i - 1).before())
                        .as("each change begins where the one before ended")
                        .isEqualTo(log.get(i).after());
            }
            await().until(() -> kw.flags("shop").all().get("new").equals(flag)
                    && other.flags("shop").all().get("new").equals(flag));
        }
    }

    /** Each thread changes users of its own; all of them share pages, which change their form meanwhile. */
    @Test
    void groupsAreWhatTheModelSays(Redis redis) throws Exception {
        List<Set<String>> models = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            models.add(new HashSet<>());
        }
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            together(kw, other, (thread, flags) -> {
                Random random = new Random(thread);
                Set<String> model = models.get(thread);
                Group beta = flags.group("beta");
                for (int i = 0; i < 30; i++) {
                    List<String> users = new ArrayList<>();
                    for (int k = random.nextInt(120); k >= 0; k--) {
                        users.add(user(random, thread));
                    }
                    boolean add = random.nextInt(3) > 0;
                    Set<String> before = new HashSet<>(model);
                    boolean unused = add ? model.addAll(users) : model.removeAll(users);
                    long changed = add ? beta.add(users, "ann", "in") : beta.remove(users, "ann", "out");
                    assertThat(changed).isEqualTo(Math.abs(model.size() - before.size()));
                }
            });
            Set<String> model = new HashSet<>();
            models.forEach(model::addAll);
            for (Keywright each : List.of(kw, other)) {
                Group beta = each.flags("shop").group("beta");
                await().untilAsserted(
                                () -> assertThat(new HashSet<>(beta.users())).isEqualTo(model));
                assertThat(beta.size()).isEqualTo(model.size());
                assertThat(model).allMatch(beta::contains);
            }
            try (Keywright late = Keywright.connect(redis.uri())) {
                assertThat(new HashSet<>(late.flags("shop").group("beta").users()))
                        .isEqualTo(model);
            }
        }
    }

    private static String user(Random random, int thread) {
        return switch (random.nextInt(4)) {
            case 0 -> "user " + (random.nextInt(300) * THREADS + thread);
            case 1 -> Long.toString(((long) random.nextInt(20) << 33) + thread);
            default -> Long.toString(4_000_000_000L + (long) random.nextInt(1_000) * THREADS + thread);
        };
    }

    @Test
    void allProcessesEndWithWhatIsStored(Redis redis) throws Exception {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            together(kw, other, (thread, flags) -> {
                Random random = new Random(thread);
                for (int i = 0; i < 30; i++) {
                    String id = "f" + random.nextInt(3);
                    String user = Integer.toString(random.nextInt(5));
                    switch (random.nextInt(5)) {
                        case 0 -> flags.change(id, Flag::kill, "ann", "off");
                        case 1 ->
                            flags.change(id, flag -> flag.revived().withPercent(random.nextInt(101)), "ann", "on");
                        case 2 -> flags.override(id, user, random.nextBoolean(), "ann", "so");
                        case 3 -> flags.clearOverride(id, user, "ann", "not so");
                        default -> flags.remove(id, "ann", "gone");
                    }
                }
            });
            try (Keywright late = Keywright.connect(redis.uri())) {
                FeatureFlags truth = late.flags("shop");
                for (Keywright each : List.of(kw, other)) {
                    FeatureFlags flags = each.flags("shop");
                    await().until(() -> flags.all().equals(truth.all()));
                    for (int flag = 0; flag < 3; flag++) {
                        String id = "f" + flag;
                        await().untilAsserted(() -> {
                            for (int user = 0; user < 20; user++) {
                                assertThat(flags.verdict(id, user)).isEqualTo(truth.verdict(id, user));
                            }
                        });
                    }
                }
            }
        }
    }
}
