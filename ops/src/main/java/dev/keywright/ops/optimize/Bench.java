package dev.keywright.ops.optimize;

import dev.keywright.ops.optimize.Facts.Sampled;
import dev.keywright.ops.optimize.Plan.Trialled;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The server with the settings of now, beside which candidates are measured. One thread. */
final class Bench {

    /** Of every private server, whatever the copy uses of them. */
    static final int DATABASES = 1_024;

    private static final int MOST_ASKED = 400;
    /** Up to here every element is looked at; MEMORY USAGE guesses from five otherwise. */
    private static final long EXACT = 5_000;
    /** Of the normal distribution. */
    private static final double PERCENT_95 = 1.96;

    private final Trial base;
    private final Facts facts;
    private final Map<String, String> now;
    private final Copy copy;
    private final long usedBytes;

    Bench(Trial base, Facts facts, Map<String, String> now, Copy copy) throws IOException {
        this.base = base;
        this.facts = facts;
        this.now = now;
        this.copy = copy;
        this.usedBytes = base.usedBytes();
    }

    /**
     * What sampled keys that change tell of all of them.
     *
     * @param grownBytes how much more they take on the source than on a server that has loaded them
     * @param squares the sum of the squares of what each saves
     */
    private record Change(double grownBytes, double squares) {
        Change plus(Change other) {
            return new Change(grownBytes + other.grownBytes, squares + other.squares);
        }
    }

    Trialled compared(Trial trial, String name, Map<String, String> settings, Optional<String> server)
            throws IOException {
        long used = trial.usedBytes();
        List<Sampled> changed = new ArrayList<>();
        List<Sampled> rest = new ArrayList<>();
        long changedKeys = 0;
        Change change = new Change(0, 0);
        for (Form.Kind kind : Form.Kind.values()) {
            List<Sampled> large = facts.large(kind);
            List<Sampled> inside = large.stream()
                    .filter(each -> each.form() != null && Proposals.takesIn(each.form(), settings, now))
                    .toList();
            changed.addAll(inside);
            if (!large.isEmpty()) {
                long keys = Math.round((double) facts.largeKeys(kind) * inside.size() / large.size());
                changedKeys += keys;
                change = change.plus(change(trial, inside, keys));
            }
        }
        for (Sampled each : facts.all()) {
            if (each.form() == null || !Proposals.takesIn(each.form(), settings, now)) {
                rest.add(each);
            }
        }
        boolean lists = settings.containsKey(Directives.of(Form.Kind.LIST).entries());
        double saved = (usedBytes - used) + change.grownBytes() - (lists ? facts.outOfReach() : 0);
        double spread = PERCENT_95 * Math.sqrt((1 - copy.ratio()) * change.squares()) / copy.ratio();
        saved /= copy.ratio();
        return new Trialled(
                name,
                settings,
                server,
                used,
                (long) saved,
                (long) (saved - spread),
                (long) (saved + spread),
                saved / sourceBytes(),
                trial.loadSeconds(),
                (long) (changedKeys / copy.ratio()),
                exercise(changed).compare(base.wire(), trial.wire()),
                exercise(rest).compare(base.wire(), trial.wire()),
                false,
                risk(settings),
                "");
    }

    private double sourceBytes() {
        return copy.live().isPresent() ? copy.usedBytes() : usedBytes / copy.ratio();
    }

    private static String risk(Map<String, String> settings) {
        List<String> risks = new ArrayList<>();
        for (Form.Kind kind : Form.Kind.values()) {
            Directives limits = Directives.of(kind);
            if (settings.containsKey(limits.entries()) || settings.containsKey(limits.value())) {
                risks.add(limits.risk());
            }
        }
        return String.join(" ", risks);
    }

    /** Commands on those keys that lie in database 0, else in the first that has some. */
    private Exercise exercise(List<Sampled> keys) throws IOException {
        int database = keys.stream().mapToInt(Sampled::database).min().orElse(0);
        List<Sampled> there =
                keys.stream().filter(each -> each.database() == database).toList();
        base.wire().ask("SELECT", Integer.toString(database));
        return Exercise.on(base.wire(), there, copy.live().map(Live::calls).orElse(Map.of()));
    }

    // --- what values take where they are now

    /** A running server's values have grown: their tables may be double, their texts have room at the end. */
    private Change change(Trial trial, List<Sampled> changed, long keys) throws IOException {
        List<Sampled> asked = changed.subList(0, Math.min(MOST_ASKED, changed.size()));
        if (asked.isEmpty()) {
            return new Change(0, 0);
        }
        List<Long> before = sizes(base.wire(), asked);
        List<Long> after = sizes(trial.wire(), asked);
        List<Long> source = copy.live().isPresent() ? sourceSizes(copy.live().orElseThrow(), asked) : before;
        double grown = 0;
        double squares = 0;
        long known = 0;
        for (int i = 0; i < asked.size(); i++) {
            if (source.get(i) > 0 && before.get(i) > 0 && after.get(i) > 0) {
                known++;
                grown += source.get(i) - before.get(i);
                squares += Math.pow((double) source.get(i) - after.get(i), 2);
            }
        }
        double scale = known == 0 ? 0 : (double) keys / known;
        return new Change(grown * scale, squares * scale);
    }

    private static List<Long> sizes(Wire wire, List<Sampled> keys) throws IOException {
        List<Long> sizes = new ArrayList<>();
        int database = -1;
        for (Sampled key : keys) {
            if (key.database() != database) {
                database = key.database();
                wire.ask("SELECT", Integer.toString(database));
            }
            sizes.add(size(wire, key));
        }
        return sizes;
    }

    private static long size(Wire wire, Sampled key) throws IOException {
        Form form = key.form();
        boolean exact = form != null && form.elements() <= EXACT;
        wire.begin(exact ? 5 : 3);
        wire.word("MEMORY");
        wire.word("USAGE");
        wire.word(key.name());
        if (exact) {
            wire.word("SAMPLES");
            wire.word("0");
        }
        wire.flush();
        return wire.read() instanceof Answer.Whole bytes ? bytes.value() : 0;
    }

    /** From whichever primary has the key; 0 where none tells. */
    private static List<Long> sourceSizes(Live live, List<Sampled> keys) throws IOException {
        List<Long> sizes = new ArrayList<>();
        Map<Node, Wire> wires = new HashMap<>();
        try {
            for (Node node : live.primaries()) {
                wires.put(node, Wire.open(node, live.access()));
            }
            int database = 0;
            for (Sampled key : keys) {
                if (key.database() != database) {
                    database = key.database();
                    for (Wire wire : wires.values()) {
                        wire.ask("SELECT", Integer.toString(database));
                    }
                }
                long size = 0;
                for (Wire wire : wires.values()) {
                    size = Math.max(size, size == 0 ? size(wire, key) : 0);
                }
                sizes.add(size);
            }
            return sizes;
        } finally {
            wires.values().forEach(Wire::close);
        }
    }

    long usedBytes() {
        return usedBytes;
    }
}
