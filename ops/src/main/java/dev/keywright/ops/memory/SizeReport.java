package dev.keywright.ops.memory;

import java.util.List;
import java.util.Optional;

/**
 * What data will take, and what to buy for it.
 *
 * @param server what the figures are for
 * @param totalBytes of all masters together, without replicas
 * @param items each kind of data without its part of the tables
 * @param parts what the total consists of
 * @param steps jumps ahead; of one master where there are several
 * @param room of one master, at the horizon
 * @param choices the same data otherwise, least first
 * @param doubts assumptions that it hangs on most
 * @param figures what all of it stands on
 * @param verified what a real server took for a sample
 */
public record SizeReport(
        String server,
        long keys,
        double totalBytes,
        double lowBytes,
        double highBytes,
        List<Line> items,
        List<Estimate.Part> parts,
        List<Step> steps,
        Room room,
        Fleet fleet,
        List<Choice> choices,
        List<Doubt> doubts,
        List<Description.Figure> figures,
        List<String> notes,
        Optional<Verification> verified) {

    public SizeReport {
        items = List.copyOf(items);
        parts = List.copyOf(parts);
        steps = List.copyOf(steps);
        choices = List.copyOf(choices);
        doubts = List.copyOf(doubts);
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
    }

    /** One kind of data. */
    public record Line(String name, long keys, double bytes, double lowBytes, double highBytes, double perKeyBytes) {}

    /**
     * What one master needs.
     *
     * @param dataBytes there now
     * @param growth how much data there is at the horizon for what there is now
     */
    public record Room(
            double dataBytes, double growth, double maxmemoryBytes, double machineBytes, List<Estimate.Part> parts) {}

    /**
     * How the data is spread.
     *
     * @param masters as described; 0 for a single server
     * @param machines servers in all, replicas included
     * @param needed the fewest masters whose machines suffice; 0 when no number does
     * @param machineBytes the machine that is for
     */
    public record Fleet(
            int masters, int replicas, int machines, int needed, double machineBytes, double neededMasterBytes) {}

    /**
     * Another way to hold the same data.
     *
     * @param ratio of what it takes to what the described way takes
     */
    public record Choice(String what, double bytes, double ratio) {}

    /**
     * What another value of something assumed would make of it.
     *
     * @param bytes the total with the other value
     */
    public record Doubt(String field, String assumed, String other, double bytes) {}

    SizeReport verifiedBy(Verification verification) {
        return new SizeReport(
                server,
                keys,
                totalBytes,
                lowBytes,
                highBytes,
                items,
                parts,
                steps,
                room,
                fleet,
                choices,
                doubts,
                figures,
                notes,
                Optional.of(verification));
    }
}
