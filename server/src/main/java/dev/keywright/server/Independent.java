package dev.keywright.server;

import java.util.List;
import java.util.Map;

/** Masters on 127.0.0.1 that know nothing of each other, as Redlock wants them. */
public final class Independent implements Redis {

    private final Fleet fleet;
    private final List<Standalone> nodes;

    private Independent(Fleet fleet) {
        this.fleet = fleet;
        this.nodes = fleet.nodes();
    }

    /** Starts so many masters, 1 or more. */
    public static Independent start(int masters) {
        return start(masters, ServerOptions.DEFAULTS);
    }

    /** As {@link #start(int)}; every one gets the options. */
    public static Independent start(int masters, ServerOptions options) {
        if (masters < 1) {
            throw new IllegalArgumentException("masters is " + masters + "; give 1 or more");
        }
        if (options.partitions()) {
            throw new IllegalArgumentException(
                    "Independent servers do not speak to each other. Leave withPartitions out; use a FaultProxy.");
        }
        return new Independent(Fleet.start(new Fleet.Plan(Topology.INDEPENDENT, masters, options, Map.of())));
    }

    /** That of the first one. */
    @Override
    public String uri() {
        return nodes.get(0).uri();
    }

    public List<String> uris() {
        return nodes.stream().map(Standalone::uri).toList();
    }

    @Override
    public Topology topology() {
        return Topology.INDEPENDENT;
    }

    @Override
    public List<Standalone> nodes() {
        return nodes;
    }

    /** Asks the first one. */
    @Override
    public String command(String... words) {
        return nodes.get(0).command(words);
    }

    @Override
    public void flushAll() {
        nodes.forEach(Standalone::flushAll);
    }

    @Override
    public String log() {
        return fleet.log();
    }

    @Override
    public void close() {
        fleet.close();
    }

    @Override
    public String toString() {
        return String.join(",", uris());
    }
}
