package dev.keywright.ops.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Moves one slot from the master that owns it to another while clients go on. Every step can be repeated, so an interrupted move is
 * ended by doing it again:
 * <ol>
 *   <li>the taker is IMPORTING, so that it accepts redirected clients; only then is the giver MIGRATING and redirects them;
 *   <li>MIGRATE carries the keys over in batches; a key is on one side or, after a lost answer, on both, and then the giver's
 *       counts, because it is asked first;
 *   <li>the taker is told that it owns the slot, then the giver, then the other masters. Until the giver knows it redirects to the
 *       taker, so that at no moment the slot is without a server.
 * </ol>
 */
final class SlotMove {

    /** What was carried over. */
    record Carried(long keys, long bytes) {

        Carried plus(Carried more) {
            return new Carried(keys + more.keys, bytes + more.bytes);
        }
    }

    /** The two ends, and who else must know. */
    record Route(ClusterView.Node from, ClusterView.Node to, List<ClusterView.Node> others) {}

    private static final int KEYS_AT_ONCE = 1_000;
    /** The giver stands still while it waits for the taker, so ordinary batches do not wait long. */
    private static final Duration ORDINARY_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration GIANT_TIMEOUT = Duration.ofSeconds(60);
    private static final long GIANT = 8L << 20;

    private static final int FAILURES = 10;
    private static final Duration BETWEEN_FAILURES = Duration.ofMillis(200);

    private final Members members;
    private final SlotSurvey survey;
    private final BatchSize batch;
    private final Consumer<String> journal;
    private final int slot;
    private final Route route;
    private boolean replace;
    private Duration roundTrip = Duration.ZERO;
    private int failures;

    /** Keys and what each takes; -1 for one that is gone. */
    private record Listing(List<byte[]> names, List<Long> bytes) {

        Listing part(int from, int to) {
            return new Listing(names.subList(from, to), bytes.subList(from, to));
        }

        int size() {
            return names.size();
        }

        long sum() {
            return bytes.stream().mapToLong(each -> Math.max(0, each)).sum();
        }
    }

    /**
     * @param journal is told every change before it is made
     * @param begun whether the move was begun before, so that keys may be on both sides
     */
    SlotMove(Members members, BatchSize batch, Consumer<String> journal, int slot, Route route, boolean begun) {
        this.members = members;
        this.survey = new SlotSurvey(members);
        this.batch = batch;
        this.journal = journal;
        this.slot = slot;
        this.route = route;
        this.replace = begun;
    }

    /** @throws Unsettled when the ends are not what they were taken for */
    Carried run() {
        if (!replace) {
            refuseStrays();
        }
        Listing first = listing();
        refuseGiants(first);
        if (replace) { // the giver may have been failed over, of which gossip does not tell an importing node
            set(route.to(), "NODE", route.from().id());
        }
        set(route.to(), "IMPORTING", route.from().id());
        long start = System.nanoTime();
        set(route.from(), "MIGRATING", route.to().id());
        roundTrip = Duration.ofNanos(System.nanoTime() - start);
        Carried carried = carryAll(first);
        handOver();
        return carried;
    }

    /** The taker owns it: tells it, the giver and the others, of whom gossip tells those that do not listen now. */
    void handOver() {
        set(route.to(), "NODE", route.to().id());
        set(route.from(), "NODE", route.to().id());
        for (ClusterView.Node other : route.others()) {
            tell(other, "NODE", route.to().id());
        }
    }

    private void refuseStrays() {
        long strays = members.ask(route.to().endpoint(), "CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot))
                .orThrow(route.to().address())
                .number();
        if (strays > 0) {
            throw new OpsException(route.to().address() + " holds " + strays + " keys of slot " + slot
                    + " that it does not own. See CLUSTER GETKEYSINSLOT " + slot
                    + " on it, save what is of use and delete them; then apply again.");
        }
    }

    /** A key too big to move is better found while the slot is whole. */
    private void refuseGiants(Listing keys) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.bytes().get(i) > SlotRules.CANNOT_MOVE) {
                throw new OpsException("Key '" + new String(keys.names().get(i), UTF_8) + "' in slot " + slot + " on "
                        + route.from().address() + " takes "
                        + Figures.bytes(keys.bytes().get(i))
                        + "; above 512 MB a key cannot be moved with certainty. Split or delete it, then apply again.");
            }
        }
    }

    private void set(ClusterView.Node node, String state, String id) {
        if (tell(node, state, id) instanceof Reply.Failure failure) {
            throw new Unsettled("SETSLOT " + slot + " " + state + " on " + node.address() + ": " + failure.message());
        }
    }

    private Reply tell(ClusterView.Node node, String state, String id) {
        journal.accept("CLUSTER SETSLOT " + slot + " " + state + " " + id + " on " + node.address());
        return members.ask(node.endpoint(), "CLUSTER", "SETSLOT", Integer.toString(slot), state, id);
    }

    // --- keys

    private Listing listing() {
        Endpoint giver = route.from().endpoint();
        List<byte[]> names = survey.names(giver, slot, KEYS_AT_ONCE);
        return new Listing(
                names, LongStream.of(survey.bytes(giver, names)).boxed().toList());
    }

    private Carried carryAll(Listing first) {
        Carried carried = new Carried(0, 0);
        for (Listing keys = first; keys.size() > 0; keys = listing()) {
            refuseGiants(keys);
            for (int from = 0; from < keys.size(); ) {
                int to = from + batch.fitting(keys.bytes().subList(from, keys.size()));
                carried = carried.plus(carry(keys.part(from, to)));
                from = to;
            }
        }
        return carried;
    }

    private Carried carry(Listing keys) {
        journal.accept("MIGRATE of " + keys.size() + " keys of slot " + slot + " from "
                + route.from().address() + " to " + route.to().address());
        Duration timeout = keys.sum() > GIANT ? GIANT_TIMEOUT : ORDINARY_TIMEOUT;
        long start = System.nanoTime();
        Reply reply = members.call(
                route.from().endpoint(),
                migrate(keys.names(), timeout),
                timeout.multipliedBy(2).plus(Members.TIMEOUT));
        if (reply instanceof Reply.Failure failure) {
            return recover(failure.message(), keys);
        }
        batch.took(
                keys.bytes().stream().mapToLong(BatchSize::costOf).sum(),
                Duration.ofNanos(System.nanoTime() - start).minus(roundTrip));
        return new Carried(keys.size(), keys.sum());
    }

    /** Carries the same keys in halves when that can help; keys that are over already are passed over by the server. */
    private Carried recover(String message, Listing keys) {
        if (message.contains("BUSYKEY") && !replace) {
            throw new OpsException("A key of slot " + slot + " is on both "
                    + route.from().address() + " and " + route.to().address()
                    + ", and nobody knows which is right. Delete one, then apply again.");
        }
        if (!message.startsWith("IOERR")) {
            throw refused(message);
        }
        replace = true; // a key whose answer was lost may be there already
        batch.failed();
        if (++failures > FAILURES || !members.reaches(route.to().endpoint())) {
            throw new Unsettled(message);
        }
        Wait.atMost(BETWEEN_FAILURES).pause(BETWEEN_FAILURES);
        int half = (keys.size() + 1) / 2;
        Carried first = carry(keys.part(0, half));
        return half == keys.size() ? first : first.plus(carry(keys.part(half, keys.size())));
    }

    private RuntimeException refused(String message) {
        for (String hopeless : List.of("OOM", "NOAUTH", "WRONGPASS", "NOPERM")) {
            if (message.contains(hopeless)) {
                return new OpsException(
                        "Slot " + slot + " cannot go on from " + route.from().address() + " to "
                                + route.to().address() + ": " + message
                                + ". Mend that and apply again; what was begun is finished then.");
            }
        }
        return new Unsettled(message);
    }

    private Command migrate(List<byte[]> names, Duration timeout) {
        Command.Builder command = Command.named("MIGRATE")
                .argument(route.to().announced().host())
                .argument(route.to().announced().port())
                .argument("")
                .argument(0)
                .argument(timeout.toMillis());
        if (replace) {
            command.argument("REPLACE");
        }
        members.uri()
                .password()
                .ifPresent(password -> members.uri()
                        .user()
                        .ifPresentOrElse(
                                user -> command.argument("AUTH2").argument(user).argument(password),
                                () -> command.argument("AUTH").argument(password)));
        command.argument("KEYS");
        names.forEach(command::argument);
        return command.build();
    }
}
