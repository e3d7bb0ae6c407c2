package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The keys of a benchmark: all begin with one prefix and a letter for their structure, and have a number. They are written before and
 * removed after by their numbers; nothing searches the server for them.
 */
final class Keyspace {

    private static final int BATCH = 500;
    private static final int OVERHEAD_BYTES = 100;

    private final Target target;
    private final BenchOptions options;
    private final String prefix;

    Keyspace(Target target, BenchOptions options, String prefix) {
        this.target = target;
        this.options = options;
        this.prefix = prefix;
    }

    /** About how many bytes the keys take when all are there; what grows with each operation is watched while it runs. */
    double bytes() {
        Map<Character, Double> each = new HashMap<>();
        for (Template template : options.mix().templates()) {
            if (template.hasKey()) {
                List<String> words = template.fill().orElse(template.words());
                long values = words.stream().filter("{value}"::equals).count();
                each.merge(
                        template.family(),
                        OVERHEAD_BYTES + values * options.values().averageBytes(),
                        Math::max);
            }
        }
        return options.keys()
                * each.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Refuses commands that would touch other keys than ours, or keys of several slots in a Cluster. */
    void check() {
        for (Template template : options.mix().templates()) {
            if (target.isCluster() && template.keys() > 1) {
                throw new OpsException(
                        template.name() + " takes several keys, which lie in different slots of the Cluster " + target
                                + ". Leave it out of the mix.");
            }
        }
        Node node = target.routes().nodes().get(0);
        try (Wire wire = target.wire(node)) {
            CommandTable table = CommandTable.of(wire);
            options.mix().templates().forEach(template -> check(template, table));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private void check(Template template, CommandTable table) {
        List<byte[]> sample = template.sample(prefix);
        if (table.isTold() && !table.knows(sample)) {
            throw new OpsException(
                    "The server knows no command " + template.words().get(0) + " (" + target + "). Leave it out.");
        }
        for (int place : table.keys(sample)) {
            if (!template.words().get(place).equals(Template.KEY)) {
                throw new OpsException("\"" + template.name() + "\" names the key "
                        + template.words().get(place) + ", which is none of the benchmark's. Write {key} instead.");
            }
        }
    }

    /** Writes what the mix reads, once per structure. */
    void fill(Consumer<String> progress, CountDownLatch stop) {
        Map<Character, List<String>> fills = new LinkedHashMap<>();
        for (Template template : options.mix().templates()) {
            template.fill().ifPresent(words -> fills.putIfAbsent(template.family(), words));
        }
        fills.forEach((family, words) -> each(family, words, "writing", progress, stop));
    }

    /** Removes every key there can be. */
    void clear(Consumer<String> progress) {
        for (char family : options.mix().families()) {
            each(family, List.of("UNLINK", Template.KEY), "removing", progress, new CountDownLatch(1));
        }
    }

    private void each(char family, List<String> words, String deed, Consumer<String> progress, CountDownLatch stop) {
        SplittableRandom chance = new SplittableRandom(options.seed());
        Template template = new Template(deed, words, family, Optional.empty());
        Encoder encoder = new Encoder(
                List.of(template),
                new double[] {1},
                prefix,
                options.keys(),
                () -> 0,
                new Values(options.values(), options.compressibleRatio(), chance),
                chance);
        try (Wires wires = new Wires(target)) {
            for (long key = 0; key < options.keys() && stop.getCount() > 0; key += BATCH) {
                if (key % (100L * BATCH) == 0) {
                    progress.accept(deed + " keys, " + 100 * key / options.keys() + " %");
                }
                for (long each = key; each < Math.min(options.keys(), key + BATCH); each++) {
                    encoder.clear();
                    encoder.write(0, each);
                    wires.send(target.routes().owner(target.isCluster() ? encoder.slot() : 0), encoder);
                }
                wires.await(deed);
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private OpsException unreachable(IOException e) {
        return new OpsException(
                target + " did not answer (" + e.getMessage() + "). Keys of the benchmark may be left under " + prefix
                        + "; the same call with --prefix " + prefix + " removes them.",
                e);
    }

    /** One connection to each server. */
    private static final class Wires implements AutoCloseable {

        private final Target target;
        private final Map<Integer, Wire> open = new LinkedHashMap<>();
        private final Map<Integer, Integer> waiting = new HashMap<>();

        Wires(Target target) {
            this.target = target;
        }

        void send(int node, Encoder encoder) throws IOException {
            Wire wire = open.get(node);
            if (wire == null) {
                wire = target.wire(target.routes().node(node));
                open.put(node, wire);
            }
            wire.put(encoder.bytes(), 0, encoder.length());
            waiting.merge(node, 1, Integer::sum);
        }

        void await(String deed) throws IOException {
            for (Wire wire : open.values()) {
                wire.flush();
            }
            for (Map.Entry<Integer, Wire> each : open.entrySet()) {
                Integer count = waiting.remove(each.getKey());
                for (int i = 0; count != null && i < count; i++) {
                    Answer answer = each.getValue().read();
                    if (answer instanceof Answer.Failed failed) {
                        throw new OpsException("The server refused (" + each.getValue() + ", " + deed + " keys): "
                                + failed.text() + ". Allow it, or take another server.");
                    }
                }
            }
        }

        @Override
        public void close() {
            open.values().forEach(Wire::close);
        }
    }
}
