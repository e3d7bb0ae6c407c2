package dev.keywright.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Many at once, steps that come late or never, and processes that are killed: in the end both sides of every relation are equal. */
@WithRedis
class FollowsRaceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    static final int USERS = 8;

    static void equal(Follows follows) {
        Map<Relation, Object> told = new HashMap<>();
        Map<Relation, Object> truth = new HashMap<>();
        for (int i = 0; i < USERS; i++) {
            String user = "u" + i;
            follows.following(user, 100)
                    .follows()
                    .forEach(each -> truth.put(new Relation(user, each.user()), each.since()));
            follows.followers(user, 100)
                    .follows()
                    .forEach(each -> told.put(new Relation(each.user(), user), each.since()));
        }
        assertThat(told).isEqualTo(truth);
    }

    static Relation any(Random random) {
        int one = random.nextInt(USERS);
        return new Relation("u" + one, "u" + (one + 1 + random.nextInt(USERS - 1)) % USERS);
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void bothSidesAreEqualAfterManyThreadsOfTwoInstances(Redis redis) {
        FollowOptions patient = FollowOptions.DEFAULTS.withDeadline(PATIENCE);
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Follows follows = (thread % 2 == 0 ? one : two).follows("race", patient);
                Random random = new Random(thread);
                running.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 200; i++) {
                        Relation relation = any(random);
                        boolean unused = switch (random.nextInt(4)) {
                            case 0 -> follows.follow(relation.follower(), relation.followed());
                            case 1 -> follows.unfollow(relation.follower(), relation.followed());
                            case 2 ->
                                follows.followAsync(relation.follower(), relation.followed())
                                        .toCompletableFuture()
                                        .join();
                            default ->
                                follows.unfollowAsync(relation.follower(), relation.followed())
                                        .toCompletableFuture()
                                        .join();
                        };
                    }
                }));
            }
            running.forEach(CompletableFuture::join);
            Follows follows = one.follows("race", patient);
            await().atMost(PATIENCE)
                    .until(() -> follows.repair() == 0); // the last marks are taken away by nobody who is waited for
            equal(follows);
        }
    }

    /** The truth by itself: what a plain map would say when one thread does it. */
    @Test
    void theTruthIsWhatWasAskedFor(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("model");
            Random random = new Random(7);
            Map<Relation, Boolean> model = new HashMap<>();
            for (int i = 0; i < 500; i++) {
                Relation relation = any(random);
                boolean follow = random.nextBoolean();
                boolean had = model.getOrDefault(relation, false);
                boolean changed = follow
                        ? follows.follow(relation.follower(), relation.followed())
                        : follows.unfollow(relation.follower(), relation.followed());
                assertThat(changed).isEqualTo(had != follow);
                model.put(relation, follow);
            }
            model.forEach((relation, is) -> assertThat(follows.between(relation.follower(), relation.followed())
                            .follows())
                    .isEqualTo(is)
                    .isEqualTo(follows.between(relation.followed(), relation.follower())
                            .followed()));
        }
    }

    /** One of several processes that take the steps of the protocol, each at any time later, or die before. */
    private static final class Walker {
        final Relation relation;
        Ticket ticket;
        int step;

        Walker(Relation relation, Ticket ticket) {
            this.relation = relation;
            this.ticket = ticket;
        }

        /** Whether there is a step left. */
        boolean walk(Connection connection, FollowKeys keys) {
            if (ticket.version() == 0) {
                return false;
            } else if (step == 1) {
                keys.settle(relation, ticket).call(connection, PATIENCE).orThrow("");
                return false;
            }
            long known = Long.parseLong(keys.tell(relation, ticket)
                    .call(connection, PATIENCE)
                    .orThrow("")
                    .text());
            if (known == 0) {
                step = 1;
            } else {
                ticket = Ticket.of((known < 0 ? keys.renew(relation) : keys.raise(relation, ticket.version(), known))
                        .call(connection, PATIENCE)
                        .orThrow(""));
            }
            return true;
        }
    }

    @Test
    void stepsThatComeLateOrNeverLeaveBothSidesEqual(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int seed = 0; seed < 8; seed++) {
                String name = "steps " + seed;
                FollowKeys keys = new FollowKeys(name, 100);
                Random random = new Random(seed);
                List<Walker> walkers = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    if (walkers.size() < 6) {
                        Relation relation = new Relation("u" + random.nextInt(2), "u" + (2 + random.nextInt(2)));
                        Script.Invocation begin = switch (random.nextInt(5)) {
                            case 0 -> keys.renew(relation);
                            case 1, 2 -> keys.follow(relation);
                            default -> keys.unfollow(relation);
                        };
                        Ticket ticket =
                                Ticket.of(begin.call(kw.connection(), PATIENCE).orThrow(""));
                        walkers.add(new Walker(relation, ticket));
                    } else {
                        Walker walker = walkers.get(random.nextInt(walkers.size()));
                        if (random.nextInt(4) == 0 || !walker.walk(kw.connection(), keys)) {
                            walkers.remove(walker); // killed, or done
                        }
                    }
                }
                Follows follows = kw.follows(name);
                await().until(() -> follows.repair() == 0);
                walkers.forEach(late -> {
                    while (late.walk(kw.connection(), keys)) {} // these wake up when all the others are done
                });
                await().until(() -> follows.repair() == 0);
                equal(follows);
            }
        }
    }

    @Test
    void processesThatAreKilledLeaveBothSidesEqual(Redis redis) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FollowChild.class.getName(),
                        redis.uri(),
                        "1")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThat(child.getInputStream().read()).isEqualTo('!');
            Follows follows = kw.follows("killed");
            await().atMost(PATIENCE).until(() -> follows.counts("count").following() > 20);
            child.destroyForcibly().waitFor();
            assertThat(follows.repair()).isPositive(); // the child takes not every mark away
            assertThat(follows.repair()).isZero();
            equal(follows);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void newsThatAreTooOldAreRefusedAndTakenAnew(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("old");
            FollowKeys keys = new FollowKeys("old", 100);
            Relation relation = new Relation("ann", "bob");
            Ticket ticket = Ticket.of(keys.follow(relation).call(kw.connection(), PATIENCE));
            Ticket old =
                    new Ticket(true, ticket.version(), true, Long.toString(ticket.version() - FollowKeys.GOOD - 1));
            assertThat(keys.tell(relation, old).call(kw.connection(), PATIENCE).text())
                    .isEqualTo("-1");
            assertThat(follows.counts("bob").followers()).isZero();
            assertThat(follows.repair()).isOne();
            assertThat(follows.counts("bob").followers()).isOne();
        }
    }

    /** The server of the one who follows is set back an hour, as after a failover to one whose clock is late. */
    @Test
    void aClockThatGoesBackLosesNoChange(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Follows follows = kw.follows("back");
            FollowKeys keys = new FollowKeys("back", 100);
            Relation relation = new Relation("ann", "bob");
            follows.follow("ann", "bob");
            // what the other side would know had the clock been an hour ahead when the relation ended
            Ticket now = Ticket.of(keys.renew(relation).call(kw.connection(), PATIENCE));
            Ticket ahead = new Ticket(true, now.version() + 3_600_000_000L, false, now.issued());
            assertThat(keys.tell(relation, ahead)
                            .call(kw.connection(), PATIENCE)
                            .text())
                    .isEqualTo("0");
            follows.unfollow("ann", "bob");
            assertThat(follows.follow("ann", "bob")).isTrue();
            assertThat(follows.followers("bob", 10))
                    .satisfies(page -> assertThat(page.follows()).hasSize(1));
            assertThat(follows.followers("bob", 10).follows().get(0).since())
                    .isEqualTo(follows.following("ann", 10).follows().get(0).since());
            assertThat(follows.unfollow("ann", "bob")).isTrue();
            assertThat(follows.counts("bob").followers()).isZero();
            assertThat(follows.mutual("ann", Optional.empty(), 10).follows()).isEmpty();
        }
    }

    @Test
    void whatEndedAheadOfTheClockIsRememberedThoughOthersEndLater(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FollowKeys keys = new FollowKeys("ahead", 100);
            Ticket now = Ticket.of(keys.renew(new Relation("ann", "bob")).call(kw.connection(), PATIENCE));
            Ticket ahead = new Ticket(true, now.version() + 3_600_000_000L, false, now.issued());
            Reply first = keys.tell(new Relation("ann", "bob"), ahead).call(kw.connection(), PATIENCE);
            Reply second = keys.tell(new Relation("cid", "bob"), now).call(kw.connection(), PATIENCE);
            assertThat(List.of(first.text(), second.text())).containsOnly("0");
            String ended = "follow:ahead:{" + FollowKeys.part("bob") + "}:ended";
            assertThat(Long.parseLong(redis.command("PTTL", ended))).isGreaterThan(3_600_000L);
        }
    }
}
