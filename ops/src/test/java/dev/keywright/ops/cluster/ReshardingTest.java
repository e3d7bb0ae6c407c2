package dev.keywright.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReshardingTest {

    private static Cluster cluster;
    private static Connection client;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(3);
        client = Connection.open(cluster.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    @AfterEach
    void empty() {
        cluster.flushAll();
    }

    private static String uri() {
        return "redis://" + ClusterLab.address(cluster.nodes().get(0));
    }

    private static Resharding.Advance apply(ClusterPlan plan) {
        return Resharding.apply(uri(), plan, done -> {}, change -> {});
    }

    private static ClusterPlan plan(PlanWish wish) {
        return Planner.plan(uri(), wish, step -> {});
    }

    @Test
    void noCallOfAClientFailsAndNoValueIsLostWhileHundredsOfSlotsMove() throws InterruptedException {
        int keys = 20_000;
        ClusterLab.fill(client, keys);
        ClusterView view = ClusterLab.whole(uri());
        ClusterView.Node from = view.masters().get(0);
        int first = from.slots().ranges().get(0).first();
        Traffic traffic = new Traffic(keys);
        Resharding.Advance done =
                apply(ClusterLab.moving(first, first + 249, from, view.masters().get(1)));
        assertThat(traffic.stop()).isEmpty();
        assertThat(ClusterLab.lost(client, keys)).isEmpty();
        assertThat(done.slots()).isEqualTo(250);
        assertThat(done.keys()).isBetween(100L, 700L);
        ClusterView after = ClusterLab.whole(uri());
        assertThat(after.owner(first + 249).orElseThrow().id())
                .isEqualTo(view.masters().get(1).id());
        assertThat(after.keys()).isEqualTo(keys + 4);
    }

    /** Four callers that write and read keys of the fill, and each counts in a key of its own. */
    private static final class Traffic {

        private final AtomicBoolean stop = new AtomicBoolean();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final List<Thread> callers = new ArrayList<>();

        Traffic(int keys) {
            for (int number = 0; number < 4; number++) {
                Thread caller = new Thread(new Worker(number, keys, stop, failures));
                caller.start();
                callers.add(caller);
            }
        }

        /** What failed. */
        Queue<String> stop() throws InterruptedException {
            stop.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            return failures;
        }
    }

    private record Worker(int number, int keys, AtomicBoolean stop, Queue<String> failures) implements Runnable {

        @Override
        public void run() {
            long counted = 0;
            for (int i = number; !stop.get(); i += 7) {
                int key = i % keys;
                expect(
                        "OK",
                        Command.named("SET")
                                .key("key:" + key)
                                .argument("value:" + key)
                                .build());
                expect("value:" + key, Command.named("GET").key("key:" + key).build());
                counted++;
                expect(
                        Long.toString(counted),
                        Command.named("INCR").key("count:" + number).build());
            }
        }

        private void expect(String value, Command command) {
            try {
                Reply reply = client.call(command);
                String text = reply instanceof Reply.Whole whole ? Long.toString(whole.value()) : reply.text();
                if (!text.equals(value)) {
                    failures.add(command + " " + text);
                }
            } catch (RuntimeException e) {
                failures.add(command + " " + e);
            }
        }
    }

    /** What kill -9 between two commands does to a move. */
    private static final class Killed extends RuntimeException {}

    @Test
    void goesOnAfterAnInterruptionAtAnyStep() {
        int keys = 3_000;
        ClusterLab.fill(client, keys);
        int interruptions = 0;
        for (int step = 0; ; step++) {
            ClusterView view = ClusterLab.whole(uri());
            int slot = slotWithKeys();
            ClusterView.Node from = view.owner(slot).orElseThrow();
            ClusterView.Node to = view.masters().stream()
                    .filter(node -> !node.id().equals(from.id()))
                    .findFirst()
                    .orElseThrow();
            ClusterPlan plan = ClusterLab.moving(slot, slot, from, to);
            try {
                Resharding.apply(uri(), plan, done -> {}, killAt(step));
                break;
            } catch (Killed killed) {
                interruptions++;
            }
            apply(plan);
            ClusterView after = ClusterLab.whole(uri());
            assertThat(after.owner(slot).orElseThrow().id()).isEqualTo(to.id());
            assertThat(after.nodes()).allMatch(node -> node.open().isEmpty());
            assertThat(ClusterLab.lost(client, keys)).isEmpty();
        }
        assertThat(interruptions).isEqualTo(6); // two states, one batch, three owners
        assertThat(client.call(Command.named("GET").key("key:1").build()).text())
                .isEqualTo("value:1");
    }

    /** Twenty slots are a group of sixteen and one of four. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 16, 20, 32, 34, 50, 66, 80, 100})
    void goesOnAfterAnInterruptionOfSlotsThatMoveTogether(int step) {
        int keys = 20_000;
        ClusterLab.fill(client, keys);
        ClusterView view = ClusterLab.whole(uri());
        ClusterView.Node from = view.masters().get(0);
        ClusterView.Node to = view.masters().get(1);
        int first = from.slots().ranges().get(0).first();
        ClusterPlan plan = ClusterLab.moving(first, first + 19, from, to);
        assertThatThrownBy(() -> Resharding.apply(uri(), plan, done -> {}, killAt(step)))
                .isInstanceOf(Killed.class);
        List<Health.Begun> open = Health.openSlots(ClusterLab.whole(uri()));
        assertThat(open.size()).isIn(0, 4, 16);
        assertThat(plan(ClusterLab.evenly()).finish()).hasSameSizeAs(open);
        assertThat(apply(plan).slots()).isEqualTo(20);
        ClusterView after = ClusterLab.whole(uri());
        assertThat(IntStream.range(first, first + 20))
                .allMatch(slot -> after.owner(slot).orElseThrow().id().equals(to.id()));
        assertThat(after.nodes()).allMatch(node -> node.open().isEmpty());
        assertThat(ClusterLab.lost(client, keys)).isEmpty();
    }

    /** As after a kill in the middle of a round trip: each of the steps has reached some of the slots. */
    @Test
    void finishesSlotsThatWereLeftAtDifferentSteps() {
        int keys = 20_000;
        ClusterLab.fill(client, keys);
        ClusterView view = ClusterLab.whole(uri());
        ClusterView.Node from = view.masters().get(0);
        ClusterView.Node to = view.masters().get(1);
        Standalone giver = node(from);
        Standalone taker = node(to);
        int first = from.slots().ranges().get(0).first();
        for (int i = 0; i < 9; i++) {
            String slot = Integer.toString(first + i);
            taker.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id());
            if (i >= 3) {
                giver.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id());
            }
        }
        ClusterPlan plan = plan(ClusterLab.evenly());
        assertThat(plan.finish()).hasSize(9);
        apply(plan);
        ClusterView after = ClusterLab.whole(uri());
        assertThat(after.nodes()).allMatch(node -> node.open().isEmpty());
        assertThat(after.owner(first).orElseThrow().id()).isEqualTo(to.id());
        assertThat(after.owner(first + 8).orElseThrow().id()).isEqualTo(to.id());
        assertThat(ClusterLab.lost(client, keys)).isEmpty();
    }

    private static Standalone node(ClusterView.Node node) {
        return cluster.nodes().stream()
                .filter(each -> each.port() == node.port())
                .findFirst()
                .orElseThrow();
    }

    private static Consumer<String> killAt(int step) {
        AtomicInteger steps = new AtomicInteger();
        return change -> {
            if (steps.getAndIncrement() == step) {
                throw new Killed();
            }
        };
    }

    private static Consumer<String> killBefore(String kind) {
        return change -> {
            if (change.startsWith(kind)) {
                throw new Killed();
            }
        };
    }

    /** The slot of {@code key:1}. */
    private static int slotWithKeys() {
        return Integer.parseInt(cluster.nodes().get(0).command("CLUSTER", "KEYSLOT", "key:1"));
    }

    @Test
    void anyLaterPlanFinishesWhatWasBegun() {
        ClusterLab.fill(client, 3_000);
        ClusterView view = ClusterLab.whole(uri());
        int slot = slotWithKeys();
        ClusterView.Node from = view.owner(slot).orElseThrow();
        ClusterView.Node to = view.masters().stream()
                .filter(node -> !node.id().equals(from.id()))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(
                        () -> Resharding.apply(uri(), ClusterLab.moving(slot, slot, from, to), done -> {}, killAt(2)))
                .isInstanceOf(Killed.class);
        ClusterPlan plan = plan(ClusterLab.evenly());
        assertThat(plan.finish())
                .singleElement()
                .satisfies(open -> assertThat(open.slot()).isEqualTo(slot));
        apply(plan);
        assertThat(ClusterLab.whole(uri()).nodes()).allMatch(node -> node.open().isEmpty());
        assertThat(ClusterLab.lost(client, 3_000)).isEmpty();
    }

    @Test
    void addsAMasterThenRemovesItAgain() throws InterruptedException {
        int keys = 5_000;
        ClusterLab.fill(client, keys);
        Traffic traffic = new Traffic(keys);
        try (Standalone node = ClusterLab.loneNode()) {
            String address = ClusterLab.address(node);
            ClusterPlan growing = plan(PlanWish.adding(List.of(address), Optional.empty()));
            assertThat(growing.refusals()).isEmpty();
            assertThat(growing.joining()).hasSize(1);
            assertThat(growing.forecast().slots()).isEqualTo(4_015); // 98 % of a quarter
            // A tenth of it is enough here.
            ClusterPlan.Move first = growing.moves().get(0);
            ClusterPlan small = with(
                    growing, new ClusterPlan.Move(first.first(), first.first() + 100, first.from(), first.to(), 0, 0));
            apply(small);
            ClusterView grown = ClusterLab.whole(uri());
            assertThat(grown.find(address).orElseThrow().slots().count()).isEqualTo(101);
            assertThat(ClusterLab.lost(client, keys)).isEmpty();

            ClusterPlan shrinking = plan(PlanWish.removing(List.of(address)));
            assertThat(shrinking.forecast().slots()).isEqualTo(101);
            for (String change : List.of("MIGRATE", "CLUSTER FORGET", "CLUSTER RESET")) {
                ClusterPlan next = plan(PlanWish.removing(List.of(address)));
                assertThatThrownBy(() -> Resharding.apply(uri(), next, done -> {}, killBefore(change)))
                        .isInstanceOf(Killed.class);
            }
            apply(plan(PlanWish.removing(List.of(address))));
            assertThat(traffic.stop()).isEmpty();
            assertThat(ClusterLab.whole(uri()).nodes()).hasSize(3);
            assertThat(ClusterLab.lost(client, keys)).isEmpty();
            assertThat(node.command("CLUSTER", "INFO")).contains("cluster_known_nodes:1");
        }
    }

    private static ClusterPlan with(ClusterPlan plan, ClusterPlan.Move move) {
        return new ClusterPlan(
                plan.schema(),
                plan.cluster(),
                plan.refusals(),
                plan.joining(),
                plan.finish(),
                List.of(move),
                plan.attach(),
                plan.leaving(),
                plan.masters(),
                plan.forecast(),
                plan.notes());
    }

    @Test
    void attachesAReplicaAndForgetsItAgain() {
        ClusterLab.fill(client, 100);
        try (Standalone node = ClusterLab.loneNode()) {
            ClusterView view = ClusterLab.whole(uri());
            String address = ClusterLab.address(node);
            ClusterPlan plan = plan(PlanWish.adding(
                    List.of(address), Optional.of(view.masters().get(2).address())));
            assertThat(plan.moves()).isEmpty();
            apply(plan);
            assertThat(ClusterLab.whole(uri()).find(address).orElseThrow().master())
                    .contains(view.masters().get(2).id());
            apply(plan(PlanWish.removing(List.of(address))));
            assertThat(ClusterLab.whole(uri()).nodes()).hasSize(3);
            assertThat(node.command("DBSIZE")).isEqualTo("0");
            assertThat(node.command("CLUSTER", "INFO")).contains("cluster_known_nodes:1");
        }
    }

    @Test
    void refusesANodeThatHoldsKeysOrIsNoClusterNode() {
        try (Standalone full = ClusterLab.loneNode();
                Standalone plain = Standalone.start()) {
            full.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            ClusterPlan plan = plan(
                    PlanWish.adding(List.of(ClusterLab.address(full), ClusterLab.address(plain)), Optional.empty()));
            assertThat(plan.isRefused()).isTrue();
            assertThat(plan.refusals())
                    .anyMatch(reason -> reason.contains("belongs to a cluster"))
                    .anyMatch(reason -> reason.contains("not in cluster mode"));
            assertThatThrownBy(() -> apply(plan)).isInstanceOf(OpsException.class);
        }
    }

    @Test
    void refusesANewMasterWithoutRoomAndOneThatLetsNobodyIn() {
        ClusterLab.fill(client, 2_000);
        try (Standalone small = ClusterLab.loneNode("maxmemory", "1mb");
                Standalone closed = ClusterLab.loneNode("requirepass", "s3cret")) {
            ClusterPlan full = plan(PlanWish.adding(List.of(ClusterLab.address(small)), Optional.empty()));
            assertThat(full.refusals())
                    .anyMatch(reason -> reason.contains(ClusterLab.address(small)) && reason.contains("has room for"));
            ClusterPlan refused = plan(PlanWish.adding(List.of(ClusterLab.address(closed)), Optional.empty()));
            assertThat(refused.refusals())
                    .anyMatch(reason ->
                            reason.contains(ClusterLab.address(closed)) && reason.contains("wants one and got none"));
        }
    }

    @Test
    void refusesToMakeAReplicaOfAMasterThatHoldsSlots() {
        ClusterView view = ClusterLab.whole(uri());
        ClusterPlan plan = plan(PlanWish.adding(
                List.of(view.masters().get(0).address()),
                Optional.of(view.masters().get(1).address())));
        assertThat(plan.refusals()).anyMatch(reason -> reason.contains("cannot become a replica"));
    }

    @Test
    void refusesWhileAMasterIsMissing() {
        Standalone third = cluster.nodes().get(2);
        third.kill();
        try {
            ClusterPlan plan = plan(ClusterLab.evenly());
            assertThat(plan.refusals()).anyMatch(reason -> reason.contains(ClusterLab.address(third)));
        } finally {
            third.restart();
            cluster.awaitAgreement();
        }
    }
}
