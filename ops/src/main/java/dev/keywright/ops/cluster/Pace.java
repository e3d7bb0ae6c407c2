package dev.keywright.ops.cluster;

import dev.keywright.connection.Command;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How fast slots will move, guessed from a few harmless commands: slots that move together cost some round trips, a key what its dump
 * costs on the giving master and as much again for sending and restoring.
 *
 * @param roundTrip seconds for one question about each of {@value Resharding#TOGETHER} slots, asked together
 * @param masters who must learn the new owner
 * @param perKey seconds for one key of the sample's mean size
 */
record Pace(double roundTrip, int masters, double perKey) {

    private static final int WARM_UP = 5;
    private static final int TIMED = 20;
    private static final int KEYS = 200;
    private static final int KEYS_OF_A_SLOT = 10;
    private static final long BIGGEST = 1L << 20;
    private static final long MOST_IN_ALL = 8L << 20;
    /** Five questions, and two states that count thrice because they are written to disk. */
    private static final int PER_GROUP = 5 + 2 * 3;
    /** A new owner is written to disk and makes all nodes talk. */
    private static final int PER_MASTER_TOLD = 9;
    /** MIGRATE waits for the taker too. */
    private static final int PER_SLOT_WITH_KEYS = 4;
    /** A move over a dump: sending, restoring, deleting. */
    private static final double MOVE_PER_DUMP = 3;
    /** What one master copies to another in a millisecond of hash tables and sorted sets on a busy machine; strings go faster. */
    private static final long BYTES_PER_MILLI = 20_000;

    static Pace measure(Members members, SlotSurvey survey, ClusterView view, BitSet moving) {
        Endpoint giver = view.owner(moving.nextSetBit(0)).orElseThrow().endpoint();
        double roundTrip = roundTrip(members, giver);
        int masters = view.masters().size();
        List<Command> dumps = dumps(survey, view, moving, giver);
        if (dumps.isEmpty()) {
            return new Pace(roundTrip, masters, 0);
        }
        members.batch(giver, dumps); // the first time warms up
        long start = System.nanoTime();
        List<Reply> answers = members.batch(giver, dumps);
        double dumped = (System.nanoTime() - start) / 1e9 - roundTrip;
        return new Pace(roundTrip, masters, Math.max(0, dumped) / answers.size() * MOVE_PER_DUMP);
    }

    /** The mean, in seconds: what delays one of them now and then delays the move as well. */
    private static double roundTrip(Members members, Endpoint giver) {
        List<Command> questions = IntStream.range(0, Resharding.TOGETHER)
                .mapToObj(slot -> Members.words("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
                .toList();
        long start = 0;
        for (int i = 0; i < WARM_UP + TIMED; i++) {
            if (i == WARM_UP) {
                start = System.nanoTime();
            }
            members.batch(giver, questions);
        }
        return (System.nanoTime() - start) / 1e9 / TIMED;
    }

    private static List<Command> dumps(SlotSurvey survey, ClusterView view, BitSet moving, Endpoint giver) {
        BitSet own = view.owner(moving.nextSetBit(0)).orElseThrow().slots().bits();
        own.and(moving);
        List<Command> dumps = new ArrayList<>();
        long left = MOST_IN_ALL;
        for (int slot = own.nextSetBit(0);
                slot >= 0 && dumps.size() < KEYS && left > 0;
                slot = own.nextSetBit(slot + 1)) {
            List<byte[]> names = survey.names(giver, slot, KEYS_OF_A_SLOT);
            long[] bytes = survey.bytes(giver, names);
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] >= 0 && bytes[i] <= BIGGEST && left > 0) {
                    left -= bytes[i];
                    dumps.add(Command.named("DUMP").key(names.get(i)).buildRepeatable());
                }
            }
        }
        return dumps;
    }

    double seconds(int slots, long keys, long bytes) {
        double copying = bytes / (BYTES_PER_MILLI * 1_000.0);
        double groups = Math.min(
                slots, Math.ceil((double) slots / Resharding.TOGETHER) + (double) keys / Resharding.KEYS_TOGETHER);
        double roundTrips =
                groups * (PER_GROUP + masters * PER_MASTER_TOLD) + Math.min(slots, keys) * PER_SLOT_WITH_KEYS;
        return roundTrips * roundTrip + Math.max(keys * perKey, copying / 10);
    }

    static long blocksMillis(long bytes) {
        return Math.max(1, bytes / BYTES_PER_MILLI);
    }
}
