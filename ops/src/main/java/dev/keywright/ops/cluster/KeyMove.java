package dev.keywright.ops.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Carries keys of one open slot from its giver to its taker by MIGRATE, as many at a time as {@link BatchSize} finds right. A lost
 * answer is met by carrying the same keys again, in halves.
 */
final class KeyMove {

    /** Keys of a slot and what each takes; -1 for one that is gone. */
    record Keys(int slot, List<byte[]> names, List<Long> bytes) {

        Keys part(int from, int to) {
            return new Keys(slot, names.subList(from, to), bytes.subList(from, to));
        }

        boolean isEmpty() {
            return names.isEmpty();
        }

        int size() {
            return names.size();
        }

        long sum() {
            return bytes.stream().mapToLong(each -> Math.max(0, each)).sum();
        }

        /** A key too big to move is better found while the slot is whole. */
        void refuseGiants(ClusterView.Node giver) {
            for (int i = 0; i < size(); i++) {
                if (bytes.get(i) > SlotRules.CANNOT_MOVE) {
                    throw new OpsException("Key '" + new String(names.get(i), UTF_8) + "' in slot " + slot + " on "
                            + giver.address() + " takes " + Figures.bytes(bytes.get(i))
                            + "; above 512 MB a key cannot be moved with certainty. Split or delete it, then"
                            + " apply again.");
                }
            }
        }
    }

    /** The giver stands still while it waits for the taker, so ordinary batches do not wait long. */
    private static final Duration ORDINARY_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration GIANT_TIMEOUT = Duration.ofSeconds(60);
    private static final long GIANT = 8L << 20;

    private static final int FAILURES = 10;
    private static final Duration BETWEEN_FAILURES = Duration.ofMillis(200);

    private final Members members;
    private final BatchSize batch;
    private final Consumer<String> journal;
    private final SlotMove.Route route;
    private final Duration roundTrip;
    private boolean replace;
    private int failures;

    /**
     * @param roundTrip what asking the giver takes in itself
     * @param replace whether keys may be on both sides; the giver's count then
     */
    KeyMove(
            Members members,
            BatchSize batch,
            Consumer<String> journal,
            SlotMove.Route route,
            Duration roundTrip,
            boolean replace) {
        this.members = members;
        this.batch = batch;
        this.journal = journal;
        this.route = route;
        this.roundTrip = roundTrip;
        this.replace = replace;
    }

    /** @throws Unsettled when the ends are not what they were taken for */
    SlotMove.Carried run(Keys keys) {
        SlotMove.Carried carried = SlotMove.Carried.NOTHING;
        for (int from = 0; from < keys.size(); ) {
            int to = from + batch.fitting(keys.bytes().subList(from, keys.size()));
            carried = carried.plus(carry(keys.part(from, to)));
            from = to;
        }
        return carried;
    }

    private SlotMove.Carried carry(Keys keys) {
        journal.accept("MIGRATE of " + keys.size() + " keys of slot " + keys.slot() + " from "
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
        return new SlotMove.Carried(keys.size(), keys.sum());
    }

    /** Carries the same keys in halves when that can help; keys that are over already are passed over by the server. */
    private SlotMove.Carried recover(String message, Keys keys) {
        if (message.contains("BUSYKEY") && !replace) {
            throw new OpsException("A key of slot " + keys.slot() + " is on both "
                    + route.from().address() + " and " + route.to().address()
                    + ", and nobody knows which is right. Delete one, then apply again.");
        }
        if (!message.startsWith("IOERR")) {
            throw refused(message, keys.slot());
        }
        replace = true; // a key whose answer was lost may be there already
        batch.failed();
        if (++failures > FAILURES || !members.reaches(route.to().endpoint())) {
            throw new Unsettled(message);
        }
        Wait.atMost(BETWEEN_FAILURES).pause(BETWEEN_FAILURES);
        int half = (keys.size() + 1) / 2;
        SlotMove.Carried first = carry(keys.part(0, half));
        return half == keys.size() ? first : first.plus(carry(keys.part(half, keys.size())));
    }

    private RuntimeException refused(String message, int slot) {
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
