package dev.keywright.ops.cluster;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * How fast slots will move, guessed from a few harmless commands: a slot costs some round trips, a key what its dump costs on the
 * giving master and as much again for sending and restoring.
 *
 * @param roundTrip seconds
 * @param perKey seconds for one key of the sample's mean size
 */
record Pace(double roundTrip, double perKey) {

    private static final int PINGS = 20;
    private static final int KEYS = 200;
    private static final int KEYS_OF_A_SLOT = 10;
    private static final long BIGGEST = 1L << 20;
    private static final long MOST_IN_ALL = 8L << 20;
    /** Two states, four questions, the owner told to both ends and the others. */
    private static final int ROUND_TRIPS_PER_SLOT = 9;
    /** A move over a dump: sending, restoring, deleting. */
    private static final double MOVE_PER_DUMP = 3;
    /** What one master copies to another in a millisecond of hash tables and sorted sets on a busy machine; strings go faster. */
    private static final long BYTES_PER_MILLI = 20_000;

    static Pace measure(Members members, SlotSurvey survey, ClusterView view, BitSet moving) {
        Endpoint giver = view.owner(moving.nextSetBit(0)).orElseThrow().endpoint();
        double roundTrip = roundTrip(members, giver);
        List<Command> dumps = dumps(survey, view, moving, giver);
        if (dumps.isEmpty()) {
            return new Pace(roundTrip, 0);
        }
        members.batch(giver, dumps); // the first time warms up
        long start = System.nanoTime();
        List<Reply> answers = members.batch(giver, dumps);
        double dumped = (System.nanoTime() - start) / 1e9 - roundTrip;
        return new Pace(roundTrip, Math.max(0, dumped) / answers.size() * MOVE_PER_DUMP);
    }

    /** The median, in seconds. */
    private static double roundTrip(Members members, Endpoint giver) {
        long[] nanos = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            long start = System.nanoTime();
            members.ask(giver, "PING");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[PINGS / 2] / 1e9;
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
        return slots * ROUND_TRIPS_PER_SLOT * roundTrip + Math.max(keys * perKey, copying / 10);
    }

    static long blocksMillis(long bytes) {
        return Math.max(1, bytes / BYTES_PER_MILLI);
    }
}
