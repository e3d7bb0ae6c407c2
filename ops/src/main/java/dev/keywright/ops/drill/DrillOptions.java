package dev.keywright.ops.drill;

import java.time.Duration;
import java.util.Optional;

/**
 * How a drill is held and what it is judged by.
 *
 * @param slot the primary of this hash slot is struck; elsewhere than in a cluster there is one primary for all
 * @param repeat how often; each time the slot's primary of then
 * @param warmUp how long the workload runs before
 * @param patience how long to wait for the service, and for the topology to be whole again
 * @param failoverSeconds the longest time without an acknowledged write that is promised
 * @param rpoSeconds the age of the oldest acknowledged write that may be lost
 * @param maxLost how many acknowledged writes may be lost
 */
public record DrillOptions(
        Fault fault,
        CheckedWorkload.Options workload,
        int slot,
        int repeat,
        Duration warmUp,
        Duration patience,
        Optional<Double> failoverSeconds,
        Optional<Double> rpoSeconds,
        Optional<Long> maxLost) {

    /** A kill, once, with the usual workload and no promises. */
    public static final DrillOptions DEFAULTS = new DrillOptions(
            Fault.KILL,
            CheckedWorkload.Options.DEFAULTS,
            0,
            1,
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public DrillOptions {
        if (slot < 0 || slot >= KeySet.SLOTS) {
            throw new IllegalArgumentException("slot is " + slot + "; give 0 to " + (KeySet.SLOTS - 1));
        }
        if (repeat < 1) {
            throw new IllegalArgumentException("repeat is " + repeat + "; give 1 or more");
        }
    }

    public DrillOptions withFault(Fault newFault) {
        return new DrillOptions(
                newFault, workload, slot, repeat, warmUp, patience, failoverSeconds, rpoSeconds, maxLost);
    }

    public DrillOptions withWorkload(CheckedWorkload.Options newWorkload) {
        return new DrillOptions(
                fault, newWorkload, slot, repeat, warmUp, patience, failoverSeconds, rpoSeconds, maxLost);
    }

    public DrillOptions withRepeat(int newRepeat) {
        return new DrillOptions(
                fault, workload, slot, newRepeat, warmUp, patience, failoverSeconds, rpoSeconds, maxLost);
    }

    public DrillOptions withWarmUp(Duration newWarmUp) {
        return new DrillOptions(
                fault, workload, slot, repeat, newWarmUp, patience, failoverSeconds, rpoSeconds, maxLost);
    }

    public DrillOptions withPromises(
            Optional<Double> newFailoverSeconds, Optional<Double> newRpoSeconds, Optional<Long> newMaxLost) {
        return new DrillOptions(
                fault, workload, slot, repeat, warmUp, patience, newFailoverSeconds, newRpoSeconds, newMaxLost);
    }
}
